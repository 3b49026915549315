"""JSON on the command line and FEEL values, one into the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from webapp.cli import UsageError


def read_object(text: str, *, name: str) -> dict[str, Any]:
    """Read a JSON object; ``@path`` reads it from a file.

    Numbers become Decimal. A string such as ``@2025-01-31`` becomes what FEEL reads as ``@"2025-01-31"``
    (dates, times and durations have no JSON form of their own); a doubled ``@@`` is a plain ``@``.
    """
    if text.startswith("@"):
        text = Path(text[1:]).read_text(encoding="utf-8")
    try:
        value = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        raise UsageError(f"{name} 不是合法的 JSON：{error}") from error
    if not isinstance(value, dict):
        raise UsageError(f"{name} 必须是一个 JSON 对象。")
    return {key: _revive(item) for key, item in value.items()}


TEMPORAL = {
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "duration",
    "years and months duration": "duration",
}


def read_temporal(value: Any, kind: str) -> Any:
    """A text where the model wants a date, time or duration, as FEEL reads it; anything else as it is."""
    if not isinstance(value, str) or kind not in TEMPORAL:
        return value
    from webapp.feel import parse

    read = parse(f"{TEMPORAL[kind]}(value)").evaluate({"value": value})
    return value if read is None else read


def write(value: Any, *, indent: str = "") -> str:
    """JSON with every digit of a number; what JSON cannot hold is written as FEEL writes it."""
    deeper = indent + "  "
    if isinstance(value, Mapping):
        lines = [f"{deeper}{_quote(str(key))}: {write(item, indent=deeper)}" for key, item in value.items()]
        return _wrap(lines, brackets="{}", indent=indent)
    if isinstance(value, list | tuple):
        lines = [deeper + write(item, indent=deeper) for item in value]
        return _wrap(lines, brackets="[]", indent=indent)
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _quote(value if isinstance(value, str) else _spell(value))


def _wrap(lines: list[str], *, brackets: str, indent: str) -> str:
    if not lines:
        return brackets
    return brackets[0] + "\n" + ",\n".join(lines) + "\n" + indent + brackets[1]


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _revive(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _revive(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_revive(item) for item in value]
    if isinstance(value, str) and value.startswith("@@"):
        return value[1:]
    if isinstance(value, str) and value.startswith("@"):
        from webapp.feel import parse

        return parse(f"@{_quote(value[1:])}").evaluate({})
    return value


def _spell(value: Any) -> str:
    from webapp.feel import parse

    context: Mapping[str, Any] = {"value": value}
    return str(parse("string(value)").evaluate(context))
