"""Going through the nodes of a parsed expression."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from webapp.feel.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Iterator


_NAMES: dict[str, tuple[str, ...]] = {}


def _names(node: Node) -> tuple[str, ...]:
    kind = type(node).__name__
    if kind not in _NAMES:
        _NAMES[kind] = tuple(f.name for f in fields(node) if f.name not in ("start", "type"))
    return _NAMES[kind]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, from left to right."""
    for name in _names(node):
        yield from _nodes(getattr(node, name))


def _nodes(part: Any) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _nodes(item)
