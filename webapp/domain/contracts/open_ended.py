"""The right to an open-ended contract 无固定期限劳动合同 (劳动合同法第14条)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.explain import Unit
from webapp.domain.periods import add_years, elapsed
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.explain import Working

TEN_YEARS = 10  # 劳动合同法第14条第2款第1项
TWO_TERMS = 2  # 劳动合同法第14条第2款第3项
DEEMED_AFTER_YEARS = 1  # 劳动合同法第14条第3款
BY_YEARS = "劳动合同法第14条第2款第1项"
BY_TERMS = "劳动合同法第14条第2款第3项"
DEEMED = "劳动合同法第14条第3款"


def open_ended_right(*, fixed_terms: int, hired: date | None, on: date, work: Working) -> str | None:
    """The article that gives the right on the day, None if none does; ``hired`` unknown tests terms alone.

    The count of terms starts in 2008 (第97条). Whether the employer must renew after two terms differs by
    region: row ``contract.open_ended_after_two_terms``.
    """
    if hired is not None and elapsed(hired, on).years >= TEN_YEARS:
        work.step(msg("在本单位连续工作满十年。"), TEN_YEARS, unit=Unit.YEARS, articles=(BY_YEARS,))
        return BY_YEARS
    if fixed_terms >= TWO_TERMS and work.switch("contract.open_ended_after_two_terms"):
        work.step(msg("已连续订立 {count} 次固定期限劳动合同。", count=fixed_terms), articles=(BY_TERMS,))
        return BY_TERMS
    return None


def deemed_open_ended_from(hired: date) -> date:
    """The day from which a contract is deemed open-ended when none was written (第14条第3款, 条例第7条)."""
    return add_years(hired, DEEMED_AFTER_YEARS)
