"""JSON from outside: as deep as anybody writes it and no deeper; nothing behind it runs out of stack."""

from __future__ import annotations

import json
from typing import Any, Final

DEEPEST: Final = 64  # lists and objects within each other; a form of form-js has ten


def read_json(text: str | bytes, **how: Any) -> Any:
    """What ``json.loads`` reads; raises ValueError for what is no JSON and for what is nested too deep."""
    try:
        value = json.loads(text, **how)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return value
    raise ValueError("nested too deep")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
