"""What other rooms do with FEEL values that stand outside of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.feel import compare, runtime, strings
from webapp.feel.convert import Inward, Outward
from webapp.feel.limits import DEFAULT_LIMITS, Budget
from webapp.feel.values import MISSING

if TYPE_CHECKING:
    from webapp.feel.types import Type


def equal(left: Any, right: Any) -> bool:
    """Whether two values are equal to FEEL: ``=`` is true."""
    inward = Inward(DEFAULT_LIMITS)
    return compare.equal(inward.convert(left), inward.convert(right), Budget()) is True


def admits(kind: Type, value: Any) -> bool:
    """Whether a value, or null, is of a type."""
    return kind.admits(Inward(DEFAULT_LIMITS).convert(value), Budget())


def coerce(value: Any, kind: Type) -> Any:
    """The value after the implicit conversions of DMN 1.5, 10.3.2.9.4, or MISSING when it does not fit."""
    found = runtime.coerce(Inward(DEFAULT_LIMITS).convert(value), kind, Budget())
    return MISSING if found is MISSING else Outward(DEFAULT_LIMITS).convert(found)


def text_of(value: Any) -> str:
    """The value as FEEL's ``string()`` writes it; null is ``null``."""
    return strings.text(Inward(DEFAULT_LIMITS).convert(value), Budget())
