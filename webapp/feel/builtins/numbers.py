"""Functions on numbers (DMN 1.5, tables 76 and 77)."""

from __future__ import annotations

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import TYPE_CHECKING, Any

from webapp.feel.numbers import NUMBERS, ZERO, finite
from webapp.feel.registry import builtin
from webapp.feel.temporal import DaysTimeDuration, YearsMonthsDuration

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.runtime import Run

_WIDE = Context(prec=7000, Emin=-9999, Emax=9999, traps=[])
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?\Z")
_MAX_SCALE = 6176


def _scaled(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    places = ZERO if scale is None else scale.to_integral_value(ROUND_DOWN)
    if not -6111 <= places <= _MAX_SCALE:
        return None
    digits = int(places)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return value
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding, _WIDE)
    return finite(NUMBERS.plus(rounded))


@builtin("decimal", "n: number, scale: number", result="number")
def decimal(_run: Run, n: Decimal, scale: Decimal) -> Decimal | None:
    """``decimal(1/3, 2)``: so many places, half to even."""
    return _scaled(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number", "n: number, scale: number", result="number")
def floor(_run: Run, n: Decimal, scale: Decimal | None = None) -> Decimal | None:
    """Down to the next whole number or place."""
    return _scaled(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number", "n: number, scale: number", result="number")
def ceiling(_run: Run, n: Decimal, scale: Decimal | None = None) -> Decimal | None:
    """Up to the next whole number or place."""
    return _scaled(n, scale, ROUND_CEILING)


@builtin("round up", "n: number, scale: number", result="number")
def round_up(_run: Run, n: Decimal, scale: Decimal) -> Decimal | None:
    """Away from zero."""
    return _scaled(n, scale, ROUND_UP)


@builtin("round down", "n: number, scale: number", result="number")
def round_down(_run: Run, n: Decimal, scale: Decimal) -> Decimal | None:
    """Towards zero."""
    return _scaled(n, scale, ROUND_DOWN)


@builtin("round half up", "n: number, scale: number", result="number")
def round_half_up(_run: Run, n: Decimal, scale: Decimal) -> Decimal | None:
    """To the nearest, halves away from zero."""
    return _scaled(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number", result="number")
def round_half_down(_run: Run, n: Decimal, scale: Decimal) -> Decimal | None:
    """To the nearest, halves towards zero."""
    return _scaled(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: number", "n: duration")
def absolute(_run: Run, n: Any) -> Any:
    """Without the sign: numbers and durations."""
    if isinstance(n, DaysTimeDuration):
        return DaysTimeDuration(abs(n.nanos))
    if isinstance(n, YearsMonthsDuration):
        return YearsMonthsDuration(abs(n.months))
    return NUMBERS.abs(n)


@builtin("modulo", "dividend: number, divisor: number", result="number")
def modulo(_run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """``dividend - divisor * floor(dividend / divisor)``: the sign follows the divisor."""
    if not divisor:
        return None
    rest = _WIDE.remainder(dividend, divisor)
    if not rest.is_finite():
        return None
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return finite(NUMBERS.plus(rest))


def _function(name: str, apply: Callable[[Decimal], Decimal]) -> None:
    @builtin(name, "number: number", result="number")
    def call(run: Run, number: Decimal) -> Decimal | None:
        run.budget.charge(50)
        return finite(apply(number))


_function("sqrt", lambda number: NUMBERS.sqrt(number))  # noqa: PLW0108
_function("log", lambda number: NUMBERS.ln(number) if number > 0 else Decimal("NaN"))
_function("exp", lambda number: NUMBERS.exp(number))  # noqa: PLW0108


def _parity(number: Decimal, wanted: int) -> bool | None:
    if number != number.to_integral_value():
        return False
    return bool(abs(_WIDE.remainder(number, Decimal(2))) == wanted)


@builtin("even", "number: number", result="boolean")
def even(_run: Run, number: Decimal) -> bool | None:
    """Whether a whole number is even."""
    return _parity(number, 0)


@builtin("odd", "number: number", result="boolean")
def odd(_run: Run, number: Decimal) -> bool | None:
    """Whether a whole number is odd."""
    return _parity(number, 1)


@builtin(
    "number",
    "from: string, grouping separator?: string, decimal separator?: string",
    "from: number",
    result="number",
)
def number(  # noqa: PLR0917 - the standard's parameters
    run: Run, text: Any, grouping: str | None = None, point: str | None = None
) -> Decimal | None:
    """``number("1.000,5", ".", ",")``; groupings are space, comma, point; decimal signs are point, comma."""
    if isinstance(text, Decimal):
        return text
    run.budget.charge(len(text))
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        return None
    sign = point or "."
    if grouping == sign:
        return None
    if grouping:
        text = text.replace(grouping, "")
    if sign == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    return finite(NUMBERS.create_decimal(text)) if _NUMBER.match(text) else None
