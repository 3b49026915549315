"""Read item definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.language import compile_tests
from webapp.decisions.types import ItemDefinition
from webapp.decisions.xml import child, children, id_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from webapp.decisions.language import Tests

PROPERTY_ELEMENTS = ("itemComponent", "column", "variable", "output", "parameter", "formalParameter")


def read_definitions(root: etree._Element) -> dict[str, ItemDefinition]:
    """The types that the file defines, by name."""
    found = (_read(node) for node in children(root, "itemDefinition"))
    return {definition.name: definition for definition in found}


def find_names(root: etree._Element) -> frozenset[str]:
    """All names of components, entries, columns and outputs: what may follow a dot, with spaces and all."""
    return frozenset(_names(root))


def _names(root: etree._Element) -> Iterator[str]:
    for node in root.iter(*(f"{{*}}{name}" for name in PROPERTY_ELEMENTS)):
        name = node.get("name", "")
        if "." not in name:  # one with a dot is a name in its own scope, and a path elsewhere
            yield name


def _read(node: etree._Element) -> ItemDefinition:
    function = child(node, "functionItem")
    components = (_read(component) for component in children(node, "itemComponent"))
    return ItemDefinition(
        name=node.get("name", ""),
        ref=text_of(child(node, "typeRef")),
        components={component.name: component for component in components},
        function=function is not None,
        output_ref="" if function is None else function.get("outputTypeRef", ""),
        collection=node.get("isCollection") == "true",
        allowed=_read_tests(node, "allowedValues"),
        constraint=_read_tests(node, "typeConstraint"),
    )


def _read_tests(node: etree._Element, name: str) -> Tests | None:
    text = text_of(child(node, name))
    return compile_tests(text, names=(), place=id_of(node)) if text else None
