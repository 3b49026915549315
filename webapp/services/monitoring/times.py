"""People's own working time: the agreed shift on working days, without leave; the unknown is none of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from models.contract import ContractTerms
from models.leave import LeaveRequest, LeaveState
from models.person import PersonFlag
from webapp.domain.calendar import ONE_DAY, Calendar
from webapp.domain.hours.clock import Session, shift_session
from webapp.services.leave.absence import MEDICAL
from webapp.services.reference.load import load_calendar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from webapp.services.work import Work

AWAY = (LeaveState.APPROVED, LeaveState.CANCEL_PENDING, LeaveState.TAKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTimes:
    """Terms and absences of people, read once for a stretch of days."""

    calendar: Calendar
    terms: dict[int, list[ContractTerms]]  # by person, in the order of their first days
    away: dict[int, list[tuple[date, date]]]

    def works(self, person_id: int, day: date) -> bool:
        """Whether a day is a working day of a person; a day with leave on it, half or whole, is free."""
        return self.calendar.day(day).working and not self.on_leave(person_id, day)

    def on_leave(self, person_id: int, day: date) -> bool:
        """Whether leave or the medical period covers a day."""
        return any(first <= day <= last for first, last in self.away.get(person_id, ()))

    def has_shift(self, person_id: int, day: date) -> bool:
        """Whether a shift is agreed for that day at all."""
        return self._shift(person_id, day) is not None

    def sessions(self, person_id: int, day: date) -> Iterator[tuple[date, Session]]:
        """Working time that may hold a moment of this day: its own shift, and the one of the night before."""
        for start in (day - ONE_DAY, day):
            shift = self._shift(person_id, start) if self.works(person_id, start) else None
            if shift is not None:
                yield start, shift

    def _shift(self, person_id: int, day: date) -> Session | None:
        found = [row for row in self.terms.get(person_id, ()) if row.effective_from <= day]
        if not found or found[-1].shift_start is None or found[-1].shift_end is None:
            return None
        return shift_session(day, found[-1].shift_start, found[-1].shift_end)


def read_times(work: Work, person_ids: Collection[int], *, first: date, last: date) -> WorkingTimes:
    """Read for these people and days; three statements."""
    terms: dict[int, list[ContractTerms]] = {}
    for row in work.session.scalars(
        select(ContractTerms)
        .where(ContractTerms.person_id.in_(person_ids), ContractTerms.effective_from <= last)
        .order_by(ContractTerms.effective_from, ContractTerms.id)
    ):
        terms.setdefault(row.person_id, []).append(row)
    away: dict[int, list[tuple[date, date]]] = {}
    begin = first - ONE_DAY
    for person, start, end in work.session.execute(
        select(LeaveRequest.person_id, LeaveRequest.starts_on, LeaveRequest.ends_on).where(
            LeaveRequest.person_id.in_(person_ids),
            LeaveRequest.state.in_(AWAY),
            LeaveRequest.starts_on <= last,
            LeaveRequest.ends_on >= begin,
        )
    ):
        away.setdefault(person, []).append((start, end))
    for person, start, until in work.session.execute(
        select(PersonFlag.person_id, PersonFlag.valid_from, PersonFlag.valid_to).where(
            PersonFlag.person_id.in_(person_ids),
            PersonFlag.kind == MEDICAL,
            PersonFlag.valid_from <= last,
            or_(PersonFlag.valid_to.is_(None), PersonFlag.valid_to >= begin),
        )
    ):
        away.setdefault(person, []).append((start, until or last))
    return WorkingTimes(calendar=load_calendar(work.session), terms=terms, away=away)


def days_between(first: date, last: date) -> list[date]:
    """Every day of a stretch, both ends included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
