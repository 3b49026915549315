"""Conditions of fields in FEEL: the server decides by the same text that the page evaluates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from webapp import feel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.text import Message

# A condition is one line over one form: far below what a decision may cost.
LIMITS = feel.Limits(source=2_000, nodes=500, steps=200_000)


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression as written after its ``=``; ``names`` are the variables that the form knows."""

    source: str
    names: tuple[str, ...] = ()

    @property
    def uses(self) -> tuple[str, ...]:
        """The variables that it looks at, fields or not."""
        return _parsed(self.source, self.names).names

    def value(self, context: Mapping[str, Any]) -> Any:
        """What the expression gives, or None where it cannot be evaluated."""
        try:
            return _parsed(self.source, self.names).evaluate(context, limits=LIMITS)
        except feel.FeelError:
            return None

    def hides(self, context: Mapping[str, Any]) -> bool:
        """Whether a field with this condition is hidden: it gives true, or null.

        The page runs the condition as a unary test on nothing, and null equals nothing: ``=days < 3`` hides
        the field as long as ``days`` is empty. What the page hides cannot be asked for here.
        """
        try:
            value = _parsed(self.source, self.names).evaluate(context, limits=LIMITS)
        except feel.FeelError:
            return False
        return value is None or value is True


def read(text: str, names: tuple[str, ...]) -> Condition:
    """The condition of a text that begins with ``=``; raises FeelError when it cannot be parsed."""
    condition = Condition(text[1:].strip(), names)
    _parsed(condition.source, names)
    return condition


def faults(condition: Condition) -> tuple[Message, ...]:
    """Why the page may answer otherwise than the server, so that the condition must not be published."""
    problems = feel.check_browser(_parsed(condition.source, condition.names))
    return tuple(problem.message for problem in problems)


@lru_cache(maxsize=2_048)
def _parsed(source: str, names: tuple[str, ...]) -> feel.Expression:
    return feel.parse(source, names=names)


def scope(
    data: Mapping[str, Any], this: Any = None, *, parent: Any = None, indexes: tuple[int, ...] = ()
) -> dict[str, Any]:
    """What a condition sees: the form's values, and in a list ``this``, ``parent`` and ``i`` (from 1)."""
    special = {"this": data if this is None else this, "parent": parent, "i": list(indexes)}
    return {**special, **data, **{f"_{key}_": value for key, value in special.items()}}
