"""The types of operands and operators, inferred without running."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.feel import nodes, types
from webapp.feel.arithmetic import ADDITIONS, PRODUCTS, QUOTIENTS, SUBTRACTIONS
from webapp.feel.temporal import Date, DateTime, Time
from webapp.feel.types import ContextType, ListType, NullType, RangeType, SimpleType, Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.text import Message
    from webapp.feel.nodes import Node
    from webapp.feel.values import Function

_TABLES = {"+": ADDITIONS, "-": SUBTRACTIONS, "*": PRODUCTS, "/": QUOTIENTS, "**": {}}
_ORDERED = frozenset(
    {types.NUMBER, types.STRING, types.DATE, types.TIME, types.DATE_TIME, types.DAYS_TIME, types.YEARS_MONTHS}
)
_POINTS = (Date, DateTime, Time)

Known = Type | None  # None: nobody can tell


class CheckerBase:
    """Infers types of literals and operators; whoever inherits reports the problems."""

    def __init__(self, known: Mapping[str, Known], functions: Mapping[str, Function]) -> None:
        self.scope: ChainMap[str, Known] = ChainMap(dict(known))
        self.functions = functions
        self.open = 0  # above 0 inside a filter over items whose members nobody knows

    def report(self, kind: str, start: int, message: Message) -> None:
        """Note a problem."""
        raise NotImplementedError

    def infer(self, node: Node) -> Known:
        """The type of a node; reports what is wrong with it on the way."""
        found = getattr(self, f"on_{type(node).__name__.lower()}")(node)
        return found if found is None or isinstance(found, Type) else None

    def on_literal(self, node: nodes.Literal) -> Known:
        """The type of its value."""
        return types.type_of(node.value)

    def on_negate(self, node: nodes.Negate) -> Known:
        """Numbers and durations have a negative."""
        found = self.infer(node.operand)
        if definite(found) and found not in (types.NUMBER, types.DAYS_TIME, types.YEARS_MONTHS):
            self.report("type", node.start, msg("不能对{kind}取负。", kind=label(found)))
        return found

    def on_chain(self, node: nodes.Chain) -> Known:
        """Operators from left to right."""
        left = self.infer(node.first)
        for operator, operand in node.rest:
            right = self.infer(operand)
            left = self.combine(operator, left, right, start=operand.start)
        return left

    def combine(self, operator: str, left: Known, right: Known, *, start: int) -> Known:
        """The type of ``left operator right``."""
        if not (definite(left) and definite(right)):
            return None
        if left == types.NUMBER and right == types.NUMBER:
            return types.NUMBER
        found = _result(operator, left, right)
        if found is None:
            self.report(
                "type",
                start,
                msg(
                    "“{operator}”不能用于{left}和{right}，结果总为空。",
                    operator=operator,
                    left=label(left),
                    right=label(right),
                ),
            )
        return found

    def on_logic(self, node: nodes.Logic) -> Known:
        """Operands that can never be true or false."""
        for operand in node.operands:
            self.condition(operand)
        return types.BOOLEAN

    def condition(self, node: Node) -> None:
        """A place where only true and false make sense."""
        found = self.infer(node)
        if definite(found) and found != types.BOOLEAN:
            self.report("type", node.start, msg("此处应为条件（真或假），却是{kind}。", kind=label(found)))

    def on_compare(self, node: nodes.Compare) -> Known:
        """Two sides that can be compared."""
        left, right = self.infer(node.left), self.infer(node.right)
        self.comparable(left, right, node.start, ordered=node.operator not in ("=", "!="))
        return types.BOOLEAN

    def comparable(self, left: Known, right: Known, start: int, *, ordered: bool) -> None:
        """Report two types whose comparison is always null."""
        if not (definite(left) and definite(right)):
            return
        alike = left == right if isinstance(left, SimpleType) else type(left) is type(right)
        if not alike or (ordered and left not in _ORDERED):
            self.report(
                "type",
                start,
                msg("{left}与{right}无法比较，结果总为空。", left=label(left), right=label(right)),
            )

    def on_between(self, node: nodes.Between) -> Known:
        """Three values of one type."""
        value = self.infer(node.value)
        for end in (node.low, node.high):
            self.comparable(value, self.infer(end), end.start, ordered=True)
        return types.BOOLEAN

    def on_in(self, node: nodes.In) -> Known:
        """A value and its tests."""
        value = self.infer(node.value)
        for test in node.tests:
            self.test(test, value)
        return types.BOOLEAN

    def test(self, node: Node, value: Known) -> None:
        """One test of a value."""
        if isinstance(node, nodes.UnaryRange):
            end = self.infer(node.endpoint)
            self.comparable(value, end, node.start, ordered=node.operator not in ("=", "!="))
            return
        found = self.infer(node)
        if isinstance(found, RangeType):
            self.comparable(value, found.end, node.start, ordered=True)
        elif isinstance(found, SimpleType) and isinstance(value, SimpleType):
            self.comparable(value, found, node.start, ordered=False)

    def tests(self, cell: nodes.Tests, value: Known) -> None:
        """All tests of a cell; a condition on ``?`` must be true or false."""
        for node, uses in zip(cell.tests, cell.uses_input, strict=True):
            if uses:
                self.condition(node)
            else:
                self.test(node, value)

    def on_instanceof(self, node: nodes.InstanceOf) -> Known:
        """Always a boolean."""
        self.infer(node.value)
        return types.BOOLEAN

    def on_unaryrange(self, node: nodes.UnaryRange) -> Known:
        """A range over the type of its end."""
        return RangeType(self.infer(node.endpoint) or types.ANY)

    def on_rangeliteral(self, node: nodes.RangeLiteral) -> Known:
        """Both ends must be of one type."""
        low, high = self.infer(node.low), self.infer(node.high)
        self.comparable(low, high, node.high.start, ordered=True)
        return RangeType(low or high or types.ANY)

    def on_listliteral(self, node: nodes.ListLiteral) -> Known:
        """A list of the common type of its items."""
        found = [self.infer(item) for item in node.items]
        first = found[0] if found else None
        return ListType(first if first is not None and all(kind == first for kind in found) else types.ANY)

    def on_contextliteral(self, node: nodes.ContextLiteral) -> Known:
        """A context with the types of its entries, which see those before them."""
        members: dict[str, Known] = {}
        self.scope = self.scope.new_child(members)
        for key, value in node.entries:
            members[key] = self.infer(value)
        self.scope = self.scope.parents
        return ContextType({key: kind or types.ANY for key, kind in members.items()})


def definite(kind: Known) -> bool:
    """Whether a type says enough to find fault with."""
    return kind is not None and type(kind) is not Type and not isinstance(kind, NullType)


def _result(operator: str, left: Known, right: Known) -> Known:
    if not isinstance(left, SimpleType) or not isinstance(right, SimpleType):
        return None
    a, b = left.classes[0], right.classes[0]
    if (a, b) not in _TABLES[operator]:
        return None
    if a in _POINTS and b in _POINTS:
        return types.DAYS_TIME
    if a is b:
        return types.NUMBER if operator == "/" else left
    if b in _POINTS:
        return right
    return right if left == types.NUMBER else left


_LABELS = {
    types.NUMBER: msg("数字值"),
    types.STRING: msg("文本值"),
    types.BOOLEAN: msg("真假值"),
    types.DATE: msg("日期值"),
    types.TIME: msg("时间值"),
    types.DATE_TIME: msg("日期时间值"),
    types.DAYS_TIME: msg("天时分时长"),
    types.YEARS_MONTHS: msg("年月时长"),
    types.DURATION: msg("时长值"),
}
_KINDS: dict[type, Message] = {
    ListType: msg("列表值"),
    ContextType: msg("上下文值"),
    RangeType: msg("区间值"),
    types.FunctionType: msg("函数值"),
}


def label(kind: Known) -> Any:
    """What people call a type."""
    if isinstance(kind, SimpleType) and kind in _LABELS:
        return _LABELS[kind]
    return _KINDS.get(type(kind), msg("任意值"))
