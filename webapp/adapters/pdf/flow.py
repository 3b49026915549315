"""Blocks that flow down the pages: prose, headings with bookmarks, pairs of label and value, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.platypus.flowables import Flowable

from webapp.adapters.pdf.typeset import (
    ACCENT,
    BODY,
    CELL,
    HEAD,
    INK,
    LABEL,
    RULE,
    SECTION,
    STEP,
    TINT,
    Style,
    draw_lines,
    parse_colour,
    set_lines,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

PAD = 4.0
TALL = 120.0  # a row higher than this may be torn at the foot of a page


class Prose(Flowable):
    """A paragraph; never leaves a single line alone on a page."""

    def __init__(self, text: str, style: Style = BODY, *, after: float = 4.0) -> None:
        super().__init__()
        self.text, self.style, self.after = text, style, after
        self.lines: tuple[str, ...] = ()

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Set the lines and tell the size."""
        self.width = width
        self.lines = self.lines or set_lines(self.text, self.style, width)
        self.height = len(self.lines) * self.style.leading + self.after
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Tear the paragraph so that at least two lines stand on either page."""
        self.wrap(width, height)
        room = min(int(height // self.style.leading), len(self.lines) - 2)
        if room < 2:
            return []
        return [self._part(self.lines[:room], 0.0), self._part(self.lines[room:], self.after)]

    def _part(self, lines: tuple[str, ...], after: float) -> Prose:
        part = Prose("", self.style, after=after)
        part.lines = lines
        return part

    def draw(self) -> None:
        """Draw on the canvas that platypus has moved to the block's lower left corner."""
        draw_lines(self.canv, self.lines, self.style, x=0, top=self.height, width=self.width)


class Heading(Flowable):
    """A heading that is a bookmark too; level 0 has a rule in the accent colour beside it."""

    def __init__(self, text: str, *, level: int = 0, key: str) -> None:
        super().__init__()
        self.text, self.level, self.key = text, level, key
        self.style = SECTION if level == 0 else STEP

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Set the lines and tell the size."""
        self.width = width
        self.indent = 9.0 if self.level == 0 else 0.0
        self.lines = set_lines(self.text, self.style, width - self.indent)
        self.above, self.below = (14.0, 5.0) if self.level == 0 else (8.0, 2.0)
        self.height = len(self.lines) * self.style.leading + self.above + self.below
        return width, self.height

    def draw(self) -> None:
        """Draw, and add the outline entry."""
        top = self.height - self.above
        if self.level == 0:
            self.canv.setFillColor(parse_colour(ACCENT))
            self.canv.rect(0, top - self.style.leading + 4, 3, self.style.leading - 7, stroke=0, fill=1)
        draw_lines(self.canv, self.lines, self.style, x=self.indent, top=top)
        self.canv.bookmarkHorizontal(self.key, 0, self.height)
        self.canv.addOutlineEntry(self.text, self.key, level=self.level, closed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its title, its share of the width and the style of its cells."""

    title: str
    share: float
    style: Style = CELL


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is already set; ``style`` may differ from its column's."""

    lines: tuple[str, ...]
    style: Style


@dataclass(frozen=True, slots=True)
class SetRow:
    """A row that is already set; its height is computed once, since long tables are torn many times."""

    cells: tuple[Cell, ...]
    height: float

    @classmethod
    def of(cls, *cells: Cell) -> SetRow:
        """Measure the cells."""
        return cls(cells, max(len(cell.lines) * cell.style.leading for cell in cells) + 2 * PAD)


class Grid(Flowable):
    """A table with a head that is repeated on each page; rows stay whole unless they are very tall."""

    def __init__(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, after: float = 6.0
    ) -> None:
        super().__init__()
        self.columns, self.rows, self.after = columns, rows, after
        self.ready: list[SetRow] | None = None
        self.first = 0  # number of the first row, so that stripes go on over a page break

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Set all cells once and tell the size."""
        self.width = width
        whole = sum(column.share for column in self.columns)
        self.widths = [width * column.share / whole for column in self.columns]
        self.head = self._set([column.title for column in self.columns], head=True)
        if self.ready is None:
            self.ready = [self._set(row) for row in self.rows]
        self.height = self.head.height + sum(row.height for row in self.ready) + self.after
        return width, self.height

    def _set(self, texts: Sequence[str], *, head: bool = False) -> SetRow:
        styles = [HEAD.evolve(align=c.style.align) if head else c.style for c in self.columns]
        sized = zip(texts, styles, self.widths, strict=True)
        return SetRow.of(*(Cell(set_lines(text, style, w - 2 * PAD), style) for text, style, w in sized))

    def split(self, width: float, height: float) -> list[Flowable]:
        """Tear between rows, or inside the first row that stands alone and is too tall."""
        self.wrap(width, height)
        assert self.ready is not None
        room, count = height - self.head.height, 0
        while count < len(self.ready) and self.ready[count].height <= room:
            room -= self.ready[count].height
            count += 1
        if count == len(self.ready):  # only the space behind them does not fit: it is nothing at a page's end
            return [self._part(self.ready, 0)]
        above, below = self.ready[:count], self.ready[count:]
        if below[0].height > TALL and room > TALL / 2:
            upper, lower = _tear(below[0], room)
            above, below = [*above, upper], [lower, *below[1:]]
        return [self._part(above, 0), self._part(below, len(above))] if above else []

    def _part(self, rows: list[SetRow], skipped: int) -> Grid:
        part = Grid(self.columns, (), after=self.after if skipped else 0.0)
        part.ready, part.first = rows, self.first + skipped
        return part

    def draw(self) -> None:
        """Draw head, stripes, cells and hair lines."""
        assert self.ready is not None
        top = self.height
        self.canv.setLineWidth(0.8)
        self.canv.setStrokeColor(parse_colour(INK))
        self.canv.line(0, top, self.width, top)
        top = self._draw_row(self.head, top)
        self.canv.setLineWidth(0.4)
        self.canv.setStrokeColor(parse_colour(INK))
        self.canv.line(0, top, self.width, top)
        for number, row in enumerate(self.ready, self.first):
            if number % 2:
                self.canv.setFillColor(parse_colour(TINT))
                self.canv.rect(0, top - row.height, self.width, row.height, stroke=0, fill=1)
            top = self._draw_row(row, top)
            self.canv.setStrokeColor(parse_colour(RULE))
            self.canv.line(0, top, self.width, top)

    def _draw_row(self, row: SetRow, top: float) -> float:
        x = 0.0
        for cell, width in zip(row.cells, self.widths, strict=True):
            draw_lines(self.canv, cell.lines, cell.style, x=x + PAD, top=top - PAD, width=width - 2 * PAD)
            x += width
        return top - row.height


def _tear(row: SetRow, room: float) -> tuple[SetRow, SetRow]:
    counts = [max(int((room - 2 * PAD) // cell.style.leading), 1) for cell in row.cells]
    pairs = list(zip(row.cells, counts, strict=True))
    upper = SetRow.of(*(Cell(cell.lines[:count], cell.style) for cell, count in pairs))
    lower = SetRow.of(*(Cell(cell.lines[count:], cell.style) for cell, count in pairs))
    return upper, lower


class Pairs(Flowable):
    """Labels and values, two pairs a line; a wide pair or a long value takes the whole line."""

    label_width = 78.0

    def __init__(self, pairs: Sequence[tuple[str, str, bool]], *, after: float = 6.0) -> None:
        super().__init__()
        self.pairs, self.after = pairs, after
        self.rows: list[SetRow] | None = None
        self.begins = self.ends = True

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Arrange the pairs in lines and tell the size."""
        self.width = width
        if self.rows is None:
            self.rows = list(self._arrange())
        self.height = sum(row.height for row in self.rows) + (self.after if self.ends else 0.0)
        return width, self.height

    def _arrange(self) -> Sequence[SetRow]:
        half = self.width / 2 - self.label_width - 2 * PAD
        whole = self.width - self.label_width - 2 * PAD
        rows: list[SetRow] = []
        held: tuple[Cell, ...] = ()
        for label, value, wide in self.pairs:
            name = Cell(set_lines(label, LABEL, self.label_width - 2 * PAD), LABEL)
            short = Cell(set_lines(value, CELL, half), CELL)
            if wide or len(short.lines) > 2:
                rows += [SetRow.of(*held)] if held else []
                rows.append(SetRow.of(name, Cell(set_lines(value, CELL, whole), CELL)))
                held = ()
            else:
                held = (*held, name, short)
                if len(held) == 4:
                    rows.append(SetRow.of(*held))
                    held = ()
        return [*rows, SetRow.of(*held)] if held else rows

    def split(self, width: float, height: float) -> list[Flowable]:
        """Tear between lines, or inside a very long value."""
        self.wrap(width, height)
        assert self.rows is not None
        room, count = height, 0
        while count < len(self.rows) and self.rows[count].height <= room:
            room -= self.rows[count].height
            count += 1
        if count == len(self.rows):  # only the space behind them does not fit: it is nothing at a page's end
            return [self._part(self.rows, ends=False)]
        above, below = self.rows[:count], self.rows[count:]
        if below[0].height > TALL and room > TALL / 2:
            upper, lower = _tear(below[0], room)
            above, below = [*above, upper], [lower, *below[1:]]
        return [self._part(above, ends=False), self._part(below, ends=True)] if above else []

    def _part(self, rows: list[SetRow], *, ends: bool) -> Pairs:
        part = Pairs((), after=self.after)
        part.rows, part.ends = rows, ends
        return part

    def draw(self) -> None:
        """Draw labels on a tint, values beside them, hair lines between."""
        assert self.rows is not None
        top = self.height
        self.canv.setLineWidth(0.4)
        for row in self.rows:
            height = row.height
            for number, cell in enumerate(row.cells):
                self._draw_cell(cell, number, top=top, height=height)
            self.canv.setStrokeColor(parse_colour(RULE))
            self.canv.line(0, top, self.width, top)
            top -= height
        self.canv.line(0, top, self.width, top)

    def _draw_cell(self, cell: Cell, number: int, *, top: float, height: float) -> None:
        x = (number // 2) * self.width / 2
        if number % 2:
            x += self.label_width
        else:
            self.canv.setFillColor(parse_colour(TINT))
            self.canv.rect(x, top - height, self.label_width, height, stroke=0, fill=1)
        draw_lines(self.canv, cell.lines, cell.style, x=x + PAD, top=top - PAD)
