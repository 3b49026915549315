"""The output values of a column in their order of importance (DMN 1.5, 8.3.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.decisions.language import is_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.feel import Budget

PLAIN = (str, bool, Decimal)  # values that are looked up rather than compared one by one


class Ranking:
    """Values and ranges, most important first."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.size = len(values)
        self._plain: dict[tuple[type, Any], int] = {}
        self._others: list[tuple[int, Any]] = []
        for place, value in enumerate(values):
            if isinstance(value, PLAIN):
                self._plain.setdefault((type(value), value), place)
            else:
                self._others.append((place, value))

    def place(self, value: Any, budget: Budget) -> int:
        """The place of a value, from 0; behind the last where it is none of them."""
        found = self._plain.get((type(value), value), self.size) if isinstance(value, PLAIN) else self.size
        for place, candidate in self._others:
            if place > found:
                break
            budget.charge(1)
            if is_within(value, candidate, budget):
                return place
        return found


NO_RANKING = Ranking(())
