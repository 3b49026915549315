"""Readers of single cells: text and what exists go in, a typed value or a sentence comes out."""

from __future__ import annotations

import difflib
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.identity import Identity, read_identity
from webapp.domain.text import Message, msg
from webapp.services.imports.columns import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Cell

FIRST_YEAR, LAST_YEAR = 1920, 2100
DATES = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))", re.ASCII
)
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,31}", re.ASCII)
CONTRACT_NUMBER = re.compile(r"[A-Za-z0-9\u4e00-\u9fff〔〕（）()\[\]_./-]{1,64}")
NAME = re.compile(r"[^\W\d_]+(?:(?:\. |[ ·•.'-])[^\W\d_]+)*\.?")
MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}", re.ASCII)
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(?:-\d{1,6})?", re.ASCII)
FOREIGN = re.compile(r"\+(?!86)[1-9]\d{0,2}[- ]?\d[\d -]{4,14}\d", re.ASCII)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+", re.ASCII)
DIVISION = re.compile(r"[1-9][0-9]{5}", re.ASCII)  # GB/T 2260
YES, NO = frozenset({"是", "有", "y", "yes", "true", "1"}), frozenset({"否", "无", "n", "no", "false", "0"})


def text_of(cell: Cell) -> str:
    """The cell as text; whole numbers without a point."""
    value = cell.value
    if isinstance(value, Decimal):
        return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value, "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def day(cell: Cell, existing: Existing) -> date:  # noqa: ARG001
    """A date; 2026-03-02, 2026/3/2, 2026.3.2, 2026年3月2日, 20260302 and real date cells are read."""
    if isinstance(cell.value, date):
        found: date | None = cell.value
    else:
        found = _day(text_of(cell))
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellError(msg("“{value}”不是有效的日期，请写成 2026-03-02。", value=text_of(cell)))
    return found


def _day(text: str) -> date | None:
    match = DATES.fullmatch(text)
    if match is None:
        return None
    year, month, day_of_month = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def number(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
    """An employee number (工号)."""
    return _shaped(cell, NUMBER, msg("“{value}”不能作工号：只用字母、数字和 - _ . /。", value=text_of(cell)))


def contract_number(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
    """A contract number (合同编号)."""
    return _shaped(cell, CONTRACT_NUMBER, msg("“{value}”不能作合同编号。", value=text_of(cell)))


def name(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
    """A person's name: letters of any script, with dots and blanks between parts."""
    found = _shaped(cell, NAME, msg("姓名“{value}”含有数字或符号。", value=text_of(cell)))
    if len(found) > 100:
        raise CellError(msg("姓名过长（上限 {limit} 个字）。", limit=100))
    return found


def phone(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
    """A telephone number of the mainland, or a foreign one with its country code."""
    text = text_of(cell)
    if SCIENTIFIC.fullmatch(text):
        raise CellError(_spoilt(text))
    if not any(shape.fullmatch(text) for shape in (MOBILE, LANDLINE, FOREIGN)):
        raise CellError(msg("“{value}”不是有效的电话号码，手机号应为 11 位。", value=text))
    return text


def email(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
    """A mail address."""
    return _shaped(cell, EMAIL, msg("“{value}”不是有效的电子邮箱。", value=text_of(cell)))


def identity(cell: Cell, existing: Existing) -> Identity:  # noqa: ARG001
    """An identity card number; only what it says about birth and gender is kept."""
    text = text_of(cell)
    if SCIENTIFIC.fullmatch(text) or (cell.numeric and len(text) >= 17):
        raise CellError(_spoilt(text))
    found = read_identity(text)
    if found is None:
        raise CellError(_bad_identity(text))
    return found


def _bad_identity(text: str) -> Message:
    shown = f"{text[:3]}…{text[-2:]}" if len(text) > 6 else text  # a number does not belong into a log
    if len(text) != 18:
        return msg("身份证号“{value}”应为 18 位，现为 {length} 位。", value=shown, length=len(text))
    return msg("身份证号“{value}”校验不通过，请核对。", value=shown)


def _spoilt(text: str) -> Message:
    return msg(
        "“{value}”被表格软件改成了数字，末几位可能已丢失，请把该列设为文本后重填。", value=text[:4] + "…"
    )


def whole(low: int, high: int) -> Callable[[Cell, Existing], int]:
    """A reader of whole numbers between two bounds, both included."""

    def read(cell: Cell, existing: Existing) -> int:  # noqa: ARG001
        text = text_of(cell)
        if not re.fullmatch(r"-?\d{1,6}", text, re.ASCII) or not low <= int(text) <= high:
            raise CellError(msg("“{value}”应为 {low} 至 {high} 的整数。", value=text, low=low, high=high))
        return int(text)

    return read


def one_of(words: Mapping[str, str]) -> Callable[[Cell, Existing], str]:
    """A reader of fixed words; ``words`` maps what a file may say to what is kept."""

    def read(cell: Cell, existing: Existing) -> str:  # noqa: ARG001
        text = text_of(cell)
        found = words.get(text.lower())
        if found is None:
            shown = "、".join(dict.fromkeys(w for w in words if not w.isascii()))
            raise CellError(msg("“{value}”应为其中之一：{words}。", value=text, words=shown))
        return found

    return read


def yes_or_no(cell: Cell, existing: Existing) -> bool:  # noqa: ARG001
    """是 or 否."""
    text = text_of(cell).lower()
    if text not in YES | NO:
        raise CellError(msg("“{value}”应填“是”或“否”。", value=text))
    return text in YES


def entity(cell: Cell, existing: Existing) -> str:
    """The code of an employer that is named by code or by its registered name."""
    text = text_of(cell)
    if text in existing.entities:
        return text
    named = [e.code for e in existing.entities.values() if e.name == text]
    if len(named) != 1:
        raise CellError(_nobody(msg("用人单位"), text, [e.name for e in existing.entities.values()]))
    return named[0]


def post(cell: Cell, existing: Existing) -> str:
    """A post that is on the list, where there is one."""
    text = text_of(cell)
    if existing.posts is not None and text not in existing.posts:
        raise CellError(_nobody(msg("岗位"), text, existing.posts))
    return text


def region(cell: Cell, existing: Existing) -> str:
    """A region by its GB/T 2260 code (also one below a known province) or its name."""
    text = text_of(cell)
    if text in existing.regions or (DIVISION.fullmatch(text) and f"{text[:2]}0000" in existing.regions):
        return text
    named = [code for code, title in existing.regions.items() if title == text]
    if len(named) != 1:
        raise CellError(_no_region(text, existing))
    return named[0]


def _no_region(text: str, existing: Existing) -> Message:
    near = difflib.get_close_matches(text, list(existing.regions.values()), n=1, cutoff=0.6)
    if near:
        return _nobody(msg("地区"), text, near)
    return msg("没有地区“{value}”，请写省份名称或六位行政区划代码，例如 310000。", value=text)


def department(text: str, employer: str, existing: Existing) -> str:
    """The code of an employer's department by code or name; CellError for none or another employer's."""
    found = existing.departments.get(text)
    same = [d for d in existing.departments.values() if d.name == text and d.entity == employer]
    if found is None and len(same) == 1:
        found = same[0]
    if found is None:
        raise CellError(
            _nobody(
                msg("部门"), text, [d.name for d in existing.departments.values() if d.entity == employer]
            )
        )
    if found.entity != employer:
        raise CellError(msg("部门“{value}”不属于用人单位“{entity}”。", value=text, entity=employer))
    return found.code


def _nobody(what: Message, text: str, known: Any) -> Message:

    near = difflib.get_close_matches(text, list(known), n=1, cutoff=0.6)
    if near:
        return msg("没有{what}“{value}”，是否应为“{guess}”？", what=what, value=text, guess=near[0])
    return msg("没有{what}“{value}”，请先在基础资料中建立。", what=what, value=text)


def _shaped(cell: Cell, shape: re.Pattern[str], message: Message) -> str:
    text = text_of(cell)
    if not shape.fullmatch(text):
        raise CellError(message)
    return text
