"""Any value as text: ``string(value)`` (DMN 1.5, table 74)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel.limits import nesting_error
from webapp.feel.numbers import text_of
from webapp.feel.temporal import Date, DateTime, DaysTimeDuration, Time, YearsMonthsDuration
from webapp.feel.temporal_text import date_text, date_time_text, days_text, months_text, time_text
from webapp.feel.values import Context, Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.limits import Budget

_TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    Decimal: text_of,
    Date: date_text,
    Time: time_text,
    DateTime: date_time_text,
    DaysTimeDuration: days_text,
    YearsMonthsDuration: months_text,
}


def text(value: Any, budget: Budget) -> str:
    """The value as text; strings inside lists and contexts keep their quotation marks."""
    if type(value) is str:
        return value
    return _nested(value, budget, 0)


def _nested(value: Any, budget: Budget, depth: int) -> str:
    plain = _TEXTS.get(type(value))
    if plain is not None:
        return plain(value)
    if depth > budget.limits.depth:
        raise nesting_error()
    if type(value) is str:
        found = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    elif type(value) is tuple:
        found = "[" + ", ".join(_nested(item, budget, depth + 1) for item in value) + "]"
    elif type(value) is Context:
        found = "{" + ", ".join(f"{key(k)}: {_nested(v, budget, depth + 1)}" for k, v in value.items()) + "}"
    elif type(value) is Range:
        found = _span(value, budget, depth)
    else:
        found = f"function {getattr(value, 'name', '')}".strip()
    budget.check_string(len(found))
    budget.charge(1)
    return found


def _span(value: Range, budget: Budget, depth: int) -> str:
    if value.operator:
        end = value.high if value.operator in ("<", "<=") else value.low
        return f"({value.operator} {_nested(end, budget, depth + 1)})"
    low, high = _nested(value.low, budget, depth + 1), _nested(value.high, budget, depth + 1)
    return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"


def key(name: str) -> str:
    """A key as FEEL writes it: quoted unless it is a plain name."""
    if name and all(part.isidentifier() for part in name.split(" ")):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
