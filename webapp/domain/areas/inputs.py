"""Inputs that several areas share."""

from __future__ import annotations

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Unit
from webapp.domain.parameters import NATIONAL
from webapp.domain.schema import Input, Kind
from webapp.domain.text import Message, msg

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

REGION = Input(name="region", kind=Kind.REGION, title=msg("地区"), required=False, default=NATIONAL)
WEEKLY_REST = Input(
    name="weekly_rest", kind=Kind.WORD, title=msg("每周休息日"), required=False, default="Sat/Sun"
)


def day(name: str, title: Message, *, required: bool = True) -> Input:
    """A date."""
    return Input(name=name, kind=Kind.DATE, title=title, unit=Unit.DATE, required=required)


def number(name: str, title: Message, *, unit: Unit, required: bool = True) -> Input:
    """A number with its unit."""
    return Input(name=name, kind=Kind.NUMBER, title=title, unit=unit, required=required)


def switch(name: str, title: Message, *, default: bool = False, required: bool = False) -> Input:
    """A yes or no, ``default`` if left out."""
    return Input(name=name, kind=Kind.SWITCH, title=title, required=required, default=default)


def choice(name: str, title: Message, *, choices: tuple[str, ...], default: str | None = None) -> Input:
    """One of the words, required unless it has a default."""
    return Input(
        name=name, kind=Kind.WORD, title=title, required=default is None, default=default, choices=choices
    )


def read_weekly_rest(text: str) -> frozenset[int]:
    """``Sat/Sun`` as weekday numbers, 0 Monday to 6 Sunday."""
    names = text.split("/")
    wrong = [name for name in names if name not in WEEKDAYS]
    if wrong:
        raise InvalidError(msg("“{name}”不是星期，请写成 Sat/Sun 的样子。", name=wrong[0]))
    return frozenset(WEEKDAYS.index(name) for name in names)
