"""A scene drawn by the canvas: the same boxes, paths and text that pages show as SVG."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from reportlab.platypus.flowables import Flowable

from webapp.adapters.pdf.fonts import Face
from webapp.adapters.pdf.typeset import NOTE, Style, draw_line
from webapp.domain.scene import Align, Bounds, Box, Dash, Ink, Mark, Node, Path, Scene, Text, crop

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

# Line and paper of an element by its mark: the same colours as webapp/frontend/diagram.css.
LINES = {
    Mark.PLAIN: "#5b6472",
    Mark.PASSED: "#16794a",
    Mark.CURRENT: "#1f5fd0",
    Mark.CANCELLED: "#7a818d",
    Mark.ADDED: "#16794a",
    Mark.REMOVED: "#b3261e",
    Mark.CHANGED: "#8a5a00",
}
PAPERS = {
    Mark.PLAIN: "#ffffff",
    Mark.PASSED: "#e9f6ef",
    Mark.CURRENT: "#e4eefd",
    Mark.CANCELLED: "#f1f2f4",
    Mark.ADDED: "#e9f6ef",
    Mark.REMOVED: "#fdeceb",
    Mark.CHANGED: "#fdf3df",
}
FRAME = "#aab2bf"
BAND = "#eef1f5"
OVERLAP = 24.0
LARGEST = 0.8
LEGIBLE = 0.46  # of 12 px: 5.5 pt, below which a diagram is cut into several pictures


def scale_of(scene: Scene, *, width: float) -> float:
    """Return points a pixel when the scene fills ``width``; never larger than it is comfortable."""
    return min(width / scene.window.width, LARGEST)


def cut_scene(scene: Scene, *, width: float) -> tuple[Scene, ...]:
    """Cut a scene that is too wide to be read at ``width`` points into pictures of equal scale.

    The cuts go where they cross the fewest shapes; neighbours overlap a little, so that no line is lost.
    """
    window = scene.window
    count = math.ceil(window.width * LEGIBLE / width)
    if count <= 1:
        return (scene,)
    step = window.width / count
    cuts = [_best_cut(scene, window.x + step * number, step * 0.15) for number in range(1, count)]
    edges = [window.x, *cuts, window.right]
    broad = max(right - left for left, right in pairwise(edges)) + 2 * OVERLAP
    return tuple(_slice(scene, (left + right) / 2, broad) for left, right in pairwise(edges))


def _best_cut(scene: Scene, ideal: float, reach: float) -> float:
    shapes = [node.bounds for node in scene.nodes if node.bounds.width < 160]

    def cost(x: float) -> tuple[int, float]:
        return sum(bounds.x - 4 < x < bounds.right + 4 for bounds in shapes), abs(x - ideal)

    return min((ideal + reach * tenth / 10 for tenth in range(-10, 11)), key=cost)


def _slice(scene: Scene, middle: float, broad: float) -> Scene:
    window = scene.window
    part = Bounds(x=middle - broad / 2, y=window.y, width=broad, height=window.height)
    nodes = tuple(node for node in scene.nodes if node.bounds.meets(part))
    used = [node.bounds for node in nodes]
    top = max(min(bounds.y for bounds in used) - 10, window.y) if used else window.y
    low = min(max(bounds.bottom for bounds in used) + 10, window.bottom) if used else window.bottom
    return Scene(window=replace(part, y=top, height=low - top), nodes=nodes, title=scene.title)


class Picture(Flowable):
    """A scene scaled into the width, never larger than it was drawn."""

    def __init__(self, scene: Scene, *, height: float, caption: str = "") -> None:
        super().__init__()
        self.scene, self.most, self.caption = scene, height, caption

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Find the scale."""
        window = self.scene.window
        below = 16.0 if self.caption else 4.0
        self.scale = min(scale_of(self.scene, width=width), (self.most - below) / window.height)
        self.width, self.below = width, below
        self.height = window.height * self.scale + below
        return width, self.height

    def draw(self) -> None:
        """Draw centred, clipped to the window."""
        window = self.scene.window
        left = (self.width - window.width * self.scale) / 2
        canvas = self.canv
        canvas.saveState()
        canvas.translate(left, self.below)
        canvas.scale(self.scale, self.scale)
        frame = canvas.beginPath()
        frame.rect(0, 0, window.width, window.height)
        canvas.clipPath(frame, stroke=0, fill=0)
        for node in self.scene.nodes:
            _draw_node(canvas, node, window)
        canvas.restoreState()
        if self.caption:
            style = NOTE.evolve(align=Align.CENTRE)
            draw_line(canvas, self.caption, style, x=0, y=4, width=self.width)


def crop_picture(scene: Scene, element: str) -> Scene:
    """Show the neighbourhood of an element, wide enough to be understood."""
    return crop(scene, element, margin=70, least=(420, 200))


def _draw_node(canvas: Canvas, node: Node, window: Bounds) -> None:
    for part in node.parts:
        if isinstance(part, Text):
            _draw_text(canvas, part, window)
            continue
        stroke, fill = _colours(part.ink, node.mark)
        canvas.setLineWidth(_weight(part, node.mark))
        canvas.setDash(*_dash(part, node.mark))
        canvas.setLineJoin(1)
        canvas.setLineCap(1)
        if stroke:
            canvas.setStrokeColor(stroke)
        if fill:
            canvas.setFillColor(fill)
        if isinstance(part, Box):
            _draw_box(canvas, part, window, stroke=bool(stroke), fill=bool(fill))
        else:
            _draw_path(canvas, part, window, stroke=bool(stroke), fill=bool(fill))


def _colours(ink: Ink, mark: Mark) -> tuple[str | None, str | None]:
    """Return stroke and fill."""
    line, paper = LINES[mark], PAPERS[mark]
    return {
        Ink.FRAME: (FRAME, None),
        Ink.BAND: (FRAME, BAND),
        Ink.BODY: (line, paper),
        Ink.LINE: (line, None),
        Ink.SOLID: (line, line),
        Ink.PAPER: (line, paper),
        Ink.VEIL: (None, "#ffffff"),
        Ink.FLOW: (line, None),
        Ink.HEAD: (line, line),
        Ink.BADGE: ("#ffffff", line),
        Ink.SIGN: ("#ffffff", "#ffffff" if mark is Mark.CURRENT else None),
    }[ink]


def _weight(part: Box | Path, mark: Mark) -> float:
    if mark is Mark.PASSED and part.ink is Ink.FLOW:
        return 2.5
    return 3.0 if mark is Mark.CURRENT and part.ink is Ink.BODY else part.weight


def _dash(part: Box | Path, mark: Mark) -> tuple[list[float], float]:
    if mark is Mark.CANCELLED and part.ink is Ink.BODY:
        return [6.0, 3.0], 0.0
    return [float(number) for number in part.dash.split()] if part.dash is not Dash.NONE else [], 0.0


def _draw_box(canvas: Canvas, box: Box, window: Bounds, *, stroke: bool, fill: bool) -> None:
    x, y = box.bounds.x - window.x, window.bottom - box.bounds.bottom
    width, height = box.bounds.width, box.bounds.height
    if box.radius:
        canvas.roundRect(x, y, width, height, box.radius, stroke=int(stroke), fill=int(fill))
    else:
        canvas.rect(x, y, width, height, stroke=int(stroke), fill=int(fill))


def _draw_path(canvas: Canvas, path: Path, window: Bounds, *, stroke: bool, fill: bool) -> None:
    pen: Any = canvas.beginPath()
    moves = {"M": pen.moveTo, "L": pen.lineTo, "C": pen.curveTo, "Z": pen.close}
    for letter, numbers in path.steps:
        placed = [
            number - window.x if place % 2 == 0 else window.bottom - number
            for place, number in enumerate(numbers)
        ]
        moves[letter](*placed)
    canvas.drawPath(pen, stroke=int(stroke), fill=int(fill))


def _draw_text(canvas: Canvas, text: Text, window: Bounds) -> None:
    style = Style(face=Face.SANS, size=text.size, align=text.align)
    canvas.saveState()
    canvas.translate(text.x - window.x, window.bottom - text.y)
    if text.turned:
        canvas.rotate(90)
    for number, line in enumerate(text.lines):
        draw_line(canvas, line, style, x=0, y=-number * text.leading)
    canvas.restoreState()
