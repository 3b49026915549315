"""Functions on dates, times and durations (DMN 1.5, tables 71, 78 and 79)."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel import temporal_text
from webapp.feel.properties import weekday
from webapp.feel.registry import builtin
from webapp.feel.temporal import (
    BILLION,
    MAX_OFFSET,
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    days_of,
    from_python,
    make_date,
)

if TYPE_CHECKING:
    from webapp.feel.runtime import Run

_MIDNIGHT_UTC = Time(0, 0, 0, 0, 0)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _whole(number: Decimal) -> int | None:
    return int(number) if number.adjusted() < 12 and number == number.to_integral_value() else None


@builtin(
    "date",
    "from: string",
    "from: date",
    "from: date and time",
    "year: number, month: number, day: number",
    result="date",
)
def date(_run: Run, first: Any, month: Decimal | None = None, day: Decimal | None = None) -> Date | None:
    """From text, from a date and time, or from year, month and day."""
    if isinstance(first, str):
        return temporal_text.parse_date(first)
    if isinstance(first, DateTime):
        return first.date
    if isinstance(first, Date):
        return first
    parts = [None if part is None else _whole(part) for part in (first, month, day)]
    if any(part is None for part in parts):
        return None
    return make_date(*(part for part in parts if part is not None))


@builtin(
    "time",
    "from: string",
    "from: time",
    "from: date",
    "from: date and time",
    "hour: number, minute: number, second: number, offset?: days and time duration",
    result="time",
)
def time(_run: Run, first: Any, *rest: Any) -> Time | None:
    """From text, from a date and time, from a date (midnight UTC), or from its parts."""
    if isinstance(first, str):
        return temporal_text.parse_time(first)
    if isinstance(first, Time):
        return first
    if isinstance(first, Date):
        return _MIDNIGHT_UTC
    if isinstance(first, DateTime):
        return first.time
    return _clock(first, *rest)


def _clock(  # noqa: PLR0917 - the standard's parameters
    hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None = None
) -> Time | None:
    hours, minutes, seconds = _whole(hour), _whole(minute), None
    if second.adjusted() < 3:
        seconds = int(second.to_integral_value(ROUND_FLOOR))
    if hours is None or minutes is None or seconds is None:
        return None
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60):
        return None
    nano = int((second - seconds) * BILLION)
    east = None
    if offset is not None:
        east = -(-offset.nanos // BILLION) if offset.nanos < 0 else offset.nanos // BILLION
        if abs(east) > MAX_OFFSET:
            return None
    return Time(hours, minutes, seconds, nano, east)


@builtin(
    "date and time",
    "from: string",
    "from: date and time",
    "date: date, time: time",
    "date: date and time, time: time",
    result="date and time",
)
def date_and_time(_run: Run, first: Any, clock: Time | None = None) -> DateTime | None:
    """From text, or from a date and a time."""
    if isinstance(first, str):
        return temporal_text.parse_date_time(first)
    if clock is None:
        return first if isinstance(first, DateTime) else None
    return DateTime(first.date if isinstance(first, DateTime) else first, clock)


@builtin("duration", "from: string", "from: duration")
def duration(_run: Run, value: Any) -> Any:
    """From text such as ``P1DT2H`` or ``P1Y2M``."""
    return temporal_text.parse_duration(value) if isinstance(value, str) else value


@builtin(
    "years and months duration",
    "from: date, to: date",
    "from: date and time, to: date and time",
    "from: date, to: date and time",
    "from: date and time, to: date",
    result="years and months duration",
)
def years_and_months_duration(_run: Run, first: Any, last: Any) -> YearsMonthsDuration | None:
    """Whole months between two dates, towards zero."""
    a = first.date if isinstance(first, DateTime) else first
    b = last.date if isinstance(last, DateTime) else last
    months = (b.year - a.year) * 12 + b.month - a.month
    if months > 0 and b.day < a.day:
        months -= 1
    elif months < 0 and b.day > a.day:
        months += 1
    return YearsMonthsDuration(months)


@builtin("now", "", result="date and time")
def now(run: Run) -> Any:
    """The moment that was handed in."""
    return from_python(run.clock())


@builtin("today", "", result="date")
def today(run: Run) -> Any:
    """The day of the moment that was handed in, in China."""
    return from_python(run.clock().date())


def _day(value: Any) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin("day of year", "date: date", "date: date and time", result="number")
def day_of_year(_run: Run, value: Any) -> Decimal:
    """1 for 1 January."""
    day = _day(value)
    return Decimal(day.days - days_of(day.year, 1, 1) + 1)


@builtin("day of week", "date: date", "date: date and time", result="string")
def day_of_week(_run: Run, value: Any) -> str:
    """``"Monday"`` to ``"Sunday"``."""
    return _WEEKDAYS[weekday(_day(value)) - 1]


@builtin("month of year", "date: date", "date: date and time", result="string")
def month_of_year(_run: Run, value: Any) -> str:
    """``"January"`` to ``"December"``."""
    return _MONTHS[_day(value).month - 1]


@builtin("week of year", "date: date", "date: date and time", result="number")
def week_of_year(_run: Run, value: Any) -> Decimal:
    """The week of ISO 8601: the one with the year's first Thursday is week 1."""
    day = _day(value)
    thursday = day.days - weekday(day) + 4
    year = day.year
    while days_of(year + 1, 1, 1) <= thursday:
        year += 1
    while days_of(year, 1, 1) > thursday:
        year -= 1
    return Decimal((thursday - days_of(year, 1, 1)) // 7 + 1)
