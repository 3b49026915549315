"""Cut a column into pieces on each of which every cell is constant.

A cell made of constants, comparisons, ranges, lists and ``not`` changes its answer only at its constants. So
the line of values falls into points and open stretches between them; one value out of each tells for all.
Words and booleans fall into the constants themselves and "any other". This is exact: no two values of a piece
are told apart by any cell. A cell made of anything else is opaque: the check then claims nothing about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from webapp.feel import DaysTimeDuration, YearsMonthsDuration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OTHER = "\uffff"  # a word that no cell names


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """A piece of a column: one value, a stretch between two (None: without end), or any other word."""

    sample: Any
    low: Any = None
    high: Any = None
    stretch: bool = False
    other: bool = False


NULL = Atom(sample=None)
ANYTHING = (Atom(sample=None, other=True),)  # of a column that no cell cuts


def cut(constants: Iterable[Any], *, boolean: bool = False) -> tuple[Atom, ...] | None:
    """The pieces of a column in their order, null last; None where its constants have no order together.

    ``boolean``: the column is known to be one.
    """
    found = list(constants)
    values = [value for value in found if value is not None]
    if boolean or (values and all(isinstance(value, bool) for value in values)):
        return (Atom(sample=True), Atom(sample=False), NULL)
    if not values:
        return (Atom(sample=OTHER, other=True), NULL) if found else ANYTHING
    if all(isinstance(value, str) for value in values):
        words = tuple(Atom(sample=word) for word in dict.fromkeys(values))
        return (*words, Atom(sample=OTHER, other=True), NULL)
    ordered = _cut_line(values)
    return None if ordered is None else (*ordered, NULL)


def _cut_line(values: list[Any]) -> tuple[Atom, ...] | None:
    line = _LINES.get(type(values[0]))
    alike = {(type(value), value.tzinfo if isinstance(value, time) else None) for value in values}
    if line is None or len(alike) > 1:
        return None
    try:
        points = sorted({floor(value) for value in values})
        return tuple(_pieces(points, line))
    except TypeError:  # a moment with a zone and one without
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """How values of a type lie beside each other; each function gives None where there is no such value."""

    before: Callable[[Any], Any]
    after: Callable[[Any], Any]
    between: Callable[[Any, Any], Any]


def _pieces(points: list[Any], line: _Line) -> Iterable[Atom]:
    first = line.before(points[0])
    if first is not None:
        yield Atom(sample=first, high=points[0], stretch=True)
    yield Atom(sample=points[0])
    for low, high in pairwise(points):
        middle = line.between(low, high)
        if middle is not None:
            yield Atom(sample=middle, low=low, high=high, stretch=True)
        yield Atom(sample=high)
    last = line.after(points[-1])
    if last is not None:
        yield Atom(sample=last, low=points[-1], stretch=True)


def _move(value: Any, step: timedelta) -> Any:
    try:
        return value + step
    except OverflowError:
        return None


def _between_dates(low: date, high: date) -> date | None:
    return low + timedelta(days=1) if (high - low).days > 1 else None


_MILLISECOND = timedelta(milliseconds=1)  # FEEL tells moments and times of day apart no finer than this


def floor(value: Any) -> Any:
    """A value as FEEL compares it."""
    if isinstance(value, datetime | time):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def _between_moments(low: datetime, high: datetime) -> datetime | None:
    return low + _MILLISECOND if high - low > _MILLISECOND else None


def _millis(clock: time) -> int:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1000 + clock.microsecond // 1000


def _clock(millis: int, like: time) -> time | None:
    if not 0 <= millis < 24 * 60 * 60 * 1000:
        return None
    seconds, milli = divmod(millis, 1000)
    minutes, second = divmod(seconds, 60)
    return time(minutes // 60, minutes % 60, second, milli * 1000, tzinfo=like.tzinfo)


def _between_clocks(low: time, high: time) -> time | None:
    return _clock(_millis(low) + 1, low) if _millis(high) - _millis(low) > 1 else None


def _between_months(low: YearsMonthsDuration, high: YearsMonthsDuration) -> YearsMonthsDuration | None:
    return YearsMonthsDuration(low.months + 1) if high.months - low.months > 1 else None


_EXACT = Context(prec=80)  # enough for the middle of any two of FEEL's 34-digit numbers of like size
_DAY = timedelta(days=1)
_LINES: dict[type, _Line] = {
    Decimal: _Line(
        before=lambda value: value - 1,
        after=lambda value: value + 1,
        between=lambda low, high: _EXACT.divide(_EXACT.add(low, high), Decimal(2)),
    ),
    date: _Line(
        before=lambda value: _move(value, -_DAY),
        after=lambda value: _move(value, _DAY),
        between=_between_dates,
    ),
    datetime: _Line(
        before=lambda value: _move(value, -_DAY),
        after=lambda value: _move(value, _DAY),
        between=_between_moments,
    ),
    time: _Line(
        before=lambda value: _clock(_millis(value) - 1, value),
        after=lambda value: _clock(_millis(value) + 1, value),
        between=_between_clocks,
    ),
    DaysTimeDuration: _Line(
        before=lambda value: DaysTimeDuration(value.nanos - 1),
        after=lambda value: DaysTimeDuration(value.nanos + 1),
        between=lambda low, high: (
            DaysTimeDuration((low.nanos + high.nanos) // 2) if high.nanos - low.nanos > 1 else None
        ),
    ),
    YearsMonthsDuration: _Line(
        before=lambda value: YearsMonthsDuration(value.months - 1),
        after=lambda value: YearsMonthsDuration(value.months + 1),
        between=_between_months,
    ),
}
