"""Balances: what the ledger holds, what open requests hold back, what is left, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models.case import Case, case_number
from models.leave import LeaveEntry, LeaveRequest, LeaveState
from webapp.domain.leave import LeaveType, Pot
from webapp.services.leave.asked import place
from webapp.services.leave.kinds import CARRIED, STANDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

POT_NAMES = {LeaveType.ANNUAL.value: "statutory"}  # as the row annual_leave.use_order names them
GIVEN = ("grant", "adjust", "carry", "expire")
USED = ("book", "reverse")
BACK = 1  # years before whose entries may still count


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A request that stands in the way of another, or holds something back."""

    id: int
    kind: str
    state: str
    first: date
    last: date
    begin: int  # on the scale of ``asked.place``
    end: int
    number: str
    held: tuple[tuple[str, int, int], ...]  # ledger kind, year, minutes held back


@dataclass(slots=True, kw_only=True)
class Book:
    """A person's ledger sums by (kind, year) and what stands: read once, in two statements."""

    given: dict[tuple[str, int], int] = field(default_factory=dict)
    used: dict[tuple[str, int], int] = field(default_factory=dict)
    granted: set[tuple[str, int]] = field(default_factory=set)
    standing: tuple[Standing, ...] = ()

    def held(self, key: tuple[str, int], *, but: int | None = None) -> int:
        """Minutes that open requests hold back, without one of them."""
        return sum(
            minutes
            for s in self.standing
            if s.id != but
            for kind, year, minutes in s.held
            if (kind, year) == key
        )

    def pot(self, key: tuple[str, int], *, but: int | None = None) -> Pot:
        """A ledger of a year as a pot to draw from."""
        kind, year = key
        since = year + 1 if kind == CARRIED else year
        return Pot(
            name=POT_NAMES.get(kind, kind),
            year=year,
            entitled=self.given.get(key, 0),
            taken=self.used.get(key, 0),
            pending=self.held(key, but=but),
            usable_from=date(since, 1, 1),
            usable_to=date(since, 12, 31),
        )

    def pots(self, kinds: Iterable[str], *, but: int | None = None) -> tuple[Pot, ...]:
        """All pots of some ledgers."""
        wanted = set(kinds)
        keys = sorted({k for k in (*self.given, *self.used) if k[0] in wanted})
        return tuple(self.pot(k, but=but) for k in keys)


def ledger_kind(pot: Pot) -> str:
    """The ledger of a pot."""
    return LeaveType.ANNUAL.value if pot.name == "statutory" else pot.name


def read_book(session: Session, person_id: int, *, since: int) -> Book:
    """Ledger and standing requests of a person from the year before ``since`` on."""
    book = Book()
    rows = session.execute(
        select(LeaveEntry.kind, LeaveEntry.year, LeaveEntry.what, func.sum(LeaveEntry.minutes))
        .where(LeaveEntry.person_id == person_id, LeaveEntry.year >= since - BACK)
        .group_by(LeaveEntry.kind, LeaveEntry.year, LeaveEntry.what)
    )
    for kind, year, what, minutes in rows:
        key = (kind, year)
        if what in USED:
            book.used[key] = book.used.get(key, 0) - int(minutes)
        else:
            book.given[key] = book.given.get(key, 0) + int(minutes)
        if what == "grant":
            book.granted.add(key)
    book.standing = _read_standing(session, person_id, since=date(since - BACK, 1, 1))
    return book


def _read_standing(session: Session, person_id: int, *, since: date) -> tuple[Standing, ...]:
    rows = session.execute(
        select(
            LeaveRequest.id,
            LeaveRequest.kind,
            LeaveRequest.state,
            LeaveRequest.starts_on,
            LeaveRequest.starts_minute,
            LeaveRequest.ends_on,
            LeaveRequest.ends_minute,
            LeaveRequest.explanation,
            LeaveRequest.case_id,
            Case.prefix,
            Case.started_at,
        )
        .outerjoin(Case, Case.id == LeaveRequest.case_id)
        .where(
            LeaveRequest.person_id == person_id,
            LeaveRequest.state.in_(STANDING),
            LeaveRequest.ends_on >= since,
        )
        .order_by(LeaveRequest.starts_on, LeaveRequest.id)
    )
    return tuple(
        Standing(
            id=r.id,
            kind=r.kind,
            state=r.state,
            first=r.starts_on,
            last=r.ends_on,
            begin=place(r.starts_on, r.starts_minute),
            end=place(r.ends_on, r.ends_minute),
            number="" if r.case_id is None else case_number(r.prefix, r.started_at.year, r.case_id),
            held=_held(r.state, r.explanation or {}),
        )
        for r in rows
    )


def _held(state: str, explanation: dict[str, Any]) -> tuple[tuple[str, int, int], ...]:
    """What is asked for and not yet booked: all draws of a new request, the rest of a changed one."""
    if state == LeaveState.PENDING:
        return tuple((d["kind"], d["year"], d["minutes"]) for d in explanation.get("draws", ()))
    if state == LeaveState.CANCEL_PENDING:
        before = {(d["kind"], d["year"]): d["minutes"] for d in explanation.get("draws", ())}
        more = ((explanation.get("change") or {}).get("draws")) or ()
        return tuple(
            (d["kind"], d["year"], max(0, d["minutes"] - before.get((d["kind"], d["year"]), 0))) for d in more
        )
    return ()
