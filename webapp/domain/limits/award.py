"""Which items of a claim the arbitration decides finally 终局裁决 (劳动争议调解仲裁法第47条)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from webapp.domain.law import Law

FINAL = "劳动争议调解仲裁法第47条第1项"
BY_ITEM = "法释〔2020〕26号第19条"
MIXED = "法释〔2020〕26号第20条"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """Sums awarded item by item, yuan; ``other`` is there an item outside art. 47."""

    items: tuple[Decimal, ...]
    decided_on: date
    region: str = NATIONAL
    minimum_wage: Decimal | None = None
    other: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Finality:
    """The most an item may be (yuan), and whether the award is final for the employer."""

    limit: Decimal
    final: bool


def assess_finality(given: Claims, *, law: Law) -> Result[Finality]:
    """Final if no item exceeds twelve local monthly minimum wages and none lies outside art. 47.

    Each item is looked at by itself (法释〔2020〕26号第19条); a mixed award counts as not final (第20条).
    Errors: MissingParameterError (minimum wage).
    """
    work = Working(law, region=given.region, on=given.decided_on)
    minimum = work.number("wage.minimum") if given.minimum_wage is None else given.minimum_wage
    limit = work.number("procedure.final_award_months") * minimum
    work.step(
        msg("每项不超过当地月最低工资标准的规定月数。"), limit, unit=Unit.YUAN, articles=(FINAL, BY_ITEM)
    )
    final = not given.other and all(item <= limit for item in given.items)
    if given.other:
        work.step(msg("同时含有非终局事项的，按非终局裁决处理。"), articles=(MIXED,))
    work.step(
        msg("终局：劳动者可以起诉，用人单位只能申请撤销。") if final else msg("非终局：双方都可以起诉。"),
        articles=("劳动争议调解仲裁法第48、49条",) if final else ("劳动争议调解仲裁法第50条",),
    )
    return work.result(Finality(limit=limit, final=final))
