"""Values on their way into and out of an evaluation: deep, counted, safe with shared and cyclic ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.feel.errors import FeelError, FeelLimitError
from webapp.feel.limits import nesting_error
from webapp.feel.numbers import NUMBERS
from webapp.feel.temporal import (
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    from_python,
    to_python,
)
from webapp.feel.values import Builtin, Context, Function, Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.limits import Limits

_SHARED = frozenset({bool, type(None), DaysTimeDuration, YearsMonthsDuration, Function, Builtin})
_READY = _SHARED | {Date, DateTime, Time}
_OUTWARD_READY = _SHARED | {Decimal, str}
_HALF = re.compile("[\ud800-\udfff]")  # half of a character, which no text may hold
_MAX_BITS = 20_000  # more than decimal128's exponent can hold


def number(value: float | Decimal) -> Decimal | None:
    """A number of at most 34 digits, or null for NaN, infinity and what is too large."""
    if isinstance(value, Decimal):
        found = NUMBERS.plus(value)
    elif isinstance(value, int):
        if value.bit_length() > _MAX_BITS + 500:
            return None
        found = NUMBERS.create_decimal(value)
    else:
        found = NUMBERS.create_decimal(repr(value))
    return found if found.is_finite() else None


def _decimal(value: Decimal) -> Decimal | None:
    return number(value)


_ATOMS: dict[type, Callable[[Any], Any]] = {
    Decimal: _decimal,
    int: number,
    float: number,
    date: from_python,
    datetime: from_python,
    time: from_python,
    timedelta: DaysTimeDuration.of,
}
_BASES = (
    (bool, bool),
    (str, str.__str__),
    (int, lambda v: number(int(v))),
    (float, lambda v: number(float(v))),
)


class Inward:
    """Brings the values of one evaluation in; shared parts are converted once."""

    __slots__ = ("_limits", "_open", "_seen")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seen: dict[int, tuple[Any, int, Any]] = {}
        self._open: set[int] = set()

    def convert(self, value: Any) -> Any:
        """The value as it is inside; raises FeelError for foreign types, cycles and too much."""
        return self._sized(value, 0)[0]

    def _sized(self, value: Any, depth: int) -> tuple[Any, int]:
        kind = type(value)
        if kind is str:
            return self._text(value)
        if kind in _READY:
            return value, 1
        atom = _ATOMS.get(kind)
        if atom is not None:
            return atom(value), 1
        if isinstance(value, list | tuple | Mapping):
            return self._whole(value, depth)
        if kind is Range:
            return self._span(value, depth)
        for base, build in _BASES:
            if isinstance(value, base):
                return build(value), 1
        raise FeelError(msg("不支持“{kind}”类型的数据。", kind=kind.__name__))

    def _text(self, value: str) -> tuple[str, int]:
        if len(value) > self._limits.string:
            raise FeelLimitError(msg("文本过长（上限 {limit} 个字符）。", limit=self._limits.string))
        if not value.isascii():
            value = _HALF.sub("\ufffd", value)
        return value, 1 + (len(value) >> 3)

    def _span(self, value: Range, depth: int) -> tuple[Range, int]:
        low, high = self._sized(value.low, depth)[0], self._sized(value.high, depth)[0]
        return Range(
            low=low,
            high=high,
            low_included=value.low_included,
            high_included=value.high_included,
            operator=value.operator,
        ), 1

    def _whole(self, value: Any, depth: int) -> tuple[Any, int]:
        key = id(value)
        known = self._seen.get(key)
        if known is not None:
            self._check(known[1])
            return known[0], known[1]
        if depth >= self._limits.depth or key in self._open:
            raise nesting_error()
        self._open.add(key)
        total = 1
        made: Any
        if isinstance(value, Mapping):
            entries: dict[str, Any] = {}
            for name, item in value.items():
                if not isinstance(name, str):
                    raise FeelError(msg("数据的键必须是文本。"))
                entries[str(name)], size = self._sized(item, depth + 1)
                total += size + 1
                self._check(total)
            made = Context(entries)
        else:
            items = []
            for item in value:
                found, size = self._sized(item, depth + 1)
                items.append(found)
                total += size
                self._check(total)
            made = tuple(items)
        self._open.discard(key)
        self._seen[key] = (made, total, value)  # the value is kept, so its id stays its own
        return made, total

    def _check(self, total: int) -> None:
        if total > self._limits.size:
            raise FeelLimitError(msg("数据过大（上限 {limit} 个单位）。", limit=self._limits.size))


class Outward:
    """Hands a result out: Python's dates where they fit, tuples, contexts; shared parts stay shared."""

    __slots__ = ("_limits", "_seen")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seen: dict[int, tuple[Any, int]] = {}

    def convert(self, value: Any) -> Any:
        """The value for the caller; raises FeelError when it is too deep or too large."""
        kind = type(value)
        return value if kind in _OUTWARD_READY else self._sized(value, 0)[0]

    def _sized(self, value: Any, depth: int) -> tuple[Any, int]:
        kind = type(value)
        if kind is str:
            return value, 1 + (len(value) >> 3)
        if kind in _OUTWARD_READY:
            return value, 1
        if kind in (Date, Time, DateTime):
            return to_python(value), 1
        if kind is Range:
            return self._span(value), 1
        return self._whole(value, depth)

    def _span(self, value: Range) -> Range:
        return Range(
            low=self._sized(value.low, 0)[0],
            high=self._sized(value.high, 0)[0],
            low_included=value.low_included,
            high_included=value.high_included,
            operator=value.operator,
        )

    def _whole(self, value: Any, depth: int) -> tuple[Any, int]:
        known = self._seen.get(id(value))
        if known is None:
            if depth >= self._limits.depth:
                raise nesting_error()
            parts = [self._sized(part, depth + 1) for part in (value.values() if kind_is(value) else value)]
            total = 1 + sum(size for _, size in parts)
            made: Any = tuple(part for part, _ in parts)
            if kind_is(value):
                made = Context(zip(value, made, strict=True))
                total += len(made)
            known = self._seen[id(value)] = (made, total)
        if known[1] > self._limits.size:
            raise FeelLimitError(msg("结果过大（上限 {limit} 个单位）。", limit=self._limits.size))
        return known


def kind_is(value: Any) -> bool:
    """Whether a composite value is a context."""
    return isinstance(value, Context)
