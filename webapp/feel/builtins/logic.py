"""Functions on truth and identity (DMN 1.5, tables 72 and 80)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.feel.compare import same
from webapp.feel.registry import builtin
from webapp.feel.values import MISSING

if TYPE_CHECKING:
    from webapp.feel.runtime import Run


@builtin("not", "negand: Any", result="boolean")
def negation(_run: Run, negand: Any) -> bool | None:
    """``not(true)``; what is not boolean gives null."""
    return (not negand) if type(negand) is bool else None


@builtin("is", "value1?: Any, value2?: Any", result="boolean")
def identity(run: Run, value1: Any = MISSING, value2: Any = None) -> bool | None:
    """``is(a, b)``: the same value of the same type, in the same zone."""
    return None if value1 is MISSING else same(value1, value2, run.budget)


def _verdict(run: Run, items: tuple[Any, ...], *, decisive: bool) -> bool | None:
    run.budget.charge(len(items))
    if any(item is decisive for item in items):
        return decisive
    return (not decisive) if all(type(item) is bool for item in items) else None


@builtin("all", "list: list", "*list: Any", result="boolean")
def every(run: Run, *items: Any) -> bool | None:
    """``all([true, false])``: false wins over null."""
    return _verdict(run, _only(items), decisive=False)


@builtin("any", "list: list", "*list: Any", result="boolean")
def some(run: Run, *items: Any) -> bool | None:
    """``any([true, false])``: true wins over null."""
    return _verdict(run, _only(items), decisive=True)


def _only(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """The list that was given as one argument, or the arguments themselves."""
    return items[0] if len(items) == 1 and type(items[0]) is tuple else items
