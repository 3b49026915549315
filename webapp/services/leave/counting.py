"""A request counted: minutes day by day and year by year, with the working that leads there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.explain import Step, Unit, Working, plain
from webapp.domain.leave import count_leave, day_basis, split_by_year
from webapp.domain.leave.days import counts
from webapp.domain.text import Message, msg
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from webapp.domain.law import Law
    from webapp.domain.leave import DayBasis
    from webapp.services.leave.asked import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a request costs."""

    basis: DayBasis
    each: tuple[tuple[date, int], ...]  # days that cost something, with minutes
    day: int  # minutes of a whole day
    steps: tuple[Step, ...] = ()
    provisional: tuple[Message, ...] = ()

    @property
    def minutes(self) -> int:
        """In all."""
        return sum(minutes for _, minutes in self.each)

    @property
    def days(self) -> Decimal:
        """In days, to the thousandth."""
        return as_days(self.minutes, self.day)

    @property
    def by_year(self) -> dict[int, int]:
        """Minutes by calendar year, in order."""
        found: dict[int, int] = {}
        for day, minutes in self.each:
            found[day.year] = found.get(day.year, 0) + minutes
        return found


def as_days(minutes: int, day: int) -> Decimal:
    """Minutes as days, to the thousandth, without idle zeros."""
    days = round(Decimal(minutes) / day, 3)
    return days.to_integral_value() if days == days.to_integral_value() else days.normalize()


def count(asked: Asked, *, law: Law, region: str) -> Counted:
    """Count a request by the day basis of kind and region; raises MissingParameterError, never guesses."""
    working = Working(law, region=region, on=asked.first)
    basis = working.take(day_basis(asked.kind, on=asked.first, region=region, law=law))
    each: list[tuple[date, int]] = []
    for part in split_by_year(asked.span):
        counted = working.take(count_leave(part, basis=basis, law=law, region=region))
        each += [(d.date, int(d.counted * asked.day)) for d in counted.each if d.counted]
    result = working.result(None)
    found = Counted(
        basis=basis,
        each=tuple(each),
        day=asked.day,
        steps=result.steps,
        provisional=result.provisional,
    )
    return _by_hours(found, asked, law) if asked.hours else found


def _by_hours(found: Counted, asked: Asked, law: Law) -> Counted:
    day = law.calendar.day(asked.first)
    minutes = asked.last_minute - asked.first_minute if counts(day, found.basis) else 0
    step = Step(message=msg("按小时计 {minutes} 分钟。", minutes=minutes), figure=minutes, unit=Unit.MINUTES)
    return replace(
        found,
        each=((asked.first, minutes),) if minutes else (),
        steps=(*(s for s in found.steps if s.unit is not Unit.DAYS), step),
    )


def kept_steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as a row keeps them: sentences that can still be translated, figures, articles."""
    return [
        {
            "message": stored(s.message),
            "figure": plain(s.figure),
            "unit": s.unit.value,
            "articles": list(s.articles),
        }
        for s in steps
    ]
