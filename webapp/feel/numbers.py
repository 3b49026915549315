"""Decimal arithmetic of 34 digits, half-even (IEEE 754 decimal128, DMN 1.5, 10.3.2.3.1)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

# No traps: what overflows or has no answer comes back as infinity or NaN, and callers make it null.
NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
ZERO = Decimal(0)
ONE = Decimal(1)


def finite(value: Decimal) -> Decimal | None:
    """The number, or null when there is none."""
    return value if value.is_finite() else None


def text_of(value: Decimal) -> str:
    """A number in plain digits, without needless zeros after the point."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
