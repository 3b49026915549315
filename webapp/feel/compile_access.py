"""Names, paths, filters, loops, calls and tests as closures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.feel import nodes
from webapp.feel.compare import order_of, passes
from webapp.feel.iteration import INDEX_LIMIT, domain, product
from webapp.feel.properties import member
from webapp.feel.registry import BUILTINS
from webapp.feel.runtime import Scope
from webapp.feel.values import MISSING, Builtin, Context, Function

if TYPE_CHECKING:
    from webapp.feel.nodes import Node

Code = Callable[[Scope], Any]
Test = Callable[[Scope, Any], Any]

_ORDER_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


class AccessCompiler:
    """Compiles what reaches for values; ``used`` collects every name that the text mentions."""

    def __init__(self) -> None:
        self.count = 0
        self.used: set[str] = set()
        self.makers: dict[type, Callable[[Any], Code]] = {
            getattr(nodes, kind): getattr(self, method) for kind, method in MAKERS.items()
        }

    def code(self, node: Node) -> Code:
        """The closure of a node."""
        self.count += 1
        return self.makers[type(node)](node)

    def weighed(self, node: Node) -> tuple[Code, int]:
        """The closure of a node and what one run of it costs: its number of nodes."""
        before = self.count
        code = self.code(node)
        return code, self.count - before

    def name(self, node: nodes.Name) -> Code:
        """A variable, else a function handed in, else a built-in, else null."""
        name = node.name
        self.used.add(name)
        builtin = BUILTINS.get(name)

        def run(scope: Scope) -> Any:
            inner: Scope | None = scope
            while inner is not None:
                value = inner.values.get(name, MISSING)
                if value is not MISSING:
                    return value
                inner = inner.parent
            return scope.run.functions.get(name, builtin)

        return run

    def callee(self, name: str) -> Code:
        """A function by name: a variable counts only if it holds a function."""
        self.used.add(name)
        builtin = BUILTINS.get(name)

        def run(scope: Scope) -> Any:
            inner: Scope | None = scope
            while inner is not None:
                value = inner.values.get(name)
                if type(value) is Function or type(value) is Builtin:
                    return value
                inner = inner.parent
            return scope.run.functions.get(name, builtin)

        return run

    def path(self, node: nodes.Path) -> Code:
        """``source.name``."""
        source, name = self.code(node.source), node.name

        def run(scope: Scope) -> Any:
            value = source(scope)
            if type(value) is Context:
                return value.get(name)
            return member(value, name, scope.run.budget)

        return run

    def call(self, node: nodes.Call) -> Code:
        """``callee(arguments)``."""
        self.count += 1
        callee = (
            self.callee(node.callee.name) if isinstance(node.callee, nodes.Name) else self.code(node.callee)
        )
        arguments = tuple(self.code(argument) for argument in node.arguments)
        names = node.names
        return lambda scope: scope.run.invoke(
            callee(scope), [argument(scope) for argument in arguments], names=names
        )

    def filter(self, node: nodes.Filter) -> Code:
        """``source[index]`` or ``source[condition]``."""
        source = self.code(node.source)
        condition, weight = self.weighed(node.condition)

        def run(scope: Scope) -> Any:
            value = source(scope)
            if value is None:
                items: tuple[Any, ...] = ()
            else:
                items = value if type(value) is tuple else (value,)
            budget = scope.run.budget
            kept = []
            for place, item in enumerate(items or (None,)):
                budget.charge(weight + 1)
                inner = Scope({"item": item}, scope, scope.run)
                if type(item) is Context:
                    inner = Scope(item, inner, scope.run)
                found = condition(inner)
                if place == 0 and type(found) is Decimal:
                    return pick(items, found)
                if found is True:
                    kept.append(item)
            return tuple(kept) if items else ()

        return run

    def loop(self, node: nodes.For) -> Code:
        """``for``: the list of results; ``partial`` is the list so far."""
        iterators = self.iterators(node.iterators)
        before = "partial" in self.used
        self.used.discard("partial")
        body, weight = self.weighed(node.body)
        partial = "partial" in self.used
        if before:
            self.used.add("partial")

        def run(scope: Scope) -> Any:
            results: list[Any] = []
            budget = scope.run.budget
            base = scope
            for inner in product(iterators, base):
                if inner is None:
                    return None
                budget.charge(weight + 1)
                if partial:
                    budget.charge(len(results) >> 2)
                    inner = Scope({"partial": tuple(results)}, inner, scope.run)  # noqa: PLW2901
                results.append(body(inner))
            return tuple(results)

        return run

    def iterators(self, found: tuple[nodes.Iterator, ...]) -> tuple[tuple[str, Code], ...]:
        """Names with the closures that give their values."""
        made: list[tuple[str, Code]] = []
        for iterator in found:
            low = self.code(iterator.source)
            high = None if iterator.high is None else self.code(iterator.high)
            made.append((iterator.name, domain(low, high)))
        return tuple(made)

    def quantified(self, node: nodes.Quantified) -> Code:
        """``some`` and ``every``: three-valued like or, and."""
        iterators = self.iterators(node.iterators)
        condition, weight = self.weighed(node.condition)
        decisive = node.kind == "some"

        def run(scope: Scope) -> Any:
            result: bool | None = not decisive
            for inner in product(iterators, scope):
                if inner is None:
                    return None
                scope.run.budget.charge(weight + 1)
                value = condition(inner)
                if value is decisive:
                    return decisive
                if value is not (not decisive):
                    result = None
            return result

        return run

    def test(self, node: Node) -> Test:
        """A unary test as a function of scope and value."""
        if isinstance(node, nodes.UnaryRange) and node.operator in _ORDER_TESTS:
            return self.order_test(node)
        if isinstance(node, nodes.Literal) and type(node.value) in (str, bool):
            return literal_test(node.value)
        code = self.code(node)
        return lambda scope, value: passes(value, code(scope), scope.run.budget)

    def order_test(self, node: nodes.UnaryRange) -> Test:
        """``< endpoint``."""
        end, ordered = self.code(node.endpoint), _ORDER_TESTS[node.operator]

        def run(scope: Scope, value: Any) -> Any:
            order = order_of(value, end(scope))
            return None if order is None else ordered(order)

        return run


def literal_test(wanted: Any) -> Test:
    """``"text"`` or ``true``."""
    kind = type(wanted)

    def run(scope: Scope, value: Any) -> Any:
        if type(value) is kind:
            return bool(value == wanted)
        return passes(value, wanted, scope.run.budget)

    return run


def pick(items: tuple[Any, ...], index: Decimal) -> Any:
    """The item at a place counted from 1, or from the end when negative; null outside."""
    if not index or index.adjusted() > INDEX_LIMIT or index != index.to_integral_value():
        return None
    place = int(index)
    if abs(place) > len(items):
        return None
    return items[place - 1] if place > 0 else items[place]


MAKERS = {
    "Literal": "literal",
    "Name": "name",
    "Path": "path",
    "Filter": "filter",
    "Call": "call",
    "Negate": "negate",
    "Chain": "chain",
    "Logic": "logic",
    "Compare": "compare",
    "Between": "between",
    "In": "inside",
    "InstanceOf": "instance_of",
    "UnaryRange": "unary_range",
    "RangeLiteral": "range_literal",
    "ListLiteral": "list_literal",
    "ContextLiteral": "context_literal",
    "If": "conditional",
    "For": "loop",
    "Quantified": "quantified",
    "Lambda": "function",
}
