"""What stands behind the dot of dates, times, durations, ranges and lists (DMN 1.5, tables 63 to 65)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel import types
from webapp.feel.limits import nesting_error
from webapp.feel.temporal import (
    BILLION,
    DAY,
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    offset_of,
)
from webapp.feel.values import Context, Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.limits import Budget


def weekday(day: Date) -> int:
    """1 for Monday to 7 for Sunday (ISO 8601)."""
    return (day.days + 3) % 7 + 1


def _cut(value: int, unit: int) -> int:
    """Towards zero, so that the parts of a negative duration are negative."""
    return -(-value // unit) if value < 0 else value // unit


def _part(value: int, unit: int, below: int) -> int:
    whole = _cut(value, unit)
    return whole - _cut(whole, below) * below


def _offset(value: DateTime | Time) -> DaysTimeDuration | None:
    day, clock = (value.date, value.time) if isinstance(value, DateTime) else (None, value)
    offset = offset_of(day, clock)
    return None if offset is None else DaysTimeDuration(offset * BILLION)


_DAY: dict[str, Callable[[Date], Any]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(weekday(day)),
}
_CLOCK: dict[str, Callable[[Time], Any]] = {
    "hour": lambda clock: Decimal(clock.hour),
    "minute": lambda clock: Decimal(clock.minute),
    "second": lambda clock: Decimal(clock.second),
    "timezone": lambda clock: clock.zone,
}
_DAYS: dict[str, Callable[[int], int]] = {
    "days": lambda nanos: _cut(nanos, DAY * BILLION),
    "hours": lambda nanos: _part(nanos, 3600 * BILLION, 24),
    "minutes": lambda nanos: _part(nanos, 60 * BILLION, 60),
    "seconds": lambda nanos: _part(nanos, BILLION, 60),
}
_RANGE: dict[str, Callable[[Range], Any]] = {
    "start": lambda span: span.low,
    "end": lambda span: span.high,
    "start included": lambda span: span.low_included,
    "end included": lambda span: span.high_included,
}
_MONTHS: dict[str, Callable[[int], int]] = {
    "years": lambda months: _cut(months, 12),
    "months": lambda months: _part(months, 1, 12),
}


def _read(table: dict[str, Callable[[Any], Any]], value: Any, name: str) -> Any:
    reader = table.get(name)
    return None if reader is None else reader(value)


def _date_time(value: DateTime, name: str) -> Any:
    if name == "time offset":
        return _offset(value)
    return _read(_DAY, value.date, name) if name in _DAY else _read(_CLOCK, value.time, name)


def _number(found: int | None) -> Decimal | None:
    return None if found is None else Decimal(found)


_READERS: dict[type, Callable[[Any, str], Any]] = {
    Date: lambda value, name: _read(_DAY, value, name),
    Time: lambda value, name: _offset(value) if name == "time offset" else _read(_CLOCK, value, name),
    DateTime: _date_time,
    DaysTimeDuration: lambda value, name: _number(_read(_DAYS, value.nanos, name)),
    YearsMonthsDuration: lambda value, name: _number(_read(_MONTHS, value.months, name)),
    Range: lambda value, name: _read(_RANGE, value, name),
}


def member(value: Any, name: str, budget: Budget, *, depth: int = 0) -> Any:
    """``value.name``: an entry, a property, or for a list the list of both; null when there is none."""
    kind = type(value)
    if kind is Context:
        return value.get(name)
    if kind is tuple:
        budget.charge(len(value))
        if depth > budget.limits.depth:
            raise nesting_error()
        return tuple([member(item, name, budget, depth=depth + 1) for item in value])
    reader = _READERS.get(kind)
    return None if reader is None else reader(value, name)


_NUMBERS = dict.fromkeys(_DAY, types.NUMBER)
_CLOCKS = dict.fromkeys(_CLOCK, types.NUMBER) | {"timezone": types.STRING, "time offset": types.DAYS_TIME}
PROPERTY_TYPES: dict[type, dict[str, types.Type]] = {
    Date: {**_NUMBERS},
    Time: {**_CLOCKS},
    DateTime: {**_NUMBERS, **_CLOCKS},
    DaysTimeDuration: dict.fromkeys(_DAYS, types.NUMBER),
    YearsMonthsDuration: dict.fromkeys(_MONTHS, types.NUMBER),
}
