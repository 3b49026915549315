"""Severance as areas: N, N+1, 2N, the twelve-month average, exempt income."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import choice, day, number, switch
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.schema import Input, Kind, Rule, read
from webapp.domain.service import Stint
from webapp.domain.severance import (
    Average,
    Employment,
    Severance,
    average_wage,
    compute_compensation,
    compute_settlement,
    compute_severance,
)
from webapp.domain.severance.extras import late_payment, medical_subsidy
from webapp.domain.severance.tax import exempt_part
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

REGION = Input(
    name="region", kind=Kind.REGION, title=msg("地区（劳动合同履行地）"), required=False, default=NATIONAL
)
STINT = (
    day("first", msg("起始日")),
    day("last", msg("截止日")),
    switch("compensated", msg("原单位已付经济补偿")),
)
EMPLOYMENT = (
    day("hired", msg("入职日（用工之日）")),
    day("last_day_inclusive", msg("最后工作日（计入）")),
    number("avg_12m_gross", msg("前十二个月平均应得工资"), unit=Unit.YUAN_PER_MONTH),
    REGION,
    number(
        "local_avg_monthly_wage_last_year",
        msg("当地上年度职工月平均工资（不填则查参数）"),
        unit=Unit.YUAN_PER_MONTH,
        required=False,
    ),
    number("local_min_wage", msg("当地最低工资（不填则查参数）"), unit=Unit.YUAN_PER_MONTH, required=False),
    Input(
        name="earlier_service",
        kind=Kind.RECORD,
        title=msg("非因本人原因转来前的工作年限"),
        required=False,
        default=(),
        many=1,
        columns=STINT,
    ),
    number("months_before_2008", msg("2008 年以前年限核定的月数"), unit=Unit.MONTHS, required=False),
)
GROUNDS = ("art36", "art38", "art40", "art41", "art44")


def read_employment(given: Mapping[str, Any]) -> Employment:
    """The employment of already read inputs."""
    stints = tuple(Stint(**read(STINT, raw)) for raw in given["earlier_service"])
    return Employment(
        hired=given["hired"],
        last_day=given["last_day_inclusive"],
        average=given["avg_12m_gross"],
        region=given["region"],
        earlier=stints,
        local_average=given["local_avg_monthly_wage_last_year"],
        minimum_wage=given["local_min_wage"],
        months_before_2008=given["months_before_2008"],
    )


def _answer(work: Working, given: Mapping[str, Any], values: dict[str, Any]) -> Result[dict[str, Any]]:
    work.given(**given)
    return work.result(values)


def _working(given: Mapping[str, Any], law: Law) -> Working:
    return Working(law, region=given["region"], on=given["last_day_inclusive"])


def _show(found: Severance) -> dict[str, Any]:
    return {
        "service": [found.service.years, found.service.months, found.service.days],
        "months_uncapped": found.months_uncapped,
        "months_paid": found.months_paid,
        "base": found.base,
        "capped": found.capped,
        "severance": found.severance,
    }


def run_severance(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """N."""
    work = _working(given, law)
    found = work.take(compute_severance(read_employment(given), law=law))
    return _answer(work, given, _show(found))


def run_compensation(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """2N."""
    work = _working(given, law)
    found = work.take(compute_compensation(read_employment(given), law=law))
    values = _show(found)
    values["compensation"] = values.pop("severance")
    return _answer(work, given, values)


def run_settlement(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """N or N+1; pay in lieu exists for art. 40 alone."""
    in_lieu = given["pay_in_lieu_of_notice"]
    if in_lieu and given["ground"] != "art40":
        raise InvalidError(msg("代通知金只适用于劳动合同法第40条的解除。"))
    if in_lieu and given["previous_month_wage"] is None:
        raise InvalidError(msg("缺少输入项“{name}”。", name="previous_month_wage"))
    work = _working(given, law)
    wage = given["previous_month_wage"] if in_lieu else None
    found = work.take(compute_settlement(read_employment(given), law=law, previous_month_wage=wage))
    values = {
        "n": found.severance.months_paid,
        "base": found.severance.base,
        "capped": found.severance.capped,
        "severance": found.severance.severance,
        "pay_in_lieu": found.pay_in_lieu,
        "total": found.total,
    }
    return _answer(work, given, values)


def run_average(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """The twelve-month average."""
    work = _working(given, law)
    average = Average(
        wages=given["monthly_wages"],
        last_day=given["last_day_inclusive"],
        region=given["region"],
        overtime=given["overtime_pay"],
        unpaid=frozenset(given["unpaid_leave_months"]),
        annual_bonus=given["annual_bonus"],
    )
    return _answer(work, given, {"avg_12m_gross": work.take(average_wage(average, law=law))})


def run_tax(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """The part free of income tax."""
    work = _working(given, law)
    exempt = work.take(
        exempt_part(given["severance"], annual_average=given["local_avg_annual_wage_last_year"], work=work)
    )
    return _answer(work, given, {"exempt": exempt, "taxable": given["severance"] - exempt})


def run_medical_subsidy(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """What is owed beside severance under art. 40(1)."""
    work = _working(given, law)
    return _answer(work, given, {"subsidy": medical_subsidy(given["monthly_wage"], work)})


def run_late_payment(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """The surcharge between its bounds."""
    work = Working(law, region=NATIONAL, on=given["ordered_on"])
    least, most = late_payment(given["owed"], work)
    return _answer(work, given, {"least": least, "most": most})


RULES: tuple[Rule, ...] = (
    Rule(area="severance", title=msg("经济补偿（N）"), inputs=EMPLOYMENT, run=run_severance),
    Rule(
        area="severance_n_plus_1",
        title=msg("经济补偿与代通知金（N+1）"),
        inputs=(
            choice("ground", msg("解除或者终止的依据"), choices=GROUNDS),
            switch("pay_in_lieu_of_notice", msg("以代通知金代替提前通知")),
            *EMPLOYMENT,
            number("previous_month_wage", msg("上一个月工资"), unit=Unit.YUAN_PER_MONTH, required=False),
        ),
        run=run_settlement,
    ),
    Rule(
        area="unlawful_termination",
        title=msg("违法解除赔偿金（2N）"),
        inputs=EMPLOYMENT,
        run=run_compensation,
    ),
    Rule(
        area="twelve_month_average",
        title=msg("前十二个月平均工资"),
        inputs=(
            Input(
                name="monthly_wages",
                kind=Kind.NUMBER,
                title=msg("最近各月应得工资（由远及近）"),
                unit=Unit.YUAN_PER_MONTH,
                many=1,
            ),
            day("last_day_inclusive", msg("最后工作日（计入）")),
            REGION,
            Input(
                name="overtime_pay",
                kind=Kind.NUMBER,
                title=msg("其中各月加班费"),
                unit=Unit.YUAN_PER_MONTH,
                required=False,
                default=(),
                many=1,
            ),
            Input(
                name="unpaid_leave_months",
                kind=Kind.WHOLE,
                title=msg("无薪月份的序号"),
                required=False,
                default=(),
                many=1,
            ),
            number("annual_bonus", msg("年终奖"), unit=Unit.YUAN, default=Decimal(0)),
        ),
        run=run_average,
    ),
    Rule(
        area="severance_tax",
        title=msg("经济补偿的免税部分"),
        inputs=(
            number("severance", msg("经济补偿"), unit=Unit.YUAN),
            day("last_day_inclusive", msg("最后工作日（计入）")),
            REGION,
            number(
                "local_avg_annual_wage_last_year",
                msg("当地上年度职工年平均工资（不填则查参数）"),
                unit=Unit.YUAN,
                required=False,
            ),
        ),
        run=run_tax,
    ),
    Rule(
        area="medical_subsidy",
        title=msg("医疗补助费"),
        inputs=(
            number("monthly_wage", msg("月工资"), unit=Unit.YUAN_PER_MONTH),
            day("last_day_inclusive", msg("最后工作日（计入）")),
            REGION,
        ),
        run=run_medical_subsidy,
    ),
    Rule(
        area="late_payment",
        title=msg("责令后逾期支付的加付赔偿金"),
        inputs=(
            number("owed", msg("应付金额"), unit=Unit.YUAN),
            day("ordered_on", msg("责令支付的日期")),
        ),
        run=run_late_payment,
    ),
)
