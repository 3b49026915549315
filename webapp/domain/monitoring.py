"""What may be watched about work, and the figures of a period that rules may ask for: no others exist.

个人信息保护法 arts. 5-7 (purpose, minimum, openness), 24 (no decision by machine alone), 28-30 (sensitive),
55-56 (assessment, kept three years); 民法典 arts. 1032-1033 (private life).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from webapp.domain.calendar import ONE_DAY
from webapp.domain.hours.clock import LOCAL
from webapp.domain.periods import add_months
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from webapp.domain.explain import Working

WEEK = timedelta(days=7)
SENSITIVE = "个人信息保护法第28条、第29条"
MINIMUM = "个人信息保护法第6条"
PRIVATE = "民法典第1032条、第1033条"
BY_MACHINE = "个人信息保护法第24条"


class Watched(StrEnum):
    """The kinds of data that a profile may name; there is no way to name another."""

    PUNCH = "punch"  # 打卡: time, and whether the place is a permitted one, in working time
    REPORT = "report"  # 日报、拜访记录: that it was handed in
    RESULT = "result"  # 业绩与工时: a month's figures
    CONTACT = "contact"  # 客户: codes of customers


class Period(StrEnum):
    """Over which stretch a rule looks."""

    WEEK = "week"  # Monday to Sunday
    MONTH = "month"  # a calendar month


#: What the title of a column betrays, why it is refused, and by which provision.
REFUSED: tuple[tuple[frozenset[str], Message, str], ...] = (
    (
        frozenset({"经度", "纬度", "坐标", "轨迹", "位置", "地址", "gps", "latitude", "longitude", "track"}),
        msg("不收坐标、地址和轨迹；只收打卡当时“是否在许可区域内”。"),
        f"{MINIMUM}；{SENSITIVE}",
    ),
    (
        frozenset({"聊天", "微信", "消息", "通话", "录音", "邮件", "chat", "message", "recording"}),
        msg("不收聊天、通话和邮件内容。"),
        PRIVATE,
    ),
    (
        frozenset({"情绪", "表情", "心情", "心率", "emotion", "mood", "heart", "sentiment"}),
        msg("不收情绪、表情和心率；系统没有这一项，规则也不能使用。"),
        f"{MINIMUM}；{SENSITIVE}",
    ),
    (
        frozenset(
            {"照片", "人脸", "指纹", "截屏", "录像", "摄像", "photo", "face", "fingerprint", "screenshot"}
        ),
        msg("不收照片、人脸、指纹、截屏和录像。"),
        f"{SENSITIVE}；{PRIVATE}",
    ),
    (
        frozenset({"辞退", "解除", "处罚", "开除", "dismiss", "punish", "verdict"}),
        msg("导入不能带处理结论；怎样处理由人依程序决定。"),
        BY_MACHINE,
    ),
)


def refused_column(title: str) -> tuple[Message, str] | None:
    """Why a column of this title is not taken, and the provision; None for a title that says nothing such."""
    plain = "".join(title.lower().split())
    for marks, sentence, article in REFUSED:
        if any(mark in plain for mark in marks):
            return sentence, article
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class PunchFact:
    """One punch of a period whose place could be asked; ``at`` is aware."""

    at: datetime
    day: date
    in_zone: bool
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """A person's period as it was observed; what a profile does not watch is None."""

    first: date
    last: date
    working_days: frozenset[date]  # without holidays, rest days, leave
    leave_days: int
    days_at_post: int  # since the person began in this post or with this employer
    punches: Sequence[PunchFact] | None = None
    daily: Collection[date] | None = None  # days with a daily report
    visits: Collection[date] | None = None  # days with a visit report
    results: Mapping[date, tuple[Decimal, Decimal]] | None = None  # month -> amount, hours
    customers: Sequence[tuple[str, bool]] | None = None  # code, known to the company


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """The figures that rules may ask for; null where nothing is known. Shares are whole percent."""

    working_days: int = 0
    leave_days: int = 0
    days_at_post: int = 0
    punches: int | None = None  # punches in working time whose place was asked
    punch_sources: int | None = None  # systems that they come from
    outside: int | None = None  # of them outside the permitted places
    outside_days: int | None = None  # on how many days
    same_hours_days: int | None = None  # on how many days within the same few hours
    reports: int | None = None  # working days with a daily report
    missing_reports: int | None = None  # working days without one
    visits: int | None = None  # days with a visit report
    outside_without_visit: int | None = None  # days outside, without a visit report
    baseline_months: int | None = None  # months before that results are compared with
    result_change: int | None = None  # percent against their average
    hours_change: int | None = None
    customers: int | None = None  # different customers
    unknown_customers: int | None = None  # of them not in the company's list
    unknown_share: int | None = None


def narrowed(watch: Watch, kinds: Collection[Watched]) -> Watch:
    """A period without what a rule does not ask for: neither its table nor its doubts speak of other data."""
    reports = Watched.REPORT in kinds
    return replace(
        watch,
        punches=watch.punches if Watched.PUNCH in kinds else None,
        daily=watch.daily if reports else None,
        visits=watch.visits if reports else None,
        results=watch.results if Watched.RESULT in kinds else None,
        customers=watch.customers if Watched.CONTACT in kinds else None,
    )


#: The names that a decision table of the rules may have as inputs.
FACTS: tuple[str, ...] = tuple(each.name for each in fields(Facts))
PATTERN = "watch.pattern_hours"
BASELINE = "watch.baseline_months"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """How figures are taken: company policy, from parameter rows."""

    pattern_hours: int  # length of the daily window in which punches count as a pattern
    baseline_months: int  # months before, with which results are compared

    @classmethod
    def of(cls, working: Working) -> Measure:
        """By the rows ``watch.pattern_hours`` and ``watch.baseline_months``."""
        return cls(pattern_hours=working.whole(PATTERN), baseline_months=working.whole(BASELINE))


def facts_of(watch: Watch, measure: Measure) -> Facts:
    """The figures of a person's period."""
    found: dict[str, Any] = {
        "working_days": len(watch.working_days),
        "leave_days": watch.leave_days,
        "days_at_post": watch.days_at_post,
    }
    if watch.punches is not None:
        found |= _of_punches(watch.punches, watch.visits, hours=measure.pattern_hours)
    if watch.daily is not None:
        handed = len(watch.working_days & set(watch.daily))
        found |= {"reports": handed, "missing_reports": len(watch.working_days) - handed}
    if watch.visits is not None:
        found["visits"] = len(set(watch.visits))
    if watch.results is not None:
        found |= _of_results(watch.results, watch.first, months=measure.baseline_months)
    if watch.customers is not None:
        known = dict(watch.customers)
        unknown = sum(1 for one in known.values() if not one)
        found |= {"customers": len(known), "unknown_customers": unknown}
        found["unknown_share"] = _percent(Decimal(unknown), Decimal(len(known))) if known else None
    return Facts(**found)


def _of_punches(
    punches: Sequence[PunchFact], visits: Collection[date] | None, *, hours: int
) -> dict[str, Any]:
    outside = [one for one in punches if not one.in_zone]
    days = {one.day for one in outside}
    return {
        "punches": len(punches),
        "punch_sources": len({one.source for one in punches}),
        "outside": len(outside),
        "outside_days": len(days),
        "same_hours_days": _same_hours(outside, hours),
        "outside_without_visit": None if visits is None else len(days - set(visits)),
    }


def _same_hours(punches: Sequence[PunchFact], hours: int) -> int:
    """On how many days punches lie within the same daily window, at the window where they are most."""
    by_hour: dict[int, set[date]] = {}
    for one in punches:
        hour = one.at.astimezone(LOCAL).hour
        for start in range(hour - hours + 1, hour + 1):
            by_hour.setdefault(start, set()).add(one.day)
    return max((len(days) for days in by_hour.values()), default=0)


def _of_results(
    results: Mapping[date, tuple[Decimal, Decimal]], month: date, *, months: int
) -> dict[str, Any]:
    before = [results[m] for m in (add_months(month, -n) for n in range(1, months + 1)) if m in results]
    found: dict[str, Any] = {"baseline_months": len(before)}
    now = results.get(month)
    if now is None or not before:
        return found
    for place, name in enumerate(("result_change", "hours_change")):
        average = sum((one[place] for one in before), Decimal(0)) / len(before)
        if average > 0:
            found[name] = _percent(now[place] - average, average)
    return found


def _percent(part: Decimal, whole: Decimal) -> int:
    return int((part * 100 / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def last_period(period: Period, today: date) -> tuple[date, date]:
    """First and last day of the newest period that is over before ``today``."""
    if period is Period.WEEK:
        monday = today - timedelta(days=today.weekday()) - WEEK
        return monday, monday + WEEK - ONE_DAY
    first = add_months(today.replace(day=1), -1)
    return first, today.replace(day=1) - ONE_DAY
