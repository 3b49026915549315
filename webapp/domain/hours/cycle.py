"""Comprehensive hours 综合计算工时: cycle standards, excess, statutory hours, caps.

Sources: 劳部发〔1997〕271号 q5, 劳部发〔1995〕309号 art. 62, 人社部发〔2025〕2号, 工资支付暂行规定 art. 13.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.calendar import provisional_reason
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.periods import add_months
from webapp.domain.text import msg
from webapp.domain.wages import hundredths, pay_hours, yuan

if TYPE_CHECKING:
    from webapp.domain.law import Law

STANDARDS = "人社部发〔2025〕2号"
EXCESS = "劳部发〔1997〕271号第5问"
HOLIDAY = "工资支付暂行规定第13条"
WEEK = timedelta(days=7)


class CycleKind(StrEnum):
    """The cycles that a permit can name."""

    WEEK = "week"  # seven days
    MONTH = "month"  # calendar month
    QUARTER = "quarter"  # three months
    HALF_YEAR = "half_year"  # six months
    YEAR = "year"  # twelve months


CYCLE_MONTHS = {CycleKind.MONTH: 1, CycleKind.QUARTER: 3, CycleKind.HALF_YEAR: 6, CycleKind.YEAR: 12}


class Basis(StrEnum):
    """Where a cycle's standard hours come from; chosen per permit."""

    STATUTORY_AVERAGE = "statutory_average"  # the average working days of 人社部发〔2025〕2号
    ACTUAL_CALENDAR = "actual_calendar"  # the working days of that very cycle


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """One person's cycle; joiners and leavers have a shorter ``employed`` part."""

    kind: CycleKind
    basis: Basis = Basis.STATUTORY_AVERAGE
    first: date
    employed_from: date | None = None
    employed_to: date | None = None
    leave_workdays: Decimal = Decimal(0)

    @property
    def last(self) -> date:
        """The cycle's last day."""
        if self.kind is CycleKind.WEEK:
            return self.first + WEEK - timedelta(days=1)
        return add_months(self.first, CYCLE_MONTHS[self.kind]) - timedelta(days=1)

    @property
    def employed(self) -> tuple[date, date]:
        """First and last day of the part in which the person is employed."""
        return max(self.first, self.employed_from or self.first), min(
            self.last, self.employed_to or self.last
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleHours:
    """A cycle settled, hours and yuan."""

    standard: Decimal
    excess: Decimal  # hours at the workday multiplier
    statutory: Decimal  # hours at the statutory multiplier
    pay: Decimal
    cap: Decimal | None  # most excess hours that are lawful in the cycle; None for a week
    cap_exceeded: bool


def average_standard(kind: CycleKind, working: Working) -> Decimal:
    """A full cycle's standard hours by the statutory average: working days x hours a day."""
    if kind is CycleKind.WEEK:
        hours = working.number("hours.weekly")
    else:
        hours = working.number(f"hours.workdays.{kind.value}") * working.number("hours.daily")
    working.step(
        msg("{cycle}标准工时（法定平均）为 {hours} 小时。", cycle=CYCLE_NAMES[kind], hours=hours),
        hours,
        unit=Unit.HOURS,
        articles=(STANDARDS,),
    )
    return hours


CYCLE_NAMES = {
    CycleKind.WEEK: msg("周"),
    CycleKind.MONTH: msg("月"),
    CycleKind.QUARTER: msg("季"),
    CycleKind.HALF_YEAR: msg("半年"),
    CycleKind.YEAR: msg("年"),
}


def standard_hours(cycle: Cycle, *, law: Law, region: str) -> Result[Decimal]:
    """Standard hours of a person's cycle: basis, share employed, less leave workdays x hours a day."""
    working = Working(law, region=region, on=cycle.first)
    first, last = cycle.employed
    days = law.calendar.working_days(first, last)
    daily = working.number("hours.daily")
    if cycle.basis is Basis.ACTUAL_CALENDAR:
        hours = days * daily
        working.step(
            msg(
                "本周期在职期间实际工作日 {days} 天 × {daily} 小时 = {hours}",
                days=days,
                daily=daily,
                hours=hours,
            ),
            hours,
            unit=Unit.HOURS,
            articles=(EXCESS,),
        )
    else:
        hours = _prorated(average_standard(cycle.kind, working), cycle, days=days, working=working)
    if cycle.basis is Basis.ACTUAL_CALENDAR or first != cycle.first or last != cycle.last:
        _mark_unpublished(working, cycle)
    _compare_end(working, cycle)
    less = cycle.leave_workdays * daily
    if less:
        hours = max(Decimal(0), hours - less)
        working.step(
            msg(
                "扣除请假 {days} 个工作日 × {daily} 小时，标准工时为 {hours}。",
                days=cycle.leave_workdays,
                daily=daily,
                hours=hours,
            ),
            hours,
            unit=Unit.HOURS,
        )
    return working.result(hours)


def _prorated(hours: Decimal, cycle: Cycle, *, days: int, working: Working) -> Decimal:
    """The share of a joiner or leaver: working days employed over working days of the cycle."""
    if cycle.employed == (cycle.first, cycle.last):
        return hours
    whole_cycle = working.law.calendar.working_days(cycle.first, cycle.last)
    if not whole_cycle:
        return Decimal(0)
    share = hours * days / whole_cycle
    working.step(
        msg(
            "周期内 {all} 个工作日中在职 {days} 个，折算标准工时 {hours}。",
            all=whole_cycle,
            days=days,
            hours=hundredths(share),
        ),
        hundredths(share),
        unit=Unit.HOURS,
    )
    return share


def _mark_unpublished(working: Working, cycle: Cycle) -> None:
    for year in working.law.calendar.unpublished(*cycle.employed):
        working.provision(provisional_reason(year))


def _compare_end(working: Working, cycle: Cycle) -> None:
    """A cycle across a change of the standard (2024 into 2025) is answered by its first day, with a doubt."""
    if cycle.kind is CycleKind.WEEK or cycle.basis is Basis.ACTUAL_CALENDAR:
        return
    key = f"hours.workdays.{cycle.kind.value}"
    before = working.parameter(key)
    after = working.law.parameters.lookup(key, region=working.region, on=cycle.last)
    if before.value != after.value:
        working.dispute(
            msg(
                "周期跨越标准工时的变更（{old} 天改为 {new} 天），此处按周期首日的标准计算。",
                old=before.value,
                new=after.value,
            )
        )


def settle_cycle(
    cycle: Cycle, actual: Decimal, *, statutory: Decimal, monthly_wage: Decimal, law: Law, region: str
) -> Result[CycleHours]:
    """Settle a cycle: excess over the standard at 150 %, hours on statutory days at 300 %.

    Statutory hours are taken out before comparing, so that none counts twice; rest days are normal work
    (309号 62). All hours are payable even beyond the cap. ``monthly_wage`` in yuan: for quarter and year
    cycles the cycle's average month.
    """
    if statutory > actual:
        raise InvalidError(msg("法定休假日工时不能多于周期总工时。"))
    working = Working(law, region=region, on=cycle.first)
    standard = working.take(standard_hours(cycle, law=law, region=region))
    excess = max(Decimal(0), actual - statutory - standard)
    working.step(
        msg(
            "超出标准：{actual} − 法定休假日 {statutory} − 标准 {standard} = {excess} 小时。",
            actual=actual,
            statutory=statutory,
            standard=hundredths(standard),
            excess=hundredths(excess),
        ),
        hundredths(excess),
        unit=Unit.HOURS,
        articles=(EXCESS,),
    )
    pay = _cycle_pay(excess, statutory, monthly_wage=monthly_wage, working=working)
    cap = _cap(cycle, working)
    over = cap is not None and excess > cap
    if over:
        working.step(
            msg("超出部分超过平均每月上限（周期上限 {cap} 小时）；工时仍须全部付酬。", cap=cap),
            excess,
            unit=Unit.HOURS,
            articles=("劳动法第41条",),
        )
    return working.result(
        CycleHours(standard=standard, excess=excess, statutory=statutory, pay=pay, cap=cap, cap_exceeded=over)
    )


def _cycle_pay(excess: Decimal, statutory: Decimal, *, monthly_wage: Decimal, working: Working) -> Decimal:
    workday, holiday = working.number("overtime.workday_times"), working.number("overtime.statutory_times")
    hours = pay_hours(working)
    pay = yuan(monthly_wage * (excess * workday + statutory * holiday) / hours)
    working.step(
        msg(
            "{wage} ÷ {hours} ×（{excess} × {workday} + {statutory} × {holiday}）= {pay} 元",
            wage=monthly_wage,
            hours=hours,
            excess=excess,
            workday=workday,
            statutory=statutory,
            holiday=holiday,
            pay=pay,
        ),
        pay,
        unit=Unit.YUAN,
        articles=(HOLIDAY, STANDARDS),
    )
    return pay


def _cap(cycle: Cycle, working: Working) -> Decimal | None:
    months = CYCLE_MONTHS.get(cycle.kind)
    return None if months is None else months * working.number("overtime.month_cap_hours")
