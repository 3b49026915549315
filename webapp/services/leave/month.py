"""The month's attendance: a row a person, a cell a day; whose, says the query itself."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from models.leave import AttendanceDay
from models.organisation import Department
from models.person import Person
from webapp.domain.permissions import Permission
from webapp.services.leave.attendance import KINDS
from webapp.services.leave.planned import planned_minutes
from webapp.services.reference.load import load_calendar
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from webapp.domain.permissions import Actor
    from webapp.services.work import Work

PAGE = 50
EXPORT = 20_000  # people of one file


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHead:
    """A day of the month as the table's head shows it."""

    day: date
    kind: str  # working, rest, statutory


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMonth:
    """A person's month: leave by day of the month."""

    person_id: int
    number: str
    name: str
    department: str
    leave: dict[int, AttendanceDay]
    planned: dict[int, int]  # minutes by day of the month, leave or not

    @property
    def planned_minutes(self) -> int:
        """What the month asks of the person, in minutes."""
        return sum(self.planned.values())

    @property
    def minutes(self) -> int:
        """Leave of the month, in minutes."""
        return sum(day.leave_minutes for day in self.leave.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A page of the month."""

    first: date
    days: tuple[DayHead, ...]
    people: tuple[PersonMonth, ...]
    following: str = ""  # number of the last person, where there are more


def visible(actor: Actor) -> ColumnElement[bool]:
    """People whose attendance an actor may see: their reports and those in scope."""
    return or_(
        Person.manager_id == actor.person_id,
        within(actor, Permission.ATTENDANCE_READ, entity=Person.entity_id, path=Department.path),
    )


def read_month(
    work: Work, first: date, *, after: str = "", text: str = "", absent: bool = False, most: int = PAGE
) -> Month:
    """People in the order of their numbers, ``after`` one; five statements, whatever the month holds."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    query = (
        select(Person.id, Person.number, Person.name, Department.name, Person.hired_on, Person.left_on)
        .join(Department, Department.id == Person.department_id)
        .where(
            visible(work.actor),
            Person.number > after,
            Person.hired_on <= last,
            or_(Person.left_on.is_(None), Person.left_on >= first),
        )
        .order_by(Person.number)
        .limit(most + 1)
    )
    if text:
        query = query.where(
            or_(Person.name.contains(text, autoescape=True), Person.number.startswith(text, autoescape=True))
        )
    if absent:
        query = query.where(
            Person.id.in_(
                select(AttendanceDay.person_id).where(
                    AttendanceDay.day.between(first, last), AttendanceDay.leave_minutes > 0
                )
            )
        )
    rows = work.session.execute(query).all()
    shown = rows[:most]
    leave = _leave(work, [row[0] for row in shown], first=first, last=last)
    days = tuple(load_calendar(work.session).span(first, last))
    planned = planned_minutes(work, [(row[0], row[4], row[5]) for row in shown], days=days)
    return Month(
        first=first,
        days=tuple(DayHead(day=day.date, kind=KINDS[day.kind]) for day in days),
        people=tuple(
            PersonMonth(
                person_id=i,
                number=n,
                name=name,
                department=d,
                leave=leave.get(i, {}),
                planned=planned[i],
            )
            for i, n, name, d, _, _ in shown
        ),
        following=shown[-1][1] if len(rows) > most else "",
    )


def _leave(
    work: Work, people: Sequence[int], *, first: date, last: date
) -> dict[int, dict[int, AttendanceDay]]:
    found: dict[int, dict[int, AttendanceDay]] = {}
    for start in range(0, len(people), 500):
        rows = work.session.scalars(
            select(AttendanceDay).where(
                AttendanceDay.person_id.in_(people[start : start + 500]),
                AttendanceDay.day.between(first, last),
                AttendanceDay.leave_minutes > 0,
            )
        )
        for row in rows:
            found.setdefault(row.person_id, {})[row.day.day] = row
    return found
