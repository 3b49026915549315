"""How values stand in a text: dates, times, figures, yes and no, codes, in the language of the text."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp import feel
from webapp.adapters.catalog import translate
from webapp.domain.documents import CHINESE
from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Codes of records as people read them; ``words(code)`` in a template.
CODES: dict[str, Message] = {
    "standard": msg("标准工时制"),
    "comprehensive": msg("综合计算工时制"),
    "irregular": msg("不定时工作制"),
    "week": msg("周"),
    "month": msg("月"),
    "quarter": msg("季"),
    "half_year": msg("半年"),
    "year": msg("年"),
    "fixed": msg("固定期限"),
    "open": msg("无固定期限"),
    "task": msg("以完成一定工作任务为期限"),
}


def show(value: Any, language: str) -> str:
    """A value in words; raises InvalidError for null, which never becomes a blank in a document."""
    if value is None:
        raise InvalidError(msg("没有值"))
    if isinstance(value, bool):
        return translate(msg("是") if value else msg("否"), language)
    if isinstance(value, date):
        return show_day(value, language)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return (", " if language == "en" else "、").join(show(each, language) for each in value)
    raise InvalidError(msg("这个值不能写进文书"))


def show_day(value: date, language: str) -> str:
    """2026年12月1日, 1 December 2026."""
    day = value.date() if isinstance(value, datetime) else value
    if language == "en":
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def show_money(amount: Any, language: str) -> str | None:
    """6,000.00元, CNY 6,000.00; null for what is no number."""
    if not isinstance(amount, Decimal):
        return None
    figure = f"{amount.quantize(Decimal('0.01')):,}"
    return f"CNY {figure}" if language == "en" else f"{figure}元"


def functions(language: str = CHINESE) -> Mapping[str, feel.Function]:
    """What templates may call besides FEEL's own: ``money(n)``, ``words(code)`` and ``written(day)``."""

    def money(amount: Any) -> Any:
        return show_money(amount, language)

    def words(code: Any) -> Any:
        found = CODES.get(code) if isinstance(code, str) else None
        return None if found is None else translate(found, language)

    def written(day: Any) -> Any:
        return show_day(day, language)

    text = feel.TYPES["string"]
    return {
        "written": feel.Function(
            name="written",
            parameters=(feel.Parameter(name="day", type=feel.TYPES["date"]),),
            call=written,
            result=text,
        ),
        "money": feel.Function(
            name="money",
            parameters=(feel.Parameter(name="amount", type=feel.TYPES["number"]),),
            call=money,
            result=text,
        ),
        "words": feel.Function(
            name="words", parameters=(feel.Parameter(name="code", type=text),), call=words, result=text
        ),
    }
