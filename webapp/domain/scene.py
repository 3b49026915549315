"""A drawing as frozen values: boxes, paths and text, drawn as SVG in pages and by the canvas in PDFs.

The unit is a BPMN diagram's pixel, y grows downwards, as in BPMN DI.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """What a case did with an element."""

    PLAIN = "plain"  # not reached
    PASSED = "passed"  # a token went through it
    CURRENT = "current"  # a token stands on it
    CANCELLED = "cancelled"  # a token was taken away from it
    ADDED = "added"  # the other version does not have it
    REMOVED = "removed"  # the other version does not have it any more
    CHANGED = "changed"  # the other version does it differently


class Ink(StrEnum):
    """What a part is for; the style sheet and the PDF palette give it colours."""

    FRAME = "frame"  # pool, lane, group: thin outline, no fill
    BAND = "band"  # the title band of a pool or lane: tinted
    BODY = "body"  # outline filled with paper
    LINE = "line"  # outline or stroke without fill
    SOLID = "solid"  # filled with the colour of the line
    PAPER = "paper"  # filled with paper, line round it
    VEIL = "veil"  # hides lines behind a label; no outline
    FLOW = "flow"  # connection
    HEAD = "head"  # arrow head of a connection
    BADGE = "badge"  # the disc that says the mark without colour
    SIGN = "sign"  # the sign within the badge


class Dash(StrEnum):
    """How a stroke is broken; the value is the SVG dash array."""

    NONE = ""
    DASHED = "5 3"
    DOTTED = "1 4"
    DASH_DOT = "8 4 1 4"


class Align(StrEnum):
    """Which end of a text line stands at x; the value is SVG's text-anchor."""

    LEFT = "start"
    CENTRE = "middle"
    RIGHT = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point."""
        return self.x + self.width / 2, self.y + self.height / 2

    def grown(self, margin: float) -> Bounds:
        """Return the rectangle with ``margin`` more on each side (less when negative)."""
        return Bounds(
            x=self.x - margin,
            y=self.y - margin,
            width=self.width + 2 * margin,
            height=self.height + 2 * margin,
        )

    def joined(self, other: Bounds) -> Bounds:
        """Return the smallest rectangle round both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Bounds(
            x=x,
            y=y,
            width=max(self.right, other.right) - x,
            height=max(self.bottom, other.bottom) - y,
        )

    def meets(self, other: Bounds) -> bool:
        """Tell whether the rectangles overlap or touch."""
        return (
            self.x <= other.right
            and other.x <= self.right
            and self.y <= other.bottom
            and other.y <= self.bottom
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle with rounded corners; a circle when the radius is half its side."""

    bounds: Bounds
    ink: Ink
    radius: float = 0.0
    weight: float = 1.5  # of the stroke
    dash: Dash = Dash.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Lines and cubic curves; each step is M x y, L x y, C x1 y1 x2 y2 x y, or Z."""

    steps: tuple[tuple[str, tuple[float, ...]], ...]
    ink: Ink
    weight: float = 1.5
    dash: Dash = Dash.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Lines of text; (x, y) is the base line's point of the first line."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: float = 12.0
    leading: float = 15.0
    align: Align = Align.CENTRE
    turned: bool = False  # read from below upwards, as pools' names are


Part = Box | Path | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What belongs to one element of the diagram."""

    element: str  # BPMN id
    title: str  # its full name, or its type where it has none
    bounds: Bounds
    mark: Mark
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A drawing: nodes in the order in which they are painted, and the window shown."""

    window: Bounds
    nodes: tuple[Node, ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What a case did in the diagram: element ids; sequence flows may be among them."""

    passed: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()

    def difference(self, element: str) -> Mark:
        """Return how an element differs from another version's; PLAIN where it does not."""
        if element in self.added:
            return Mark.ADDED
        if element in self.removed:
            return Mark.REMOVED
        return Mark.CHANGED if element in self.changed else Mark.PLAIN

    def mark(self, element: str) -> Mark:
        """Return the mark of an element; where it stands now outranks what was before."""
        difference = self.difference(element)
        if difference is not Mark.PLAIN:
            return difference
        if element in self.current:
            return Mark.CURRENT
        if element in self.passed:
            return Mark.PASSED
        return Mark.CANCELLED if element in self.cancelled else Mark.PLAIN


def crop(scene: Scene, element: str, *, margin: float = 60.0, least: tuple[float, float] = (0, 0)) -> Scene:
    """Show the neighbourhood of ``element``: ``margin`` round it, at least ``least`` wide and high.

    Nodes that lie wholly outside are left out. A scene without the element is returned whole.
    """
    found = next((node for node in scene.nodes if node.element == element), None)
    if found is None:
        return scene
    window = _widened(found.bounds.grown(margin), least)
    nodes = tuple(node for node in scene.nodes if node.bounds.meets(window))
    return Scene(window=window, nodes=nodes, title=scene.title)


def _widened(bounds: Bounds, least: tuple[float, float]) -> Bounds:
    width, height = max(bounds.width, least[0]), max(bounds.height, least[1])
    middle = bounds.centre
    return Bounds(x=middle[0] - width / 2, y=middle[1] - height / 2, width=width, height=height)
