"""BPMN XML with its diagram interchange (BPMN 2.0.2 chapter 12), read into plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from webapp.domain.errors import InvalidError
from webapp.domain.scene import Bounds
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
FURTHEST = 1e6  # a coordinate beyond is a fault or an attack, not a diagram
MOST_SHAPES = 5000


class DiagramError(InvalidError):
    """The XML is no diagram that can be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What the picture needs to know of a BPMN element."""

    id: str
    type: str  # local name, e.g. userTask
    name: str
    attributes: Mapping[str, str]
    definitions: tuple[str, ...] = ()  # kinds of event: timer, message, …
    repeat: str = ""  # loop, parallel, sequential
    source: str = ""
    target: str = ""
    conditional: bool = False  # the flow bears a condition
    default: bool = False  # the flow is its source's default


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An element that has a place."""

    element: Element
    bounds: Bounds
    label: Bounds | None
    expanded: bool
    horizontal: bool
    crossed: bool  # an exclusive gateway shows its X


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An element that joins two others."""

    element: Element
    points: tuple[tuple[float, float], ...]
    label: Bounds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """One plane of a BPMN file."""

    title: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def read_diagram(
    xml: bytes, *, plane: str | None = None, names: Mapping[str, str] | None = None, language: str = ""
) -> Diagram:
    """Read the first plane, or that of the element ``plane`` (a collapsed subprocess has its own).

    ``language`` takes the labels from each element's property ``name.<language>``, the drawn one where it has
    none; ``names`` replaces some by element id. Raises DiagramError for broken or dangerous XML, a file
    without a plane, coordinates out of reach and more than 5,000 shapes.
    """
    root = _parse(xml)
    elements = _read_elements(root, names or {}, language)
    found = _find_plane(root, plane)
    shapes = tuple(_read_shapes(found, elements))
    edges = tuple(_read_edges(found, elements))
    if len(shapes) + len(edges) > MOST_SHAPES:
        raise DiagramError(msg("流程图元素超过 {limit} 个，无法绘制。", limit=MOST_SHAPES))
    owner = elements.get(found.get("bpmnElement", ""))
    return Diagram(title=_title(root, owner), shapes=shapes, edges=edges)


def _parse(xml: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise DiagramError(msg("流程图文件无法读取：XML 格式有误。")) from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise DiagramError(msg("流程图文件含有 DOCTYPE，已拒绝。"))
    return root


def _find_plane(root: Any, plane: str | None) -> Any:
    planes = root.findall(f"{DI}BPMNDiagram/{DI}BPMNPlane")
    if not planes:
        raise DiagramError(msg("流程图文件没有图形信息（BPMNPlane），请先自动布局。"))
    if plane is None:
        return planes[0]
    found = next((each for each in planes if each.get("bpmnElement") == plane), None)
    if found is None:
        raise DiagramError(msg("流程图中没有元素 {element} 的图形。", element=plane))
    return found


def _title(root: Any, owner: Element | None) -> str:
    if owner and owner.name:
        return owner.name
    named = (each.get("name") for each in root.iter(f"{MODEL}process", f"{MODEL}collaboration"))
    return next((name for name in named if name), "")


def _read_elements(root: Any, names: Mapping[str, str], language: str) -> dict[str, Element]:
    found: dict[str, Element] = {}
    defaults = {value for node in root.iter() if (value := node.get("default"))}
    for node in root.iter():
        key = node.get("id")
        if key and isinstance(node.tag, str) and node.tag.startswith(MODEL):
            name = names.get(key) if key in names else _translated(node, language)
            found[key] = _read_element(node, name=name, default=key in defaults)
    return found


def _translated(node: Any, language: str) -> str | None:
    rows = node.iterfind(f"{MODEL}extensionElements/{ZEEBE}properties/{ZEEBE}property") if language else ()
    return next((row.get("value") or None for row in rows if row.get("name") == f"name.{language}"), None)


def _read_element(node: Any, *, name: str | None, default: bool) -> Element:
    repeat = ""
    if node.find(f"{MODEL}standardLoopCharacteristics") is not None:
        repeat = "loop"
    multi = node.find(f"{MODEL}multiInstanceLoopCharacteristics")
    if multi is not None:
        repeat = "sequential" if multi.get("isSequential") == "true" else "parallel"
    kinds = [
        child.tag[len(MODEL) : -len("EventDefinition")]
        for child in node
        if isinstance(child.tag, str)
        and child.tag.startswith(MODEL)
        and child.tag.endswith("EventDefinition")
    ]
    text = node.findtext(f"{MODEL}text", "")
    return Element(
        id=node.get("id"),
        type=node.tag[len(MODEL) :],
        name=name if name is not None else (node.get("name") or text).strip(),
        attributes=dict(node.attrib),
        definitions=tuple(kinds),
        repeat=repeat,
        source=node.get("sourceRef") or node.findtext(f"{MODEL}sourceRef", ""),
        target=node.get("targetRef") or node.findtext(f"{MODEL}targetRef", ""),
        conditional=node.find(f"{MODEL}conditionExpression") is not None,
        default=default,
    )


def _read_shapes(plane: Any, elements: Mapping[str, Element]) -> Iterator[Shape]:
    for node in plane.findall(f"{DI}BPMNShape"):
        element = elements.get(node.get("bpmnElement", ""))
        bounds = _read_bounds(node.find(f"{DC}Bounds"))
        if element is None or bounds is None:
            continue  # a picture of something that is not there: bpmn-js ignores it too
        yield Shape(
            element=element,
            bounds=bounds,
            label=_read_bounds(node.find(f"{DI}BPMNLabel/{DC}Bounds")),
            expanded=node.get("isExpanded", "true" if element.type == "participant" else "false") == "true",
            horizontal=node.get("isHorizontal", "true") == "true",
            crossed=node.get("isMarkerVisible", "false") == "true",
        )


def _read_edges(plane: Any, elements: Mapping[str, Element]) -> Iterator[Edge]:
    for node in plane.findall(f"{DI}BPMNEdge"):
        element = elements.get(node.get("bpmnElement", ""))
        points = tuple((_number(point, "x"), _number(point, "y")) for point in node.findall(f"{DD}waypoint"))
        if element is not None and len(points) > 1:
            label = _read_bounds(node.find(f"{DI}BPMNLabel/{DC}Bounds"))
            yield Edge(element=element, points=points, label=label)


def _read_bounds(node: Any) -> Bounds | None:
    if node is None:
        return None
    return Bounds(
        x=_number(node, "x"),
        y=_number(node, "y"),
        width=max(_number(node, "width"), 1.0),
        height=max(_number(node, "height"), 1.0),
    )


def _number(node: Any, name: str) -> float:
    try:
        value = float(node.get(name, "0"))
    except ValueError:
        value = math.inf
    if not abs(value) <= FURTHEST:
        raise DiagramError(msg("流程图的坐标 {name} 有误：{value}。", name=name, value=node.get(name)[:40]))
    return value
