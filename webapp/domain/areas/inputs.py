"""Inputs that several areas share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.schema import Input, Kind
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from webapp.domain.law import Law

Answer = Result[dict[str, Any]]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

REGION = Input(name="region", kind=Kind.REGION, title=msg("地区"), required=False, default=NATIONAL)
WEEKLY_REST = Input(
    name="weekly_rest", kind=Kind.WORD, title=msg("每周休息日"), required=False, default="Sat/Sun"
)


def day(name: str, title: Message, *, required: bool = True) -> Input:
    """A date."""
    return Input(name=name, kind=Kind.DATE, title=title, unit=Unit.DATE, required=required)


def number(
    name: str, title: Message, *, unit: Unit, required: bool = True, default: Decimal | None = None
) -> Input:
    """A number with its unit; optional where it has a default."""
    needed = required and default is None
    return Input(name=name, kind=Kind.NUMBER, title=title, unit=unit, required=needed, default=default)


def hours(name: str, title: Message, *, required: bool = True, default: Decimal | None = None) -> Input:
    """A number of hours."""
    return number(name, title, unit=Unit.HOURS, required=required, default=default)


def whole(name: str, title: Message, *, unit: Unit, default: int | None = None) -> Input:
    """A whole number, required unless it has a default."""
    return Input(
        name=name, kind=Kind.WHOLE, title=title, unit=unit, required=default is None, default=default
    )


def begin(values: Mapping[str, Any], law: Law, *, on: date | None = None) -> Working:
    """Open a working for values read: for the day given, else for the input ``on``, else for today."""
    day_asked = law.asked_on(on or values.get("on"))
    working = Working(law, region=values.get("region", NATIONAL), on=day_asked)
    working.given(**{name: value for name, value in values.items() if value is not None})
    return working


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


ON_CHANCE = day("on", msg("计算日期（缺省为今天）"), required=False)
MINIMUM_WAGE = number(
    "minimum_wage", msg("当地最低工资（不填则查参数）"), unit=Unit.YUAN_PER_MONTH, required=False
)
