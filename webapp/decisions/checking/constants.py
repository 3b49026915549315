"""Constants of FEEL texts: what a cell compares with, where it is made of constants alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.decisions.language import UNKNOWN
from webapp.feel import Expression, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.decisions.language import Tests
    from webapp.feel.nodes import Node

CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration"})


class _OpaqueError(Exception):
    """The cell depends on more than its constants."""


def constant_of(program: Expression | None) -> Any:
    """The value of an expression made of constants; UNKNOWN for any other."""
    return UNKNOWN if program is None or not _is_constant(program.node) else _value_of(program.node)


def find_constants(tests: Tests) -> list[Any] | None:
    """The values at which a cell may change its answer; None where it depends on anything else."""
    if tests.program is None:
        return None
    try:
        return [value for test in tests.program.tests.tests for value in _cuts(test)]
    except _OpaqueError:
        return None


def _cuts(node: Node) -> Iterator[Any]:
    if _is_constant(node) or isinstance(node, nodes.ListLiteral):
        yield from _points(node)
    elif isinstance(node, nodes.UnaryRange):
        yield _value_of(node.endpoint)
    elif isinstance(node, nodes.RangeLiteral):
        yield from (_value_of(node.low), _value_of(node.high))
    else:
        yield from _conditions(node)


def _conditions(node: Node) -> Iterator[Any]:
    """A condition on ``?`` itself."""
    if isinstance(node, nodes.Compare):
        yield _value_of(_other_side(node))
    elif isinstance(node, nodes.Between) and _is_input(node.value):
        yield from (_value_of(node.low), _value_of(node.high))
    elif isinstance(node, nodes.In) and _is_input(node.value):
        for test in node.tests:
            yield from _cuts(test)
    elif isinstance(node, nodes.Logic):
        for operand in node.operands:
            yield from _conditions(operand)
    else:
        raise _OpaqueError


def _points(node: Node) -> Iterator[Any]:
    if isinstance(node, nodes.ListLiteral):
        for item in node.items:
            yield from _cuts(item)
    else:
        yield _value_of(node)


def _other_side(node: nodes.Compare) -> Node:
    if _is_input(node.left):
        return node.right
    if _is_input(node.right):
        return node.left
    raise _OpaqueError


def _is_input(node: Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "?"


def _is_constant(node: Node) -> bool:
    if isinstance(node, nodes.Negate):
        return _is_constant(node.operand)
    if isinstance(node, nodes.Chain):
        return all(_is_constant(part) for part in (node.first, *(operand for _, operand in node.rest)))
    if isinstance(node, nodes.Call):
        named = isinstance(node.callee, nodes.Name) and node.callee.name in CONSTRUCTORS
        return named and all(_is_constant(argument) for argument in node.arguments)
    return isinstance(node, nodes.Literal)


def _value_of(node: Node) -> Any:
    if not _is_constant(node):
        raise _OpaqueError
    return Expression("", node).evaluate({})
