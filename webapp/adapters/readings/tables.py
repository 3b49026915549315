"""Spreadsheets: the values as last saved; no formula is computed, no link followed."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from webapp.adapters.readings.kinds import decode
from webapp.adapters.readings.limits import (
    CUT,
    FORMULAS,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_IN_CELL,
    MOST_ROWS,
    MOST_SHEETS,
)
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.readingcopy import Caption, Passage, Reading, Rows
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.domain.readingcopy import Part


def read(data: bytes, media_type: str) -> Reading:
    """The table."""
    return _csv(data) if media_type == Kind.CSV else _workbook(data)


def _workbook(data: bytes) -> Reading:
    """The first sheets of an Excel file."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    parts: list[Part] = []
    cut = len(book.worksheets) > MOST_SHEETS
    for sheet in book.worksheets[:MOST_SHEETS]:
        shown, more = _shown(sheet.iter_rows(values_only=True))
        cut = cut or more
        parts += [Caption(words=msg("工作表：{name}", name=sheet.title)), *shown]
    book.close()
    return Reading(parts=tuple(parts), notes=(FORMULAS, *([CUT] if cut else [])))


def _csv(data: bytes) -> Reading:
    """A CSV file as a table."""
    text = decode(data)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4_096], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    shown, cut = _shown(csv.reader(io.StringIO(text[:MOST_CHARACTERS]), dialect=dialect))
    cut = cut or len(text) > MOST_CHARACTERS
    return Reading(parts=tuple(shown), notes=(CUT,) if cut else ())


def _shown(rows: Iterable[Iterable[Any]]) -> tuple[list[Part], bool]:
    """The first row as head, and whether something was left out."""
    kept: list[tuple[str, ...]] = []
    cut = False
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(kept) > MOST_ROWS:
            return [_table(kept)], True
        cut = cut or len(cells) > MOST_COLUMNS or any(len(cell) > MOST_IN_CELL for cell in cells)
        kept.append(tuple(cell[:MOST_IN_CELL] for cell in cells[:MOST_COLUMNS]))
    return [_table(kept) if kept else Passage(text="—")], cut


def _table(rows: list[tuple[str, ...]]) -> Rows:
    count = max(map(len, rows))
    square = [row + ("",) * (count - len(row)) for row in rows]
    widths = tuple(min(max(4, *(len(row[n]) for row in square)), 24) for n in range(count))
    return Rows(head=square[0], rows=tuple(square[1:]), widths=widths)


def _cell(value: Any) -> str:
    return "" if value is None else str(value).strip()
