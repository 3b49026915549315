"""Read foreign XML without harm: no entities, no network, no DOCTYPE, two megabytes at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from webapp.decisions.errors import ModelError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE_LIMIT = 2 * 1024 * 1024  # bytes
DEPTH_LIMIT = 200  # elements inside each other


def read_xml(source: bytes) -> etree._Element:
    """The root element; ModelError where the text is too large, broken, or has a DOCTYPE."""
    if len(source) > SIZE_LIMIT:
        raise ModelError(msg("DMN 文件过大，不得超过 2 MB。"))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ModelError(msg("DMN 文件不是合法的 XML：{cause}", cause=str(error))) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ModelError(msg("DMN 文件中不得有 DOCTYPE。"))
    return root


def tag(element: etree._Element) -> str:
    """The element's name without its namespace: DMN 1.1 to 1.5 differ in the namespace alone."""
    return etree.QName(element).localname


def space(element: etree._Element) -> str:
    """The element's namespace, or the empty text."""
    return etree.QName(element).namespace or ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The child elements of these names in the parent's own namespace."""
    namespace = space(element)
    for child in element:
        if isinstance(child.tag, str) and space(child) == namespace and (not names or tag(child) in names):
            yield child


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first child of one of these names."""
    return next(children(element, *names), None)


def text_of(element: etree._Element | None) -> str:
    """The text inside, CDATA and all, without the white space round it."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def id_of(element: etree._Element | None) -> str:
    """The element's id, or the empty text."""
    return "" if element is None else element.get("id", "")
