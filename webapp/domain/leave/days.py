"""Counting leave day by day between two half-day points, by day basis and calendar; minutes inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.calendar import Day, DayKind, provisional_reason
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.periods import add_months
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.domain.calendar import Calendar
    from webapp.domain.law import Law

HALVES = 2  # a day is requested whole or by halves
MINUTES_AN_HOUR = 60
MOST_DAYS = 3660  # ten years: a guard against slips of the pen, no leave is longer


class Half(StrEnum):
    """Which half of a day."""

    MORNING = "am"  # the first half of the day's working time
    AFTERNOON = "pm"  # the second half


class DayBasis(StrEnum):
    """Which days of a span count."""

    WORKING = "working_days"  # working days alone, make-up days included
    CALENDAR = "calendar_days"  # every day
    CALENDAR_EXTENDED = "calendar_days_without_statutory"  # every day but statutory holidays, which extend it


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveSpan:
    """From a half day to a half day, both included."""

    first: date
    last: date
    first_half: Half = Half.MORNING
    last_half: Half = Half.AFTERNOON

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins."""
        if self.end < self.start:
            raise InvalidError(msg("结束时间早于开始时间。"))
        if (self.last - self.first).days > MOST_DAYS:
            raise InvalidError(msg("一次请假最多 {most} 天，请核对日期。", most=MOST_DAYS))

    @property
    def start(self) -> int:
        """The number of its first half day, growing with time."""
        return self.first.toordinal() * HALVES + (self.first_half is Half.AFTERNOON)

    @property
    def end(self) -> int:
        """The number of its last half day."""
        return self.last.toordinal() * HALVES + (self.last_half is Half.AFTERNOON)

    def portion(self, on: date) -> Decimal:
        """How much of the day lies in the span: 0, 0.5 or 1."""
        first = on.toordinal() * HALVES
        return Decimal(sum(self.start <= half <= self.end for half in (first, first + 1))) / HALVES


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveDay:
    """One day of a request as the ledger keeps it."""

    date: date
    kind: DayKind
    portion: Decimal  # 0.5 or 1, as requested
    counted: Decimal  # what it costs: the portion, or 0
    provisional: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveCount:
    """A request counted: days and minutes that it costs, day by day."""

    days: Decimal
    minutes: int
    each: tuple[LeaveDay, ...]
    basis: DayBasis


def span_between(start: int, end: int) -> LeaveSpan:
    """The span from one half-day number to another."""
    return LeaveSpan(
        first=date.fromordinal(start // HALVES),
        first_half=Half.AFTERNOON if start % HALVES else Half.MORNING,
        last=date.fromordinal(end // HALVES),
        last_half=Half.AFTERNOON if end % HALVES else Half.MORNING,
    )


def counts(day: Day, basis: DayBasis) -> bool:
    """Whether a day of leave is used up on this day."""
    if basis is DayBasis.WORKING:
        return day.working
    return basis is DayBasis.CALENDAR or day.kind is not DayKind.STATUTORY


def count_leave(span: LeaveSpan, *, basis: DayBasis, law: Law, region: str) -> Result[LeaveCount]:
    """Count a request: days (by halves) and minutes; marked provisional in years without notice."""
    working = Working(law, region=region, on=span.first)
    each = tuple(_leave_day(day, span, basis) for day in law.calendar.span(span.first, span.last))
    days = sum((day.counted for day in each), Decimal(0))
    minutes = int(days * working.number("hours.daily") * MINUTES_AN_HOUR)
    working.step(
        msg(
            "{first} 至 {last} 按{basis}计 {days} 天。",
            first=span.first.isoformat(),
            last=span.last.isoformat(),
            basis=BASIS_NAMES[basis],
            days=days,
        ),
        days,
        unit=Unit.DAYS,
    )
    for year in law.calendar.unpublished(span.first, span.last) if basis is not DayBasis.CALENDAR else ():
        working.provision(provisional_reason(year))
    return working.result(LeaveCount(days=days, minutes=minutes, each=each, basis=basis))


BASIS_NAMES = {
    DayBasis.WORKING: msg("工作日"),
    DayBasis.CALENDAR: msg("自然日"),
    DayBasis.CALENDAR_EXTENDED: msg("自然日（遇法定休假日顺延）"),
}


def _leave_day(day: Day, span: LeaveSpan, basis: DayBasis) -> LeaveDay:
    portion = span.portion(day.date)
    return LeaveDay(
        date=day.date,
        kind=day.kind,
        portion=portion,
        counted=portion if counts(day, basis) else Decimal(0),
        provisional=day.provisional,
    )


def overlaps(one: LeaveSpan, other: LeaveSpan) -> bool:
    """Whether two spans share a half day; a morning and an afternoon of one day do not."""
    return one.start <= other.end and other.start <= one.end


def find_overlaps(span: LeaveSpan, others: Iterable[LeaveSpan]) -> tuple[LeaveSpan, ...]:
    """Those of the others (pending or approved) that share a half day with the span, by start."""
    return tuple(sorted((each for each in others if overlaps(span, each)), key=lambda each: each.start))


def split_by_year(span: LeaveSpan) -> tuple[LeaveSpan, ...]:
    """The span cut at year boundaries, since each year has its own entitlement and notice."""
    parts = []
    for year in range(span.first.year, span.last.year + 1):
        start = max(span.start, date(year, 1, 1).toordinal() * HALVES)
        end = min(span.end, date(year + 1, 1, 1).toordinal() * HALVES - 1)
        parts.append(span_between(start, end))
    return tuple(parts)


def subtract(span: LeaveSpan, other: LeaveSpan) -> tuple[LeaveSpan, ...]:
    """What remains of the span outside the other, e.g. annual leave outside a sick note inside it."""
    if not overlaps(span, other):
        return (span,)
    parts = []
    if span.start < other.start:
        parts.append(span_between(span.start, other.start - 1))
    if other.end < span.end:
        parts.append(span_between(other.end + 1, span.end))
    return tuple(parts)


def clip(span: LeaveSpan, last: date) -> LeaveSpan | None:
    """The part up to the last day of employment, None if nothing lies before it."""
    end = min(span.end, last.toordinal() * HALVES + 1)
    return None if end < span.start else span_between(span.start, end)


def last_day_of(first: date, days: int, *, basis: DayBasis, calendar: Calendar) -> date:
    """The last day of a leave of so many whole days that begins on first; days not counted extend it."""
    if days < 1:
        raise InvalidError(msg("假期天数应不少于一天。"))
    on, left = first, days
    while True:
        left -= counts(calendar.day(on), basis)
        if not left:
            return on
        on += timedelta(days=1)


def last_day_of_months(first: date, months: int) -> date:
    """The last day of a leave of so many months that begins on first, first day counted."""
    return add_months(first, months) - timedelta(days=1)


def changed_days(before: LeaveCount, after: LeaveCount) -> tuple[tuple[LeaveDay, LeaveDay], ...]:
    """Days that cost something else after the calendar changed; both counts are of the same span."""
    return tuple(
        (old, new) for old, new in zip(before.each, after.each, strict=True) if old.counted != new.counted
    )
