"""Rows on their way from cells to a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.services.imports.columns import read_cells
from webapp.services.imports.plan import Change, Fault, PlannedRow, RowState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.text import Message
    from webapp.services.imports.columns import Column, Layout
    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Sheet


@dataclass(slots=True, kw_only=True)
class Draft:
    """A row that is being read; ``faults`` by column key."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Message] = field(default_factory=dict)


def drafts(sheet: Sheet, columns: tuple[Column, ...], layout: Layout, *, existing: Existing) -> list[Draft]:
    """Every row with its cells read."""
    read = []
    for row in sheet.rows:
        cells = {key: row.cell(index) for key, index in layout.places.items()}
        values, faults = read_cells(cells, columns, existing)
        read.append(Draft(row=row.number, values=values, faults=faults))
    return read


def faults_of(read: list[Draft], columns: tuple[Column, ...]) -> tuple[Fault, ...]:
    """All faults in the order of the file."""
    titles = {c.key: c.title for c in columns}
    order = {c.key: n for n, c in enumerate(columns)}
    return tuple(
        Fault(row=draft.row, column=titles[key], message=draft.faults[key])
        for draft in read
        for key in sorted(draft.faults, key=order.__getitem__)
    )


def planned(read: list[Draft], old: Mapping[str, Any], columns: tuple[Column, ...]) -> tuple[PlannedRow, ...]:
    """Rows without faults, compared with what exists under their number."""
    titles = {c.key: c.title for c in columns}
    return tuple(_planned(d, old.get(d.values["number"]), titles) for d in read if not d.faults)


def _planned(draft: Draft, old: Any, titles: Mapping[str, str]) -> PlannedRow:
    number = draft.values["number"]
    if old is None:
        return PlannedRow(row=draft.row, number=number, state=RowState.NEW, values=draft.values)
    changes = tuple(
        Change(column=titles[key], before=before, after=value)
        for key, value in draft.values.items()
        if (before := getattr(old, key)) != value
    )
    state = RowState.CHANGED if changes else RowState.UNCHANGED
    return PlannedRow(row=draft.row, number=number, state=state, values=draft.values, changes=changes)
