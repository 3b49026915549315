"""One field's value: its type first, then its rules, each fault in a sentence that says how to repair it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.services.forms import components, files, payload, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.services.forms.schema import Component, Option

Read = tuple[Any, tuple[Message, ...]]

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200
SHANGHAI = timezone(timedelta(hours=8))

BAD_TEXT = msg("请填写文字。")
BAD_NUMBER = msg("请填写数字。")
BAD_DATE = msg("请选择有效的日期，例如 2026-03-02。")
BAD_TIME = msg("请选择有效的时间，例如 09:30。")
BAD_TICK = msg("请选择是或否。")
BAD_CHOICE = msg("请从选项中选择。")
TWICE = msg("同一选项选了两次。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a value may lean on: values of the case, files given, the instant (aware) if limits need it."""

    context: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, files.Upload] = field(default_factory=dict)
    now: datetime | None = None

    def __post_init__(self) -> None:
        if self.now is not None and self.now.tzinfo is None:
            raise ValueError("now must be aware")

    @property
    def today(self) -> date | None:
        """The date in Shanghai, UTC+8 without daylight saving."""
        return None if self.now is None else self.now.astimezone(SHANGHAI).date()


def empty(component: Component) -> Any:
    """The value of a field that nobody filled in, as the page has it."""
    if component.type in {"textfield", "textarea"}:
        return ""
    if component.type in {"checklist", "taglist", "filepicker"}:
        return []
    return False if component.type == "checkbox" else None


def read(component: Component, value: Any, around: Surroundings, *, scope: Mapping[str, Any]) -> Read:
    """The value in its own type and every fault in it; ``scope`` is what expressions in limits see."""
    typed, faults = READERS[component.type](component, value, around)
    return typed, faults or rules.check(component, typed, scope)


def _text(component: Component, value: Any, around: Surroundings) -> Read:  # noqa: ARG001
    if value is None:
        return "", ()
    if not isinstance(value, str):
        return "", (BAD_TEXT,)
    if component.type == "textarea":
        return value.replace("\r\n", "\n").replace("\r", "\n"), ()
    return re.sub(r"[\r\n\t]", " ", value), ()


def _number(component: Component, value: Any, around: Surroundings) -> Read:  # noqa: ARG001
    if value is None or value == "":
        return None, ()
    if component.as_text and isinstance(value, str) and NUMBER.fullmatch(value):
        return (value, ()) if payload.as_number(Decimal(value)) is not None else (None, (BAD_NUMBER,))
    number = payload.as_number(value)
    if number is None:
        return None, (BAD_NUMBER,)
    return (str(number) if component.as_text else number), ()


def _tick(component: Component, value: Any, around: Surroundings) -> Read:  # noqa: ARG001
    if value is None or isinstance(value, bool):
        return value is True, ()
    return False, (BAD_TICK,)


def _choice(component: Component, value: Any, around: Surroundings) -> Read:
    if value is None or value == "":
        return None, ()
    found = _find(options(component, around.context), value)
    return (value, ()) if found else (None, (BAD_CHOICE,))


def _choices(component: Component, value: Any, around: Surroundings) -> Read:
    if value is None or value == "":
        return [], ()
    offered = options(component, around.context)
    if not isinstance(value, list) or not all(_find(offered, v) for v in value):
        return [], (BAD_CHOICE,)
    if len({(type(v), v) for v in value}) != len(value):
        return [], (TWICE,)
    return value, ()


def options(component: Component, context: Mapping[str, Any]) -> tuple[Option, ...]:
    """Choices of a field: its own, or those that a variable of the case brings."""
    if not component.values_key:
        return component.options
    return components.read_options(context.get(component.values_key)) or ()


def _find(offered: tuple[Option, ...], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return False
    return any(o.value == value for o in offered)


def _moment(component: Component, value: Any, around: Surroundings) -> Read:
    if value is None or value == "":
        return None, ()
    bad = BAD_TIME if component.subtype == "time" else BAD_DATE
    if not isinstance(value, str):
        return None, (bad,)
    day, clock = _halves(component.subtype, value)
    if day is not None and not _is_date(day):
        return None, (BAD_DATE,)
    if clock is not None and not _is_time(component, clock):
        return None, (BAD_TIME,)
    return value, _moment_limits(component, day, clock, today=around.today)


def _halves(subtype: str, value: str) -> tuple[str | None, str | None]:
    if subtype == "date":
        return value, None
    if subtype == "time":
        return None, value
    day, _, clock = value.partition("T")
    return day, clock


def _is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        return FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def _is_time(component: Component, text: str) -> bool:
    found = TIME.fullmatch(text)
    if found is None:
        return False
    zone = found.group(3)
    if component.time_format == "no_timezone":
        return zone is None
    if component.time_format == "utc_normalized":
        return zone == "Z"
    return zone is not None and (zone == "Z" or abs(int(zone[1:3])) <= 14)


def _moment_limits(
    component: Component, day: str | None, clock: str | None, *, today: date | None
) -> tuple[Message, ...]:
    faults = []
    if day is not None and component.disallow_past and today is not None and date.fromisoformat(day) < today:
        faults.append(msg("日期不能早于今天。"))
    if clock is not None and (int(clock[:2]) * 60 + int(clock[3:5])) % component.time_interval:
        faults.append(msg("时间应为 {minutes} 分钟的整数倍。", minutes=component.time_interval))
    return tuple(faults)


def _file(component: Component, value: Any, around: Surroundings) -> Read:
    return files.read(component, value, around.uploads)


READERS: Mapping[str, Callable[[Component, Any, Surroundings], Read]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _tick,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "datetime": _moment,
    "filepicker": _file,
}

__all__ = ["Surroundings", "empty", "options", "read"]
