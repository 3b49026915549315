"""Sums beside severance: the medical subsidy of art. 40(1), the surcharge for late payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.explain import Unit
from webapp.domain.text import msg
from webapp.domain.wages import yuan

if TYPE_CHECKING:
    from decimal import Decimal

    from webapp.domain.explain import Working


def medical_subsidy(monthly_wage: Decimal, work: Working) -> Decimal:
    """医疗补助费, at least, in yuan (劳部发〔1995〕309号第35条; regional). MissingParameterError."""
    row = work.parameter("medical_subsidy.months")
    amount = yuan(row.number * monthly_wage)
    work.step(
        msg("医疗补助费不低于 {months} 个月工资。", months=row.number),
        amount,
        unit=Unit.YUAN,
        articles=(row.source,),
    )
    return amount


def late_payment(owed: Decimal, work: Working) -> tuple[Decimal, Decimal]:
    """The least and most surcharge in yuan once an order to pay was not obeyed (劳动合同法第85条)."""
    bounds = []
    for key, title in (
        ("late_payment.least_share", msg("加付赔偿金的下限。")),
        ("late_payment.most_share", msg("加付赔偿金的上限。")),
    ):
        row = work.parameter(key)
        bounds.append(yuan(row.number * owed))
        work.step(title, bounds[-1], unit=Unit.YUAN, articles=(row.source,))
    least, most = bounds
    return least, most
