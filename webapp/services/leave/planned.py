"""Minutes that people are to work each day, leave or not: by calendar, agreed shift and employment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.contract import ContractTerms
from webapp.domain.calendar import DayKind
from webapp.services.leave.asked import MINUTES, day_minutes
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import time

    from webapp.domain.calendar import Day
    from webapp.domain.law import Law
    from webapp.services.work import Work

DAY = timedelta(days=1)
AT_ONCE = 500  # people of one statement


def planned_minutes(
    work: Work, people: Iterable[tuple[int, date, date | None]], *, days: Sequence[Day]
) -> dict[int, dict[int, int]]:
    """By person and day of the month, for (person id, hired on, left on); days without work are left out.

    An agreed shift counts with its length, at most the statutory day; without one a working day has the
    statutory hours. One statement for 500 people, beside the law's.
    """
    law = load_law(work.session)
    known = tuple(people)
    agreed = _agreed(work, [person_id for person_id, _, _ in known], until=days[-1].date)
    found: dict[int, dict[int, int]] = {}
    for person_id, hired_on, left_on in known:
        versions = agreed.get(person_id, ())
        found[person_id] = {
            day.date.day: _of_day(day.date, versions, law)
            for day in days
            if day.kind is DayKind.WORKING
            and hired_on <= day.date
            and (left_on is None or day.date <= left_on)
        }
    return found


def _agreed(work: Work, people: Sequence[int], *, until: date) -> Mapping[int, tuple[ContractTerms, ...]]:
    """Versions of terms by person, the one that counts last of a day at the end."""
    found: dict[int, tuple[ContractTerms, ...]] = {}
    for start in range(0, len(people), AT_ONCE):
        rows = work.session.scalars(
            select(ContractTerms)
            .where(
                ContractTerms.person_id.in_(people[start : start + AT_ONCE]),
                ContractTerms.effective_from <= until,
            )
            .order_by(ContractTerms.effective_from, ContractTerms.id)
        )
        for row in rows:
            found[row.person_id] = (*found.get(row.person_id, ()), row)
    return found


def _of_day(day: date, versions: Sequence[ContractTerms], law: Law) -> int:
    statutory = day_minutes(law, on=day)
    terms = next((each for each in reversed(versions) if each.effective_from <= day), None)
    if terms is None or terms.shift_start is None or terms.shift_end is None:
        return statutory
    return min(statutory, _length(terms.shift_start, terms.shift_end))


def _length(start: time, end: time) -> int:
    """Minutes of a shift; one that ends before it begins ends on the next day."""
    length = datetime.combine(date.min, end) - datetime.combine(date.min, start)
    return int((length % DAY or DAY).total_seconds()) // MINUTES
