"""The right to an open-ended contract 无固定期限劳动合同 (劳动合同法第14条)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.explain import Unit
from webapp.domain.periods import add_years, elapsed
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.explain import Working

BY_YEARS = "劳动合同法第14条第2款第1项"
BY_TERMS = "劳动合同法第14条第2款第3项"
DEEMED = "劳动合同法第14条第3款"


def open_ended_right(*, fixed_terms: int, hired: date | None, on: date, work: Working) -> str | None:
    """The article that gives the right on the day, None if none does; ``hired`` unknown tests terms alone.

    The count of terms starts in 2008 (第97条). Whether the employer must renew after two terms differs by
    region: row ``contract.open_ended_after_terms``.
    """
    years = work.whole("contract.open_ended_years")
    if hired is not None and elapsed(hired, on).years >= years:
        work.step(
            msg("在本单位连续工作满 {years} 年。", years=years), years, unit=Unit.YEARS, articles=(BY_YEARS,)
        )
        return BY_YEARS
    terms = work.whole("contract.open_ended_terms")
    if fixed_terms >= terms and work.switch("contract.open_ended_after_terms"):
        work.step(msg("已连续订立 {count} 次固定期限劳动合同。", count=fixed_terms), articles=(BY_TERMS,))
        return BY_TERMS
    return None


def deemed_open_ended_from(hired: date, work: Working) -> date:
    """The day from which a contract is deemed open-ended when none was written (第14条第3款, 条例第7条)."""
    return add_years(hired, work.whole("contract.deemed_open_ended_years"))
