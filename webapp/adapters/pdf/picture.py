"""A scene drawn by the canvas: the same boxes, paths and text that pages show as SVG."""

from __future__ import annotations

import math
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
}
PAPERS = {
    Mark.PLAIN: "#ffffff",
    Mark.PASSED: "#e9f6ef",
    Mark.CURRENT: "#e4eefd",
    Mark.CANCELLED: "#f1f2f4",
}
FRAME = "#aab2bf"
BAND = "#eef1f5"
LEGIBLE = 0.46  # of 12 px: 5.5 pt, below which a diagram is cut into several pictures


def cut_scene(scene: Scene, *, width: float, height: float) -> tuple[Scene, ...]:
    """Cut a scene that is too wide to be read at ``width`` points into pictures side by side."""
    window = scene.window
    count = math.ceil(window.width * LEGIBLE / width)
    if count <= 1 or window.height * LEGIBLE > height:
        return (scene,)
    overlap = 30.0
    step = window.width / count
    slices = []
    for number in range(count):
        left = window.x + number * step - (overlap if number else 0)
        right = window.x + (number + 1) * step + (overlap if number < count - 1 else 0)
        part = Bounds(x=left, y=window.y, width=right - left, height=window.height)
        nodes = tuple(node for node in scene.nodes if node.bounds.meets(part))
        slices.append(Scene(window=part, nodes=nodes, title=scene.title))
    return tuple(slices)


class Picture(Flowable):
    """A scene scaled into the width, never larger than it was drawn."""

    def __init__(self, scene: Scene, *, height: float, caption: str = "") -> None:
        super().__init__()
        self.scene, self.most, self.caption = scene, height, caption

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Find the scale."""
        window = self.scene.window
        below = 16.0 if self.caption else 4.0
        room = min(self.most, max(height, 80.0)) - below
        self.scale = min(width / window.width, room / window.height, 0.85)
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
