"""``range("[1..3]")``: the text of a range literal to a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.feel import nodes
from webapp.feel.compile import Compiler
from webapp.feel.errors import FeelError, FeelLimitError
from webapp.feel.names import Names
from webapp.feel.parser import Parser
from webapp.feel.runtime import Scope
from webapp.feel.values import Range

if TYPE_CHECKING:
    from webapp.feel.nodes import Node
    from webapp.feel.runtime import Run

_MAKERS = frozenset({"date", "time", "date and time", "duration"})


def _plain(node: Node) -> bool:
    """A literal, or one of the four constructors on string literals."""
    if isinstance(node, nodes.Negate):
        return isinstance(node.operand, nodes.Literal)
    if isinstance(node, nodes.Call):
        return (
            isinstance(node.callee, nodes.Name)
            and node.callee.name in _MAKERS
            and all(isinstance(argument, nodes.Literal) for argument in node.arguments)
        )
    return isinstance(node, nodes.Literal) and node.value is not None


def parse_range(text: str, run: Run) -> Range | None:
    """The range, or None when the text is anything else."""
    run.budget.charge(20 + len(text))
    try:
        node = Parser(text, limits=run.budget.limits, known=Names(), types={}).whole()
    except FeelLimitError:
        raise
    except FeelError:
        return None
    if not isinstance(node, nodes.RangeLiteral) or not _plain(node.low) or not _plain(node.high):
        return None
    found = Compiler().code(node)(Scope({}, None, run))
    return found if isinstance(found, Range) else None
