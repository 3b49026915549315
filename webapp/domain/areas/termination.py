"""All areas about the end of a contract, its papers and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.areas import contracts, dismissal, limits, notices, papers, severance

if TYPE_CHECKING:
    from webapp.domain.schema import Rule

RULES: tuple[Rule, ...] = (
    *severance.RULES,
    *dismissal.RULES,
    *contracts.RULES,
    *notices.RULES,
    *limits.RULES,
    *papers.RULES,
)
