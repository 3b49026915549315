"""All that this room asks of FEEL: texts compiled once, functions made, values compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.decisions.errors import ExpressionError
from webapp.domain.text import msg
from webapp.feel import (
    DaysTimeDuration,
    Expression,
    FeelError,
    Function,
    Parameter,
    Range,
    UnaryTests,
    YearsMonthsDuration,
    parse,
    parse_unary,
)
from webapp.feel.temporal import Date, DateTime, Time
from webapp.feel.values import Builtin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from webapp.decisions.run import Run
    from webapp.feel import Budget, Type


class _Unknown:
    """Stands for "no such value" where None is a value."""


UNKNOWN = _Unknown()
NO_TYPES: Mapping[str, Type] = {}
_LONGEST_RANGE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A FEEL expression of the file; one that cannot be read is kept with its error, for the check."""

    source: str
    place: str  # id of the element that it stands in
    program: Expression | None = None
    error: FeelError | None = None

    def evaluate(self, scope: Mapping[str, Any], run: Run) -> Any:
        """The value; ExpressionError where the text cannot be read or costs too much."""
        if self.program is None:
            raise _refuse(self.source, self.error)
        try:
            return self.program.evaluate(scope, limits=run.budget, now=run.now, functions=run.functions)
        except FeelError as error:
            raise _refuse(self.source, error) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """A cell of unary tests, kept like a Text."""

    source: str
    place: str
    program: UnaryTests | None = None
    error: FeelError | None = None

    def match(self, value: Any, scope: Mapping[str, Any], run: Run) -> bool:
        """Whether the value passes; what FEEL cannot tell counts as no."""
        if self.program is None:
            raise _refuse(self.source, self.error)
        try:
            return self.program.evaluate(
                value,
                scope,
                limits=run.budget,
                now=run.now,
                functions=run.functions,
            )
        except FeelError as error:
            raise _refuse(self.source, error) from error


def compile_text(
    source: str,
    *,
    names: Iterable[str],
    place: str,
    types: Mapping[str, Type] = NO_TYPES,
) -> Text:
    """Read an expression; never raises."""
    try:
        return Text(source=source, place=place, program=parse(source, names=names, types=types))
    except FeelError as error:
        return Text(source=source, place=place, error=error)


def compile_tests(
    source: str,
    *,
    names: Iterable[str],
    place: str,
    types: Mapping[str, Type] = NO_TYPES,
) -> Tests:
    """Read a cell of unary tests; never raises."""
    try:
        return Tests(source=source, place=place, program=parse_unary(source, names=names, types=types))
    except FeelError as error:
        return Tests(source=source, place=place, error=error)


def _refuse(source: str, error: FeelError | None) -> ExpressionError:
    cause = error.message if error else msg("表达式有误。")
    return ExpressionError(msg("表达式“{source}”有误：{cause}", source=source[:80], cause=cause))


def make_function(name: str, *, parameters: Iterable[str], call: Callable[..., Any]) -> Function:
    """A function that FEEL texts may call by position or by name."""
    return Function(name=name, parameters=tuple(Parameter(name=part) for part in parameters), call=call)


_EQUAL = parse("a = b")
_WITHIN = parse("a in b")
_MIDNIGHT = parse('date and time(a, @"00:00:00Z")')
_AGGREGATES = {name: parse(f"{name}(a)") for name in ("sum", "min", "max")}


def equal(left: Any, right: Any) -> bool:
    """Whether FEEL holds two values for the same; null equals null."""
    return _EQUAL.evaluate({"a": left, "b": right}) is True


def summarise(name: str, values: Sequence[Any]) -> Any:
    """``sum``, ``min`` or ``max`` of a list; null where FEEL has no answer."""
    return _AGGREGATES[name].evaluate({"a": list(values)})


def is_within(value: Any, candidate: Any, budget: Budget) -> bool:
    """Whether FEEL finds a value in a range or a list, or equal to another."""
    return _WITHIN.evaluate({"a": value, "b": candidate}, limits=budget) is True


def list_values(text: str, *, names: Iterable[str]) -> tuple[Any, ...]:
    """The values and ranges of a cell such as ``"high", "low"``; none where they depend on anything."""
    if not text:
        return ()
    try:
        return tuple(parse(f"[{text}]", names=names).evaluate({}))
    except FeelError:
        return ()


def midnight_of(day: Any) -> Any:
    """A date as date and time: its first moment, in UTC (DMN 1.5, 10.3.2.9.4)."""
    return _MIDNIGHT.evaluate({"a": day})


def items_of(value: Any) -> Sequence[Any]:
    """What a loop goes over: a list's items, a range's whole numbers, or the one value; nothing for null."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return value
    return _numbers_of(value) if isinstance(value, Range) else (value,)


def _numbers_of(span: Range) -> Sequence[Any]:
    if not (isinstance(span.low, Decimal) and isinstance(span.high, Decimal)):
        return ()
    low = int(span.low) + (not span.low_included)
    high = int(span.high) - (not span.high_included)
    if high - low > _LONGEST_RANGE:
        raise ExpressionError(msg("循环的范围过大。"))
    return [Decimal(number) for number in range(low, high + 1)]


_CLASSES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "date": (date, Date),
    "time": (time, Time),
    "date and time": (datetime, DateTime),
    "days and time duration": (DaysTimeDuration,),
    "years and months duration": (YearsMonthsDuration,),
    "context": (dict,),
    "list": (list, tuple),
    "function": (Function, Builtin),
    "range": (Range,),
    "Any": (object,),
}


def is_of(value: Any, base: str) -> bool:
    """Whether a value is of a built-in type; it may come from outside FEEL or from inside an evaluation."""
    if base == "number":
        return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if base == "date" and isinstance(value, datetime):
        return False
    return isinstance(value, _CLASSES[base])
