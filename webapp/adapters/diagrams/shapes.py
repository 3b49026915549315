"""Shapes of BPMN 2.0.2 (chapter 7 and 10), each as a few parts of a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.adapters.diagrams import glyphs
from webapp.adapters.diagrams.glyphs import draw_glyph
from webapp.adapters.diagrams.labels import (
    place_below,
    place_inside,
    place_label,
    place_left,
    place_top,
    place_turned,
)
from webapp.domain.scene import Bounds, Box, Dash, Ink, Part, Path

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.adapters.diagrams.reader import Element, Shape

BAND = 30.0  # width of a pool's title
SUBPROCESSES = ("subProcess", "transaction", "adHocSubProcess")


def draw_shape(shape: Shape) -> tuple[Part, ...]:
    """Return the parts of one shape in the order in which they are painted."""
    kind = shape.element.type
    if kind.endswith("Event"):
        return _draw_event(shape)
    if kind.endswith("Gateway"):
        return _draw_gateway(shape)
    if kind in _DRAWN:
        return _DRAWN[kind](shape)
    return _draw_activity(shape)


def _outside_label(shape: Shape) -> tuple[Part, ...]:
    name, bounds = shape.element.name, shape.bounds
    if shape.label is not None:
        return place_label(name, shape.label)
    return place_below(name, bounds.centre[0], bounds.bottom + 4)


def _draw_event(shape: Shape) -> tuple[Part, ...]:
    element, bounds = shape.element, shape.bounds
    kind = element.type
    radius = min(bounds.width, bounds.height) / 2
    gentle = element.attributes.get("cancelActivity") == "false" or (
        element.attributes.get("isInterrupting") == "false"
    )
    dash = Dash.DASHED if gentle else Dash.NONE
    weight = 3.0 if kind == "endEvent" else 1.5
    parts: list[Part] = [Box(bounds=bounds, ink=Ink.BODY, radius=radius, weight=weight, dash=dash)]
    if kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        parts.append(Box(bounds=bounds.grown(-3), ink=Ink.LINE, radius=radius - 3, weight=1.5, dash=dash))
    parts.extend(_event_sign(element, bounds.centre, radius))
    return (*parts, *_outside_label(shape))


def _event_sign(element: Element, centre: tuple[float, float], radius: float) -> tuple[Part, ...]:
    if not element.definitions:
        return ()
    sign = element.definitions[0]
    if len(element.definitions) > 1:
        parallel = element.attributes.get("parallelMultiple") == "true"
        sign = "parallelMultiple" if parallel else "multiple"
    if sign not in glyphs.EVENTS:
        return ()
    throws = element.type in ("endEvent", "intermediateThrowEvent") or sign == "terminate"
    outline, detail = glyphs.EVENTS[sign]
    ink = Ink.SOLID if throws else Ink.PAPER
    parts: list[Part] = [draw_glyph(outline, centre, radius, ink=ink)]
    if detail:
        # On a filled sign the details are drawn in paper, else they would vanish.
        parts.append(draw_glyph(detail, centre, radius, ink=Ink.SIGN if throws else Ink.LINE))
    return tuple(parts)


def _draw_gateway(shape: Shape) -> tuple[Part, ...]:
    bounds, kind = shape.bounds, shape.element.type
    x, y = bounds.centre
    diamond = Path(
        steps=(
            ("M", (x, bounds.y)),
            ("L", (bounds.right, y)),
            ("L", (x, bounds.bottom)),
            ("L", (bounds.x, y)),
            ("Z", ()),
        ),
        ink=Ink.BODY,
    )
    parts: list[Part] = [diamond]
    if kind in glyphs.GATEWAYS and (kind != "exclusiveGateway" or shape.crossed):
        filled, stroked = glyphs.GATEWAYS[kind]
        if filled:
            parts.append(draw_glyph(filled, (x, y), bounds.width / 2, ink=Ink.SOLID, weight=0.5))
        if stroked:
            thick = {"inclusiveGateway": 2.5, "complexGateway": 2.5}.get(kind, 1.0)
            parts.append(draw_glyph(stroked, (x, y), bounds.width / 2, weight=thick))
    return (*parts, *_outside_label(shape))


def _draw_activity(shape: Shape) -> tuple[Part, ...]:
    element, bounds = shape.element, shape.bounds
    within = element.type in SUBPROCESSES
    open_ = within and shape.expanded
    event = element.attributes.get("triggeredByEvent") == "true"
    parts: list[Part] = [
        Box(
            bounds=bounds,
            ink=Ink.LINE if open_ else Ink.BODY,
            radius=10,
            weight=3.5 if element.type == "callActivity" else 1.5,
            dash=Dash.DOTTED if event else Dash.NONE,
        )
    ]
    if element.type == "transaction":
        parts.append(Box(bounds=bounds.grown(-3), ink=Ink.LINE, radius=8))
    parts.extend(_task_icon(element, bounds))
    marks = _bottom_markers(element, collapsed=within and not shape.expanded)
    parts.extend(_place_markers(marks, bounds))
    if open_:
        return (*parts, *place_top(element.name, bounds))
    icon = 14.0 if element.type in glyphs.TASKS else 0.0
    foot = 16.0 if marks else 0.0
    # The name keeps clear of the icon only when it needs the height: short names stay centred.
    inner = Bounds(x=bounds.x, y=bounds.y + icon, width=bounds.width, height=bounds.height - icon - foot)
    return (*parts, *place_inside(element.name, inner))


def _task_icon(element: Element, bounds: Bounds) -> tuple[Part, ...]:
    if element.type not in glyphs.TASKS:
        return ()
    centre = (bounds.x + 14, bounds.y + 13)
    outline, stroked, filled = glyphs.TASKS[element.type]
    inks = ((outline, Ink.PAPER), (filled, Ink.SOLID), (stroked, Ink.LINE))
    return tuple(draw_glyph(data, centre, 8, ink=ink, weight=1.0) for data, ink in inks if data)


def _bottom_markers(element: Element, *, collapsed: bool) -> tuple[str, ...]:
    marks = [element.repeat] if element.repeat else []
    if collapsed:
        marks.append("collapsed")
    if element.attributes.get("isForCompensation") == "true":
        marks.append("compensation")
    if element.type == "adHocSubProcess":
        marks.append("adhoc")
    return tuple(marks)


def _place_markers(marks: tuple[str, ...], bounds: Bounds) -> tuple[Part, ...]:
    left = bounds.centre[0] - (len(marks) - 1) * 9
    return tuple(
        draw_glyph(glyphs.MARKERS[mark][0], (left + place * 18, bounds.bottom - 10), 6, weight=1.5)
        for place, mark in enumerate(marks)
    )


def _draw_pool(shape: Shape) -> tuple[Part, ...]:
    bounds, name = shape.bounds, shape.element.name
    if not shape.expanded:
        return (Box(bounds=bounds, ink=Ink.BODY), *place_inside(name, bounds))
    return (Box(bounds=bounds, ink=Ink.FRAME), *_band(shape))


def _draw_lane(shape: Shape) -> tuple[Part, ...]:
    return (Box(bounds=shape.bounds, ink=Ink.FRAME, weight=1.0), *_band(shape))


def _band(shape: Shape) -> tuple[Part, ...]:
    bounds, name = shape.bounds, shape.element.name
    if shape.horizontal:
        band = Bounds(x=bounds.x, y=bounds.y, width=min(BAND, bounds.width), height=bounds.height)
        return (Box(bounds=band, ink=Ink.BAND, weight=1.0), *place_turned(name, band))
    band = Bounds(x=bounds.x, y=bounds.y, width=bounds.width, height=min(BAND, bounds.height))
    return (Box(bounds=band, ink=Ink.BAND, weight=1.0), *place_inside(name, band))


def _draw_group(shape: Shape) -> tuple[Part, ...]:
    box = Box(bounds=shape.bounds, ink=Ink.FRAME, radius=10, dash=Dash.DASH_DOT)
    return (box, *place_top(shape.element.name, shape.bounds))


def _draw_annotation(shape: Shape) -> tuple[Part, ...]:
    bounds = shape.bounds
    bracket = Path(
        steps=(
            ("M", (bounds.x + 10, bounds.y)),
            ("L", (bounds.x, bounds.y)),
            ("L", (bounds.x, bounds.bottom)),
            ("L", (bounds.x + 10, bounds.bottom)),
        ),
        ink=Ink.LINE,
    )
    return (bracket, *place_left(shape.element.name, bounds))


def _draw_data_object(shape: Shape) -> tuple[Part, ...]:
    b = shape.bounds
    fold = min(10.0, b.width / 3)
    sheet = Path(
        steps=(
            ("M", (b.x, b.y)),
            ("L", (b.right - fold, b.y)),
            ("L", (b.right, b.y + fold)),
            ("L", (b.right, b.bottom)),
            ("L", (b.x, b.bottom)),
            ("Z", ()),
            ("M", (b.right - fold, b.y)),
            ("L", (b.right - fold, b.y + fold)),
            ("L", (b.right, b.y + fold)),
        ),
        ink=Ink.BODY,
    )
    return (sheet, *_data_sign(shape), *_outside_label(shape))


def _data_sign(shape: Shape) -> tuple[Part, ...]:
    """An arrow for data input and output."""
    if shape.element.type not in ("dataInput", "dataOutput"):
        return ()
    ink = Ink.PAPER if shape.element.type == "dataInput" else Ink.SOLID
    centre = (shape.bounds.x + 11, shape.bounds.y + 11)
    return (draw_glyph(glyphs.EVENTS["link"][0], centre, 10, ink=ink),)


def _draw_data_store(shape: Shape) -> tuple[Part, ...]:
    b = shape.bounds
    lip = min(b.height / 6, 9.0)
    turn = b.width / 2 * 0.5523
    middle = b.centre[0]

    def rim(y: float, *, over: bool) -> tuple[tuple[str, tuple[float, ...]], ...]:
        far = y - lip if over else y + lip
        sag = (far - y) * 0.5523
        return (
            ("C", (b.x, y + sag, middle - turn, far, middle, far)),
            ("C", (middle + turn, far, b.right, y + sag, b.right, y)),
        )

    top, bottom = b.y + lip, b.bottom - lip
    back = (
        ("C", (b.right, bottom + lip * 0.5523, middle + turn, b.bottom, middle, b.bottom)),
        ("C", (middle - turn, b.bottom, b.x, bottom + lip * 0.5523, b.x, bottom)),
    )
    start = ("M", (b.x, top))
    body = (start, *rim(top, over=True), ("L", (b.right, bottom)), *back, ("Z", ()))
    rings = [
        step
        for level in (0, 1, 2)
        for step in (("M", (b.x, top + level * 5)), *rim(top + level * 5, over=False))
    ]
    return (Path(steps=body, ink=Ink.BODY), Path(steps=tuple(rings), ink=Ink.LINE), *_outside_label(shape))


_DRAWN: dict[str, Callable[[Shape], tuple[Part, ...]]] = {
    "participant": _draw_pool,
    "lane": _draw_lane,
    "group": _draw_group,
    "textAnnotation": _draw_annotation,
    "dataObjectReference": _draw_data_object,
    "dataObject": _draw_data_object,
    "dataInput": _draw_data_object,
    "dataOutput": _draw_data_object,
    "dataStoreReference": _draw_data_store,
}
