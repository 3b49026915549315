"""Functions that reckon with lists of numbers (DMN 1.5, table 75)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel.arithmetic import add
from webapp.feel.numbers import NUMBERS, ONE, ZERO, finite
from webapp.feel.registry import builtin
from webapp.feel.temporal import DaysTimeDuration, YearsMonthsDuration

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.runtime import Run

Numbers = tuple[Decimal, ...]


def _figures(name: str, result: str = "number") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a function that takes a list of numbers, or the numbers themselves."""

    def declare(reckon: Callable[[Numbers], Any]) -> Callable[..., Any]:
        @builtin(name, "list: numbers", "*n: number", result=result)
        def call(run: Run, *items: Any) -> Any:
            numbers = items[0] if len(items) == 1 and type(items[0]) is tuple else items
            run.budget.charge(len(numbers) * 2)
            return None if None in numbers else reckon(numbers)

        return reckon

    return declare


def _total(numbers: Numbers) -> Decimal:
    total = ZERO
    for number in numbers:
        total = NUMBERS.add(total, number)
    return total


@builtin("sum", "list: list", "*n: Any")
def total(run: Run, *items: Any) -> Any:
    """The sum of numbers, or of durations of one kind; null for nothing."""
    values = items[0] if len(items) == 1 and type(items[0]) is tuple else items
    run.budget.charge(len(values))
    if not values or type(values[0]) not in (Decimal, DaysTimeDuration, YearsMonthsDuration):
        return None
    result = values[0]
    for value in values[1:]:
        result = add(result, value, run.budget)
    return result


@_figures("mean")
def mean(numbers: Numbers) -> Decimal | None:
    """The arithmetic mean; null for nothing."""
    return finite(NUMBERS.divide(_total(numbers), Decimal(len(numbers)))) if numbers else None


@_figures("product")
def product(numbers: Numbers) -> Decimal | None:
    """The product; null for nothing."""
    if not numbers:
        return None
    result = ONE
    for number in numbers:
        result = NUMBERS.multiply(result, number)
    return finite(result)


@_figures("median")
def median(numbers: Numbers) -> Decimal | None:
    """The middle one, or the mean of the middle two."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return finite(NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2)))


@_figures("stddev")
def stddev(numbers: Numbers) -> Decimal | None:
    """The sample standard deviation; null for fewer than two."""
    if len(numbers) < 2:
        return None
    middle = NUMBERS.divide(_total(numbers), Decimal(len(numbers)))
    squares = tuple(NUMBERS.power(NUMBERS.subtract(number, middle), Decimal(2)) for number in numbers)
    return finite(NUMBERS.sqrt(NUMBERS.divide(_total(squares), Decimal(len(numbers) - 1))))


@_figures("mode", "numbers")
def mode(numbers: Numbers) -> Numbers:
    """The most frequent numbers in ascending order."""
    counts = Counter(numbers)
    most = max(counts.values(), default=0)
    return tuple(sorted(number for number, times in counts.items() if times == most))
