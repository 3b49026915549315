"""Text in and beside shapes: broken after Chinese rules, centred, cut with … when it cannot fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.linebreak import balance_lines, break_lines, clip_lines, estimate_width
from webapp.domain.scene import Align, Bounds, Box, Ink, Text

if TYPE_CHECKING:
    from webapp.domain.scene import Part

SIZE = 12.0
SMALL = 11.0
ASCENT = 0.86  # of the size: from the top of a line to its base line, for Chinese fonts


def place_inside(name: str, bounds: Bounds, *, size: float = SIZE, padding: float = 6.0) -> tuple[Text, ...]:
    """Centre ``name`` in ``bounds``, cut after the lines that fit; nothing for an empty name."""
    if not name:
        return ()
    leading = round(size * 1.25, 2)
    room = int(max(bounds.height - 4, leading) // leading)
    lines = clip_lines(balance_lines(name, width=max(bounds.width - 2 * padding, size) / size), room)
    middle_x, middle_y = bounds.centre
    top = middle_y - len(lines) * leading / 2 + (leading - size) / 2
    return (Text(lines=lines, x=middle_x, y=round(top + size * ASCENT, 2), size=size, leading=leading),)


def place_below(name: str, middle: float, top: float, *, width: float = 96.0) -> tuple[Part, ...]:
    """Centre ``name`` under a point, as labels of events, gateways and data objects stand."""
    if not name:
        return ()
    leading = round(SMALL * 1.25, 2)
    lines = clip_lines(balance_lines(name, width=width / SMALL), 5)
    broad = max(estimate_width(line) for line in lines) * SMALL + 4
    veil = Bounds(x=middle - broad / 2, y=top, width=broad, height=leading * len(lines))
    text = Text(lines=lines, x=middle, y=round(top + SMALL * ASCENT, 2), size=SMALL, leading=leading)
    return (Box(bounds=veil, ink=Ink.VEIL, weight=0), text)


def place_label(name: str, label: Bounds) -> tuple[Part, ...]:
    """Centre an external label at the place that the diagram gives, never narrower than seven characters."""
    return place_below(name, label.centre[0], label.y, width=max(label.width, 7 * SMALL))


def place_top(name: str, bounds: Bounds) -> tuple[Text, ...]:
    """Centre the title of an expanded subprocess along its upper edge, one line."""
    if not name:
        return ()
    lines = clip_lines(break_lines(name, width=(bounds.width - 40) / SIZE), 1)
    return (Text(lines=lines, x=bounds.centre[0], y=round(bounds.y + 6 + SIZE * ASCENT, 2), size=SIZE),)


def place_left(name: str, bounds: Bounds, *, padding: float = 8.0) -> tuple[Text, ...]:
    """Write an annotation from the upper left corner."""
    if not name:
        return ()
    leading = round(SMALL * 1.25, 2)
    room = int(max(bounds.height - 4, leading) // leading)
    lines = clip_lines(break_lines(name, width=(bounds.width - padding) / SMALL), max(room, 1))
    start = round(bounds.y + 3 + SMALL * ASCENT, 2)
    return (Text(lines=lines, x=bounds.x + padding, y=start, size=SMALL, leading=leading, align=Align.LEFT),)


def place_turned(name: str, band: Bounds) -> tuple[Text, ...]:
    """Write the name of a pool or lane from below upwards in its band."""
    if not name:
        return ()
    leading = round(SIZE * 1.25, 2)
    lines = clip_lines(break_lines(name, width=(band.height - 8) / SIZE), max(int(band.width // leading), 1))
    middle_x, middle_y = band.centre
    left = middle_x - len(lines) * leading / 2 + (leading - SIZE) / 2 + SIZE * ASCENT
    return (Text(lines=lines, x=round(left, 2), y=middle_y, size=SIZE, leading=leading, turned=True),)
