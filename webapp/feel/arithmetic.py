"""Addition to exponentiation: numbers, strings, dates, durations (DMN 1.5, tables 52, 53, 57 to 60)."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel.numbers import NUMBERS, ONE
from webapp.feel.temporal import (
    BILLION,
    DAY,
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    add_months,
    at_instant,
    clock_of,
    date_of,
    instant,
    offset_of,
)
from webapp.feel.temporal_text import days_time, years_months

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.limits import Budget

_WIDE = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[])
_UTC_MIDNIGHT = Time(0, 0, 0, 0, 0)
_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = NUMBERS.add, NUMBERS.subtract, NUMBERS.multiply, NUMBERS.divide

Table = dict[tuple[type, type], "Callable[[Any, Any], Any]"]


def _shift(value: DateTime, length: DaysTimeDuration, sign: int) -> DateTime | None:
    nanos = instant(value)[1] + sign * length.nanos
    return at_instant(nanos, value.time)


def _shift_date(day: Date, length: DaysTimeDuration, sign: int) -> Date | None:
    return date_of((day.days * DAY * BILLION + sign * length.nanos) // (DAY * BILLION))


def _shift_time(clock: Time, length: DaysTimeDuration, sign: int) -> Time:
    nanos = clock.seconds * BILLION + clock.nano + sign * length.nanos
    seconds, nano = divmod(nanos, BILLION)
    return clock_of(seconds % DAY, nano, clock)


def _months(value: Any, length: YearsMonthsDuration, sign: int) -> Any:
    day = value if type(value) is Date else value.date
    moved = add_months(day, sign * length.months)
    if moved is None or type(value) is Date:
        return moved
    return DateTime(moved, value.time)


def _between(left: Any, right: Any) -> DaysTimeDuration | None:
    a = left if type(left) is DateTime else DateTime(left, _UTC_MIDNIGHT)
    b = right if type(right) is DateTime else DateTime(right, _UTC_MIDNIGHT)
    (tied, first), (also, second) = instant(a), instant(b)
    return days_time(first - second) if tied == also else None


def _dates_between(left: Date, right: Date) -> DaysTimeDuration | None:
    return days_time((left.days - right.days) * DAY * BILLION)


def _times_between(left: Time, right: Time) -> DaysTimeDuration | None:
    a, b = offset_of(None, left), offset_of(None, right)
    if (a is None) != (b is None):
        return None
    seconds = left.seconds - (a or 0) - right.seconds + (b or 0)
    return days_time(seconds * BILLION + left.nano - right.nano)


def _scale(units: int, factor: Decimal, *, divide: bool) -> int | None:
    if divide and not factor:
        return None
    wide = Decimal(units)
    value = _WIDE.divide(wide, factor) if divide else _WIDE.multiply(wide, factor)
    if not value.is_finite() or value.adjusted() > 40:
        return None
    return int(value.to_integral_value(ROUND_HALF_EVEN, context=_WIDE))


def _scale_days(length: DaysTimeDuration, factor: Decimal, *, divide: bool = False) -> Any:
    nanos = _scale(length.nanos, factor, divide=divide)
    return None if nanos is None else days_time(nanos)


def _scale_months(length: YearsMonthsDuration, factor: Decimal, *, divide: bool = False) -> Any:
    if divide and not factor:
        return None
    wide = Decimal(length.months)
    value = _WIDE.divide(wide, factor) if divide else _WIDE.multiply(wide, factor)
    if not value.is_finite() or value.adjusted() > 20:
        return None
    return years_months(int(value.to_integral_value(ROUND_DOWN, context=_WIDE)))


def _ratio(left: int, right: int) -> Decimal | None:
    return NUMBERS.divide(Decimal(left), Decimal(right)) if right else None


ADDITIONS: Table = {
    (str, str): lambda a, b: a + b,
    (DaysTimeDuration, DaysTimeDuration): lambda a, b: days_time(a.nanos + b.nanos),
    (YearsMonthsDuration, YearsMonthsDuration): lambda a, b: years_months(a.months + b.months),
    (Time, DaysTimeDuration): lambda a, b: _shift_time(a, b, 1),
    (DaysTimeDuration, Time): lambda a, b: _shift_time(b, a, 1),
    (Date, DaysTimeDuration): lambda a, b: _shift_date(a, b, 1),
    (DaysTimeDuration, Date): lambda a, b: _shift_date(b, a, 1),
    (DateTime, DaysTimeDuration): lambda a, b: _shift(a, b, 1),
    (DaysTimeDuration, DateTime): lambda a, b: _shift(b, a, 1),
    (Date, YearsMonthsDuration): lambda a, b: _months(a, b, 1),
    (YearsMonthsDuration, Date): lambda a, b: _months(b, a, 1),
    (DateTime, YearsMonthsDuration): lambda a, b: _months(a, b, 1),
    (YearsMonthsDuration, DateTime): lambda a, b: _months(b, a, 1),
}
SUBTRACTIONS: Table = {
    (DaysTimeDuration, DaysTimeDuration): lambda a, b: days_time(a.nanos - b.nanos),
    (YearsMonthsDuration, YearsMonthsDuration): lambda a, b: years_months(a.months - b.months),
    (Date, Date): _dates_between,
    (DateTime, DateTime): _between,
    (Date, DateTime): _between,
    (DateTime, Date): _between,
    (Time, Time): _times_between,
    (Time, DaysTimeDuration): lambda a, b: _shift_time(a, b, -1),
    (Date, DaysTimeDuration): lambda a, b: _shift_date(a, b, -1),
    (DateTime, DaysTimeDuration): lambda a, b: _shift(a, b, -1),
    (Date, YearsMonthsDuration): lambda a, b: _months(a, b, -1),
    (DateTime, YearsMonthsDuration): lambda a, b: _months(a, b, -1),
}
PRODUCTS: Table = {
    (DaysTimeDuration, Decimal): _scale_days,
    (Decimal, DaysTimeDuration): lambda a, b: _scale_days(b, a),
    (YearsMonthsDuration, Decimal): _scale_months,
    (Decimal, YearsMonthsDuration): lambda a, b: _scale_months(b, a),
}
QUOTIENTS: Table = {
    (DaysTimeDuration, Decimal): lambda a, b: _scale_days(a, b, divide=True),
    (YearsMonthsDuration, Decimal): lambda a, b: _scale_months(a, b, divide=True),
    (DaysTimeDuration, DaysTimeDuration): lambda a, b: _ratio(a.nanos, b.nanos),
    (YearsMonthsDuration, YearsMonthsDuration): lambda a, b: _ratio(a.months, b.months),
}


def _other(table: Table, left: Any, right: Any, *, budget: Budget) -> Any:
    budget.charge(10)
    by = table.get((type(left), type(right)))
    return None if by is None else by(left, right)


def add(left: Any, right: Any, budget: Budget) -> Any:
    """``left + right``."""
    if type(left) is Decimal and type(right) is Decimal:
        value = _ADD(left, right)
        return value if value.is_finite() else None
    if type(left) is str and type(right) is str:
        budget.check_string(len(left) + len(right))
    return _other(ADDITIONS, left, right, budget=budget)


def subtract(left: Any, right: Any, budget: Budget) -> Any:
    """``left - right``."""
    if type(left) is Decimal and type(right) is Decimal:
        value = _SUBTRACT(left, right)
        return value if value.is_finite() else None
    return _other(SUBTRACTIONS, left, right, budget=budget)


def multiply(left: Any, right: Any, budget: Budget) -> Any:
    """``left * right``."""
    if type(left) is Decimal and type(right) is Decimal:
        value = _MULTIPLY(left, right)
        return value if value.is_finite() else None
    return _other(PRODUCTS, left, right, budget=budget)


def divide(left: Any, right: Any, budget: Budget) -> Any:
    """``left / right``; division by zero is null."""
    if type(left) is Decimal and type(right) is Decimal:
        value = _DIVIDE(left, right)
        return value if value.is_finite() else None
    return _other(QUOTIENTS, left, right, budget=budget)


def power(left: Any, right: Any, budget: Budget) -> Any:
    """``left ** right`` for numbers."""
    if type(left) is not Decimal or type(right) is not Decimal:
        return None
    budget.charge(50)
    if not right:
        return ONE  # as IEEE 754 pow has it, for zero too
    value = NUMBERS.power(left, right)
    return value if value.is_finite() else None


def negate(value: Any) -> Any:
    """``-value`` for numbers and durations."""
    kind = type(value)
    if kind is Decimal:
        return NUMBERS.minus(value)
    if kind is DaysTimeDuration:
        return DaysTimeDuration(-value.nanos)
    return YearsMonthsDuration(-value.months) if kind is YearsMonthsDuration else None


OPERATORS: dict[str, Callable[[Any, Any, Budget], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
