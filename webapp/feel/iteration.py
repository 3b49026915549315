"""What for, some and every go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from webapp.feel.runtime import Scope
from webapp.feel.temporal import Date, date_of
from webapp.feel.values import Range

INDEX_LIMIT = 12  # digits of a place in a list

Code = Callable[[Scope], Any]


def domain(low: Code, high: Code | None) -> Code:
    """The values of ``in low`` or ``in low..high``; null when there is nothing to go through."""
    if high is None:
        return lambda scope: values_of(low(scope))
    return lambda scope: steps(low(scope), high(scope))


def values_of(source: Any) -> Iterable[Any] | None:
    """The items of a list, the steps of a closed range, or the one value."""
    if source is None or type(source) is tuple:
        return source
    if type(source) is Range:
        return range_steps(source)
    return (source,)


def range_steps(span: Range) -> Iterable[Any] | None:
    """The whole numbers or days of a range that runs upward."""
    if span.operator or type(span.low) is not type(span.high):
        return None
    low, high = ordinal(span.low), ordinal(span.high)
    if low is None or high is None or low > high:
        return None
    first, last = low + (not span.low_included), high - (not span.high_included)
    return _walk(first, last, type(span.low)) if first <= last else ()


def steps(low: Any, high: Any) -> Iterable[Any] | None:
    """``low..high`` up or down by one."""
    if type(low) is not type(high):
        return None
    first, last = ordinal(low), ordinal(high)
    if first is None or last is None:
        return None
    return _walk(first, last, type(low))


def ordinal(value: Any) -> int | None:
    """A whole number or a day as a Python integer."""
    if type(value) is Decimal and value.adjusted() <= INDEX_LIMIT and value == value.to_integral_value():
        return int(value)
    return value.days if type(value) is Date else None


def _walk(first: int, last: int, kind: type) -> Iterator[Any]:
    build: Callable[[int], Any] = Decimal if kind is Decimal else date_of
    step = 1 if first <= last else -1
    return (build(place) for place in range(first, last + step, step))


def product(iterators: tuple[tuple[str, Code], ...], scope: Scope) -> Iterator[Scope | None]:
    """A scope for each combination, the last name fastest; None once where a source is null."""
    (name, source), rest = iterators[0], iterators[1:]
    items = source(scope)
    return iter((None,)) if items is None else _combine(items, rest, scope, name=name)


def _combine(
    items: Iterable[Any], rest: tuple[tuple[str, Code], ...], scope: Scope, *, name: str
) -> Iterator[Scope | None]:
    run = scope.run
    for item in items:
        inner = Scope({name: item}, scope, run)
        if rest:
            run.budget.charge(2)
            yield from product(rest, inner)
        else:
            yield inner
