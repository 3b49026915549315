"""Reading foreign XML safely: no entities, no DOCTYPE, no network, bounded in size."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from webapp.domain.text import msg
from webapp.engine.errors import DiagramError

MAX_BYTES: Final = 2 * 1024 * 1024
BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


def read(xml: bytes) -> Any:
    """The root element of a BPMN file; raise DiagramError when it is unsafe, too large or not BPMN."""
    if len(xml) > MAX_BYTES:
        raise DiagramError(msg("流程图文件超过 2 MB。"))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiagramError(msg("流程图不是有效的 XML：{reason}", reason=str(error))) from error
    information: Any = root.getroottree().docinfo
    if information.doctype:
        raise DiagramError(msg("流程图不得含有 DOCTYPE。"))
    if root.tag != f"{BPMN}definitions":
        raise DiagramError(msg("文件不是 BPMN 2.0 流程图。"))
    return root


def local(element: Any) -> str:
    """The tag without its namespace."""
    return str(etree.QName(element).localname)


def extension(element: Any, name: str) -> Any:
    """The first zeebe extension of that name, or None."""
    return element.find(f"{BPMN}extensionElements/{ZEEBE}{name}")


def text_of(element: Any, name: str) -> str | None:
    """The stripped text of a BPMN child, None when it is missing or empty."""
    child = element.find(f"{BPMN}{name}")
    text = "" if child is None else "".join(child.itertext()).strip()
    return text or None
