"""How a table's rows end, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.adapters.privacydata import shipped_register
from webapp.domain.processing import LANGUAGES, EndBy
from webapp.domain.text import Message, msg, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.domain.processing import RegisteredTable


def end_words(table: RegisteredTable, months: int) -> Message:
    """One sentence; ``months`` are those that the law leaves, where it wants more than the register."""
    end = table.end
    if end.why:
        return named(end.why)
    if end.mask:
        columns = named({language: _columns(end.mask, language) for language in LANGUAGES})
        if end.by is EndBy.LEAVING:
            return msg("劳动关系结束 {n} 个月后清空：{columns}", n=months, columns=columns)
        return msg("{n} 个月后清空：{columns}", n=months, columns=columns)
    return {
        EndBy.LEAVING: msg("劳动关系结束 {n} 个月后删除", n=months),
        EndBy.AGE: msg("{n} 个月后删除", n=months),
        EndBy.DAY: msg("各条自己写明的日期之后删除"),
        EndBy.CONSENT: msg("撤回、不同意或者劳动关系结束 {n} 个月后删除", n=months),
        EndBy.CASE: msg("随案件内容，由一人提议、另一人确认后删除"),
    }.get(end.by, msg("到期由系统自动删除"))


def _columns(names: Sequence[str], language: str) -> str:
    register = shipped_register()
    return (", " if language == "en" else "、").join(register.label(name, language) for name in names)
