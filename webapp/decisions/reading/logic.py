"""Read boxed expressions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from webapp.decisions.boxed import (
    ARGUMENT,
    CALLEE,
    Boxed,
    Conditional,
    ContextBox,
    Entry,
    Filter,
    For,
    FunctionBox,
    Invocation,
    ListBox,
    Literal,
    Loop,
    Nothing,
    Parameter,
    Quantified,
    Relation,
    Typed,
)
from webapp.decisions.errors import ModelError
from webapp.decisions.language import Tests, Text, compile_tests, compile_text
from webapp.decisions.xml import child, children, id_of, tag, text_of
from webapp.domain.text import msg
from webapp.feel import FeelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lxml import etree

    from webapp.decisions.names import Names
    from webapp.decisions.types import Types
    from webapp.feel import Type

DEPTH_LIMIT = 40  # boxed expressions inside each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where logic is read: the names that it may use, and how deep it stands."""

    types: Types
    shared: Names  # what may follow a dot anywhere in the model
    own: Names  # what the decision requires
    inner: frozenset[str] = frozenset()  # of loops and functions round it
    feel_types: Mapping[str, Type] = field(default_factory=dict)  # what texts may name, made of ``types``
    depth: int = 0

    def deeper(self, names: Iterable[str] = ()) -> Place:
        """One expression further in, with more names."""
        if self.depth >= DEPTH_LIMIT:
            raise ModelError(msg("决策逻辑嵌套过深。"))
        return replace(self, inner=self.inner.union(names), depth=self.depth + 1)

    def names_in(self, source: str) -> set[str]:
        """The names that a text may hold and FEEL must be told of."""
        return self.shared.within(source) | self.own.within(source) | self.inner

    def compile(self, source: str, node: etree._Element) -> Text:
        """Read the FEEL text of an element; one in another language is kept as an error."""
        if not _is_feel(node):
            return Text(source=source, place=id_of(node), error=_refuse_language(node))
        return compile_text(source, names=self.names_in(source), place=id_of(node), types=self.feel_types)

    def compile_tests(self, source: str, node: etree._Element) -> Tests:
        """Read the unary tests of an element; those in another language are kept as an error."""
        if not _is_feel(node):
            return Tests(source=source, place=id_of(node), error=_refuse_language(node))
        return compile_tests(source, names=self.names_in(source), place=id_of(node), types=self.feel_types)


def _is_feel(node: etree._Element) -> bool:
    """By its own language or the file's; a text that names none is FEEL, as is Camunda's plain ``feel``."""
    root = node.getroottree().getroot()
    language = node.get("expressionLanguage") or root.get("expressionLanguage", "")
    return not language or "feel" in language.lower()


def _refuse_language(node: etree._Element) -> FeelError:
    language = node.get("expressionLanguage") or node.getroottree().getroot().get("expressionLanguage")
    return FeelError(msg("不支持表达式语言“{language}”，请改用 FEEL。", language=language))


def find_logic(parent: etree._Element) -> etree._Element | None:
    """The boxed expression inside an element, if there is one."""
    return child(parent, *READERS)


def read_inside(parent: etree._Element | None, place: Place) -> Boxed:
    """Read the boxed expression inside an element; null where there is none."""
    node = None if parent is None else find_logic(parent)
    if node is None:
        return Nothing(id=id_of(parent))
    return read_logic(node, place)


def read_logic(node: etree._Element, place: Place) -> Boxed:
    """Read one boxed expression with its type."""
    boxed = READERS[tag(node)](node, place.deeper())
    ref = node.get("typeRef", "")
    return Typed(inner=boxed, type_ref=ref, types=place.types) if ref else boxed


def read_literal(node: etree._Element, place: Place) -> Literal:
    """Read a FEEL text."""
    return Literal(
        id=id_of(node),
        text=place.compile(text_of(child(node, "text")), node),
    )


def _read_literal_or_nothing(node: etree._Element, place: Place) -> Boxed:
    return read_literal(node, place) if text_of(child(node, "text")) else Nothing(id=id_of(node))


def _read_context(node: etree._Element, place: Place) -> Boxed:
    entries = []
    for part in children(node, "contextEntry"):
        variable = child(part, "variable")
        name = "" if variable is None else variable.get("name", "")
        ref = "" if variable is None else variable.get("typeRef", "")
        value = read_inside(part, place)
        if ref:
            value = Typed(inner=value, type_ref=ref, types=place.types)
        entries.append(Entry(name=name, value=value))
    return ContextBox(id=id_of(node), entries=tuple(entries))


def _read_list(node: etree._Element, place: Place) -> Boxed:
    items = tuple(read_logic(item, place) for item in children(node, *READERS))
    return ListBox(id=id_of(node), items=items)


def _read_relation(node: etree._Element, place: Place) -> Boxed:
    columns = list(children(node, "column"))
    refs = [column.get("typeRef", "") for column in columns]
    rows = []
    for row in children(node, "row"):
        cells = [read_logic(cell, place) for cell in children(row, *READERS)]
        rows.append(
            tuple(
                Typed(inner=cell, type_ref=ref, types=place.types) if ref else cell
                for cell, ref in zip(cells, refs, strict=False)
            ),
        )
    names = tuple(column.get("name", "") for column in columns)
    return Relation(id=id_of(node), columns=names, rows=tuple(rows))


def read_function(node: etree._Element, place: Place) -> FunctionBox:
    """Read a function definition."""
    parameters = tuple(
        Parameter(name=part.get("name", ""), type_ref=part.get("typeRef", ""))
        for part in children(node, "formalParameter")
    )
    inner = place.deeper(parameter.name for parameter in parameters)
    return FunctionBox(
        id=id_of(node),
        parameters=parameters,
        body=read_inside(node, inner),
        types=place.types,
        kind=node.get("kind", "FEEL"),
    )


def _read_invocation(node: etree._Element, place: Place) -> Boxed:
    bindings = []
    for part in children(node, "binding"):
        parameter = child(part, "parameter")
        name = "" if parameter is None else parameter.get("name", "")
        bindings.append(Entry(name=name, value=read_inside(part, place)))
    arguments = ", ".join(f"{bound.name}: {ARGUMENT}{index}" for index, bound in enumerate(bindings))
    inner = place.deeper(bound.name for bound in bindings)
    return Invocation(
        id=id_of(node),
        callee=read_inside(node, place),
        call=inner.compile(f"{CALLEE}({arguments})", node),
        bindings=tuple(bindings),
    )


def _read_conditional(node: etree._Element, place: Place) -> Boxed:
    return Conditional(
        id=id_of(node),
        condition=read_inside(child(node, "if"), place),
        then=read_inside(child(node, "then"), place),
        otherwise=read_inside(child(node, "else"), place),
    )


def _read_filter(node: etree._Element, place: Place) -> Boxed:
    return Filter(
        id=id_of(node),
        source=read_inside(child(node, "in"), place),
        match=read_inside(child(node, "match"), place.deeper(("item",))),
    )


def _read_loop(node: etree._Element, place: Place, *, body: str) -> Loop:
    variable = node.get("iteratorVariable", "item")
    source = child(node, "in")
    read = read_inside(source, place)
    ref = "" if source is None else source.get("typeRef", "")
    return Loop(
        variable=variable,
        source=Typed(inner=read, type_ref=ref, types=place.types) if ref else read,
        body=read_inside(child(node, body), place.deeper((variable, "partial"))),
    )


def _read_for(node: etree._Element, place: Place) -> Boxed:
    return For(id=id_of(node), loop=_read_loop(node, place, body="return"))


def _read_some(node: etree._Element, place: Place) -> Boxed:
    loop = _read_loop(node, place, body="satisfies")
    return Quantified(id=id_of(node), loop=loop, decisive=True)


def _read_every(node: etree._Element, place: Place) -> Boxed:
    loop = _read_loop(node, place, body="satisfies")
    return Quantified(id=id_of(node), loop=loop, decisive=False)


def _read_table(node: etree._Element, place: Place) -> Boxed:
    from webapp.decisions.reading.tables import read_table  # noqa: PLC0415 - tables hold logic, and logic tables

    return read_table(node, place)


READERS: dict[str, Callable[[etree._Element, Place], Boxed]] = {
    "literalExpression": _read_literal_or_nothing,
    "decisionTable": _read_table,
    "context": _read_context,
    "list": _read_list,
    "relation": _read_relation,
    "functionDefinition": read_function,
    "invocation": _read_invocation,
    "conditional": _read_conditional,
    "filter": _read_filter,
    "for": _read_for,
    "some": _read_some,
    "every": _read_every,
}
