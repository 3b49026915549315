"""Columns of an import file: titles in two languages, whether they are needed, how a cell is read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.services.imports.plan import HEADER_ROW, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Cell, Sheet

MISSING = msg("此列必填，不能为空。")


class CellError(ValueError):
    """A cell cannot be read; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


Reader = Callable[["Cell", "Existing"], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; ``titles`` are what a file may call it, the first is shown."""

    key: str
    titles: tuple[str, ...]
    read: Reader
    required: bool = False

    @property
    def title(self) -> str:
        """How messages name it."""
        return self.titles[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the columns of a file are, and what is wrong with its titles."""

    places: Mapping[str, int]  # column key -> index
    faults: tuple[Fault, ...]
    readable: bool  # whether all needed columns are there


def match(sheet: Sheet, columns: tuple[Column, ...]) -> Layout:
    """Find the columns by their titles; an unknown title gets the nearest known one as a suggestion."""
    known = {_plain(title): column for column in columns for title in column.titles}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for index, title in enumerate(sheet.titles):
        column = known.get(_plain(title))
        if column is not None and column.key not in places:
            places[column.key] = index
        elif column is not None:
            faults.append(_fault(title, msg("列标题“{title}”出现了两次。", title=title)))
        elif title or any(row.cell(index).value is not None for row in sheet.rows):
            faults.append(_fault(title or f"#{index + 1}", _unknown(title, known, places)))
    lacking = [c for c in columns if c.required and c.key not in places]
    faults += [_fault(c.title, msg("缺少必需的列“{title}”。", title=c.title)) for c in lacking]
    return Layout(places=places, faults=tuple(faults), readable=not lacking)


def _fault(column: str, message: Message) -> Fault:
    return Fault(row=HEADER_ROW, column=column, message=message)


def _unknown(title: str, known: Mapping[str, Column], places: Mapping[str, int]) -> Message:
    free = [name for name, column in known.items() if column.key not in places]
    near = difflib.get_close_matches(_plain(title), free, n=1, cutoff=0.5)
    if near:
        return msg("不认识列标题“{title}”，是否应为“{guess}”？", title=title, guess=known[near[0]].title)
    return msg("不认识列标题“{title}”，请删除此列。", title=title)


def _plain(title: str) -> str:
    return re.sub(r"[\s*＊（()）_:：-]", "", title).lower()


def read_cells(
    row_cells: Mapping[str, Cell], columns: tuple[Column, ...], existing: Existing
) -> tuple[dict[str, Any], dict[str, Message]]:
    """Typed values of a row by column key, and the fault of each cell that has one."""
    found: dict[str, Any] = {}
    faults: dict[str, Message] = {}
    for column in columns:
        cell = row_cells.get(column.key)
        if cell is None:
            continue
        if cell.fault is not None:
            faults[column.key] = cell.fault
        elif cell.value is None:
            if column.required:
                faults[column.key] = MISSING
        else:
            try:
                found[column.key] = column.read(cell, existing)
            except CellError as error:
                faults[column.key] = error.message
    return found, faults
