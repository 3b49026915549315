"""Where the browser's engine (@bpmn-io/feelin) may answer otherwise than the server: refused at publish.

The list was found by running both side by side; ``tests/feel/test_differential.py`` holds each entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable  # noqa: TC003 - the table of rules names it
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.feel import nodes
from webapp.feel.arithmetic import negate
from webapp.feel.check import Kind, Problem
from webapp.feel.errors import locate
from webapp.feel.expression import Expression
from webapp.feel.limits import nesting_error
from webapp.feel.nodes import Node  # noqa: TC001 - the table of rules names it
from webapp.feel.walk import children

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from webapp.feel.expression import UnaryTests

# What feelin does not have, or has otherwise.
ABSENT = frozenset(
    {"is defined", "duplicate values", "get or else", "is blank", "trim", "extract", "is empty"}
    | {"partition", "last day of month", "range", "overlaps before", "overlaps after", "finishes"}
    | {"finished by", "during", "starts", "started by", "coincides", "stddev", "log", "exp", "sqrt", "now"}
    | {"today", "string"}
)
_WHOLE = frozenset({"count", "string length", "floor", "ceiling", "day of year", "week of year"})
_TRUTHS = frozenset({"contains", "starts with", "ends with", "matches", "list contains", "not", "all", "any"})
_TRUTHS |= frozenset({"even", "odd", "before", "after", "meets", "met by", "includes", "overlaps", "is"})
_PLAIN_PATTERN = re.compile(r"(?:[^\\\[.^$]|\\[.*+?()\[\]{}|\\^$-]|\[\^?[^\\\[\]&]+\]|[\^$])*\Z")
_BY_PLACE = frozenset({"substring", "matches", "replace", "split", "sort", "min", "max"})
_ARITHMETIC = frozenset("+-*")

BINARY = msg("浏览器用二进制浮点数计算小数，结果可能与服务器不同；请只用整数。")
FUNCTION = msg("浏览器中没有此函数，或结果不同。")
EXPONENT = msg("浏览器不能精确表示此数字。")
THREE_VALUED = msg("遇到空值时，浏览器对 some/every 的结果与服务器不同；请改用 count(列表[条件]) > 0。")
OPEN_END = msg("遇到空值或颠倒的端点时，浏览器对区间的判断与服务器不同；请用 >= 和 <= 比较。")
TRUTHY = msg("浏览器会把非真假值当作真；请写明比较。")
TYPES = msg("浏览器对不同类型的值比较结果不同。")
PATTERN = msg("浏览器的正则表达式语法不同；请只用简单的写法。")
SWALLOWED = msg("浏览器会把“in [...]”后面的 and/or 也算进列表；请改用“in (...)”。")
PICK = msg("筛选请写明比较或固定的序号；其他写法在浏览器中结果可能不同。")
ORDER = msg("浏览器不支持不带比较函数的排序，也不能比较文本的大小。")


def check_browser(parsed: Expression | UnaryTests, *, integers: Collection[str] = ()) -> tuple[Problem, ...]:
    """Parts of a form condition whose answer in the browser could differ from the server's.

    ``integers`` are names that hold whole numbers below 2**53, with which the browser reckons exactly.
    """
    walker = _Walker(parsed.text, integers)
    roots = (parsed.node,) if isinstance(parsed, Expression) else parsed.tests.tests
    try:
        for root in roots:
            walker.walk(root)
    except RecursionError:
        raise nesting_error() from None
    return tuple(walker.problems)


class _Walker:
    """Goes through the nodes."""

    def __init__(self, text: str, integers: Collection[str]) -> None:
        self.text = text
        self.integers = frozenset(integers)
        self.problems: list[Problem] = []

    def report(self, node: Node, kind: Kind, message: Message) -> None:
        line, column = locate(self.text, node.start)
        problem = Problem(kind=kind, message=message, line=line, column=column)
        if problem not in self.problems:
            self.problems.append(problem)

    def walk(self, node: Node) -> None:
        for kind, message in self.faults(node):
            self.report(node, kind, message)
        for child in children(node):
            self.walk(child)

    def faults(self, node: Node) -> Iterator[tuple[Kind, Message]]:
        if isinstance(node, nodes.Call):
            yield from self.call_faults(node)
        elif (rule := RULES.get(type(node))) is not None:
            bad, message = rule
            if bad(self, node):
                yield (Kind.FUNCTION if message is FUNCTION else Kind.TYPE), message

    def inexact(self, node: nodes.Chain) -> bool:
        return not self.whole(node) and not _text(node)

    def call_faults(self, node: nodes.Call) -> Iterator[tuple[Kind, Message]]:
        name = node.callee.name if isinstance(node.callee, nodes.Name) else ""
        if name in ABSENT or (node.names is not None and name in _BY_PLACE):
            yield Kind.FUNCTION, FUNCTION
        elif name in ("sort", "min", "max") and len(node.arguments) == 1:
            yield Kind.FUNCTION, ORDER
        elif name in ("sum", "mean", "median", "product", "decimal", "modulo") or name.startswith("round "):
            if not all(self.whole(argument) for argument in node.arguments):
                yield Kind.TYPE, BINARY
        elif name == "substring":
            if not all(_from_the_left(argument) for argument in node.arguments[1:2]):
                yield Kind.FUNCTION, FUNCTION
        elif name in ("matches", "replace", "split"):
            pattern = node.arguments[1] if len(node.arguments) > 1 else None
            value = pattern.value if isinstance(pattern, nodes.Literal) else None
            if not isinstance(value, str) or not _PLAIN_PATTERN.match(value) or len(node.arguments) > 3:
                yield Kind.PATTERN, PATTERN

    def imprecise(self, node: nodes.Literal) -> bool:
        """Whether the browser cannot hold the number as it is written."""
        written = re.match(r"[0-9.]+(?:[eE][+-]?[0-9]+)?", self.text[node.start :])
        return written is not None and ("e" in written[0].lower() or len(written[0]) > 15)

    def whole(self, node: Node) -> bool:
        """Whether a node is sure to be a whole number."""
        while isinstance(node, nodes.Negate):
            node = node.operand
        if isinstance(node, nodes.Literal):
            return isinstance(node.value, Decimal) and node.value == node.value.to_integral_value()
        if isinstance(node, nodes.Name):
            return node.name in self.integers
        if isinstance(node, nodes.Call):
            return isinstance(node.callee, nodes.Name) and node.callee.name in _WHOLE
        return self.wholes(node)

    def wholes(self, node: Node) -> bool:
        """Whether all parts of a list or a sum are whole numbers."""
        parts = tuple(children(node))
        if isinstance(node, nodes.Chain) and any(sign not in _ARITHMETIC for sign, _ in node.rest):
            return False
        return isinstance(node, nodes.ListLiteral | nodes.Chain) and all(self.whole(part) for part in parts)


def _text(node: nodes.Chain) -> bool:
    """Whether a chain of ``+`` joins texts: then one that is no text makes it null on both sides."""
    operands = (node.first, *(operand for _, operand in node.rest))
    return all(sign == "+" for sign, _ in node.rest) and any(
        isinstance(operand, nodes.Literal) and isinstance(operand.value, str) for operand in operands
    )


def _truth(node: Node) -> bool:
    """Whether a condition is true, false or null; a variable is taken for one."""
    if isinstance(node, nodes.Literal):
        return node.value is None or isinstance(node.value, bool)
    if isinstance(node, nodes.Call):
        return isinstance(node.callee, nodes.Name) and node.callee.name in _TRUTHS
    truths = nodes.Compare | nodes.Logic | nodes.Between | nodes.In | nodes.Quantified
    return isinstance(node, truths | nodes.Name | nodes.Path)


def _comparable(left: Node, right: Node) -> bool:
    """Whether two sides are not plainly of different types, and no lists."""
    if isinstance(left, nodes.ListLiteral) or isinstance(right, nodes.ListLiteral):
        return False
    if not isinstance(left, nodes.Literal) or not isinstance(right, nodes.Literal):
        return True
    return left.value is None or right.value is None or type(left.value) is type(right.value)


def _one_sided(node: nodes.In) -> bool:
    """Whether the test is a single ``< end``, which is false for null in feelin."""
    return len(node.tests) == 1 and isinstance(node.tests[0], nodes.UnaryRange)


def _from_the_left(start: Node) -> bool:
    """Whether a position is written down and counts from the left."""
    value = _written(start)
    return isinstance(value, Decimal) and value > 0


def _swallows(node: nodes.Logic) -> bool:
    """Whether ``x in [a, b]`` stands before an and/or, which feelin takes for a part of the list's test."""
    return any(_ends_with_list(operand) for operand in node.operands[:-1])


def _ends_with_list(node: Node) -> bool:
    while isinstance(node, nodes.Logic):
        node = node.operands[-1]
    if not isinstance(node, nodes.In) or len(node.tests) > 1:
        return False
    return not isinstance(node.tests[0], nodes.RangeLiteral | nodes.UnaryRange)


def _picks(node: nodes.Filter) -> bool:
    """Whether a filter is a place that is written down or a comparison."""
    if isinstance(node.condition, nodes.Name | nodes.Path):
        return False
    return isinstance(_written(node.condition), Decimal) or _truth(node.condition)


def _fixed(low: Node, high: Node) -> bool:
    """Whether two ends are written down, in order where both are numbers."""
    ends = [_written(end) for end in (low, high)]
    if ends[0] is None or type(ends[0]) is not type(ends[1]):
        return False
    return not isinstance(ends[0], Decimal) or ends[0] <= ends[1]


def _written(node: Node) -> Any:
    if isinstance(node, nodes.Negate) and isinstance(node.operand, nodes.Literal):
        return negate(node.operand.value)
    return node.value if isinstance(node, nodes.Literal) else None


RULES: dict[type[Node], tuple[Callable[[_Walker, Any], bool], Message]] = {
    nodes.Literal: (_Walker.imprecise, EXPONENT),
    nodes.Chain: (_Walker.inexact, BINARY),
    nodes.Quantified: (lambda _walker, _node: True, THREE_VALUED),
    nodes.RangeLiteral: (lambda _walker, _node: True, OPEN_END),
    nodes.In: (lambda _walker, node: _one_sided(node), OPEN_END),
    nodes.Between: (lambda _walker, node: not _fixed(node.low, node.high), OPEN_END),
    nodes.If: (lambda _walker, node: not all(_truth(c) for c, _ in node.branches), TRUTHY),
    nodes.Compare: (lambda _walker, node: not _comparable(node.left, node.right), TYPES),
    nodes.Logic: (lambda _walker, node: _swallows(node), SWALLOWED),
    nodes.Filter: (lambda _walker, node: not _picks(node), PICK),
    nodes.InstanceOf: (lambda _walker, _node: True, FUNCTION),
}
