"""Annual leave of a year that is over and was neither taken nor carried: for HR to carry or to have paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.leave import LeaveEntry
from models.organisation import Department
from models.person import Person
from webapp.domain.errors import ForbiddenError
from webapp.domain.leave import LeaveType
from webapp.domain.permissions import Permission
from webapp.services.leave.asked import day_minutes
from webapp.services.leave.counting import as_days
from webapp.services.people import local_date
from webapp.services.reference.load import load_law
from webapp.services.scope import within

if TYPE_CHECKING:
    from decimal import Decimal

    from webapp.services.work import Work

MOST = 300
DECEMBER = 12  # from then on the year that ends is worth a look


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What one person has left."""

    person_id: int
    number: str
    name: str
    department: str
    days: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """The page: people of the actor's scope, those with most days first."""

    year: int
    people: tuple[Rest, ...]
    more: bool  # there are more than the page shows


def read_unsettled(work: Work) -> Unsettled:
    """Rests of last year, in December of this one; one statement beside the law's. Raises ForbiddenError."""
    if not work.actor.may(Permission.LEAVE_ADJUST):
        raise ForbiddenError
    today = local_date(work.now)
    year = today.year if today.month == DECEMBER else today.year - 1
    rest = func.sum(LeaveEntry.minutes)
    rows = work.session.execute(
        select(Person.id, Person.number, Person.name, Department.name, rest)
        .join(LeaveEntry, LeaveEntry.person_id == Person.id)
        .join(Department, Department.id == Person.department_id)
        .where(
            within(work.actor, Permission.LEAVE_ADJUST, entity=Person.entity_id, path=Department.path),
            LeaveEntry.kind == LeaveType.ANNUAL.value,
            LeaveEntry.year == year,
        )
        .group_by(Person.id, Person.number, Person.name, Department.name)
        .having(rest > 0)
        .order_by(rest.desc(), Person.number)
        .limit(MOST + 1)
    ).all()
    day = day_minutes(load_law(work.session), on=today)
    return Unsettled(
        year=year,
        people=tuple(
            Rest(
                person_id=i, number=number, name=name, department=department, days=as_days(int(minutes), day)
            )
            for i, number, name, department, minutes in rows[:MOST]
        ),
        more=len(rows) > MOST,
    )
