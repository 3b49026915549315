"""Names, paths, calls, loops and functions, checked without running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.text import msg
from webapp.feel import nodes, types
from webapp.feel.check_base import CheckerBase, Known, definite, label
from webapp.feel.pattern_classes import ClassError
from webapp.feel.patterns import PatternError, compile_or_raise
from webapp.feel.properties import PROPERTY_TYPES
from webapp.feel.registry import BUILTINS
from webapp.feel.types import ContextType, FunctionType, ListType, SimpleType
from webapp.feel.values import Builtin, Function, Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.feel.values import Parameter

_PATTERNS = frozenset({"matches", "replace", "split"})


class BlockChecker(CheckerBase):
    """Checks what needs names."""

    def unknown(self, name: str, start: int, *, called: bool) -> None:
        """Report a name that nobody declared."""
        raise NotImplementedError

    def on_name(self, node: nodes.Name) -> Known:
        """A name in scope, or a function as a value."""
        if node.name in self.scope:
            return self.scope[node.name]
        if node.name in self.functions or node.name in BUILTINS:
            return types.FUNCTION
        if not self.open:
            self.unknown(node.name, node.start, called=False)
        return None

    def on_path(self, node: nodes.Path) -> Known:
        """A member of a context, a property of a date, or the list of them."""
        source = self.infer(node.source)
        listed = isinstance(source, ListType)
        inner = source.item if isinstance(source, ListType) else source
        found: Known = None
        if isinstance(inner, ContextType) and inner.members:
            found = inner.members.get(node.name)
            if found is None:
                self._no_member(node, list(inner.members))
        elif isinstance(inner, SimpleType):
            found = PROPERTY_TYPES.get(inner.classes[0], {}).get(node.name)
            if found is None:
                self._no_member(node, list(PROPERTY_TYPES.get(inner.classes[0], {})))
        return ListType(found or types.ANY) if listed else found

    def _no_member(self, node: nodes.Path, known: list[str]) -> None:
        guess = types.closest(node.name, known)
        message = msg("没有名为“{name}”的属性。", name=node.name)
        if guess:
            message = msg("没有名为“{name}”的属性，您是否想写“{guess}”？", name=node.name, guess=guess)
        self.report("name", node.start, message)

    def on_filter(self, node: nodes.Filter) -> Known:
        """Inside the brackets the members of an item are names."""
        source = self.infer(node.source)
        item = source.item if isinstance(source, ListType) else source
        members: dict[str, Known] = {"item": item}
        known = isinstance(item, SimpleType)
        if isinstance(item, ContextType) and item.members:
            members.update(item.members)
            known = True
        self.scope = self.scope.new_child(members)
        self.open += not known
        condition = self.infer(node.condition)
        self.open -= not known
        self.scope = self.scope.parents
        if definite(condition) and condition not in (types.BOOLEAN, types.NUMBER):
            self.report(
                "type",
                node.condition.start,
                msg("筛选条件应为真假值或序号，却是{kind}。", kind=label(condition)),
            )
        return item if condition == types.NUMBER else ListType(item or types.ANY)

    def on_if(self, node: nodes.If) -> Known:
        """Conditions, and the common type of the branches."""
        found = []
        for condition, result in node.branches:
            self.condition(condition)
            found.append(self.infer(result))
        found.append(self.infer(node.otherwise))
        return found[0] if all(kind == found[0] for kind in found) else None

    def _iterate(self, iterators: tuple[nodes.Iterator, ...]) -> int:
        for iterator in iterators:
            source = self.infer(iterator.source)
            item: Known = source.item if isinstance(source, ListType) else None
            if iterator.high is not None:
                self.comparable(source, self.infer(iterator.high), iterator.start, ordered=True)
                item = source
            self.scope = self.scope.new_child({iterator.name: item})
        return len(iterators)

    def _leave(self, levels: int) -> None:
        for _ in range(levels):
            self.scope = self.scope.parents

    def on_for(self, node: nodes.For) -> Known:
        """A list of what the body gives."""
        levels = self._iterate(node.iterators)
        self.scope = self.scope.new_child({"partial": types.LIST})
        body = self.infer(node.body)
        self._leave(levels + 1)
        return ListType(body or types.ANY)

    def on_quantified(self, node: nodes.Quantified) -> Known:
        """A condition on each."""
        levels = self._iterate(node.iterators)
        self.condition(node.condition)
        self._leave(levels)
        return types.BOOLEAN

    def on_lambda(self, node: nodes.Lambda) -> Known:
        """A function of its parameters."""
        self.scope = self.scope.new_child(dict(node.parameters))
        result = self.infer(node.body) if not node.external else None
        self.scope = self.scope.parents
        kinds = tuple(kind or types.ANY for _, kind in node.parameters)
        return FunctionType(kinds, result or types.ANY)

    def on_call(self, node: nodes.Call) -> Known:
        """A function that exists, with arguments that fit."""
        given = [self.infer(argument) for argument in node.arguments]
        if not isinstance(node.callee, nodes.Name):
            found = self.infer(node.callee)
            return found.result if isinstance(found, FunctionType) else None
        name = node.callee.name
        if name in self.scope and self.may_be_function(self.scope[name]):
            shape = self.scope[name]
            return shape.result if isinstance(shape, FunctionType) else None
        function = self.functions.get(name) or BUILTINS.get(name)
        if function is None:
            if not self.open:
                self.unknown(name, node.start, called=True)
            return None
        self._arguments(node, function, given)
        if isinstance(function, Builtin) and name in _PATTERNS:
            self._pattern(node)
        return function.result

    def may_be_function(self, kind: Known) -> bool:
        """Whether a variable of this type can be called."""
        return not definite(kind) or isinstance(kind, FunctionType)

    def _arguments(self, node: nodes.Call, function: Function | Builtin, given: Sequence[Known]) -> None:
        if isinstance(function, Function) and function.check is not None:
            for sentence in function.check(node):
                self.report("arguments", node.start, sentence)
            return
        shapes = signatures(function)
        fitting = [shape for shape in shapes if _accepts(shape, node.names, len(given))]
        if not fitting:
            usage = "; ".join(_usage(function.name, shape) for shape in shapes)
            self.report(
                "arguments",
                node.start,
                msg("函数“{name}”的参数不对，应为：{usage}", name=function.name, usage=usage),
            )
            return
        if not any(_types_fit(shape, node.names, given) for shape in fitting):
            self.report(
                "type",
                node.start,
                msg("函数“{name}”不接受这些类型的参数，结果总为空。", name=function.name),
            )

    def _pattern(self, node: nodes.Call) -> None:
        given = _by_parameter(node)
        pattern = given.get("pattern") or given.get("delimiter")
        flags = given.get("flags")
        if not isinstance(pattern, nodes.Literal) or type(pattern.value) is not str:
            return
        if flags is not None and not isinstance(flags, nodes.Literal):
            return
        letters = "" if flags is None or type(flags.value) is not str else flags.value
        try:
            compile_or_raise(pattern.value, letters)
        except (PatternError, ClassError) as error:
            sentence = msg("正则表达式有误，无法运行。")
            if str(error) == "back-reference":
                sentence = msg("正则表达式不支持反向引用（如“\\1”）。")
            self.report("pattern", pattern.start, sentence)


def _by_parameter(node: nodes.Call) -> dict[str, nodes.Node]:
    """The arguments of matches, replace or split by the names of their parameters."""
    assert isinstance(node.callee, nodes.Name)
    names = node.names or [parameter.name for parameter in BUILTINS[node.callee.name].parameters]
    return dict(zip(names, node.arguments, strict=False))


def signatures(function: Function | Builtin) -> tuple[Signature, ...]:
    """The ways to call a function."""
    if isinstance(function, Builtin):
        return function.signatures
    required = sum(not parameter.optional for parameter in function.parameters)
    return (Signature(parameters=function.parameters, spread=function.variadic, required=required),)


def _accepts(shape: Signature, names: tuple[str, ...] | None, count: int) -> bool:
    if names is None:
        return shape.required <= count and (shape.spread or count <= len(shape.parameters))
    known = {parameter.name for parameter in shape.parameters}
    needed = {parameter.name for parameter in shape.parameters if not parameter.optional}
    return set(names) <= known and needed <= set(names)


def _types_fit(shape: Signature, names: tuple[str, ...] | None, given: Sequence[Known]) -> bool:
    parameters: Sequence[Parameter] = shape.parameters
    if names is not None:
        by_name = {parameter.name: parameter for parameter in parameters}
        parameters = [by_name[name] for name in names]
    elif shape.spread and parameters:
        parameters = [*parameters, *[parameters[-1]] * len(given)]
    return all(_fits(kind, parameter) for kind, parameter in zip(given, parameters, strict=False))


def _fits(kind: Known, parameter: Parameter) -> bool:
    wanted = parameter.type
    if wanted is None or not definite(kind) or kind is None:
        return True
    if isinstance(wanted, ListType):
        inner = kind.item if isinstance(kind, ListType) else kind
        return not definite(inner) or type(wanted.item) is types.Type or _may(inner, wanted.item)
    return _may(kind.item if isinstance(kind, ListType) else kind, wanted)


def _may(kind: Known, wanted: types.Type) -> bool:
    """Whether a value of one type can ever be one of another."""
    if kind is None or not definite(kind):
        return True
    if isinstance(kind, SimpleType) and isinstance(wanted, SimpleType):
        return bool(set(kind.classes) & set(wanted.classes)) or (
            kind == types.DATE and wanted == types.DATE_TIME
        )
    return type(kind) is type(wanted) or type(wanted) is types.Type


def _usage(name: str, shape: Signature) -> str:
    spelt = [f"{p.name}{'?' if p.optional else ''}" for p in shape.parameters]
    return f"{name}({', '.join(spelt)}{', …' if shape.spread else ''})"
