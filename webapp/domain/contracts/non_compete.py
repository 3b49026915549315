"""Non-compete 竞业限制: compensation and longest term (劳动合同法第23、24条, 法释〔2020〕26号第36条)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.text import msg
from webapp.domain.wages import yuan

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from webapp.domain.law import Law


@dataclass(frozen=True, kw_only=True, slots=True)
class NonCompete:
    """A non-compete: its months, the last twelve months' average, what was agreed; yuan a month."""

    months: int
    ends_on: date
    average: Decimal
    agreed_monthly: Decimal | None = None
    minimum_wage: Decimal | None = None
    region: str = NATIONAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Compensation:
    """Months that bind, compensation a month and in all, what an early release costs; yuan."""

    months: int
    monthly: Decimal
    total: Decimal
    release_cost: Decimal


def compute_non_compete(given: NonCompete, *, law: Law) -> Result[Compensation]:
    """What is owed for keeping off; a guidance figure (人社厅发〔2025〕40号) is shown, not imposed.

    Errors: MissingParameterError (minimum wage of the region, guidance share).
    """
    work = Working(law, region=given.region, on=given.ends_on)
    months = min(given.months, work.whole("non_compete.longest_months"))
    if months < given.months:
        work.step(
            msg("竞业限制超过法定最长期限的部分无效。"),
            months,
            unit=Unit.MONTHS,
            articles=("劳动合同法第24条第2款",),
        )
    monthly = _monthly(given, work)
    share = work.number("non_compete.guidance_share")
    if given.months > work.whole("non_compete.guidance_from_months") and monthly < share * given.average:
        work.dispute(
            msg("期限较长的，指引建议不低于平均工资的 {share}。", share=f"{share:.0%}"),
        )
    total = yuan(monthly * months)
    work.step(msg("期限内补偿合计。"), total, unit=Unit.YUAN, articles=("劳动合同法第23条第2款",))
    release_months = work.whole("non_compete.release_months")
    release = yuan(monthly * release_months)
    work.step(
        msg("提前解除竞业限制的，另付 {months} 个月补偿。", months=release_months),
        release,
        unit=Unit.YUAN,
        articles=("法释〔2020〕26号第39条",),
    )
    return work.result(Compensation(months=months, monthly=yuan(monthly), total=total, release_cost=release))


def _monthly(given: NonCompete, work: Working) -> Decimal:
    if given.agreed_monthly is not None:
        work.step(
            msg("按约定的月补偿。"),
            given.agreed_monthly,
            unit=Unit.YUAN_PER_MONTH,
            articles=("法释〔2020〕26号第37条",),
        )
        return given.agreed_monthly
    minimum = given.minimum_wage if given.minimum_wage is not None else work.number("wage.minimum")
    share = work.number("non_compete.default_share")
    monthly = max(share * given.average, minimum)
    work.step(
        msg("未约定补偿的，按前十二个月平均工资的 {share}，并不低于最低工资。", share=f"{share:.0%}"),
        yuan(monthly),
        unit=Unit.YUAN_PER_MONTH,
        articles=("法释〔2020〕26号第36条",),
    )
    return monthly
