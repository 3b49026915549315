"""Nodes to closures: each node becomes one Python function from a scope to a value."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from webapp.feel import nodes
from webapp.feel.arithmetic import OPERATORS, negate
from webapp.feel.compare import equal, order_of
from webapp.feel.compile_access import AccessCompiler
from webapp.feel.runtime import Scope
from webapp.feel.values import Context, Function, Parameter, Range, range_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.compile_access import Code
    from webapp.feel.runtime import Run

_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
_PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Compiler(AccessCompiler):
    """Compiles operators, blocks and literals."""

    def literal(self, node: nodes.Literal) -> Code:
        """A constant."""
        value = node.value
        return lambda _scope: value

    def negate(self, node: nodes.Negate) -> Code:
        """``-operand``, folded when the operand is a number."""
        if isinstance(node.operand, nodes.Literal):
            value = negate(node.operand.value)
            return lambda _scope: value
        operand = self.code(node.operand)
        return lambda scope: negate(operand(scope))

    def chain(self, node: nodes.Chain) -> Code:
        """Left to right; one operator is by far the most frequent."""
        first = self.code(node.first)
        rest = tuple((OPERATORS[operator], self.code(operand)) for operator, operand in node.rest)
        if len(rest) == 1:
            ((apply, second),) = rest
            return lambda scope: apply(first(scope), second(scope), scope.run.budget)

        def run(scope: Scope) -> Any:
            value = first(scope)
            budget = scope.run.budget
            for apply, operand in rest:
                value = apply(value, operand(scope), budget)
            return value

        return run

    def logic(self, node: nodes.Logic) -> Code:
        """Three-valued and, or (DMN 1.5, table 49); what is not boolean counts as null."""
        operands = tuple(self.code(operand) for operand in node.operands)
        decisive = node.operator == "or"
        if len(operands) == 2:
            return _two(*operands, decisive=decisive)

        def run(scope: Scope) -> Any:
            result: bool | None = not decisive
            for operand in operands:
                value = operand(scope)
                if value is decisive:
                    return decisive
                if value is not (not decisive):
                    result = None
            return result

        return run

    def compare(self, node: nodes.Compare) -> Code:
        """``=`` to ``>=``."""
        left, right, operator = self.code(node.left), self.code(node.right), node.operator
        if operator in ("=", "!="):
            return _equality(left, right, wanted=operator == "=")
        plain, ordered = _PLAIN[operator], _ORDERS[operator]

        def run(scope: Scope) -> Any:
            a, b = left(scope), right(scope)
            if type(a) is Decimal and type(b) is Decimal:
                return plain(a, b)
            order = order_of(a, b)
            return None if order is None else ordered(order)

        return run

    def between(self, node: nodes.Between) -> Code:
        """``value between low and high``."""
        value, low, high = self.code(node.value), self.code(node.low), self.code(node.high)

        def run(scope: Scope) -> Any:
            found = value(scope)
            above, below = order_of(found, low(scope)), order_of(found, high(scope))
            if above is None or below is None:
                return None
            return above >= 0 and below <= 0

        return run

    def inside(self, node: nodes.In) -> Code:
        """``value in tests``."""
        value, tests = self.code(node.value), tuple(self.test(test) for test in node.tests)
        if len(tests) == 1:
            only = tests[0]
            return lambda scope: only(scope, value(scope))

        def run(scope: Scope) -> Any:
            found = value(scope)
            return any(test(scope, found) for test in tests)

        return run

    def instance_of(self, node: nodes.InstanceOf) -> Code:
        """``value instance of type``; null is of type Null alone."""
        value, kind = self.code(node.value), node.type
        return lambda scope: kind.holds(value(scope), scope.run.budget)

    def unary_range(self, node: nodes.UnaryRange) -> Code:
        """``(< 10)`` as a value."""
        end, operator = self.code(node.endpoint), node.operator
        return lambda scope: range_of(operator, end(scope))

    def range_literal(self, node: nodes.RangeLiteral) -> Code:
        """``[low..high]``; ends that cannot be compared are kept as they are."""
        low, high = self.code(node.low), self.code(node.high)
        low_included, high_included = node.low_included, node.high_included
        if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
            fixed = _span(node.low.value, node.high.value, node)
            return lambda _scope: fixed

        def run(scope: Scope) -> Any:
            a, b = low(scope), high(scope)
            if a is None and b is None:
                return None
            return Range(low=a, high=b, low_included=low_included, high_included=high_included)

        return run

    def list_literal(self, node: nodes.ListLiteral) -> Code:
        """``[a, b]``."""
        items = tuple(self.code(item) for item in node.items)
        return lambda scope: tuple([item(scope) for item in items])

    def context_literal(self, node: nodes.ContextLiteral) -> Code:
        """``{a: 1, b: a}``: entries see those before them."""
        entries = tuple((key, self.code(value)) for key, value in node.entries)

        def run(scope: Scope) -> Any:
            values: dict[str, Any] = {}
            inner = Scope(values, scope, scope.run)
            for key, value in entries:
                values[key] = value(inner)
            return Context(values)

        return run

    def conditional(self, node: nodes.If) -> Code:
        """``if``: the first branch whose condition is true."""
        branches = tuple((self.code(condition), self.code(result)) for condition, result in node.branches)
        otherwise = self.code(node.otherwise)

        def run(scope: Scope) -> Any:
            for condition, result in branches:
                if condition(scope) is True:
                    return result(scope)
            return otherwise(scope)

        return run

    def function(self, node: nodes.Lambda) -> Code:
        """``function(a, b) body``: a value that remembers its scope."""
        parameters = tuple(Parameter(name=name, type=kind) for name, kind in node.parameters)
        labels = tuple(name for name, _ in node.parameters)
        if node.external:
            return lambda _scope: None
        body, weight = self.weighed(node.body)

        def run(scope: Scope) -> Any:
            def inner(caller: Run, *arguments: Any) -> Any:
                caller.budget.charge(weight)
                return body(Scope(dict(zip(labels, arguments, strict=True)), scope, caller))

            return Function(
                name="",
                parameters=parameters,
                call=partial(inner, scope.run),
                inner=inner,
                height=node.height,
            )

        return run


def _two(left: Code, right: Code, *, decisive: bool) -> Code:
    def run(scope: Scope) -> Any:
        first = left(scope)
        if first is decisive:
            return decisive
        second = right(scope)
        if second is decisive:
            return decisive
        return (not decisive) if type(first) is bool and type(second) is bool else None

    return run


def _equality(left: Code, right: Code, *, wanted: bool) -> Code:
    def run(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        kind = type(a)
        if kind is type(b) and (kind is str or kind is Decimal):
            return (a == b) is wanted
        same = equal(a, b, scope.run.budget)
        return None if same is None else same is wanted

    return run


def _span(low: Any, high: Any, node: nodes.RangeLiteral) -> Range | None:
    if low is None and high is None:
        return None
    return Range(low=low, high=high, low_included=node.low_included, high_included=node.high_included)
