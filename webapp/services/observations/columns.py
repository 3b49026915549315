"""The columns of each kind of observation; a file or a call may bring these and no others."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg
from webapp.services.imports import cells
from webapp.services.imports.columns import CellError, Column

if TYPE_CHECKING:
    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Cell

PUNCHES, REPORTS, RESULTS = "punches", "reports", "results"
CUSTOMERS, CONTACTS = "customers", "contacts"
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}", re.ASCII)
SOURCE = re.compile(r"[^\W_][\w .()（）-]{0,63}")
DIRECTIONS = {"签到": "in", "上班": "in", "in": "in", "签退": "out", "下班": "out", "out": "out"}
REPORT_KINDS = {"日报": "daily", "daily": "daily", "拜访记录": "visit", "拜访": "visit", "visit": "visit"}
LARGEST = Decimal(10) ** 13
MOST_HOURS = Decimal(744)  # hours of a month of 31 days


def clock(cell: Cell, existing: Existing) -> time:  # noqa: ARG001
    """A time of day, local: 9:03 or 09:03:20."""
    text = cells.text_of(cell)
    match = CLOCK.fullmatch(text)
    if match is None:
        raise CellError(msg("“{value}”不是有效的时间，请写成 09:03。", value=text))
    hour, minute, second = (int(part) for part in match.groups(default="0"))
    return time(hour, minute, second)


def month(cell: Cell, existing: Existing) -> date:  # noqa: ARG001
    """A month, kept as its first day: 2026-10, 2026年10月, or any date in it."""
    if isinstance(cell.value, datetime | date):
        return date(cell.value.year, cell.value.month, 1)
    text = cells.text_of(cell)
    match = MONTH.fullmatch(text)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise CellError(msg("“{value}”不是有效的月份，请写成 2026-10。", value=text))


def amount(cell: Cell, existing: Existing) -> Decimal:  # noqa: ARG001
    """Results: a number of at most two decimals."""
    return _number(cell, LARGEST)


def hours(cell: Cell, existing: Existing) -> Decimal:  # noqa: ARG001
    """Hours of a month."""
    return _number(cell, MOST_HOURS)


def _number(cell: Cell, most: Decimal) -> Decimal:
    text = cells.text_of(cell).replace(",", "")
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= most or found != round(found, 2):
        raise CellError(msg("“{value}”应为 0 至 {most} 的数，最多两位小数。", value=text, most=most))
    return found


def code(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
    """A customer's code; a name or a telephone number is not one."""
    text = cells.text_of(cell)
    if not CODE.fullmatch(text) or cells.MOBILE.fullmatch(text):
        raise CellError(
            msg("“{value}”不能作客户编号：只用字母、数字和 - _ . /，不要填姓名或电话。", value=text[:8])
        )
    return text


def source(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
    """The name of the system that a row comes from."""
    text = cells.text_of(cell)
    if not SOURCE.fullmatch(text):
        raise CellError(msg("“{value}”不能作来源名称。", value=text[:20]))
    return text


def person(cell: Cell, existing: Existing) -> str:
    """The number of somebody in the importer's scope."""
    number = cells.number(cell, existing)
    if number not in existing.people:
        raise CellError(msg("没有工号为“{number}”的人员。", number=number))
    return number


_PERSON = Column(key="person", titles=("工号", "员工编号", "employee number"), read=person, required=True)
_DAY = Column(key="day", titles=("日期", "date"), read=cells.day, required=True)
_SOURCE = Column(key="source", titles=("来源系统", "来源", "source"), read=source, required=True)
_CODE = Column(key="code", titles=("客户编号", "customer code"), read=code, required=True)

COLUMNS: dict[str, tuple[Column, ...]] = {
    PUNCHES: (
        _PERSON,
        _DAY,
        Column(key="clock", titles=("时间", "time"), read=clock, required=True),
        Column(key="direction", titles=("方向", "direction"), read=cells.one_of(DIRECTIONS), required=True),
        _SOURCE,
        Column(key="in_zone", titles=("在许可区域内", "in permitted area"), read=cells.yes_or_no),
    ),
    REPORTS: (
        _PERSON,
        _DAY,
        Column(key="kind", titles=("类别", "kind"), read=cells.one_of(REPORT_KINDS), required=True),
        _SOURCE,
    ),
    RESULTS: (
        _PERSON,
        Column(key="month", titles=("月份", "month"), read=month, required=True),
        Column(key="amount", titles=("业绩", "results"), read=amount, required=True),
        Column(key="hours", titles=("工时", "hours"), read=hours, required=True),
        _SOURCE,
    ),
    CUSTOMERS: (
        Column(key="entity", titles=("用人单位", "公司", "entity"), read=cells.entity, required=True),
        _CODE,
        _SOURCE,
    ),
    CONTACTS: (_PERSON, _DAY, _CODE, _SOURCE),
}
TITLES: dict[str, Message] = {
    PUNCHES: msg("打卡"),
    REPORTS: msg("日报与拜访记录"),
    RESULTS: msg("业绩与工时"),
    CUSTOMERS: msg("客户名单"),
    CONTACTS: msg("客户往来"),
}
