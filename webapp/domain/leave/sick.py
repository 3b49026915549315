"""Sick leave 病假: medical period 医疗期, its window and use, the floor of sick pay, work injury.

Sources: 劳部发〔1994〕479号, 劳部发〔1995〕236号, 劳部发〔1995〕309号 art. 59, 工伤保险条例 art. 33.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL, MissingParameterError
from webapp.domain.periods import add_months
from webapp.domain.text import msg
from webapp.domain.wages import whole, yuan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.domain.law import Law
    from webapp.domain.leave.days import LeaveSpan

SCALE = "劳部发〔1994〕479号第3、4条"
WINDOW = "劳部发〔1995〕236号第1条"
SICK_PAY = "劳部发〔1995〕309号第59条"
INJURY = "工伤保险条例第33条"


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicalPeriod:
    """Months of protection, and the months within which they are counted (None: not set there)."""

    months: int
    within_months: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicalUse:
    """How much of a medical period is used up on a day."""

    window_first: date
    window_last: date | None  # None: the place sets no window, all sick days count
    used_days: Decimal
    allowed_days: int
    over: bool


def medical_period(
    total: Decimal, here: Decimal, *, on: date, region: str, law: Law
) -> Result[MedicalPeriod]:
    """Length of the medical period by total service and service here, in years; lower bounds inclusive.

    The region's rule is a word: ``scale`` (national table) or ``by_year`` (Shanghai: one month more each
    further full year here, up to a maximum).
    """
    if here > total:
        raise InvalidError(msg("本单位工作年限不能长于累计工作年限。"))
    working = Working(law, region=region, on=on)
    if working.word("medical_period.rule") == "by_year":
        period = _by_year(here, working)
    else:
        period = _by_scale(total, here, working)
    return working.result(period)


def _by_year(here: Decimal, working: Working) -> MedicalPeriod:
    first = working.whole("medical_period.first_year_months")
    step = working.whole("medical_period.months_per_year")
    most = working.whole("medical_period.most_months")
    months = min(most, first + step * max(0, whole(here) - 1))
    working.step(
        msg(
            "本单位工作 {here} 年：首年 {first} 个月，此后每满一年加 {step} 个月，"
            "最长 {most} 个月，得 {months} 个月。",
            here=here,
            first=first,
            step=step,
            most=most,
            months=months,
        ),
        months,
        unit=Unit.MONTHS,
        articles=(working.parameter("medical_period.rule").source,),
    )
    return MedicalPeriod(months=months, within_months=None)


def _by_scale(total: Decimal, here: Decimal, working: Working) -> MedicalPeriod:
    found: tuple[int, int] | None = None
    for least_total, least_here, granted, window in working.numbers("medical_period.scale"):
        if total >= least_total and here >= least_here:
            found = int(granted), int(window)
    if found is None:
        raise MissingParameterError("medical_period.scale", region=working.region, on=working.on)
    length, within = found
    working.step(
        msg(
            "累计工作 {total} 年、本单位 {here} 年：医疗期 {months} 个月，"
            "按 {within} 个月内累计病休时间计算。",
            total=total,
            here=here,
            months=length,
            within=within,
        ),
        length,
        unit=Unit.MONTHS,
        articles=(SCALE,),
    )
    return MedicalPeriod(months=length, within_months=within)


def medical_use(
    period: MedicalPeriod, sick: Iterable[LeaveSpan], *, on: date, law: Law
) -> Result[MedicalUse]:
    """Sick days used in the window that runs from the first sick day (236号 1): rest days and holidays count.

    A new window opens with the first sick day after the last window ended. Scattered days become months
    by the policy ``medical_period.month_days``.
    """
    working = Working(law, region=NATIONAL, on=on)
    spans = sorted((each for each in sick if each.first <= on), key=lambda each: each.start)
    if not spans:
        raise InvalidError(msg("没有病休记录，无法计算医疗期。"))
    days = sorted({day for each in spans for day in _days(each.first, min(each.last, on))})
    first, last = _window(days, period.within_months)
    used = sum((_used(day, spans) for day in days if day >= first), Decimal(0))
    allowed = period.months * working.whole("medical_period.month_days")
    working.step(
        msg(
            "自首次病休日 {first} 起至 {last}，病休 {used} 天（含休息日和法定休假日），医疗期 {allowed} 天。",
            first=first.isoformat(),
            last=(last or on).isoformat(),
            used=used,
            allowed=allowed,
        ),
        used,
        unit=Unit.CALENDAR_DAYS,
        articles=(WINDOW,),
    )
    return working.result(
        MedicalUse(
            window_first=first, window_last=last, used_days=used, allowed_days=allowed, over=used > allowed
        )
    )


def _window(days: list[date], within: int | None) -> tuple[date, date | None]:
    """First and last day of the window that the last sick day lies in."""
    first = days[0]
    if within is None:
        return first, None
    last = add_months(first, within)
    for day in days:
        if day > last:
            first, last = day, add_months(day, within)
    return first, last


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _used(day: date, spans: list[LeaveSpan]) -> Decimal:
    return min(sum((each.portion(day) for each in spans), Decimal(0)), Decimal(1))


def sick_pay_floor(
    *, on: date, region: str, law: Law, minimum_wage: Decimal | None = None
) -> Result[Decimal]:
    """The least monthly sick pay in yuan: a share of the local minimum wage (309号 59).

    Without ``minimum_wage`` the row ``wage.minimum`` of the region answers, or is named as missing.
    """
    working = Working(law, region=region, on=on)
    minimum = working.number("wage.minimum") if minimum_wage is None else minimum_wage
    share = working.number("sick_pay.least_share")
    floor = yuan(minimum * share)
    working.step(
        msg("当地最低工资 {minimum} × {share} = {floor}", minimum=minimum, share=share, floor=floor),
        floor,
        unit=Unit.YUAN_PER_MONTH,
        articles=(SICK_PAY,),
    )
    return working.result(floor)


def injury_leave(start: date, *, law: Law, appraised: bool = False) -> Result[date]:
    """Last day of the longest paid leave for work injury 停工留薪期; longer only after appraisal."""
    working = Working(law, region=NATIONAL, on=start)
    months = working.whole("work_injury.most_months")
    if appraised:
        months += working.whole("work_injury.further_months")
    last = add_months(start, months) - timedelta(days=1)
    working.step(
        msg(
            "停工留薪期自 {start} 起最长 {months} 个月，至 {last}；延长须经劳动能力鉴定委员会确认。",
            start=start.isoformat(),
            months=months,
            last=last.isoformat(),
        ),
        last,
        unit=Unit.DATE,
        articles=(INJURY,),
    )
    return working.result(last)
