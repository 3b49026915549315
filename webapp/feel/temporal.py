"""Dates, times and durations of FEEL inside an evaluation (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

Python's own types end at the year 9999 and at microseconds; FEEL's do not. What fits leaves as Python's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

BILLION = 1_000_000_000
DAY = 86_400
MAX_YEAR = 999_999_999
MAX_MONTHS = 12 * 10_000_000_000
MAX_NANOS = 10**17 * BILLION
MAX_OFFSET = 18 * 3600


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the proleptic Gregorian calendar, years -999999999 to 999999999."""

    year: int
    month: int
    day: int

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return days_of(self.year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day; ``offset`` in seconds east of UTC, or a ``zone`` by its IANA name, or neither."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    offset: int | None = None
    zone: str | None = None

    @property
    def seconds(self) -> int:
        """Seconds since midnight, local."""
        return self.hour * 3600 + self.minute * 60 + self.second


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time on it."""

    date: Date
    time: Time


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A length of time in nanoseconds."""

    nanos: int

    @classmethod
    def of(cls, length: timedelta) -> DaysTimeDuration:
        """The same length as a ``timedelta``."""
        return cls((length.days * DAY + length.seconds) * BILLION + length.microseconds * 1000)

    def timedelta(self) -> timedelta:
        """As Python's type, cut to microseconds; raises OverflowError beyond its range."""
        return timedelta(microseconds=self.nanos // 1000)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A length of time in months."""

    months: int


def days_of(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a civil date (H. Hinnant, days_from_civil)."""
    year -= month <= 2
    era, inside = divmod(year, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + inside * 365 + inside // 4 - inside // 100 + day_of_year - 719_468


def date_of(days: int) -> Date | None:
    """The civil date of a number of days from 1970-01-01, or None beyond the range."""
    era, rest = divmod(days + 719_468, 146_097)
    inside = (rest - rest // 1460 + rest // 36_524 - rest // 146_096) // 365
    day_of_year = rest - (365 * inside + inside // 4 - inside // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    year = era * 400 + inside + (month <= 2)
    if abs(year) > MAX_YEAR:
        return None
    return Date(year, month, day_of_year - (153 * shifted + 2) // 5 + 1)


def is_leap(year: int) -> bool:
    """Whether a year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def make_date(year: int, month: int, day: int) -> Date | None:
    """A date, or None when the calendar has none such."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return Date(year, month, day)


def add_months(day: Date, months: int) -> Date | None:
    """The same day so many months later, or the last day of that month (DMN 1.5, table 57)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if abs(year) > MAX_YEAR:
        return None
    return Date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name, or None when there is none."""
    if not name or name[0] in "./" or ".." in name or "\x00" in name or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return None


def _near(year: int) -> int:
    """A year that ``datetime`` knows and that has the same calendar."""
    if 1 <= year <= 9998:
        return year
    return year % 400 + (400 if year < 1 else 9200)


def zone_offset(name: str, day: Date, clock: Time) -> int | None:
    """Seconds east of UTC in a zone at a local day and time."""
    zone = zone_of(name)
    if zone is None:
        return None
    local = datetime(_near(day.year), day.month, day.day, clock.hour, clock.minute, clock.second, tzinfo=zone)
    offset = local.utcoffset()
    return None if offset is None else offset.days * DAY + offset.seconds


def offset_of(day: Date | None, clock: Time) -> int | None:
    """Seconds east of UTC of a value; a zone without a date counts with its offset of 1 January 1970."""
    if clock.zone is None:
        return clock.offset
    return zone_offset(clock.zone, day or Date(1970, 1, 1), clock)


def instant(value: DateTime) -> tuple[bool, int]:
    """Whether the value is tied to UTC, and nanoseconds since 1970-01-01 (UTC, or local when it is not)."""
    offset = offset_of(value.date, value.time)
    seconds = value.date.days * DAY + value.time.seconds - (offset or 0)
    return offset is not None, seconds * BILLION + value.time.nano


def at_instant(nanos: int, like: Time) -> DateTime | None:
    """The local date and time of an instant in the zone or offset of ``like``."""
    if like.zone is None:
        return _local(nanos + (like.offset or 0) * BILLION, like)
    utc = _local(nanos, Time(0, 0, 0))
    if utc is None:
        return None
    guess = zone_offset(like.zone, utc.date, utc.time) or 0
    for _ in range(2):
        local = _local(nanos + guess * BILLION, like)
        if local is None:
            return None
        guess = zone_offset(like.zone, local.date, local.time) or 0
    return _local(nanos + guess * BILLION, like)


def _local(nanos: int, like: Time) -> DateTime | None:
    seconds, nano = divmod(nanos, BILLION)
    days, rest = divmod(seconds, DAY)
    day = date_of(days)
    if day is None:
        return None
    return DateTime(day, clock_of(rest, nano, like))


def clock_of(seconds: int, nano: int, like: Time) -> Time:
    """A time of day from seconds since midnight, with the zone of ``like``."""
    return Time(seconds // 3600, seconds // 60 % 60, seconds % 60, nano, like.offset, like.zone)


def from_python(value: date | time) -> Date | Time | DateTime:
    """Python's date, time or datetime as FEEL's."""
    if isinstance(value, datetime):
        return DateTime(Date(value.year, value.month, value.day), _clock(value.timetz(), value))
    if isinstance(value, date):
        return Date(value.year, value.month, value.day)
    return _clock(value, None)


def _clock(value: time, when: datetime | None) -> Time:
    nano = value.microsecond * 1000
    zone = getattr(value.tzinfo, "key", None)
    if value.tzinfo is None or isinstance(zone, str):
        return Time(value.hour, value.minute, value.second, nano, None, zone)
    offset = when.utcoffset() if when is not None else value.utcoffset()
    seconds = 0 if offset is None else offset.days * DAY + offset.seconds
    return Time(value.hour, value.minute, value.second, nano, seconds)


def to_python(value: Date | Time | DateTime) -> object:
    """Python's type where it can hold the value, else the value itself."""
    if isinstance(value, Date):
        return date(value.year, value.month, value.day) if 1 <= value.year <= 9999 else value
    clock = value if isinstance(value, Time) else value.time
    if clock.nano % 1000:
        return value
    zone = _tzinfo(clock)
    wall = time(clock.hour, clock.minute, clock.second, clock.nano // 1000, tzinfo=zone)
    if isinstance(value, Time):
        return wall
    day = to_python(value.date)
    return datetime.combine(day, wall) if isinstance(day, date) else value


def _tzinfo(clock: Time) -> ZoneInfo | timezone | None:
    if clock.zone is not None:
        return zone_of(clock.zone)
    return None if clock.offset is None else timezone(timedelta(seconds=clock.offset))
