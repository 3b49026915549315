"""How a signature looks on the page: who signed, when, and the hand-written stroke; one small page each.

Drawn by the fonts that are loaded already and subset to these few characters: pyHanko would subset a font of
10 MB at each call (677 ms), this takes a few milliseconds. What it shows proves nothing: the signature does.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from webapp.adapters.pdf.fonts import Face, pick_glyph
from webapp.adapters.pdf.page import show_time
from webapp.adapters.pdf.typeset import NOTE, Style, draw_line, parse_colour, set_lines

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.domain.signing import Stroke

WIDTH, HEIGHT = 170.0, 60.0  # points; the field scales it
BLUE, RED = "#1d3f78", "#b3261e"
_NAME = Style(face=Face.SERIF_BOLD, size=17, leading=24)
_SMALL = NOTE.evolve(size=6.6, leading=8.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands in a signature's field."""

    name: str
    label: str  # 员工签署, 单位盖章
    at: datetime  # when the signature was asked for; the token states when it was made
    stroke: Stroke | None = None
    seal: bool = False
    trial: bool = False  # bears 测试


def draw_mark(mark: Mark) -> bytes:
    """Return a PDF of one page; raises MissingGlyphError for a name that no font draws."""
    out = BytesIO()
    # without a font of ours ReportLab names Helvetica, which no file of ours embeds
    pick_glyph(" ", Face.SANS)
    canvas = Canvas(
        out,
        pagesize=(WIDTH, HEIGHT),
        invariant=True,
        initialFontName=Face.SANS.value,  # type: ignore[arg-type]  # the stub says number
    )
    colour = RED if mark.seal else BLUE
    canvas.setStrokeColor(parse_colour(colour))
    canvas.setLineWidth(1.1 if mark.seal else 0.5)
    canvas.roundRect(1, 1, WIDTH - 2, HEIGHT - 2, 3)
    if mark.stroke is None:
        _name(canvas, mark.name, colour)
    else:
        _stroke(canvas, mark.stroke)
    label = f"【测试】{mark.label}" if mark.trial else mark.label
    small = _SMALL.evolve(colour=RED if mark.trial else _SMALL.colour)
    draw_line(canvas, f"{label} {mark.name if mark.stroke else ''}".strip(), small, x=6, y=13)
    draw_line(canvas, show_time(mark.at), small, x=6, y=5)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _name(canvas: Canvas, name: str, colour: str) -> None:
    style = _NAME.evolve(colour=colour)
    while style.size > 7 and len(set_lines(name, style, WIDTH - 14)) > 1:
        style = style.evolve(size=style.size - 1)
    lines = set_lines(name, style, WIDTH - 14)[:2]
    for number, line in enumerate(lines):
        draw_line(canvas, line, style, x=7, y=31 - number * (style.size + 1))


def _stroke(canvas: Canvas, stroke: Stroke) -> None:
    """Draw the lines of a hand into the upper part; thicker than a hair, thinner than a brush."""
    scale = min((WIDTH - 16) / stroke.width, (HEIGHT - 26) / stroke.height)
    canvas.setLineWidth(1.4)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setStrokeColor(parse_colour("#1d2433"))
    for line in stroke.lines:
        path = canvas.beginPath()
        for number, (x, y, _) in enumerate(line):
            place = (8 + x * scale, HEIGHT - 5 - y * scale)
            (path.lineTo if number else path.moveTo)(*place)
        if len(line) == 1:
            path.lineTo(8 + line[0][0] * scale + 0.1, HEIGHT - 5 - line[0][1] * scale)
        canvas.drawPath(path)
