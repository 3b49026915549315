"""Counting periods 期间: 民法典 arts. 201-204, 1259; working days of agencies 行政许可法 art. 82."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from webapp.domain.calendar import ONE_DAY, Day, DayKind, provisional_reason
from webapp.domain.errors import InvalidError
from webapp.domain.explain import UNIT_NAMES, Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.calendar import Calendar
    from webapp.domain.law import Law

MONTHS_A_YEAR = 12
FIRST_DAY = "民法典第201条"
MONTH_END = "民法典第202条"
ROLL_OVER = "民法典第203条"
WORKING_DAYS = "行政许可法第82条"


@dataclass(frozen=True, order=True, slots=True)
class Elapsed:
    """A length in whole years, further whole months and further days."""

    years: int
    months: int
    days: int

    @property
    def whole_months(self) -> int:
        """All whole months, the years' included."""
        return self.years * MONTHS_A_YEAR + self.months


def add_months(start: date, months: int) -> date:
    """The corresponding day so many months on (or back), or the month's last day (民法典 202)."""
    number = start.year * MONTHS_A_YEAR + start.month - 1 + months
    year, month = divmod(number, MONTHS_A_YEAR)
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def add_years(start: date, years: int) -> date:
    """The corresponding day so many years on; 29 February becomes 28 (民法典 202)."""
    return add_months(start, years * MONTHS_A_YEAR)


def elapsed(first: date, last: date) -> Elapsed:
    """Length of service 工作年限 from first to last day, both counted; zero if last is before first.

    Adding a day never shortens it.
    """
    after = last + ONE_DAY
    if after <= first:
        return Elapsed(0, 0, 0)
    months = (after.year - first.year) * MONTHS_A_YEAR + after.month - first.month
    while add_months(first, months) > after:
        months -= 1
    days = (after - add_months(first, months)).days
    return Elapsed(*divmod(months, MONTHS_A_YEAR), days)


def next_working_day(on: date, *, calendar: Calendar) -> date:
    """The day itself if it is a working day, else the next working day (民法典 203)."""
    while not calendar.working(on):
        on += ONE_DAY
    return on


def previous_working_day(on: date, *, calendar: Calendar) -> date:
    """The day itself if it is a working day, else the last working day before it."""
    while not calendar.working(on):
        on -= ONE_DAY
    return on


def add_working_days(start: date, days: int, *, calendar: Calendar) -> date:
    """The n-th working day after start; start itself is not counted (民法典 201, 行政许可法 82)."""
    on = start
    for _ in range(days):
        on = next_working_day(on + ONE_DAY, calendar=calendar)
    return on


def subtract_working_days(end: date, days: int, *, calendar: Calendar) -> date:
    """The n-th working day before end; end itself is not counted."""
    on = end
    for _ in range(days):
        on = previous_working_day(on - ONE_DAY, calendar=calendar)
    return on


def raw_end(start: date, amount: int, *, unit: Unit, calendar: Calendar) -> date:
    """The last day of a period that begins after start, before any roll-over; amount may be negative.

    InvalidError for a unit that is no length of time and for an end beyond the calendar.
    """
    try:
        return _raw_end(start, amount, unit=unit, calendar=calendar)
    except (ValueError, OverflowError):
        raise InvalidError(msg("期间过长，末日超出了日历的范围。")) from None


def _raw_end(start: date, amount: int, *, unit: Unit, calendar: Calendar) -> date:
    if unit is Unit.WORKING_DAYS:
        if amount < 0:
            return subtract_working_days(start, -amount, calendar=calendar)
        return add_working_days(start, amount, calendar=calendar)
    if unit is Unit.CALENDAR_DAYS:
        return start + timedelta(days=amount)
    if unit is Unit.MONTHS:
        return add_months(start, amount)
    if unit is Unit.YEARS:
        return add_years(start, amount)
    raise InvalidError(msg("期间不能以“{unit}”计算。", unit=unit.value))


def deadline(
    start: date,
    amount: int,
    *,
    unit: Unit,
    law: Law,
    articles: tuple[str, ...] = (),
    roll: bool = True,
) -> Result[date]:
    """The last day 期间届满日 of a period in working days, calendar days, months or years.

    The first day is not counted (201), months and years end on the corresponding day (202), and a last
    day that is no working day moves to the next one (203) unless ``roll`` is False.
    """
    working = Working(law, region=NATIONAL, on=start)
    end = raw_end(start, amount, unit=unit, calendar=law.calendar)
    working.step(
        msg(
            "自 {start} 起算，当日不计入，期间 {amount} {unit}，末日为 {end}。",
            start=start.isoformat(),
            amount=amount,
            unit=UNIT_NAMES[unit],
            end=end.isoformat(),
        ),
        end,
        unit=Unit.DATE,
        articles=(*articles, _article(unit)),
    )
    rolled = next_working_day(end, calendar=law.calendar) if roll else end
    if rolled != end:
        _show_roll(working, law.calendar.day(end), rolled)
    touched = start if unit is Unit.WORKING_DAYS else end
    for year in law.calendar.unpublished(touched, rolled):
        working.provision(provisional_reason(year))
    return working.result(rolled)


def latest_before(
    end: date, amount: int, *, unit: Unit, law: Law, articles: tuple[str, ...] = ()
) -> Result[date]:
    """The last day on which an act that must precede ``end`` by the amount can be done.

    Moves back to a working day, never forward: moving forward would shorten the period.
    """
    working = Working(law, region=NATIONAL, on=end)
    day = raw_end(end, -amount, unit=unit, calendar=law.calendar)
    permitted = previous_working_day(day, calendar=law.calendar)
    working.step(
        msg(
            "须在 {end} 之前至少 {amount} {unit}，即不晚于 {day}；该日或之前最近的工作日为 {permitted}。",
            end=end.isoformat(),
            amount=amount,
            unit=UNIT_NAMES[unit],
            day=day.isoformat(),
            permitted=permitted.isoformat(),
        ),
        permitted,
        unit=Unit.DATE,
        articles=articles,
    )
    for year in law.calendar.unpublished(permitted, end if unit is Unit.WORKING_DAYS else day):
        working.provision(provisional_reason(year))
    return working.result(permitted)


def _article(unit: Unit) -> str:
    if unit is Unit.WORKING_DAYS:
        return WORKING_DAYS
    return FIRST_DAY if unit is Unit.CALENDAR_DAYS else MONTH_END


def _show_roll(working: Working, day: Day, rolled: date) -> None:
    reason = msg("法定休假日") if day.kind is DayKind.STATUTORY else msg("休息日")
    working.step(
        msg(
            "{day} 是{reason}，顺延至其后第一个工作日 {rolled}。",
            day=day.date.isoformat(),
            reason=reason,
            rolled=rolled.isoformat(),
        ),
        rolled,
        unit=Unit.DATE,
        articles=(ROLL_OVER,),
    )
