"""All areas about the end of a contract, its papers and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.areas import dismissal, limits, severance

if TYPE_CHECKING:
    from webapp.domain.schema import Rule

RULES: tuple[Rule, ...] = (*severance.RULES, *dismissal.RULES, *limits.RULES)
