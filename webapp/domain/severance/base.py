"""The wage base 月工资 of severance: the average of the last twelve months, its floor and its cap."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import MONTHS_A_YEAR
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.law import Law
    from webapp.domain.severance.employment import Employment

AVERAGE = ("劳动合同法第47条第3款", "劳动合同法实施条例第27条")
CAP = ("劳动合同法第47条第2款", "劳动合同法实施条例第14条")
INCLUDE, EXCLUDE = "include", "exclude"


@dataclass(frozen=True, kw_only=True, slots=True)
class Average:
    """Wages of the last months before the end, oldest first, at most twelve; yuan a month, gross.

    ``overtime`` is the part of each month that is overtime pay; ``unpaid`` are the positions (from 1)
    of months of unpaid leave; ``annual_bonus`` counts with a twelfth.
    """

    wages: tuple[Decimal, ...]
    last_day: date
    region: str = NATIONAL
    overtime: tuple[Decimal, ...] = ()
    unpaid: frozenset[int] = frozenset()
    annual_bonus: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Refuse lists that do not fit each other."""
        if not 1 <= len(self.wages) <= MONTHS_A_YEAR:
            raise InvalidError(msg("月工资应为一至十二个月，由远及近填写。"))
        if self.overtime and len(self.overtime) != len(self.wages):
            raise InvalidError(msg("加班费的月数应与月工资的月数一致。"))
        if any(part > wage for wage, part in zip(self.wages, self.overtime, strict=False)):
            raise InvalidError(msg("某月的加班费大于当月工资。"))
        if not self.unpaid <= frozenset(range(1, len(self.wages) + 1)):
            raise InvalidError(msg("无薪月份的序号超出了所填的月数。"))


def average_wage(given: Average, *, law: Law) -> Result[Decimal]:
    """The monthly average before floor and cap; practice that differs by city comes from parameter rows.

    劳动合同法第47条第3款, 劳动合同法实施条例第27条. Errors: MissingParameterError.
    """
    work = Working(law, region=given.region, on=given.last_day)
    wages = _without_overtime(given, work)
    if given.unpaid and work.word("severance.unpaid_leave_months") == EXCLUDE:
        wages = tuple(wage for number, wage in enumerate(wages, 1) if number not in given.unpaid)
        work.step(
            msg("剔除无薪月份 {count} 个。", count=len(given.unpaid)), len(given.unpaid), unit=Unit.MONTHS
        )
        if not wages:
            raise InvalidError(msg("剔除无薪月份后没有可用于平均的月份，请由人工确定计算基数。"))
    total = sum(wages, Decimal(0))
    average = total / len(wages)
    work.step(
        msg("最近 {count} 个月应得工资合计 {total} 元，月平均。", count=len(wages), total=total),
        average,
        unit=Unit.YUAN_PER_MONTH,
        articles=AVERAGE,
    )
    if given.annual_bonus:
        average += given.annual_bonus / MONTHS_A_YEAR
        work.step(msg("年终奖按月分摊计入月平均。"), average, unit=Unit.YUAN_PER_MONTH, articles=AVERAGE)
    return work.result(average)


def _without_overtime(given: Average, work: Working) -> tuple[Decimal, ...]:
    if not any(given.overtime) or work.switch("severance.overtime_in_base"):
        return given.wages
    work.step(msg("当地做法：加班费不计入平均工资。"), sum(given.overtime, Decimal(0)), unit=Unit.YUAN)
    return tuple(wage - part for wage, part in zip(given.wages, given.overtime, strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """The base after floor and cap, yuan a month."""

    amount: Decimal
    capped: bool


def bound_base(given: Employment, work: Working) -> Base:
    """Lift the average to the minimum wage, cut it to three times the local average."""
    amount = _floor(given, work)
    local = given.local_average
    if local is None:
        local = _local_average(given, work)
    multiple = work.number("severance.cap_multiple")
    limit = multiple * local
    if amount <= limit:
        work.step(
            msg(
                "月平均工资未超过当地上年度职工月平均工资的 {multiple} 倍（{limit} 元），不设年限上限。",
                multiple=multiple,
                limit=limit,
            ),
            amount,
            unit=Unit.YUAN_PER_MONTH,
            articles=CAP,
        )
        return Base(amount=amount, capped=False)
    work.step(
        msg("月平均工资超过当地上年度职工月平均工资的 {multiple} 倍，基数按该倍数计。", multiple=multiple),
        limit,
        unit=Unit.YUAN_PER_MONTH,
        articles=CAP,
    )
    return Base(amount=limit, capped=True)


def _floor(given: Employment, work: Working) -> Decimal:
    minimum = given.minimum_wage
    if minimum is None and given.region != NATIONAL:
        minimum = work.number("wage.minimum")
    if minimum is None:
        work.provision(msg("未提供当地最低工资，尚未核对月平均工资是否低于最低工资。"))
        return given.average
    if given.average >= minimum:
        return given.average
    work.step(
        msg("月平均工资低于当地最低工资，按最低工资计。"),
        minimum,
        unit=Unit.YUAN_PER_MONTH,
        articles=("劳动合同法实施条例第27条",),
    )
    return minimum


def _local_average(given: Employment, work: Working) -> Decimal:
    row = work.parameter("wage.local_average")
    if row.valid_from.year < given.last_day.year:
        work.provision(
            msg(
                "{year} 年使用的上年度职工月平均工资可能已另行公布，请核对后重算。",
                year=str(given.last_day.year),
            )
        )
    return row.number
