"""Connections of BPMN: lines with rounded corners, heads, tails and labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from webapp.adapters.diagrams.labels import place_below, place_label
from webapp.domain.scene import Bounds, Box, Dash, Ink, Part, Path

if TYPE_CHECKING:
    from webapp.adapters.diagrams.reader import Edge

Point = tuple[float, float]
ROUND = 6.0  # radius of a corner
DASHES = {
    "messageFlow": Dash.DASHED,
    "association": Dash.DOTTED,
    "dataInputAssociation": Dash.DOTTED,
    "dataOutputAssociation": Dash.DOTTED,
}


def draw_edge(edge: Edge, *, from_gateway: bool) -> tuple[Part, ...]:
    """Return line, head, tail and label; a conditional flow's diamond is left out at a gateway."""
    kind = edge.element.type
    line = Path(steps=_rounded(edge.points), ink=Ink.FLOW, dash=DASHES.get(kind, Dash.NONE))
    return (line, *_head(edge), *_tail(edge, from_gateway=from_gateway), *_edge_label(edge))


def edge_bounds(edge: Edge) -> Bounds:
    """Return the rectangle round the line and its label."""
    xs, ys = [x for x, _ in edge.points], [y for _, y in edge.points]
    line = Bounds(x=min(xs), y=min(ys), width=max(xs) - min(xs), height=max(ys) - min(ys))
    return line.joined(edge.label) if edge.label else line


def _edge_label(edge: Edge) -> tuple[Part, ...]:
    name = edge.element.name
    if not name:
        return ()
    if edge.label is not None:
        return place_label(name, edge.label)
    (x1, y1), (x2, y2) = _middle_segment(edge.points)
    return place_below(name, (x1 + x2) / 2, (y1 + y2) / 2 - 16)


def _middle_segment(points: tuple[Point, ...]) -> tuple[Point, Point]:
    place = (len(points) - 1) // 2
    return points[place], points[place + 1]


def _toward(start: Point, end: Point, distance: float) -> Point:
    length = math.dist(start, end)
    share = distance / length if length else 0.0
    return round(start[0] + (end[0] - start[0]) * share, 2), round(start[1] + (end[1] - start[1]) * share, 2)


def _rounded(points: tuple[Point, ...]) -> tuple[tuple[str, tuple[float, ...]], ...]:
    steps: list[tuple[str, tuple[float, ...]]] = [("M", points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        enter, leave = _toward(corner, before, radius), _toward(corner, after, radius)
        near, far = _toward(enter, corner, radius * 0.55), _toward(leave, corner, radius * 0.55)
        steps += [("L", enter), ("C", (*near, *far, *leave))]
    return (*steps, ("L", points[-1]))


def _arrow(tip: Point, start: Point, *, length: float, half: float) -> tuple[Point, Point]:
    """Return the two back corners of a head at ``tip`` on the line from ``start``."""
    angle = math.atan2(tip[1] - start[1], tip[0] - start[0])
    cos, sin = math.cos(angle), math.sin(angle)
    base = (tip[0] - length * cos, tip[1] - length * sin)
    return (
        (round(base[0] - half * sin, 2), round(base[1] + half * cos, 2)),
        (round(base[0] + half * sin, 2), round(base[1] - half * cos, 2)),
    )


def _head(edge: Edge) -> tuple[Part, ...]:
    kind = edge.element.type
    tip, start = edge.points[-1], edge.points[-2]
    if kind in ("sequenceFlow", "messageFlow"):
        left, right = _arrow(tip, start, length=10, half=5)
        ink = Ink.HEAD if kind == "sequenceFlow" else Ink.PAPER
        return (Path(steps=(("M", tip), ("L", left), ("L", right), ("Z", ())), ink=ink, weight=1.0),)
    direction = edge.element.attributes.get("associationDirection", "None")
    heads = []
    if kind.startswith("data") or direction in ("One", "Both"):
        heads.append((tip, start))
    if direction == "Both":
        heads.append((edge.points[0], edge.points[1]))
    return tuple(_open_head(end, before) for end, before in heads)


def _open_head(tip: Point, start: Point) -> Path:
    left, right = _arrow(tip, start, length=8, half=5)
    return Path(steps=(("M", left), ("L", tip), ("L", right)), ink=Ink.FLOW)


def _tail(edge: Edge, *, from_gateway: bool) -> tuple[Part, ...]:
    start, after = edge.points[0], edge.points[1]
    if edge.element.type == "messageFlow":
        disc = Bounds(x=start[0] - 4, y=start[1] - 4, width=8, height=8)
        return (Box(bounds=disc, ink=Ink.PAPER, radius=4, weight=1.0),)
    if edge.element.default:
        left, _ = _arrow(_toward(start, after, 9), start, length=4, half=5)
        _, right = _arrow(_toward(start, after, 15), start, length=2, half=5)
        return (Path(steps=(("M", left), ("L", right)), ink=Ink.FLOW),)
    if edge.element.conditional and not from_gateway:
        left, right = _arrow(_toward(start, after, 8), start, length=0, half=4)
        far = _toward(start, after, 16)
        steps = (("M", start), ("L", left), ("L", far), ("L", right), ("Z", ()))
        return (Path(steps=steps, ink=Ink.PAPER, weight=1.0),)
    return ()
