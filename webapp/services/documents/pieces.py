"""The smallest parts of a template: text with FEEL in ``{= … }``, and the types of values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from webapp import feel
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.domain.text import Message

PLACEHOLDER = re.compile(r"\{=([^{}]*)\}")
SIMPLE: dict[str, feel.Type] = {
    "text": feel.TYPES["string"],
    "number": feel.TYPES["number"],
    "date": feel.TYPES["date"],
    "time": feel.TYPES["time"],
    "boolean": feel.TYPES["boolean"],
    "any": feel.TYPES["Any"],
    "files": feel.ListType(feel.ContextType({"name": feel.TYPES["string"], "sha256": feel.TYPES["string"]})),
}
Shape = str | dict[str, Any] | list[Any]  # as [values] in a template's head writes it


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder."""

    source: str
    expression: feel.Expression


Text = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a template, and on which of its lines, from 1."""

    line: int
    message: Message


def read_text(source: str, *, line: int, faults: list[Fault]) -> Text:
    """Text and its placeholders; stray braces and wrong FEEL are faults."""
    parts: list[str | Slot] = []
    end = 0
    for match in PLACEHOLDER.finditer(source):
        parts.append(source[end : match.start()])
        end = match.end()
        expression = read_feel(match.group(1), line=line, faults=faults)
        if expression is not None:
            parts.append(Slot(match.group().strip(), expression))
    parts.append(source[end:])
    if any(isinstance(part, str) and ("{" in part or "}" in part) for part in parts):
        faults.append(Fault(line=line, message=msg("花括号只能写成 {example}。", example="{= 表达式 }")))
    return tuple(part for part in parts if part)


def read_feel(source: str, *, line: int, faults: list[Fault]) -> feel.Expression | None:
    """A FEEL expression, with or without ``=`` before it."""
    text = source.strip().removeprefix("=").strip()
    try:
        return feel.parse(text)
    except HeguiError as error:
        sentence = msg("表达式“{text}”有误：{reason}", text=text, reason=error.message)
        faults.append(Fault(line=line, message=sentence))
        return None


def slots(text: Text) -> Iterator[Slot]:
    """The placeholders of a text."""
    return (part for part in text if isinstance(part, Slot))


def blank_out(text: Text) -> str:
    """The text with a blank line for each placeholder: what the law is checked on before values are known."""
    return "".join(part if isinstance(part, str) else "＿＿" for part in text)


def type_of(shape: Any) -> feel.Type | None:
    """The FEEL type of a declared value; None for a shape that nobody knows."""
    if isinstance(shape, str):
        return SIMPLE.get(shape)
    if isinstance(shape, list) and len(shape) == 1:
        item = type_of(shape[0])
        return None if item is None else feel.ListType(item)
    if isinstance(shape, dict) and shape:
        members = {str(name): type_of(each) for name, each in shape.items()}
        known = {name: each for name, each in members.items() if each is not None}
        return feel.ContextType(known) if len(known) == len(members) else None
    return None


def coerce(value: Any, shape: Any, *, name: str) -> Any:
    """A JSON value as its declared type; raises InvalidError that names the value."""
    if value is None:
        return None
    if isinstance(shape, list):
        if not isinstance(value, list | tuple):
            raise _wrong(name, "list")
        return tuple(coerce(each, shape[0], name=f"{name}[{n}]") for n, each in enumerate(value, 1))
    if isinstance(shape, dict):
        if not hasattr(value, "items"):
            raise _wrong(name, "context")
        return _members(value, shape, name=name)
    return _simple(value, str(shape), name=name)


def _members(value: Mapping[str, Any], shape: Mapping[str, Any], *, name: str) -> dict[str, Any]:
    return {key: coerce(value.get(key), each, name=f"{name}.{key}") for key, each in shape.items()}


def _simple(value: Any, shape: str, *, name: str) -> Any:
    try:
        if shape == "date":
            return date.fromisoformat(str(value)[:10])
        if shape == "time":
            return time.fromisoformat(str(value)[:5])
        if shape == "number":
            return Decimal(str(value))
    except (ValueError, InvalidOperation):
        raise _wrong(name, shape) from None
    if shape == "boolean":
        if not isinstance(value, bool):
            raise _wrong(name, shape)
        return value
    if shape == "files":
        return tuple({"name": str(each["name"]), "sha256": str(each["sha256"])} for each in value)
    return str(value) if shape == "text" else value


KINDS = {
    "date": msg("日期"),
    "time": msg("时间"),
    "number": msg("数字"),
    "boolean": msg("是或否"),
    "list": msg("列表"),
    "context": msg("一组值"),
}


def _wrong(name: str, shape: str) -> InvalidError:
    return InvalidError(msg("文书中的“{name}”应当是{kind}。", name=name, kind=KINDS[shape]))
