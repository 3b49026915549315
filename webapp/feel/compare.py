"""Equality, order and membership (DMN 1.5, 10.3.2.9 and tables 51, 54, 55)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel.limits import nesting_error
from webapp.feel.temporal import (
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    instant,
    offset_of,
)
from webapp.feel.values import Builtin, Context, Function, Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.limits import Budget

_MILLION = 1_000_000
_PLAIN = frozenset({Decimal, str, bool, Date, DaysTimeDuration, YearsMonthsDuration})
_ORDERED = frozenset({Decimal, str, DaysTimeDuration, YearsMonthsDuration})


def equal(left: Any, right: Any, budget: Budget, *, depth: int = 0) -> bool | None:
    """``left = right``: null when the types differ. Times are equal to the millisecond."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _PLAIN:
        return bool(left == right)
    budget.charge(len(left) + 1 if kind is tuple or kind is Context else 3)
    if depth > budget.limits.depth:
        raise nesting_error()
    if kind is tuple:
        return len(left) == len(right) and all(
            equal(a, b, budget, depth=depth + 1) for a, b in zip(left, right, strict=True)
        )
    if kind is Context:
        return len(left) == len(right) and all(
            name in right and equal(left[name], right[name], budget, depth=depth + 1) for name in left
        )
    return _equal_other(left, right, budget)


def _equal_other(left: Any, right: Any, budget: Budget) -> bool | None:
    if isinstance(left, DateTime | Time):
        return order_of(left, right) == 0
    if isinstance(left, Range):
        same = (left.low_included, left.high_included, left.operator) == (
            right.low_included,
            right.high_included,
            right.operator,
        )
        return (
            same and bool(equal(left.low, right.low, budget)) and bool(equal(left.high, right.high, budget))
        )
    return left is right if isinstance(left, Function | Builtin) else None


def _date_order(left: Date, right: Date) -> int:
    a, b = (left.year, left.month, left.day), (right.year, right.month, right.day)
    return (a > b) - (a < b)


def _date_time_order(left: DateTime, right: DateTime) -> int | None:
    (tied, a), (also, b) = instant(left), instant(right)
    return _milli_order(a, b) if tied == also else None


def _time_order(left: Time, right: Time) -> int | None:
    a, b = offset_of(None, left), offset_of(None, right)
    if (a is None) != (b is None):
        return None
    first = (left.seconds - (a or 0)) * 1_000_000_000 + left.nano
    return _milli_order(first, (right.seconds - (b or 0)) * 1_000_000_000 + right.nano)


def _milli_order(left: int, right: int) -> int:
    a, b = left // _MILLION, right // _MILLION
    return (a > b) - (a < b)


_ORDERS: dict[type, Callable[[Any, Any], int | None]] = {
    Date: _date_order,
    DateTime: _date_time_order,
    Time: _time_order,
}


def order_of(left: Any, right: Any) -> int | None:
    """-1, 0 or 1, or None when the two cannot be compared."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _ORDERED:
        return int(left > right) - int(left < right)
    by = _ORDERS.get(kind)
    return None if by is None else by(left, right)


def contains(span: Range, value: Any, budget: Budget) -> bool | None:
    """Whether a range holds a value: null when they cannot be compared."""
    if span.operator == "!=":
        same = equal(value, span.low, budget)
        return None if same is None else not same
    if span.low is not None and span.low_included and span.high_included and span.low is span.high:
        return equal(value, span.low, budget)
    low_good = high_good = True
    if span.low is not None or not span.operator:
        order = order_of(value, span.low)
        if order is None:
            return None
        low_good = order > 0 or (order == 0 and span.low_included)
    if span.high is not None or not span.operator:
        order = order_of(value, span.high)
        if order is None:
            return None
        high_good = order < 0 or (order == 0 and span.high_included)
    return low_good and high_good


def passes(value: Any, test: Any, budget: Budget) -> bool | None:
    """``value in test`` for one test: a range, a list of tests, or a value to equal."""
    if type(test) is Range:
        if type(value) is Range:
            return equal(value, test, budget)
        return contains(test, value, budget)
    if type(test) is tuple:
        for item in test:
            budget.charge(1)
            if type(item) is Range and type(value) is not Range:
                if contains(item, value, budget):
                    return True
            elif equal(value, item, budget):
                return True
        return type(value) is tuple and bool(equal(value, test, budget))
    return equal(value, test, budget)


def same(left: Any, right: Any, budget: Budget) -> bool:
    """``is(left, right)``: the same element of the semantic domain, zone and all."""
    if type(left) is not type(right):
        return False
    if isinstance(left, DateTime | Time):
        return bool(left == right)
    return bool(equal(left, right, budget))
