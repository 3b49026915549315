"""The registry: area -> rule. One way to ask for the command line, FEEL, decision tables and calculators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas import AREAS
from webapp.domain.errors import NotFoundError
from webapp.domain.schema import Rule, read
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.explain import Result
    from webapp.domain.law import Law

RULES: Mapping[str, Rule] = {rule.area: rule for rules in AREAS for rule in rules}


def find_rule(area: str) -> Rule:
    """The rule of the area; NotFoundError if there is none."""
    rule = RULES.get(area)
    if rule is None:
        raise NotFoundError(msg("没有名为“{area}”的规则。", area=area))
    return rule


def ask(area: str, given: Mapping[str, Any], *, law: Law) -> Result[dict[str, Any]]:
    """Answer an area for raw inputs (JSON values); NotFoundError, InvalidError, MissingParameterError."""
    rule = find_rule(area)
    return rule.run(read(rule.inputs, given), law)
