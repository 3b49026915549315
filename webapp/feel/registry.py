"""The table of built-in functions and the way to declare one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.feel import parser_base, types
from webapp.feel.values import Builtin, Parameter, Signature

if TYPE_CHECKING:
    from collections.abc import Callable

BUILTINS: dict[str, Builtin] = {}

_KINDS = types.BUILTIN | {
    "duration": types.DURATION,
    "numbers": types.ListType(types.NUMBER),
    "contexts": types.ListType(types.CONTEXT),
    "strings": types.ListType(types.STRING),
}


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(":")
    optional = name.endswith("?")
    found = None if kind.strip() in ("", "Any") else _KINDS[kind.strip()]
    return Parameter(name=name.rstrip("?").strip(), type=found, optional=optional)


def _signature(text: str) -> Signature:
    spread = text.strip().startswith("*")
    parts = [part.strip().lstrip("*") for part in text.split(",") if part.strip()]
    parameters = tuple(_parameter(part) for part in parts)
    return Signature(
        parameters=parameters,
        spread=spread,
        required=sum(not p.optional for p in parameters),
    )


def builtin(
    name: str, *signatures: str, result: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a built-in: signatures such as ``"string: string, length?: number"``, ``"*items"`` for many.

    A parameter without type takes null too; null for any other makes the call null, or counts as left out.
    """

    def declare(call: Callable[..., Any]) -> Callable[..., Any]:
        BUILTINS[name] = Builtin(
            name=name,
            signatures=tuple(_signature(text) for text in signatures),
            call=call,
            result=_KINDS[result] if result else None,
        )
        parser_base.BUILTIN_NAMES.add(name)
        return call

    return declare
