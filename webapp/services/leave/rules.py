"""How long a leave of a kind may be in a region, and what else stands against a request."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from webapp.domain.explain import Unit, Working
from webapp.domain.leave import (
    Absences,
    DayBasis,
    Grant,
    LeaveType,
    bereavement,
    day_basis,
    grant_ends,
    marriage,
    not_due,
    paternity,
    sick_months,
)
from webapp.domain.text import msg
from webapp.services.leave.kinds import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.person import Person
    from webapp.domain.explain import Result
    from webapp.domain.law import Law
    from webapp.domain.text import Message
    from webapp.services.leave.asked import Asked
    from webapp.services.leave.balances import Book
    from webapp.services.leave.counting import Counted

YEAR_DAYS = Decimal("365.25")


def longest(kind: LeaveType, *, on: date, region: str, law: Law) -> Result[Grant] | None:
    """How long one leave of a kind may be; None where the law sets no length or a balance does."""
    if kind is LeaveType.MARRIAGE:
        return marriage(on=on, region=region, law=law)
    if kind is LeaveType.BEREAVEMENT:
        return bereavement(on=on, region=region, law=law)
    if kind is LeaveType.PATERNITY:
        return paternity(on=on, region=region, law=law)
    if kind in (LeaveType.MATERNITY_EXTRA, LeaveType.MISCARRIAGE):
        return _longest_of_scale(kind, on=on, region=region, law=law)
    return None


def _longest_of_scale(kind: LeaveType, *, on: date, region: str, law: Law) -> Result[Grant]:
    """The most that a scale grants; which step applies, HR sees from the proof."""
    working = Working(law, region=region, on=on)
    row = working.parameter(f"leave.{kind.value}.days")
    most = max(cells[1] for cells in row.numbers)
    basis = working.take(day_basis(kind, on=on, region=region, law=law))
    working.step(
        msg("{kind}最多 {amount} 天。", kind=NAMES[kind], amount=most),
        most,
        unit=Unit(row.unit),
        articles=(row.source,),
    )
    natural = Unit.WORKING_DAYS if basis is DayBasis.WORKING else Unit.CALENDAR_DAYS
    unit = Unit.MONTHS if row.unit == Unit.MONTHS else natural
    return working.result(Grant(amount=most, unit=unit, basis=basis))


def too_long(asked: Asked, counted: Counted, working: Working) -> Iterator[Message]:
    """A sentence where the leave is longer than its kind allows."""
    found = longest(asked.kind, on=asked.first, region=working.region, law=working.law)
    if found is None:
        return
    grant = working.take(found)
    name = NAMES[asked.kind]
    if grant.unit is Unit.MONTHS:
        last = working.take(grant_ends(grant, asked.first, region=working.region, law=working.law))
        if asked.last > last:
            yield msg(
                "{kind}最多 {amount} 个月，最晚到 {last}。",
                kind=name,
                amount=grant.amount,
                last=last.isoformat(),
            )
    elif counted.days > grant.amount:
        yield msg(
            "{kind}最多 {amount} 天，您选了 {days} 天。", kind=name, amount=grant.amount, days=counted.days
        )


def unemployed(asked: Asked, person: Person) -> Iterator[Message]:
    """A sentence where the leave lies outside the employment."""
    if asked.first < person.hired_on:
        yield msg("请假早于入职日 {day}。", day=person.hired_on.isoformat())
    if person.left_on is not None and asked.last > person.left_on:
        yield msg("请假超出了劳动关系的最后一日 {day}。", day=person.left_on.isoformat())


def annual_not_due(asked: Asked, person: Person, *, book: Book, working: Working) -> Iterator[Message]:
    """Why annual leave is not due this year after long absences (职工带薪年休假条例 art. 4)."""
    if asked.kind is not LeaveType.ANNUAL:
        return
    sick = book.used.get((LeaveType.SICK, asked.first.year), 0)
    if not sick:
        return
    months = working.take(sick_months(sick // asked.day, on=asked.first, law=working.law))
    years = Decimal((asked.first - person.service_from).days) / YEAR_DAYS
    absences = Absences(sick_months=months)
    for reason in working.take(not_due(round(years, 1), absences, on=asked.first, law=working.law)):
        yield msg("今年不享受年休假：{reason}", reason=reason)
