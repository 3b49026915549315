"""What is paid: N, N+1 and 2N."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.severance.base import bound_base
from webapp.domain.text import msg
from webapp.domain.wages import yuan

if TYPE_CHECKING:
    from webapp.domain.law import Law
    from webapp.domain.periods import Elapsed
    from webapp.domain.severance.employment import Employment

YEARS = ("劳动合同法第47条第1款",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Severance:
    """Severance: service, months before and after the twelve-year limit, base (yuan a month), sum (yuan)."""

    service: Elapsed
    months_uncapped: Decimal
    months_paid: Decimal
    base: Decimal
    capped: bool
    severance: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """Severance with or without pay in lieu of notice, yuan."""

    severance: Severance
    pay_in_lieu: Decimal

    @property
    def total(self) -> Decimal:
        """All in all."""
        return self.severance.severance + self.pay_in_lieu


def months_of_pay(service: Elapsed, work: Working) -> Decimal:
    """Months of wage for a service (劳动合同法第47条第1款)."""
    if service.months >= work.whole("severance.whole_year_from_months"):
        return Decimal(service.years + 1)
    if service.months or service.days:
        return service.years + work.number("severance.short_service_months")
    return Decimal(service.years)


def compute_severance(given: Employment, *, law: Law) -> Result[Severance]:
    """经济补偿 N (劳动合同法第46、47、97条).

    Errors: InvalidError where service before 2008 comes without decided months, MissingParameterError.
    """
    work = _open(given, law)
    old = Decimal(0)
    if given.began_before_2008:
        old = _months_before_2008(given, work)
    recent = months_of_pay(given.service_since_2008, work)
    work.step(msg("按工作年限折算的月数。"), recent, unit=Unit.MONTHS, articles=YEARS)
    return work.result(_pay(given, work, months=(old, recent)))


def compute_compensation(given: Employment, *, law: Law) -> Result[Severance]:
    """赔偿金 2N for an unlawful end (劳动合同法第87条): the years run from the first day of work.

    劳动合同法实施条例第25条: instead of severance, not on top of it. Errors: MissingParameterError.
    """
    work = _open(given, law)
    months = months_of_pay(given.service, work)
    work.step(
        msg("赔偿金的年限自用工之日起计算，折算的月数。"),
        months,
        unit=Unit.MONTHS,
        articles=("劳动合同法实施条例第25条", *YEARS),
    )
    single = _pay(given, work, months=(Decimal(0), months))
    multiple = work.number("severance.unlawful_multiple")
    double = yuan(single.base * single.months_paid * multiple)
    work.step(
        msg(
            "违法解除或者终止：按经济补偿标准的 {multiple} 倍支付，不再另付经济补偿和代通知金。",
            multiple=multiple,
        ),
        double,
        unit=Unit.YUAN,
        articles=("劳动合同法第87条", "劳动合同法实施条例第25条"),
    )
    return work.result(
        Severance(
            service=single.service,
            months_uncapped=single.months_uncapped,
            months_paid=single.months_paid,
            base=single.base,
            capped=single.capped,
            severance=double,
        )
    )


def compute_settlement(
    given: Employment, *, law: Law, previous_month_wage: Decimal | None
) -> Result[Settlement]:
    """N, and +1 where last month's wage is given: pay instead of thirty days' notice (第40条, 条例第20条)."""
    part = compute_severance(given, law=law)
    work = Working(law, region=given.region, on=given.last_day)
    work.take(part)
    in_lieu = Decimal(0)
    if previous_month_wage is not None:
        in_lieu = yuan(previous_month_wage)
        work.step(
            msg("代通知金按上一个月的工资标准，不用十二个月平均工资。"),
            in_lieu,
            unit=Unit.YUAN,
            articles=("劳动合同法第40条", "劳动合同法实施条例第20条"),
        )
    settlement = Settlement(severance=part.value, pay_in_lieu=in_lieu)
    work.step(msg("合计。"), settlement.total, unit=Unit.YUAN)
    return work.result(settlement)


def _open(given: Employment, law: Law) -> Working:
    work = Working(law, region=given.region, on=given.last_day)
    service = given.service
    work.step(
        msg(
            "工作年限 {years} 年 {months} 个月 {days} 天（首尾两日均计入）。",
            years=service.years,
            months=service.months,
            days=service.days,
        ),
        articles=("劳动合同法第47条第1款",),
    )
    if given.earlier:
        work.step(
            msg("非因本人原因从原用人单位转来的年限合并计算，原单位已付补偿的不再计算。"),
            articles=("劳动合同法实施条例第10条", "法释〔2020〕26号第46条"),
        )
    return work


def _months_before_2008(given: Employment, work: Working) -> Decimal:
    articles = ("劳动合同法第97条第3款",)
    if given.months_before_2008 is None:
        raise InvalidError(
            msg("《劳动合同法》施行以前的工作年限按当时的规定计算，请填写由人工核定的月数。"),
            fields={"months_before_2008": (msg("请填写由人工核定的月数。"),)},
        )
    work.step(
        msg("《劳动合同法》施行以前的年限，按当时规定由人工核定的月数。"),
        given.months_before_2008,
        unit=Unit.MONTHS,
        articles=articles,
    )
    work.dispute(msg("《劳动合同法》施行以前的年限如何计算、基数是否封顶，各地做法不一。"))
    return given.months_before_2008


def _pay(given: Employment, work: Working, *, months: tuple[Decimal, Decimal]) -> Severance:
    """``months``: before 2008, which the twelve-year limit does not touch, and since."""
    old, recent = months
    base = bound_base(given, work)
    paid = old + (min(recent, work.number("severance.cap_years")) if base.capped else recent)
    if paid < old + recent:
        work.step(
            msg("基数封顶时，支付年限也有上限。"),
            paid,
            unit=Unit.MONTHS,
            articles=("劳动合同法第47条第2款",),
        )
    amount = yuan(base.amount * paid)
    work.step(
        msg("{base} 元 × {months} 个月。", base=base.amount, months=paid),
        amount,
        unit=Unit.YUAN,
        articles=("劳动合同法第47条",),
    )
    return Severance(
        service=given.service,
        months_uncapped=old + recent,
        months_paid=paid,
        base=base.amount,
        capped=base.capped,
        severance=amount,
    )
