"""What a running expression carries with it: the budget, the clock, the functions, the scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.feel import types
from webapp.feel.convert import Inward, Outward
from webapp.feel.errors import FeelError
from webapp.feel.limits import nesting_error
from webapp.feel.temporal import Date, DateTime, Time
from webapp.feel.values import MISSING, Builtin, Function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from webapp.feel.limits import Budget
    from webapp.feel.types import Type
    from webapp.feel.values import Parameter

_UTC_MIDNIGHT = Time(0, 0, 0, 0, 0)


class Scope:
    """Names and their values, with the scope around it."""

    __slots__ = ("parent", "run", "values")

    def __init__(self, values: Mapping[str, Any], parent: Scope | None, run: Run) -> None:
        self.values = values
        self.parent = parent
        self.run = run


class Run:
    """One evaluation."""

    __slots__ = ("budget", "functions", "now")

    def __init__(self, budget: Budget, now: datetime | None, functions: Mapping[str, Function]) -> None:
        self.budget = budget
        self.now = now
        self.functions = functions

    def clock(self) -> datetime:
        """The moment that was handed in; raises FeelError when there is none."""
        if self.now is None:
            raise FeelError(msg("此处不能使用当前时间。"))
        return self.now

    def invoke(self, function: Any, arguments: Sequence[Any], *, names: tuple[str, ...] | None = None) -> Any:
        """Call a function value; null when it is none or the arguments do not fit."""
        kind = type(function)
        if kind is Builtin:
            return call_builtin(self, function, arguments, names=names)
        if kind is not Function:
            return None
        budget = self.budget
        budget.charge(3)
        budget.calls -= function.height + 2
        if budget.calls < 0:
            raise nesting_error()
        try:
            return self._call(function, arguments, names)
        finally:
            budget.calls += function.height + 2

    def _call(self, function: Function, arguments: Sequence[Any], names: tuple[str, ...] | None) -> Any:
        bound = bind(function, arguments, names, budget=self.budget)
        if bound is None:
            return None
        if function.inner is not None:
            value = function.inner(self, *bound)
        else:
            limits = self.budget.limits
            value = function.call(*(Outward(limits).convert(item) for item in bound))
            value = Inward(limits).convert(value)
        if function.result is None or value is None:
            return value
        value = coerce(value, function.result, self.budget)
        return None if value is MISSING else value


def bind(
    function: Function, arguments: Sequence[Any], names: tuple[str, ...] | None, *, budget: Budget
) -> list[Any] | None:
    """The arguments in the order of the parameters, coerced to their types, or None when they do not fit."""
    parameters = function.parameters
    if names is not None:
        found = by_name(parameters, arguments, names)
        if found is None:
            return None
        arguments = found
    elif function.variadic:
        parameters = spread(parameters, len(arguments))
    if len(arguments) > len(parameters):
        return None
    bound: list[Any] = []
    for place, parameter in enumerate(parameters):
        if place >= len(arguments):
            if not parameter.optional:
                return None
            bound.append(None)
            continue
        value = arguments[place]
        if parameter.type is not None and value is not None:
            value = coerce(value, parameter.type, budget)
            if value is MISSING:
                return None
        bound.append(value)
    return bound


def spread(parameters: tuple[Parameter, ...], count: int) -> tuple[Parameter, ...]:
    """The parameters with the last one repeated as often as needed."""
    if not parameters or count <= len(parameters):
        return parameters
    return parameters + parameters[-1:] * (count - len(parameters))


def by_name(
    parameters: tuple[Parameter, ...], arguments: Sequence[Any], names: tuple[str, ...]
) -> list[Any] | None:
    """Named arguments in the order of the parameters, or None when a name is unknown, doubled or missing."""
    given = dict(zip(names, arguments, strict=True))
    known = [parameter.name for parameter in parameters]
    if len(given) != len(names) or any(name not in known for name in given):
        return None
    if any(not p.optional and p.name not in given for p in parameters):
        return None
    return [given.get(name) for name in known]


def coerce(value: Any, wanted: Type, budget: Budget) -> Any:
    """Implicit conversions of DMN 1.5, 10.3.2.9.4; MISSING when there is none."""
    if value is None or wanted.holds(value, budget):
        return value
    if type(value) is tuple:
        if len(value) == 1 and not isinstance(wanted, types.ListType) and wanted.holds(value[0], budget):
            return value[0]
        return MISSING
    if isinstance(wanted, types.ListType):
        return (value,) if wanted.item.holds(value, budget) else MISSING
    if wanted is types.DATE_TIME and type(value) is Date:
        return DateTime(value, _UTC_MIDNIGHT)
    return MISSING


def call_builtin(
    run: Run, function: Builtin, arguments: Sequence[Any], *, names: tuple[str, ...] | None
) -> Any:
    """Call a function of the standard: the first signature that fits; null when none does."""
    budget = run.budget
    budget.charge(2)
    for signature in function.signatures:
        parameters = signature.parameters
        values: Sequence[Any] = arguments
        if names is not None:
            if signature.spread:
                continue
            found = by_name(parameters, arguments, names)
            if found is None:
                continue
            values = found
        elif signature.spread:
            if len(arguments) < signature.required:
                continue
            parameters = spread(parameters, len(arguments))
        elif not signature.required <= len(arguments) <= len(parameters):
            continue
        bound = _fit(parameters, values, budget)
        if bound is not None:
            return function.call(run, *bound)
    return None


def _fit(parameters: tuple[Parameter, ...], values: Sequence[Any], budget: Budget) -> list[Any] | None:
    bound = []
    for parameter, value in zip(parameters, values, strict=False):
        kind = parameter.type
        if kind is None:
            bound.append(value)
            continue
        if value is None:
            if not parameter.optional:
                return None
            bound.append(None)
            continue
        fitting = coerce(value, kind, budget)
        if fitting is MISSING:
            return None
        bound.append(fitting)
    return bound
