"""Pictures of papers as a scanner makes them, for the demo company: the same input gives the same bytes."""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from webapp.adapters.pdf.fonts import Face, font_path
from webapp.adapters.pdfium import PDFIUM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL.ImageFont import FreeTypeFont

WIDTH = 800  # pixels of a page: text of 10 points can be read
PAPER, INK, RED = (250, 249, 245), (38, 46, 92), (196, 40, 44)
SHADES = 64  # colours of the file: 15 to 130 KB a page
ASKEW = 0.5  # degrees: no paper lies straight
POINTS = 90  # of a written name

Rect = tuple[float, float, float, float]  # left, low, right, high in points, counted from below


def scan_signed(pdf: bytes, *, page: int, fields: Mapping[str, Rect], company: str) -> bytes:
    """A page (from 1) as PNG, with a name written into the field ``employee`` and a seal on ``company``."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            leaf = document[page - 1]
            scale, height = WIDTH / leaf.get_width(), leaf.get_height()
            picture = leaf.render(scale=scale).to_pil().convert("RGB")
        finally:
            document.close()
    draw = ImageDraw.Draw(picture)
    for name, (left, low, right, high) in fields.items():
        box = (left * scale, (height - high) * scale, right * scale, (height - low) * scale)
        if name == "company":
            _seal(draw, box, company)
        else:
            _written(draw, box)
    return _scanned(picture)


def scan_slip(title: str, lines: Sequence[str], *, seal: str) -> bytes:
    """A sheet with a title, lines of text and a round seal, as PNG."""
    picture = Image.new("RGB", (WIDTH, 1060), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((WIDTH / 2, 110), title, font=_font(36), fill=(20, 20, 20), anchor="mm")
    draw.line((90, 160, WIDTH - 90, 160), fill=(90, 90, 90), width=2)
    for number, line in enumerate(lines):
        draw.text((100, 210 + 54 * number), line, font=_font(24), fill=(30, 30, 30))
    _seal(draw, (WIDTH - 330, 700, WIDTH - 110, 920), seal)
    return _scanned(picture)


def _font(size: int) -> FreeTypeFont:
    return ImageFont.truetype(str(font_path(Face.SANS)), size)


def _written(draw: ImageDraw.ImageDraw, box: Rect) -> None:
    left, top, right, bottom = box
    points = []
    for number in range(POINTS):
        along = number / (POINTS - 1)
        swing = math.sin(21 * along + 2 * math.sin(9 * along)) * (0.34 - 0.2 * along)
        loop = 0.03 * math.cos(21 * along)
        across, down = 0.06 + 0.84 * along + loop, 0.52 - swing
        points.append((left + across * (right - left), top + down * (bottom - top)))
    draw.line(points, fill=INK, width=3, joint="curve")


def _seal(draw: ImageDraw.ImageDraw, box: Rect, words: str) -> None:
    left, top, right, bottom = box
    x, y, radius = (left + right) / 2, (top + bottom) / 2, max(60.0, min(right - left, bottom - top) / 2)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=RED, width=4)
    draw.text((x, y - radius * 0.15), "★", font=_font(int(radius * 0.6)), fill=RED, anchor="mm")
    size = max(10, min(int(radius * 0.28), int(1.7 * radius / max(len(words), 1))))
    draw.text((x, y + radius * 0.5), words, font=_font(size), fill=RED, anchor="mm")


def _scanned(picture: Image.Image) -> bytes:
    turned = picture.rotate(ASKEW, resample=Image.Resampling.BICUBIC, fillcolor=(226, 226, 224))
    soft = turned.filter(ImageFilter.GaussianBlur(0.5))
    out = BytesIO()
    soft.quantize(SHADES, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
