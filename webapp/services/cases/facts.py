"""What an Advance changed, as plain facts for its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.services.cases.values import plain

if TYPE_CHECKING:
    from webapp.engine.values import Advance, FiredRule


def facts(advance: Advance) -> dict[str, Any]:
    """Elements that opened and that a token passed, decisions with the rules that fired, and the end."""
    return {
        "opened": [i.element_id for i in advance.opened],
        "passed": list(dict.fromkeys(p.element_id for p in advance.passed if p.state == "completed")),
        "rules": [_fired(rule) for rule in advance.fired],
        "ended": advance.ended,
    }


def _fired(rule: FiredRule) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "decision": rule.decision_id,
        "element": rule.element_id,
        "rules": list(rule.rules),
    }
    if rule.law:
        fact["law"] = {
            "parameters": plain(rule.parameters),
            "inputs": plain(rule.inputs),
            "output": plain(rule.output),
        }
    return fact
