"""One person's leave as HR works with it: balances of two years, the ledger, the medical period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.leave import LeaveEntry
from models.person import Person
from webapp.domain.leave import LeaveType
from webapp.services.leave.adjust import ADJUSTED, adjustable, last_line
from webapp.services.leave.asked import day_minutes
from webapp.services.leave.balances import read_book
from webapp.services.leave.counting import as_days
from webapp.services.leave.kinds import kind_name
from webapp.services.leave.medical import Medical, read_medical
from webapp.services.leave.reads import Balance, balances_of
from webapp.services.notices import restored
from webapp.services.people import local_date
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from webapp.domain.text import Message
    from webapp.services.work import Work

MOST = 200  # lines of the ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line as the page shows it."""

    at: date
    kind: Message
    year: int
    days: Decimal
    sentence: Message
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The page of one person."""

    person: Person
    year: int  # this one
    balances: tuple[Balance, ...]  # of this year and, where something is left, of the last
    ledger: tuple[LedgerLine, ...]  # newest first
    medical: Medical | None
    seen: int  # last line of the ledger: what a form says that it has read
    kinds: tuple[tuple[str, Message], ...]  # that may be corrected
    own: bool

    @property
    def carriable(self) -> tuple[Balance, ...]:
        """Years whose statutory leave may be carried."""
        return tuple(b for b in self.balances if b.kind == LeaveType.ANNUAL and b.left > 0)


def open_staff(work: Work, person_id: int) -> Staff:
    """Read a person's page; raises NotFoundError out of the actor's scope."""
    person = adjustable(work, person_id)
    today = local_date(work.now)
    law = load_law(work.session)
    book = read_book(work.session, person.id, since=today.year)
    day = day_minutes(law, on=today)
    before = balances_of(work, person, book, law=law, year=today.year - 1)
    return Staff(
        person=person,
        year=today.year,
        balances=(
            *balances_of(work, person, book, law=law, year=today.year),
            *(b for b in before if b.year < today.year and b.kind in book_kinds(book.granted, b.year)),
        ),
        ledger=_ledger(work, person.id, day=day),
        medical=read_medical(work, person, law=law, today=today),
        seen=last_line(work, person.id),
        kinds=tuple((kind, kind_name(kind)) for kind in ADJUSTED),
        own=person.id == work.actor.person_id,
    )


def book_kinds(granted: set[tuple[str, int]], year: int) -> frozenset[str]:
    """Ledgers that were granted in a year: what was never granted needs no line for a year that is over."""
    return frozenset(kind for kind, of in granted if of == year)


def _ledger(work: Work, person_id: int, *, day: int) -> tuple[LedgerLine, ...]:
    rows = work.session.execute(
        select(LeaveEntry, Person.name)
        .outerjoin(Person, Person.id == LeaveEntry.actor_id)
        .where(LeaveEntry.person_id == person_id)
        .order_by(LeaveEntry.id.desc())
        .limit(MOST)
    )
    return tuple(
        LedgerLine(
            at=local_date(entry.at),
            kind=kind_name(entry.kind),
            year=entry.year,
            days=as_days(entry.minutes, day),
            sentence=restored(entry.reason),
            who=name or "",
        )
        for entry, name in rows
    )
