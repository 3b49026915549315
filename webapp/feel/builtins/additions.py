"""Functions beyond the standard that Camunda's engine and editor know; the browser's engine lacks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.feel.builtins.lists import Gathering
from webapp.feel.builtins.strings import whole
from webapp.feel.patterns import compile_pattern
from webapp.feel.registry import builtin
from webapp.feel.temporal import Date, DateTime, days_in_month

if TYPE_CHECKING:
    from decimal import Decimal

    from webapp.feel.runtime import Run


@builtin("is defined", "value: Any", result="boolean")
def is_defined(_run: Run, value: Any) -> bool:
    """Whether there is a value."""
    return value is not None


@builtin("get or else", "value: Any, default: Any")
def get_or_else(_run: Run, value: Any, default: Any) -> Any:
    """The value, or the other one where it is null."""
    return default if value is None else value


@builtin("is blank", "string: string", result="boolean")
def is_blank(run: Run, string: str) -> bool:
    """Whether a string holds nothing but white space."""
    run.budget.charge(len(string) >> 3)
    return not string.strip()


@builtin("trim", "string: string", result="string")
def trim(run: Run, string: str) -> str:
    """Without white space at both ends."""
    run.budget.charge(len(string) >> 3)
    return string.strip()


@builtin("extract", "string: string, pattern: string", result="strings")
def extract(run: Run, string: str, pattern: str) -> tuple[str, ...] | None:
    """Every match of a regular expression."""
    run.budget.charge(20 + len(string) + len(pattern))
    program = compile_pattern(pattern, "")
    if program is None:
        return None
    parts = []
    for found in program.finditer(string):
        run.budget.charge(10)
        parts.append(found.group())
    return tuple(parts)


@builtin("is empty", "list: list", result="boolean")
def is_empty(_run: Run, items: tuple[Any, ...]) -> bool:
    """Whether a list has no items."""
    return not items


@builtin("partition", "list: list, size: number", result="list")
def partition(run: Run, items: tuple[Any, ...], size: Decimal) -> tuple[Any, ...] | None:
    """Lists of so many items each, the last one perhaps shorter."""
    step = whole(size)
    if step is None or step < 1:
        return None
    run.budget.charge(len(items) * 2)
    return tuple(items[first : first + step] for first in range(0, len(items), step))


@builtin("duplicate values", "list: list", result="list")
def duplicate_values(run: Run, items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Every value that is there more than once."""
    seen, doubled = Gathering(run.budget), Gathering(run.budget)
    for item in items:
        if not seen.add(item):
            doubled.add(item)
    return tuple(doubled.items)


@builtin("last day of month", "date: date", "date: date and time", result="date")
def last_day_of_month(_run: Run, value: Any) -> Date:
    """The last day of the date's month."""
    day = value.date if isinstance(value, DateTime) else value
    return Date(day.year, day.month, days_in_month(day.year, day.month))
