"""Annual leave 带薪年休假: entitlement, joiners, leavers, rights not due, pay of unused days.

Sources: 职工带薪年休假条例 (条例), 企业职工带薪年休假实施办法 (办法).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from webapp.domain.calendar import ONE_DAY
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import add_months, add_years
from webapp.domain.text import Message, msg
from webapp.domain.wages import day_wage, whole, yuan

if TYPE_CHECKING:
    from webapp.domain.law import Law

TIERS = "职工带薪年休假条例第3条"
NOT_DUE = "职工带薪年休假条例第4条"
RIGHT = "企业职工带薪年休假实施办法第3条"
JOINER = "企业职工带薪年休假实施办法第5条"
UNUSED = "企业职工带薪年休假实施办法第10条"
LEAVER = "企业职工带薪年休假实施办法第12条"


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnualService:
    """A person's service as annual leave sees it."""

    hired: date  # with this employer
    cumulative_since: date  # start of all service over all employers, moved on by the gaps
    continuous_since: date  # start of the present unbroken work, any employers
    last_day: date | None = None  # of employment, if it is known to end


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A part of a year with one entitlement a full year."""

    first: date
    last: date
    full_year_days: int

    @property
    def length(self) -> int:
        """Calendar days, both ends counted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnualEntitlement:
    """The days of one calendar year."""

    year: int
    days: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prorated:
    """Joiner's or leaver's days."""

    full_year_days: int
    calendar_days: int
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusedPay:
    """Pay for unused days: in all, and what comes on top of the wage already paid."""

    days: Decimal
    total: Decimal
    extra: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Absences:
    """A year's absences that may take the right away (条例 4)."""

    school_holiday_longer: bool = False
    paid_personal_days: Decimal = Decimal(0)
    sick_months: Decimal = Decimal(0)


def tier(years: Decimal, working: Working) -> int:
    """Days a full year by cumulative service in years; 0 under the lowest tier."""
    return int(working.scale("annual_leave.tiers", years) or 0)


def joiner(hired: date, years: Decimal, *, continuous: bool, law: Law) -> Result[Prorated]:
    """Days of a new joiner in the year of hire, hire day counted, fraction dropped (办法 5)."""
    working = Working(law, region=NATIONAL, on=hired)
    full = tier(years, working) if continuous else 0
    _show_tier(working, years, full)
    if not continuous:
        working.step(
            msg(
                "尚未连续工作满 {months} 个月，本年度不享受年休假。",
                months=working.whole("annual_leave.continuous_months"),
            ),
            0,
            unit=Unit.DAYS,
            articles=(RIGHT,),
        )
    remaining = (date(hired.year + 1, 1, 1) - hired).days
    days = _prorate(remaining, full, working, article=JOINER)
    return working.result(Prorated(full_year_days=full, calendar_days=remaining, days=days))


def leaver(
    last_day: date, years: Decimal, *, law: Law, hired: date | None = None, continuous: bool = True
) -> Result[Prorated]:
    """Days earned in the year of leaving, last day counted, before what was taken (办法 12).

    Elapsed days count from the hire date with this employer if that lies in the same year.
    """
    working = Working(law, region=NATIONAL, on=last_day)
    full = tier(years, working) if continuous else 0
    _show_tier(working, years, full)
    first = date(last_day.year, 1, 1)
    if hired is not None and working.word("annual_leave.leaver_counts_from") == "hire_date":
        first = max(first, hired)
    passed = max((last_day - first).days + 1, 0)
    days = _prorate(passed, full, working, article=LEAVER)
    return working.result(Prorated(full_year_days=full, calendar_days=passed, days=days))


def _show_tier(working: Working, years: Decimal, full: int) -> None:
    working.step(
        msg("累计工作 {years} 年，全年年休假 {full} 天。", years=years, full=full),
        full,
        unit=Unit.DAYS,
        articles=(TIERS,),
    )


def _prorate(passed: int, full: int, working: Working, *, article: str) -> int:
    year = working.number("annual_leave.full_year_days")
    exact = passed * full / year
    days = min(whole(exact), full)
    working.step(
        msg(
            "{passed} ÷ {year} × {full} = {exact}，不足一整天的部分不计，得 {days} 天。",
            passed=passed,
            year=year,
            full=full,
            exact=yuan(exact),
            days=days,
        ),
        days,
        unit=Unit.DAYS,
        articles=(article,),
    )
    return days


def entitlement(year: int, service: AnnualService, *, law: Law) -> Result[AnnualEntitlement]:
    """Days of a calendar year, by segments where hire, leaving, the first right or a tier falls inside it.

    National law has no formula for a tier crossed in mid-year: parameter ``annual_leave.tier_change``
    (``segments``: by days before and after; ``start_of_year``: the tier on the first day).
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    working = Working(law, region=NATIONAL, on=first)
    first = max(first, service.hired)
    last = last if service.last_day is None else min(last, service.last_day)
    segments = _segments(first, last, service=service, working=working) if first <= last else ()
    if working.word("annual_leave.tier_change") == "start_of_year":
        segments = _held(segments)
    full = working.number("annual_leave.full_year_days")
    exact = sum((each.length * each.full_year_days / full for each in segments), Decimal(0))
    most = max((each.full_year_days for each in segments), default=0)
    days = min(whole(exact), most)
    for each in segments:
        _show_segment(working, each)
    working.step(
        msg("{year} 年年休假合计 {days} 天（不足一整天的部分不计）。", year=str(year), days=days),
        days,
        unit=Unit.DAYS,
        articles=(TIERS, JOINER),
    )
    return working.result(AnnualEntitlement(year=year, days=days, segments=segments))


def _held(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The segments with the first tier held to the year's end."""
    first = next((each.full_year_days for each in segments if each.full_year_days), 0)
    return tuple(replace(each, full_year_days=min(each.full_year_days, first)) for each in segments)


def _segments(first: date, last: date, *, service: AnnualService, working: Working) -> tuple[Segment, ...]:
    """The parts of first to last between the days on which the entitlement a full year changes."""
    right_from = add_months(service.continuous_since, working.whole("annual_leave.continuous_months"))
    grants = [
        (max(add_years(service.cumulative_since, int(least)), right_from), int(days))
        for least, days in working.numbers("annual_leave.tiers")
    ]
    cuts = sorted({first, *(start for start, _ in grants if first <= start <= last)})
    ends = [*(cut - ONE_DAY for cut in cuts[1:]), last]
    return tuple(
        Segment(
            first=start,
            last=end,
            full_year_days=max((days for since, days in grants if since <= start), default=0),
        )
        for start, end in zip(cuts, ends, strict=True)
    )


def _show_segment(working: Working, each: Segment) -> None:
    working.step(
        msg(
            "{first} 至 {last} 共 {length} 个自然日，按全年 {full} 天折算。",
            first=each.first.isoformat(),
            last=each.last.isoformat(),
            length=each.length,
            full=each.full_year_days,
        ),
        each.length,
        unit=Unit.CALENDAR_DAYS,
        articles=(TIERS,),
    )


def not_due(years: Decimal, absences: Absences, *, on: date, law: Law) -> Result[tuple[Message, ...]]:
    """Reasons why the year's annual leave is not due (条例 4); if already taken, next year's is lost."""
    working = Working(law, region=NATIONAL, on=on)
    reasons: list[Message] = []
    if absences.school_holiday_longer:
        reasons.append(msg("依法享受寒暑假，且天数多于年休假天数。"))
    limit = working.number("annual_leave.not_due_personal_days")
    if absences.paid_personal_days >= limit:
        reasons.append(msg("全薪事假累计 {days} 天以上。", days=limit))
    months = working.scale("annual_leave.not_due_sick_months", years)
    if months is not None and absences.sick_months >= months:
        reasons.append(msg("累计工作 {years} 年，请病假累计 {months} 个月以上。", years=years, months=months))
    for reason in reasons:
        working.step(reason, articles=(NOT_DUE,))
    return working.result(tuple(reasons))


def sick_months(days: int, *, on: date, law: Law) -> Result[Decimal]:
    """Sick days as months: the length of a month of scattered sick leave is a policy."""
    working = Working(law, region=NATIONAL, on=on)
    length = working.number("annual_leave.sick_month_days")
    months = days / length
    working.step(
        msg("病假 {days} 天，每月按 {length} 天折算。", days=days, length=length), months, unit=Unit.MONTHS
    )
    return working.result(months)


def unused_pay(
    days: Decimal,
    average_monthly: Decimal,
    *,
    on: date,
    law: Law,
    arranged: bool = False,
    declined_in_writing: bool = False,
) -> Result[UnusedPay]:
    """Pay for unused statutory days: 300 % of the day wage, the normal wage included (办法 10-11).

    Only the normal wage is due if the employer arranged the leave **and** the employee declined in
    writing for own reasons; a forced tick-box or a lapse rule is void. ``average_monthly`` in yuan is the
    average of the last 12 months without overtime pay.
    """
    working = Working(law, region=NATIONAL, on=on)
    normal_only = arranged and declined_in_writing
    times = Decimal(1) if normal_only else working.number("annual_leave.unused_pay_times")
    daily = day_wage(average_monthly, working)
    total, normal = daily * days * times, daily * days
    working.step(
        msg(
            "未休 {days} 天 × 日工资 × {times} = {total}（其中正常工作期间的工资已随月发放，另付 {extra}）。",
            days=days,
            times=times,
            total=yuan(total),
            extra=yuan(total - normal),
        ),
        yuan(total),
        unit=Unit.YUAN,
        articles=(UNUSED,),
    )
    return working.result(UnusedPay(days=days, total=yuan(total), extra=yuan(total - normal)))
