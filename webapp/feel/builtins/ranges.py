"""Allen's relations between points and ranges (DMN 1.5, table 81), and ``range(text)`` (table 71)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.feel.compare import order_of
from webapp.feel.registry import builtin
from webapp.feel.values import Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.runtime import Run

_BOTH = "range1: range, range2: range"
_POINT_RANGE = "point: Any, range: range"
_RANGE_POINT = "range: range, point: Any"


class _Unordered(Exception):  # noqa: N818 - not an error: the answer is null
    """Two ends cannot be compared."""


def _order(left: Any, right: Any) -> int:
    order = order_of(left, right)
    if order is None:
        raise _Unordered
    return order


def _relation(
    name: str, *signatures: str
) -> Callable[[Callable[[Any, Any], bool]], Callable[[Any, Any], bool]]:
    def declare(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
        @builtin(name, *signatures, result="boolean")
        def call(_run: Run, left: Any, right: Any) -> bool | None:
            if left is None or right is None:
                return None
            try:
                return holds(left, right)
            except _Unordered:
                return None

        return holds

    return declare


def _span(value: Any) -> Range:
    if isinstance(value, Range):
        return value
    return Range(low=value, high=value, low_included=True, high_included=True)


def _low_order(a: Range, b: Range) -> int:
    """Which range begins first: an end that belongs to it begins before one that does not."""
    return _order(a.low, b.low) or b.low_included - a.low_included


def _high_order(a: Range, b: Range) -> int:
    """Which range ends first."""
    return _order(a.high, b.high) or a.high_included - b.high_included


def _wholly_before(a: Range, b: Range) -> bool:
    order = _order(a.high, b.low)
    return order < 0 or (order == 0 and not (a.high_included and b.low_included))


@_relation("before", "point1: Any, point2: Any", _BOTH, _POINT_RANGE, _RANGE_POINT)
def before(left: Any, right: Any) -> bool:
    """All of the first lies before all of the second."""
    return _wholly_before(_span(left), _span(right))


@_relation("after", "point1: Any, point2: Any", _BOTH, _POINT_RANGE, _RANGE_POINT)
def after(left: Any, right: Any) -> bool:
    """All of the first lies after all of the second."""
    return _wholly_before(_span(right), _span(left))


@_relation("meets", _BOTH)
def meets(left: Range, right: Range) -> bool:
    """The first ends where the second begins, and both own that point."""
    return left.high_included and right.low_included and _order(left.high, right.low) == 0


@_relation("met by", _BOTH)
def met_by(left: Range, right: Range) -> bool:
    """The first begins where the second ends, and both own that point."""
    return meets(right, left)


@_relation("overlaps", _BOTH)
def overlaps(left: Range, right: Range) -> bool:
    """They share a point."""
    return not _wholly_before(left, right) and not _wholly_before(right, left)


@_relation("overlaps before", _BOTH)
def overlaps_before(left: Range, right: Range) -> bool:
    """They share a point, and the first begins and ends no later than the second."""
    return overlaps(left, right) and _low_order(left, right) < 0 and _high_order(left, right) <= 0


@_relation("overlaps after", _BOTH)
def overlaps_after(left: Range, right: Range) -> bool:
    """They share a point, and the first begins later and ends no earlier than the second."""
    return overlaps(left, right) and _low_order(left, right) > 0 and _high_order(left, right) >= 0


@_relation("finishes", _BOTH, _POINT_RANGE)
def finishes(left: Any, right: Range) -> bool:
    """They end together, and the first begins no earlier."""
    a = _span(left)
    return _high_order(a, right) == 0 and _low_order(a, right) >= 0


@_relation("finished by", _BOTH, _RANGE_POINT)
def finished_by(left: Range, right: Any) -> bool:
    """They end together, and the second begins no earlier."""
    return finishes(right, left)


@_relation("includes", _BOTH, _RANGE_POINT)
def includes(left: Range, right: Any) -> bool:
    """The second lies within the first."""
    b = _span(right)
    return _low_order(left, b) <= 0 and _high_order(left, b) >= 0


@_relation("during", _BOTH, _POINT_RANGE)
def during(left: Any, right: Range) -> bool:
    """The first lies within the second."""
    return includes(right, left)


@_relation("starts", _BOTH, _POINT_RANGE)
def starts(left: Any, right: Range) -> bool:
    """They begin together, and the first ends no later."""
    a = _span(left)
    return _low_order(a, right) == 0 and _high_order(a, right) <= 0


@_relation("started by", _BOTH, _RANGE_POINT)
def started_by(left: Range, right: Any) -> bool:
    """They begin together, and the second ends no later."""
    return starts(right, left)


@_relation("coincides", "point1: Any, point2: Any", _BOTH)
def coincides(left: Any, right: Any) -> bool:
    """They are the same point or the same range."""
    a, b = _span(left), _span(right)
    return _low_order(a, b) == 0 and _high_order(a, b) == 0


@builtin("range", "from: string", result="range")
def range_from(run: Run, text: str) -> Range | None:
    """``range("[1..3]")``: ends are literals or date, time and duration calls on literals; in order."""
    from webapp.feel.range_text import parse_range  # noqa: PLC0415 - the parser stands above the built-ins

    span = parse_range(text, run)
    if span is None:
        return None
    order = order_of(span.low, span.high)
    return span if order is not None and order <= 0 else None
