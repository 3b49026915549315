"""Overtime pay and caps 加班: 劳动法 arts. 36, 41, 44; 工资支付暂行规定 art. 13.

Extra pay comes on top of the monthly wage (unlike the 300 % for unused annual leave, which includes it).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.calendar import DayKind, provisional_reason
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.text import msg
from webapp.domain.wages import hour_wage, pay_hours, yuan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from webapp.domain.law import Law

RATES = ("劳动法第44条", "工资支付暂行规定第13条")
LIMITS = "劳动法第41条"


class HoursSystem(StrEnum):
    """The hours system that applies to a person on a day."""

    STANDARD = "standard"  # 标准工时; also where a permit is missing or expired
    COMPREHENSIVE = "comprehensive"  # 综合计算工时, with permit
    IRREGULAR = "irregular"  # 不定时工作制, with permit


@dataclass(frozen=True, kw_only=True, slots=True)
class DayWork:
    """Hours worked on one local day; ``compensated`` if time off in lieu was given for a rest day."""

    date: date
    hours: Decimal
    compensated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OvertimeHours:
    """Hours by the kind of day on which they are overtime."""

    workday: Decimal = Decimal(0)
    rest: Decimal = Decimal(0)
    statutory: Decimal = Decimal(0)

    def __add__(self, other: OvertimeHours) -> OvertimeHours:
        """Both together."""
        return OvertimeHours(
            workday=self.workday + other.workday,
            rest=self.rest + other.rest,
            statutory=self.statutory + other.statutory,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CapCheck:
    """Overtime of a month held against the caps."""

    total: Decimal
    over_by: Decimal
    exceeded: bool
    days_over: int  # days beyond the daily limit that applies
    daily_limit: Decimal


def overtime_pay(
    monthly_wage: Decimal, hours: OvertimeHours, *, on: date, region: str, law: Law
) -> Result[Decimal]:
    """Overtime pay in yuan under standard hours, rounded once at the end.

    ``monthly_wage`` is the contract's wage for normal work (never the minimum wage for want of agreement).
    """
    working = Working(law, region=region, on=on)
    hour_wage(monthly_wage, working)
    weighted = Decimal(0)
    for amount, key, title in (
        (hours.workday, "overtime.workday_times", msg("工作日延长")),
        (hours.rest, "overtime.rest_times", msg("休息日（未补休）")),
        (hours.statutory, "overtime.statutory_times", msg("法定休假日")),
    ):
        if amount:
            times = working.number(key)
            weighted += amount * times
            working.step(
                msg("{title} {hours} 小时 × {times}", title=title, hours=amount, times=times),
                amount,
                unit=Unit.HOURS,
                articles=RATES,
            )
    pay = yuan(monthly_wage * weighted / pay_hours(working))
    working.step(msg("加班工资合计 {pay} 元", pay=pay), pay, unit=Unit.YUAN, articles=RATES)
    return working.result(pay)


def overtime_base(
    paid: Decimal,
    *,
    agreed: Decimal | None,
    minimum_wage: Decimal | None,
    on: date,
    region: str,
    law: Law,
) -> Result[Decimal]:
    """Monthly base of overtime pay in yuan: the wage agreed, failing that the wage actually paid.

    The minimum wage is never the base (京高法发〔2024〕534号 q57); a base at or under it is shown as a doubt.
    For quarter and year cycles give the cycle's average month as ``paid``.
    """
    working = Working(law, region=region, on=on)
    base = paid if agreed is None else agreed
    reason = msg("没有约定，按正常工作实得工资") if agreed is None else msg("按合同约定的工资")
    working.step(
        msg("加班工资基数：{reason} {base} 元。", reason=reason, base=base),
        base,
        unit=Unit.YUAN_PER_MONTH,
        articles=(RATES[1],),
    )
    if minimum_wage is not None and base <= minimum_wage < paid:
        working.dispute(msg("约定的基数不高于最低工资而实得工资更高，裁判机构可能不予采纳。"))
    return working.result(base)


def classify(
    works: Iterable[DayWork], *, law: Law, region: str, agreed_hours: Decimal | None = None
) -> Result[OvertimeHours]:
    """Overtime hours of days worked under standard hours.

    On working days (make-up days included) hours beyond the threshold: the statutory day, or with the
    policy ``overtime.threshold_source`` = ``agreement`` the agreed shift. Rest-day hours count unless time
    off was given; statutory-day hours always count, time off in lieu never replaces them.
    """
    days = sorted(works, key=lambda work: work.date)
    working = Working(law, region=region, on=days[0].date if days else law.asked_on(None))
    total = OvertimeHours()
    for work in days:
        day = law.calendar.day(work.date)
        total += _of_day(work, day.kind, working=working, agreed_hours=agreed_hours)
        if day.provisional:
            working.provision(provisional_reason(work.date.year))
    return working.result(total)


def _of_day(work: DayWork, kind: DayKind, *, working: Working, agreed_hours: Decimal | None) -> OvertimeHours:
    name = KIND_NAMES[kind]
    if kind is DayKind.STATUTORY:
        found = OvertimeHours(statutory=work.hours)
    elif kind is DayKind.REST:
        found = OvertimeHours(rest=Decimal(0) if work.compensated else work.hours)
    else:
        found = OvertimeHours(
            workday=max(Decimal(0), work.hours - _threshold(working, work.date, agreed_hours))
        )
    hours = found.workday + found.rest + found.statutory
    working.step(
        msg(
            "{day} 是{kind}，工作 {worked} 小时，其中加班 {hours} 小时。",
            day=work.date.isoformat(),
            kind=name,
            worked=work.hours,
            hours=hours,
        ),
        hours,
        unit=Unit.HOURS,
        articles=("全国年节及纪念日放假办法", *RATES),
    )
    return found


KIND_NAMES = {
    DayKind.STATUTORY: msg("法定休假日"),
    DayKind.REST: msg("休息日"),
    DayKind.WORKING: msg("工作日"),
}


def _threshold(working: Working, on: date, agreed_hours: Decimal | None) -> Decimal:
    daily = working.number("hours.daily", on=on)
    by_agreement = working.word("overtime.threshold_source", on=on) == "agreement"
    return min(daily, agreed_hours) if by_agreement and agreed_hours is not None else daily


def irregular_pay(
    monthly_wage: Decimal, statutory_hours: Decimal, *, on: date, region: str, law: Law
) -> Result[Decimal]:
    """Pay of irregular hours: nothing nationally; some regions pay statutory days (a switch by row)."""
    working = Working(law, region=region, on=on)
    times = working.number("overtime.irregular_statutory_times")
    pay = yuan(monthly_wage * statutory_hours * times / pay_hours(working))
    working.step(
        msg(
            "不定时工作制：法定休假日 {hours} 小时 × {times}（以当地规定为准）= {pay} 元",
            hours=statutory_hours,
            times=times,
            pay=pay,
        ),
        pay,
        unit=Unit.YUAN,
        articles=("工资支付暂行规定第13条",),
    )
    return working.result(pay)


def check_caps(
    extensions: Iterable[Decimal],
    *,
    on: date,
    region: str,
    law: Law,
    special_reason: bool = False,
    other_hours: Decimal = Decimal(0),
) -> Result[CapCheck]:
    """Hold a month's daily extensions against 1 or 3 hours a day and 36 a month ("不得超过": 36 is allowed).

    ``other_hours`` are those of rest and statutory days, which count by the row ``overtime.cap_counts``.
    """
    working = Working(law, region=region, on=on)
    each = tuple(extensions)
    counted = working.word("overtime.cap_counts") == "all"
    total = sum(each, Decimal(0)) + (other_hours if counted else Decimal(0))
    cap = working.number("overtime.month_cap_hours")
    key = "overtime.day_cap_special_hours" if special_reason else "overtime.day_cap_hours"
    limit = working.number(key)
    over = max(Decimal(0), total - cap)
    days_over = sum(1 for hours in each if hours > limit)
    working.step(
        msg("当月加班 {total} 小时，上限 {cap} 小时，超出 {over} 小时。", total=total, cap=cap, over=over),
        total,
        unit=Unit.HOURS,
        articles=(LIMITS,),
    )
    working.step(
        msg("每日上限 {limit} 小时，超过的有 {days} 天。", limit=limit, days=days_over),
        days_over,
        unit=Unit.DAYS,
        articles=(LIMITS,),
    )
    return working.result(
        CapCheck(total=total, over_by=over, exceeded=total > cap, days_over=days_over, daily_limit=limit)
    )


def check_all_in_wage(
    total_pay: Decimal,
    normal_hours: Decimal,
    hours: OvertimeHours,
    *,
    on: date,
    region: str,
    law: Law,
    minimum_wage: Decimal | None = None,
) -> Result[bool]:
    """Whether an all-in wage 包薪制 keeps the minimum: total over hours with multipliers, per hour.

    ``total_pay`` in yuan for the month. Without ``minimum_wage`` the row ``wage.minimum`` answers.
    """
    working = Working(law, region=region, on=on)
    weighted = (
        normal_hours
        + hours.workday * working.number("overtime.workday_times")
        + hours.rest * working.number("overtime.rest_times")
        + hours.statutory * working.number("overtime.statutory_times")
    )
    minimum = working.number("wage.minimum") if minimum_wage is None else minimum_wage
    least = minimum / pay_hours(working)
    kept = total_pay >= least * weighted
    working.step(
        msg(
            "包薪 {total} 元 ÷ 折算工时 {hours} 小时，最低小时工资 {least} 元。",
            total=total_pay,
            hours=weighted,
            least=yuan(least),
        ),
        kept,
        articles=("劳动法第48条",),
    )
    return working.result(kept)
