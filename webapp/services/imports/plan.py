"""What an import would do, and what keeps it from doing it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.text import Message

HEADER_ROW = 1


class RowState(StrEnum):
    """How a row stands to what exists."""

    NEW = "new"  # nobody has this number yet
    CHANGED = "changed"  # somebody has it, and something differs
    UNCHANGED = "unchanged"  # nothing differs


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: row as the spreadsheet counts it (the header is 1), column by its title."""

    row: int
    column: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that would change."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A row without faults: ``values`` holds the columns that were filled in; empty cells change nothing."""

    row: int
    number: str
    state: RowState
    values: Mapping[str, Any]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A dry run. It may be carried out when it is ``ready``; then every row of ``rows`` applies."""

    kind: str  # people, contracts
    sha256: str  # of the file, so that what is carried out is what was looked at
    total: int  # rows with content
    faults: tuple[Fault, ...] = ()
    rows: tuple[PlannedRow, ...] = ()
    notes: tuple[Fault, ...] = ()  # what is left out, and why: no fault of the file
    missing: tuple[str, ...] = ()  # numbers that exist and are active, but are not in the file
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def count(rows: tuple[PlannedRow, ...], *, total: int, missing: int) -> Mapping[str, int]:
    """The figures of a reconciliation: new, changed, unchanged, faulty and missing rows."""
    states = Counter(row.state.value for row in rows)
    return {**{s.value: states[s.value] for s in RowState}, "faulty": total - len(rows), "missing": missing}
