"""The areas of the law as rules with named inputs: what `hegui rule`, FEEL and the calculators call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.areas import hours, leave, overtime, permits, protection, roster, termination

if TYPE_CHECKING:
    from webapp.domain.schema import Rule

# One line a subject, so that colleagues add theirs without collision.
AREAS: tuple[tuple[Rule, ...], ...] = (
    hours.RULES,
    leave.RULES,
    overtime.RULES,
    permits.RULES,
    protection.RULES,
    roster.RULES,
    termination.RULES,
)
