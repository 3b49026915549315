"""A scene as SVG: classes and presentation attributes only, so a strict style-src lets it through."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from webapp.domain.scene import Box, Mark, Node, Part, Path, Scene, Text
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = {
    Mark.PLAIN: None,
    Mark.PASSED: msg("已完成"),
    Mark.CURRENT: msg("进行中"),
    Mark.CANCELLED: msg("已取消"),
    Mark.ADDED: msg("新增"),
    Mark.REMOVED: msg("删除"),
    Mark.CHANGED: msg("更改"),
}


def to_svg(scene: Scene, *, translate: Callable[[Message], str] = str, title: str | None = None) -> str:
    """Return an ``svg`` element of class ``bpmn-diagram`` to put into a page; diagram.css gives colours.

    Each element is a ``g`` with ``data-element`` and a ``title`` that names it and, in words, its mark.
    """
    window = scene.window
    box = " ".join(_number(value) for value in (window.x, window.y, window.width, window.height))
    name = title or scene.title
    label = f" aria-label={quoteattr(name)}" if name else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn-diagram" role="img"{label} viewBox="{box}" '
        f'width="{_number(window.width)}" height="{_number(window.height)}">'
    )
    body = "".join(_write_node(node, translate) for node in scene.nodes)
    return f"{head}{body}</svg>"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _write_node(node: Node, translate: Callable[[Message], str]) -> str:
    word = WORDS[node.mark]
    title = translate(msg("{name}（{state}）", name=node.title, state=word)) if word else node.title
    parts = "".join(text for part in node.parts for text in _write_part(part))
    return (
        f'<g class="bd-node is-{node.mark}" data-element={quoteattr(node.element)}>'
        f"<title>{escape(title)}</title>{parts}</g>"
    )


def _write_part(part: Part) -> Iterator[str]:
    if isinstance(part, Text):
        yield _write_text(part)
        return
    dash = f' stroke-dasharray="{part.dash}"' if part.dash else ""
    look = f'class="bd-{part.ink}" stroke-width="{_number(part.weight)}"{dash}'
    if isinstance(part, Box):
        bounds = part.bounds
        radius = f' rx="{_number(part.radius)}"' if part.radius else ""
        yield (
            f'<rect {look} x="{_number(bounds.x)}" y="{_number(bounds.y)}" '
            f'width="{_number(bounds.width)}" height="{_number(bounds.height)}"{radius}/>'
        )
    elif isinstance(part, Path):
        data = "".join(letter + " ".join(_number(value) for value in step) for letter, step in part.steps)
        yield f'<path {look} d="{data}"/>'


def _write_text(text: Text) -> str:
    place = f'x="{_number(text.x)}" y="{_number(text.y)}"'
    turn = f' transform="rotate(-90 {_number(text.x)} {_number(text.y)})"' if text.turned else ""
    lines = "".join(
        f'<tspan x="{_number(text.x)}" y="{_number(text.y + number * text.leading)}">{escape(line)}</tspan>'
        for number, line in enumerate(text.lines)
    )
    return (
        f'<text class="bd-text" {place} font-size="{_number(text.size)}" text-anchor="{text.align}"{turn}>'
        f"{lines}</text>"
    )
