"""The signs within BPMN shapes, as path data on a field from -1 to 1; y grows downwards."""

# ruff: noqa: E501  # path data reads best as one sign a line
from __future__ import annotations

import re
from functools import cache

from webapp.domain.scene import Ink, Path

_TOKEN = re.compile(r"[MLCZ]|-?\d*\.?\d+")
_CIRCLE = (
    "M {0} 0 C {0} {1} {1} {0} 0 {0} C -{1} {0} -{0} {1} -{0} 0 "
    "C -{0} -{1} -{1} -{0} 0 -{0} C {1} -{0} {0} -{1} {0} 0 Z"
)


def _circle(radius: float) -> str:
    return _CIRCLE.format(f"{radius:.3f}", f"{radius * 0.5523:.3f}")


# Event definitions. {"sign": ("outline", "details drawn over it")}; a throwing event fills the outline.
EVENTS: dict[str, tuple[str, str]] = {
    "message": ("M -.6 -.42 L .6 -.42 L .6 .42 L -.6 .42 Z", "M -.6 -.42 L 0 .08 L .6 -.42"),
    "timer": (_circle(0.66), "M 0 -.45 L 0 0 L .34 .12 M 0 -.66 L 0 -.55 M 0 .55 L 0 .66 M .66 0 L .55 0 M -.66 0 L -.55 0"),
    "error": ("M -.6 .5 L -.25 -.5 L .18 .08 L .6 -.55 L .25 .5 L -.2 -.05 Z", ""),
    "escalation": ("M 0 -.62 L .48 .55 L 0 .12 L -.48 .55 Z", ""),
    "signal": ("M 0 -.62 L .6 .42 L -.6 .42 Z", ""),
    "compensate": ("M 0 -.45 L 0 .45 L -.6 0 Z M .6 -.45 L .6 .45 L 0 0 Z", ""),
    "conditional": ("M -.48 -.6 L .48 -.6 L .48 .6 L -.48 .6 Z", "M -.34 -.36 L .34 -.36 M -.34 -.12 L .34 -.12 M -.34 .12 L .34 .12 M -.34 .36 L .34 .36"),
    "link": ("M -.6 -.22 L .12 -.22 L .12 -.5 L .66 0 L .12 .5 L .12 .22 L -.6 .22 Z", ""),
    "terminate": (_circle(0.62), ""),
    "cancel": ("M -.5 -.3 L -.3 -.5 L 0 -.2 L .3 -.5 L .5 -.3 L .2 0 L .5 .3 L .3 .5 L 0 .2 L -.3 .5 L -.5 .3 L -.2 0 Z", ""),
    "multiple": ("M 0 -.62 L .62 -.16 L .38 .56 L -.38 .56 L -.62 -.16 Z", ""),
    "parallelMultiple": ("M -.16 -.6 L .16 -.6 L .16 -.16 L .6 -.16 L .6 .16 L .16 .16 L .16 .6 L -.16 .6 L -.16 .16 L -.6 .16 L -.6 -.16 L -.16 -.16 Z", ""),
}  # fmt: skip

# Gateways: (filled, stroked).
GATEWAYS: dict[str, tuple[str, str]] = {
    "exclusiveGateway": ("M -.42 -.5 L -.18 -.5 L 0 -.2 L .18 -.5 L .42 -.5 L .13 0 L .42 .5 L .18 .5 L 0 .2 L -.18 .5 L -.42 .5 L -.13 0 Z", ""),
    "parallelGateway": ("M -.1 -.5 L .1 -.5 L .1 -.1 L .5 -.1 L .5 .1 L .1 .1 L .1 .5 L -.1 .5 L -.1 .1 L -.5 .1 L -.5 -.1 L -.1 -.1 Z", ""),
    "inclusiveGateway": ("", _circle(0.46)),
    "complexGateway": ("", "M 0 -.5 L 0 .5 M -.5 0 L .5 0 M -.35 -.35 L .35 .35 M .35 -.35 L -.35 .35"),
    "eventBasedGateway": ("", f"{_circle(0.5)} {_circle(0.41)} M 0 -.3 L .29 -.08 L .18 .25 L -.18 .25 L -.29 -.08 Z"),
}  # fmt: skip

_GEAR = (
    "M -.14 -.9 L .14 -.9 L .2 -.62 L .42 -.52 L .66 -.68 L .84 -.48 L .66 -.24 L .76 0 L .66 .24 L .84 .48 "
    "L .66 .68 L .42 .52 L .2 .62 L .14 .9 L -.14 .9 L -.2 .62 L -.42 .52 L -.66 .68 L -.84 .48 L -.66 .24 "
    "L -.76 0 L -.66 -.24 L -.84 -.48 L -.66 -.68 L -.42 -.52 L -.2 -.62 Z "
)
_USER = "M -.8 .9 C -.8 .2 -.5 0 0 0 C .5 0 .8 .2 .8 .9 Z"
_HEAD = "M .38 -.48 C .38 -.2 .2 -.05 0 -.05 C -.2 -.05 -.38 -.2 -.38 -.48 C -.38 -.75 -.2 -.9 0 -.9 C .2 -.9 .38 -.75 .38 -.48 Z"

# Task types, top left in the box: (paper outline, stroked, filled).
TASKS: dict[str, tuple[str, str, str]] = {
    "userTask": (f"{_USER} {_HEAD}", "M -.4 .9 L -.4 .55 M .4 .9 L .4 .55", ""),
    "serviceTask": (f"{_GEAR}", _circle(0.3), ""),
    "sendTask": ("", "", "M -.9 -.62 L .9 -.62 L 0 .08 Z M -.9 -.45 L 0 .26 L .9 -.45 L .9 .62 L -.9 .62 Z"),
    "receiveTask": ("M -.9 -.62 L .9 -.62 L .9 .62 L -.9 .62 Z", "M -.9 -.62 L 0 .12 L .9 -.62", ""),
    "manualTask": ("M -.9 -.3 C -.6 -.7 -.4 -.7 .15 -.66 C .4 -.64 .4 -.38 .1 -.36 L .85 -.36 C 1 -.36 1 -.1 .8 -.1 C .95 -.1 .95 .14 .75 .14 C .88 .14 .88 .36 .66 .36 C .76 .4 .72 .58 .5 .58 L -.3 .62 C -.6 .62 -.8 .4 -.9 .3 Z", "M .1 -.1 L .8 -.1 M .1 .14 L .75 .14 M .1 .36 L .66 .36", ""),
    "scriptTask": ("M -.45 -.9 L .85 -.9 C .45 -.5 .45 -.3 .7 0 C .95 .3 .9 .6 .45 .9 L -.85 .9 C -.4 .6 -.4 .3 -.65 0 C -.95 -.3 -.9 -.6 -.45 -.9 Z", "M -.5 -.5 L .3 -.5 M -.45 -.15 L .3 -.15 M -.3 .2 L .5 .2 M -.35 .55 L .5 .55", ""),
    "businessRuleTask": ("M -.9 -.7 L .9 -.7 L .9 .7 L -.9 .7 Z", "M -.9 .2 L .9 .2 M -.35 -.25 L -.35 .7", "M -.9 -.7 L .9 -.7 L .9 -.25 L -.9 -.25 Z"),
}  # fmt: skip

# Markers along the lower edge: (stroked, filled).
MARKERS: dict[str, tuple[str, str]] = {
    "loop": ("M -.25 .85 C -.75 .65 -.9 .1 -.65 -.35 C -.35 -.9 .45 -.9 .75 -.35 C 1 .15 .75 .7 .2 .85 M -.25 .85 L -.62 .9 M -.25 .85 L -.25 .48", ""),
    "parallel": ("M -.55 -.8 L -.55 .8 M 0 -.8 L 0 .8 M .55 -.8 L .55 .8", ""),
    "sequential": ("M -.8 -.55 L .8 -.55 M -.8 0 L .8 0 M -.8 .55 L .8 .55", ""),
    "collapsed": ("M -.9 -.9 L .9 -.9 L .9 .9 L -.9 .9 Z M 0 -.55 L 0 .55 M -.55 0 L .55 0", ""),
    "adhoc": ("M -.8 .2 C -.5 -.5 -.2 -.3 0 0 C .2 .3 .5 .5 .8 -.2", ""),
    "compensation": ("M 0 -.6 L 0 .6 L -.8 0 Z M .8 -.6 L .8 .6 L 0 0 Z", ""),
}  # fmt: skip

# Badges: the mark of an element without colour.
TICK = "M -.45 .05 L -.12 .4 L .48 -.35"
CROSS = "M -.38 -.38 L .38 .38 M .38 -.38 L -.38 .38"
PLAY = "M -.28 -.45 L .5 0 L -.28 .45 Z"
PLUS = "M 0 -.45 L 0 .45 M -.45 0 L .45 0"
MINUS = "M -.45 0 L .45 0"
PENCIL = "M -.4 .4 L -.28 .08 L .2 -.4 L .42 -.18 L -.06 .3 Z"


@cache
def _steps(data: str) -> tuple[tuple[str, tuple[float, ...]], ...]:
    steps: list[tuple[str, tuple[float, ...]]] = []
    letter, numbers = "", list[float]()
    for token in [*_TOKEN.findall(data), ""]:
        if token in ("M", "L", "C", "Z", ""):
            if letter:
                steps.append((letter, tuple(numbers)))
            letter, numbers = token, []
        else:
            numbers.append(float(token))
    return tuple(steps)


def draw_glyph(
    data: str, centre: tuple[float, float], radius: float, *, ink: Ink = Ink.LINE, weight: float = 1.0
) -> Path:
    """Place path data (letters M, L, C, Z, absolute) round ``centre`` at the scale ``radius``."""
    x, y = centre
    steps = tuple(
        (
            letter,
            tuple(round((x, y)[place % 2] + number * radius, 2) for place, number in enumerate(numbers)),
        )
        for letter, numbers in _steps(data)
    )
    return Path(steps=steps, ink=ink, weight=weight)
