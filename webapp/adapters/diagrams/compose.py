"""A diagram read from XML and a case's trail, put together as a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.adapters.diagrams import glyphs
from webapp.adapters.diagrams.edges import draw_edge, edge_bounds
from webapp.adapters.diagrams.glyphs import draw_glyph
from webapp.adapters.diagrams.reader import read_diagram
from webapp.adapters.diagrams.shapes import SUBPROCESSES, draw_shape
from webapp.domain.linebreak import estimate_width
from webapp.domain.scene import Bounds, Box, Ink, Mark, Node, Part, Path, Scene, Text, Trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.adapters.diagrams.reader import Diagram, Edge, Shape

NOWHERE = Trail()
MARGIN = 20.0
BADGES = {
    Mark.PASSED: glyphs.TICK,
    Mark.CURRENT: glyphs.PLAY,
    Mark.CANCELLED: glyphs.CROSS,
    Mark.ADDED: glyphs.PLUS,
    Mark.REMOVED: glyphs.MINUS,
    Mark.CHANGED: glyphs.PENCIL,
}
CONTAINERS = ("participant", "lane", "group", *SUBPROCESSES)


def read_scene(
    xml: bytes,
    *,
    trail: Trail = NOWHERE,
    plane: str | None = None,
    names: Mapping[str, str] | None = None,
    language: str = "",
) -> Scene:
    """Draw a BPMN file: about a millisecond, no browser.

    ``trail`` marks what a case passed; ``plane`` is the id of a collapsed subprocess to show instead;
    ``language`` chooses the labels (zh-Hant, en) as far as the file has them, ``names`` replaces some by
    element id. Raises DiagramError, see ``read_diagram``.
    """
    diagram = read_diagram(xml, plane=plane, names=names, language=language)
    nodes = tuple(_paint_order(diagram, trail))
    return Scene(window=_window(nodes), nodes=nodes, title=diagram.title)


def _paint_order(diagram: Diagram, trail: Trail) -> Iterable[Node]:
    """Containers first (large before small), then lines, then shapes, boundary events last."""
    containers = [shape for shape in diagram.shapes if _is_container(shape)]
    containers.sort(key=lambda shape: -shape.bounds.width * shape.bounds.height)
    others = [shape for shape in diagram.shapes if not _is_container(shape)]
    others.sort(key=lambda shape: shape.element.type == "boundaryEvent")
    kinds = {shape.element.id: shape.element.type for shape in diagram.shapes}
    yield from (_shape_node(shape, trail) for shape in containers)
    edges = sorted(diagram.edges, key=lambda edge: _edge_mark(edge, trail) is not Mark.PLAIN)
    yield from (_edge_node(edge, trail, kinds) for edge in edges)
    yield from (_shape_node(shape, trail) for shape in others)


def _is_container(shape: Shape) -> bool:
    kind = shape.element.type
    return kind in CONTAINERS and (kind not in SUBPROCESSES or shape.expanded)


def _shape_node(shape: Shape, trail: Trail) -> Node:
    element = shape.element
    mark = Mark.PLAIN if element.type in ("participant", "lane", "group") else trail.mark(element.id)
    parts = (*draw_shape(shape), *_badge(shape, mark))
    return Node(
        element=element.id,
        title=element.name or element.type,
        bounds=_parts_bounds(parts, shape.bounds),
        mark=mark,
        parts=parts,
    )


def _edge_node(edge: Edge, trail: Trail, kinds: Mapping[str, str]) -> Node:
    gateway = kinds.get(edge.element.source, "").endswith("Gateway")
    parts = draw_edge(edge, from_gateway=gateway)
    return Node(
        element=edge.element.id,
        title=edge.element.name or edge.element.type,
        bounds=_parts_bounds(parts, edge_bounds(edge)),
        mark=_edge_mark(edge, trail),
        parts=parts,
    )


def _edge_mark(edge: Edge, trail: Trail) -> Mark:
    """A flow is passed when the trail says so, or when both its ends were reached and no flow is recorded."""
    element = edge.element
    if trail.difference(element.id) is not Mark.PLAIN:
        return trail.difference(element.id)
    if element.type != "sequenceFlow":
        return Mark.PLAIN
    reached = trail.passed | trail.current | trail.cancelled
    joined = element.source in trail.passed and element.target in reached
    return Mark.PASSED if joined or element.id in trail.passed else Mark.PLAIN


def _badge(shape: Shape, mark: Mark) -> tuple[Part, ...]:
    if mark is Mark.PLAIN:
        return ()
    bounds = shape.bounds
    round_ = shape.element.type.endswith(("Event", "Gateway"))
    centre = (bounds.right - 4, bounds.y + 4) if round_ else (bounds.right - 2, bounds.y + 2)
    radius = 7.0 if round_ else 9.0
    data = BADGES[mark]
    disc = Bounds(x=centre[0] - radius, y=centre[1] - radius, width=2 * radius, height=2 * radius)
    return (
        Box(bounds=disc, ink=Ink.BADGE, radius=radius, weight=1.5),
        draw_glyph(data, centre, radius, ink=Ink.SIGN, weight=1.8),
    )


def _parts_bounds(parts: Iterable[Part], start: Bounds) -> Bounds:
    bounds = start
    for part in parts:
        bounds = bounds.joined(_part_bounds(part))
    return bounds


def _part_bounds(part: Part) -> Bounds:
    if isinstance(part, Box):
        return part.bounds
    if isinstance(part, Path):
        numbers = [number for _, step in part.steps for number in step]
        xs, ys = numbers[::2], numbers[1::2]
        return Bounds(x=min(xs), y=min(ys), width=max(xs) - min(xs), height=max(ys) - min(ys))
    return _text_bounds(part)


def _text_bounds(text: Text) -> Bounds:
    width = max(estimate_width(line) for line in text.lines) * text.size
    height = len(text.lines) * text.leading
    if text.turned:
        return Bounds(x=text.x - text.size, y=text.y - width / 2, width=height, height=width)
    left = {"start": 0.0, "middle": width / 2, "end": width}[text.align]
    return Bounds(x=text.x - left, y=text.y - text.size, width=width, height=height)


def _window(nodes: tuple[Node, ...]) -> Bounds:
    if not nodes:
        return Bounds(x=0, y=0, width=1, height=1)
    window = nodes[0].bounds
    for node in nodes:
        window = window.joined(node.bounds)
    return window.grown(MARGIN)
