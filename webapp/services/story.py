"""Scenarios as text: the TOML that ``scenarios.load`` reads again."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.scenarios import Scenario, Step


def dump(scenario: Scenario) -> str:
    """The story as TOML; values that are null are left out, since TOML has none."""
    lines = [f"title = {_text(dict(scenario.titles))}", f"now = {_text(scenario.now)}", "", "[given]"]
    lines += [f"{_key(k)} = {_text(v)}" for k, v in scenario.given.items() if v is not None]
    for step in scenario.steps:
        lines += ["", "[[step]]", *_step(step)]
    return "\n".join(lines) + "\n"


def _step(step: Step) -> list[str]:
    lines = [f"act = {_text(step.act)}"]
    for name in ("element", "message", "key", "at"):
        value = getattr(step, name)
        if value not in (None, ""):
            lines.append(f"{name} = {_text(value)}")
    if step.values or step.act in {"complete", "job", "message"}:
        lines.append(f"values = {_text(step.values)}")
    if step.then:
        lines.append(f"then = {_text(step.then)}")
    return lines


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(item) for item in value) + "]"
    return _table(value)


def _table(value: Mapping[str, Any]) -> str:
    inner = ", ".join(f"{_key(k)} = {_text(v)}" for k, v in value.items() if v is not None)
    return f"{{ {inner} }}" if inner else "{}"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "a").replace("-", "a").isalnum() else _text(name)
