"""What an Advance changed, as plain facts for its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webapp.engine.values import Advance


def facts(advance: Advance) -> dict[str, Any]:
    """Elements that opened and that a token passed, decisions with the rules that fired, and the end."""
    return {
        "opened": [i.element_id for i in advance.opened],
        "passed": list(dict.fromkeys(p.element_id for p in advance.passed if p.state == "completed")),
        "rules": [
            {"decision": f.decision_id, "element": f.element_id, "rules": list(f.rules)}
            for f in advance.fired
        ],
        "ended": advance.ended,
    }
