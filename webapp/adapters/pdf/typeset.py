"""Styles, and text set in lines: the smallest pieces of a printed page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import Color, HexColor

from webapp.adapters.pdf.fonts import Face, measure, split_runs
from webapp.domain.linebreak import break_lines
from webapp.domain.scene import Align

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

INK = "#1d2433"
MUTED = "#5b6472"
ACCENT = "#1d3f78"
RULE = "#c5ccd6"
TINT = "#f4f6f9"
PAPER = "#ffffff"
MM = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text is set; lengths in points."""

    face: Face = Face.SANS
    size: float = 9.5
    leading: float = 15.0
    colour: str = INK
    align: Align = Align.LEFT

    def evolve(self, **changes: Any) -> Style:
        """Return the style with some values changed."""
        return replace(self, **changes)


@cache
def parse_colour(text: str) -> Color:
    """Return a colour that ReportLab need not parse for each line."""
    return HexColor(text)


BODY = Style()
NOTE = Style(size=8, leading=12, colour=MUTED)
LABEL = Style(size=8.5, leading=13.5, colour=MUTED)
CELL = Style(size=8.5, leading=13)
CODE = Style(size=7, leading=10, colour=MUTED)
HEAD = Style(face=Face.BOLD, size=8.5, leading=13, colour=MUTED)
TITLE = Style(face=Face.SERIF_BOLD, size=22, leading=32)
SECTION = Style(face=Face.BOLD, size=12.5, leading=20, colour=ACCENT)
STEP = Style(face=Face.BOLD, size=10, leading=16)


def set_lines(text: str, style: Style, width: float) -> tuple[str, ...]:
    """Break ``text`` into lines that fit ``width`` points; raises MissingGlyphError."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return break_lines(clean, width=width / style.size, measure=lambda part: measure(part, style.face))


def draw_line(canvas: Canvas, text: str, style: Style, *, x: float, y: float, width: float = 0.0) -> None:
    """Draw one line with its base line at ``y``; ``width`` is what right and centred lines fill."""
    if not text:
        return
    left = x
    if style.align is not Align.LEFT:
        free = width - measure(text, style.face) * style.size
        left += free if style.align is Align.RIGHT else free / 2
    writer = canvas.beginText(left, y)
    writer.setFillColor(parse_colour(style.colour))
    for name, run in split_runs(text, style.face):
        writer.setFont(name, style.size)
        writer.textOut(run)
    canvas.drawText(writer)


def draw_lines(
    canvas: Canvas, lines: tuple[str, ...], style: Style, *, x: float, top: float, width: float = 0.0
) -> None:
    """Draw lines downwards from ``top``, each centred in its leading."""
    # Chinese glyphs fill the em box from 0.88 above the base line to 0.12 below.
    base = top - (style.leading - style.size) / 2 - 0.88 * style.size
    for number, line in enumerate(lines):
        draw_line(canvas, line, style, x=x, y=base - number * style.leading, width=width)
