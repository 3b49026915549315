"""Legality of a roster 排班: rest day, weekly and daily hours, rest between shifts by policy.

Sources: 劳动法 arts. 36, 38, 41, 42; 国务院令第174号 art. 3. Emergencies (art. 42) are exempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

WEEK = timedelta(days=7)
REST_DAY = "劳动法第38条"
WEEKLY = "国务院令第174号第3条"
DAILY = "劳动法第41条"


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekCheck:
    """One planned week: hours, extension beyond the weekly standard, days of rest, objections."""

    hours: Decimal
    extension: Decimal
    rest_days: int
    objections: tuple[Message, ...]


def check_week(
    first: date,
    hours: Mapping[date, Decimal],
    *,
    region: str,
    law: Law,
    special_reason: bool = False,
    emergency: bool = False,
) -> Result[WeekCheck]:
    """Hold seven planned days from first against the rules of standard hours.

    A day without hours is a day of rest. ``special_reason`` allows the longer daily extension;
    ``emergency`` (劳动法 42) lifts the daily limit, never the rest day's pay.
    """
    outside = [day for day in hours if not first <= day < first + WEEK]
    if outside:
        raise InvalidError(msg("{day} 不在所排的一周之内。", day=min(outside).isoformat()))
    working = Working(law, region=region, on=first)
    total = sum(hours.values(), Decimal(0))
    rest = WEEK.days - sum(1 for one in hours.values() if one)
    found: list[Message] = []
    least = working.whole("hours.weekly_rest_days")
    if rest < least:
        found.append(msg("一周没有安排至少 {days} 日休息。", days=least))
        working.step(found[-1], rest, unit=Unit.DAYS, articles=(REST_DAY,))
    extension = max(Decimal(0), total - working.number("hours.weekly"))
    working.step(
        msg("一周共 {total} 小时，超过每周标准 {extension} 小时。", total=total, extension=extension),
        extension,
        unit=Unit.HOURS,
        articles=(WEEKLY,),
    )
    if not emergency:
        found.extend(_long_days(hours, working, special_reason=special_reason))
    return working.result(
        WeekCheck(hours=total, extension=extension, rest_days=rest, objections=tuple(found))
    )


def _long_days(hours: Mapping[date, Decimal], working: Working, *, special_reason: bool) -> list[Message]:
    key = "overtime.day_cap_special_hours" if special_reason else "overtime.day_cap_hours"
    most = working.number("hours.daily") + working.number(key)
    found = []
    for day, one in sorted(hours.items()):
        if one > most:
            found.append(
                msg(
                    "{day} 排班 {hours} 小时，超过每日上限 {most} 小时。",
                    day=day.isoformat(),
                    hours=one,
                    most=most,
                )
            )
            working.step(found[-1], one, unit=Unit.HOURS, articles=(DAILY,))
    return found
