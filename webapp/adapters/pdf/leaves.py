"""Pages of somebody's PDF as PDFium sees them: how many, what they say, how they look.

A file that people brought is never merged into ours: its pages are drawn, and the drawing is what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from webapp.adapters.pdf.fonts import Face, font_path
from webapp.adapters.pdf.reading import PDFIUM
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PAGES = 2_000  # of one exhibit
MOST_TEXT = 20_000  # characters kept of one page
DPI = 150
QUALITY = 80
MOST_PIXELS = 12_000_000  # of one drawn page: a plan of A0 is drawn coarser
PREVIEW_WIDTH = 1_000  # pixels
MARK_INK = (110, 116, 128, 58)  # grey, and pale enough to read through


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """What was read of a PDF: ``texts`` of the first pages, at most as many as were asked for."""

    count: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page as a picture: JPEG, and its size on paper in points."""

    jpeg: bytes
    width: float
    height: float


def read_leaves(pdf: bytes, *, most: int = 300) -> Leaves:
    """Count the pages and read the first ``most``; raises InvalidError for what PDFium does not open."""
    with PDFIUM:
        document = _open(pdf)
        try:
            count = len(document)
            if not 0 < count <= MOST_PAGES:
                raise InvalidError(
                    msg("这份 PDF 有 {count} 页，最多 {most} 页。", count=count, most=MOST_PAGES)
                )
            texts = tuple(_text(document[number]) for number in range(min(count, most)))
            return Leaves(count=count, texts=texts)
        except pypdfium2.PdfiumError as error:
            raise InvalidError(msg("无法读取这份 PDF。")) from error
        finally:
            document.close()


def draw_leaves(pdf: bytes) -> Iterator[Leaf]:
    """Each page at 150 dpi; the lock is held for one page at a time, and so is its memory."""
    for number in range(read_leaves(pdf, most=0).count):
        with PDFIUM:
            document = _open(pdf)
            try:
                leaf = _leaf(document[number])
            finally:
                document.close()
        yield leaf


def draw_preview(pdf: bytes, page: int, *, mark: str) -> bytes:
    """One page, from 1, as WebP with ``mark`` (who looks, and when) across it; raises InvalidError."""
    with PDFIUM:
        document = _open(pdf)
        try:
            if not 1 <= page <= len(document):
                raise InvalidError(msg("没有这一页。"))
            document.init_forms()
            sheet = document[page - 1]
            picture = sheet.render(scale=PREVIEW_WIDTH / max(sheet.get_width(), 1)).to_pil()
        except pypdfium2.PdfiumError as error:
            raise InvalidError(msg("无法读取这份 PDF。")) from error
        finally:
            document.close()
    out = BytesIO()
    _watermark(picture, mark).save(out, "WEBP", quality=70, method=2)
    return out.getvalue()


def _open(pdf: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise InvalidError(msg("无法读取这份 PDF。")) from error


def _text(page: Any) -> str:
    text: str = page.get_textpage().get_text_bounded()
    return text[:MOST_TEXT]


def _leaf(page: Any) -> Leaf:
    width, height = page.get_width(), page.get_height()
    scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    out = BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(out, "JPEG", quality=QUALITY)
    return Leaf(jpeg=out.getvalue(), width=width, height=height)


def _watermark(picture: Image.Image, mark: str) -> Image.Image:
    """Write the mark slantwise over the whole page, so that no cut-out is free of it."""
    base = picture.convert("RGBA")
    side = int((base.width**2 + base.height**2) ** 0.5)
    layer = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    font = ImageFont.truetype(str(font_path(Face.SANS)), max(base.width // 42, 12))
    pen = ImageDraw.Draw(layer)
    step = max(int(pen.textlength(mark, font=font)) + base.width // 9, 1)
    for row, y in enumerate(range(0, side, base.width // 7)):
        for x in range(-(row % 2) * step // 2, side, step):
            pen.text((x, y), mark, font=font, fill=MARK_INK)
    turned = layer.rotate(28, resample=Image.Resampling.BILINEAR)
    left, top = (side - base.width) // 2, (side - base.height) // 2
    return Image.alpha_composite(
        base, turned.crop((left, top, left + base.width, top + base.height))
    ).convert("RGB")
