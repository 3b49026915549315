"""What is asked for: kind and time, from the form's values; half-days and hours in minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.leave import Half, LeaveSpan, LeaveType
from webapp.domain.parameters import NATIONAL
from webapp.domain.text import msg
from webapp.services.people import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

MINUTES = 60
MOST_DAYS = 400  # calendar days of one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Working time of a day: from and to, in minutes after midnight, without the noon break."""

    spans: tuple[tuple[int, int], ...]

    def worked(self, clock: int) -> int:
        """Working minutes gone at a time of day."""
        return sum(max(0, min(clock, end) - begin) for begin, end in self.spans)

    @property
    def length(self) -> int:
        """Working minutes of a day."""
        return self.worked(24 * MINUTES)

    def clock(self, worked: int) -> time:
        """The time of day at which so many working minutes are gone."""
        left = worked
        for begin, end in self.spans:
            if left <= end - begin:
                return time(*divmod(begin + left, MINUTES))
            left -= end - begin
        return time(*divmod(self.spans[-1][1], MINUTES))


def office_hours(law: Law, *, region: str, on: date) -> Office:
    """The working time by parameter ``leave.office_hours``."""
    row = law.parameters.lookup("leave.office_hours", region=region, on=on)
    return Office(spans=tuple((_minutes(str(begin)), _minutes(str(end))) for begin, end in row.table))


def day_minutes(law: Law, *, on: date) -> int:
    """Minutes of a day of leave by parameter ``hours.daily``."""
    return int(law.parameters.lookup("hours.daily", region=NATIONAL, on=on).number * MINUTES)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * MINUTES + int(minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Kind and time of a request; ``first_minute`` and ``last_minute`` count a day's working minutes."""

    kind: LeaveType
    first: date
    last: date
    first_minute: int  # working minutes of the first day before the leave
    last_minute: int  # working minutes of the last day until the leave's end
    day: int  # working minutes of a whole day
    hours: bool = False  # within one day, by the clock

    @property
    def span(self) -> LeaveSpan:
        """The half days that it touches."""
        half = self.day // 2
        return LeaveSpan(
            first=self.first,
            last=self.last,
            first_half=Half.AFTERNOON if self.first_minute >= half else Half.MORNING,
            last_half=Half.MORNING if self.last_minute <= half else Half.AFTERNOON,
        )

    @property
    def position(self) -> tuple[int, int]:
        """Begin and end on one scale of working minutes: for overlaps."""
        return place(self.first, self.first_minute), place(self.last, self.last_minute)

    def ends_at(self, office: Office) -> datetime:
        """When the leave is over, in Shanghai."""
        clock = office.clock(self.last_minute)
        return datetime.combine(self.last, clock, tzinfo=SHANGHAI)


def place(day: date, minute: int) -> int:
    """A working minute's number, growing with time; the end of a day lies before the next one's begin."""
    return day.toordinal() * 24 * MINUTES + minute


def read_asked(values: Mapping[str, Any], *, law: Law, region: str) -> Asked:
    """The request that accepted form values mean; raises InvalidError at the field."""
    first, last = _date(values, "start_date"), _date(values, "end_date")
    if last < first:
        raise InvalidError(fields={"end_date": (msg("结束日期早于开始日期。"),)})
    if (last - first) > timedelta(days=MOST_DAYS):
        raise InvalidError(fields={"end_date": (msg("一次最多申请 {most} 天。", most=MOST_DAYS),)})
    day = day_minutes(law, on=first)
    kind = LeaveType(str(values["type"]))
    part = values.get("part") or "full"
    if part == "hours":
        return _by_hours(values, kind, first=first, last=last, law=law, region=region)
    halves = part == "half"
    begin = day // 2 if halves and values.get("start_half") == Half.AFTERNOON else 0
    end = day // 2 if halves and values.get("end_half") == Half.MORNING else day
    if first == last and end <= begin:
        raise InvalidError(fields={"end_half": (msg("结束时间早于开始时间。"),)})
    return Asked(kind=kind, first=first, last=last, first_minute=begin, last_minute=end, day=day)


def _by_hours(
    values: Mapping[str, Any], kind: LeaveType, *, first: date, last: date, law: Law, region: str
) -> Asked:
    if first != last:
        raise InvalidError(fields={"end_date": (msg("按小时请假只能在同一天内。"),)})
    office = office_hours(law, region=region, on=first)
    begin, end = (office.worked(_minutes(str(values[n]))) for n in ("start_time", "end_time"))
    if end <= begin:
        raise InvalidError(fields={"end_time": (msg("所选时间段不在工作时间内，或结束早于开始。"),)})
    scale = Decimal(day_minutes(law, on=first)) / office.length
    return Asked(
        kind=kind,
        first=first,
        last=last,
        first_minute=int(begin * scale),
        last_minute=int(end * scale),
        day=day_minutes(law, on=first),
        hours=True,
    )


def _date(values: Mapping[str, Any], name: str) -> date:
    value = values[name]
    return value if isinstance(value, date) else date.fromisoformat(str(value))
