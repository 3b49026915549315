"""What a rule takes: named fields with kinds and units; unknown, missing or misread inputs are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit
from webapp.domain.regions import PROVINCES, parameter_region
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.domain.law import Law

ALIASES = {"national": "CN"}
DIVISION = re.compile(r"[0-9]{6}", re.ASCII)  # GB/T 2260, as people and entities carry it
# Guards of the machine, not of the law: what lies outside is a slip of the pen, and would count for ever.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
MOST_WHOLE = 100_000
MOST_NUMBER = 1_000_000_000_000


class Kind(StrEnum):
    """How an input is written."""

    DATE = "date"  # ISO 8601, e.g. 2026-03-09
    TIME = "time"  # HH:MM
    NUMBER = "number"  # becomes Decimal
    WHOLE = "whole"  # becomes int
    SWITCH = "switch"  # true or false
    WORD = "word"  # text, or one of the choices
    REGION = "region"  # CN, CN-SH, CN-GD-SZ, or six digits of GB/T 2260; "national" is CN
    RECORD = "record"  # an object that the rule reads itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One input of a rule."""

    name: str
    kind: Kind
    title: Message
    unit: Unit = Unit.NONE
    required: bool = True
    default: Any = None  # as it would be after reading
    many: int = 0  # 1: a list of such values, 2: a list of lists
    size: int | None = None  # of the innermost lists, e.g. 2 for [from, to]
    choices: tuple[str, ...] = ()
    columns: tuple[Input, ...] = ()  # of a record, for whoever draws its form; the rule reads it itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One area: its inputs and the function that answers with a mapping of named values."""

    area: str
    title: Message
    inputs: tuple[Input, ...]
    run: Callable[[Mapping[str, Any], Law], Result[dict[str, Any]]]


def read(inputs: tuple[Input, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """Read raw JSON values as the inputs say; InvalidError names every field that is wrong."""
    wrong: dict[str, tuple[Message, ...]] = {}
    known = {each.name for each in inputs}
    for name in given:
        if name not in known:
            wrong[name] = (msg("未知的输入项“{name}”。", name=name),)
    values: dict[str, Any] = {}
    for each in inputs:
        try:
            values[each.name] = _read_one(each, given)
        except InvalidError as error:
            wrong[each.name] = (error.message,)
    if wrong:
        raise InvalidError(
            msg("输入有误：{reasons}", reasons="".join(str(each[0]) for _, each in sorted(wrong.items()))),
            fields=dict(sorted(wrong.items())),
        )
    return values


def read_value(each: Input, raw: Any) -> Any:
    """One raw value, not null, as its input says; InvalidError."""
    return _read_nested(each, raw, depth=each.many)


def _read_one(each: Input, given: Mapping[str, Any]) -> Any:
    if given.get(each.name) is None:
        if each.required:
            raise InvalidError(msg("缺少输入项“{name}”。", name=each.name))
        return each.default
    return read_value(each, given[each.name])


def _read_nested(each: Input, raw: Any, *, depth: int) -> Any:
    if depth == 0:
        value = READERS[each.kind](each, raw)
        if each.choices and value not in each.choices:
            raise InvalidError(
                msg("“{name}”只能是：{choices}。", name=each.name, choices="、".join(each.choices))
            )
        return value
    if not isinstance(raw, list | tuple):
        raise _misread(each, msg("列表"))
    if depth == 1 and each.size is not None and len(raw) != each.size:
        raise _misread(each, msg("每组 {size} 个值的列表", size=each.size))
    return tuple(_read_nested(each, item, depth=depth - 1) for item in raw)


def _misread(each: Input, wanted: Message) -> InvalidError:
    return InvalidError(msg("“{name}”应为{wanted}。", name=each.name, wanted=wanted))


def _read_date(each: Input, raw: Any) -> date:
    try:
        day = raw if type(raw) is date else date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise _misread(each, msg("日期，如 2026-03-09")) from None
    if not EARLIEST <= day <= LATEST:
        raise _misread(
            each,
            msg("{first} 至 {last} 之间的日期", first=EARLIEST.isoformat(), last=LATEST.isoformat()),
        )
    return day


def _read_time(each: Input, raw: Any) -> time:
    if isinstance(raw, time):
        return raw
    try:
        return time.fromisoformat(raw)
    except (TypeError, ValueError):
        raise _misread(each, msg("时刻，如 22:00")) from None


def _read_number(each: Input, raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise _misread(each, msg("数字"))
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise _misread(each, msg("数字")) from None
    if not number.is_finite() or not 0 <= number <= MOST_NUMBER:
        raise _misread(each, msg("零至 {most} 之间的数字", most=MOST_NUMBER))
    return number


def _read_whole(each: Input, raw: Any) -> int:
    number = _read_number(each, raw)
    if number != number.to_integral_value() or number > MOST_WHOLE:
        raise _misread(each, msg("零至 {most} 之间的整数", most=MOST_WHOLE))
    return int(number)


def _read_switch(each: Input, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _misread(each, msg("是或否"))
    return raw


def _read_word(each: Input, raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise _misread(each, msg("文字"))
    return raw


def _read_region(each: Input, raw: Any) -> str:
    word = ALIASES.get(raw, raw) if isinstance(raw, str) else raw
    if isinstance(word, str) and DIVISION.fullmatch(word) and word[:2] in PROVINCES:
        return parameter_region(word)
    if not isinstance(word, str) or word.split("-")[0] != "CN" or not all(word.split("-")):
        raise _misread(each, msg("地区代码，如 CN、CN-SH、CN-GD-SZ"))
    return word


def _read_record(each: Input, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _misread(each, msg("对象"))
    return dict(raw)


READERS: Mapping[Kind, Callable[[Input, Any], Any]] = {
    Kind.DATE: _read_date,
    Kind.TIME: _read_time,
    Kind.NUMBER: _read_number,
    Kind.WHOLE: _read_whole,
    Kind.SWITCH: _read_switch,
    Kind.WORD: _read_word,
    Kind.REGION: _read_region,
    Kind.RECORD: _read_record,
}
