"""Dates, times and durations to text and back (ISO 8601 as XML Schema has it, and ``@Zone/Name``)."""

from __future__ import annotations

import re
from typing import Any

from webapp.feel.temporal import (
    BILLION,
    DAY,
    MAX_MONTHS,
    MAX_NANOS,
    MAX_OFFSET,
    Date,
    DateTime,
    DaysTimeDuration,
    Time,
    YearsMonthsDuration,
    date_of,
    make_date,
    zone_of,
)
from webapp.feel.values import MISSING

_DATE = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})\Z")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,18}))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+\-/]+))?\Z"
)
_MONTHS = re.compile(r"(-)?P(?=[0-9])(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?\Z")
_DAYS = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,18})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{0,18}))?S)?)?\Z"
)


def parse_date(text: str) -> Date | None:
    """``YYYY-MM-DD`` or None."""
    found = _DATE.match(text)
    return make_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_time(text: str) -> Time | None:
    """``hh:mm:ss`` with fraction and with ``Z``, offset or ``@Zone/Name``, or None."""
    found = _TIME.match(text)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    if (hour > 23 and found[0][:8] != "24:00:00") or minute > 59 or second > 59:
        return None
    offset, good = _offset(found)
    zone = found[10]
    if not good or (zone is not None and zone_of(zone) is None):
        return None
    nano = int((found[4] or "")[:9].ljust(9, "0"))
    if hour == 24 and nano:
        return None
    return Time(hour % 24, minute, second, nano, offset, zone)


def _offset(found: re.Match[str]) -> tuple[int | None, bool]:
    if found[5]:
        return 0, True
    if not found[6]:
        return None, True
    minutes, seconds = int(found[8]), int(found[9] or 0)
    offset = int(found[7]) * 3600 + minutes * 60 + seconds
    good = offset <= MAX_OFFSET and minutes < 60 and seconds < 60
    return (-offset if found[6] == "-" else offset), good


def parse_date_time(text: str) -> DateTime | None:
    """A date, ``T`` and a time, or a date alone (midnight), or None."""
    day_text, mark, time_text = text.partition("T")
    day = parse_date(day_text)
    if day is None:
        return None
    if not mark:
        return DateTime(day, Time(0, 0, 0))
    clock = parse_time(time_text)
    if clock is not None and time_text.startswith("24"):  # midnight at the end of the day
        following = date_of(day.days + 1)
        return None if following is None else DateTime(following, clock)
    return None if clock is None else DateTime(day, clock)


def parse_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """``P1Y2M`` or ``P1DT2H3M4.5S`` with an optional minus, or None."""
    found = _MONTHS.match(text)
    if found:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return years_months(-months if found[1] else months)
    found = _DAYS.match(text)
    if not found or text.endswith("T"):
        return None
    seconds = int(found[2] or 0) * DAY + int(found[3] or 0) * 3600 + int(found[4] or 0) * 60
    seconds += int(found[5] or 0)
    nanos = seconds * BILLION + int((found[6] or "")[:9].ljust(9, "0"))
    return days_time(-nanos if found[1] else nanos)


def days_time(nanos: int) -> DaysTimeDuration | None:
    """A duration, or None beyond the range."""
    return DaysTimeDuration(nanos) if abs(nanos) <= MAX_NANOS else None


def years_months(months: int) -> YearsMonthsDuration | None:
    """A duration, or None beyond the range."""
    return YearsMonthsDuration(months) if abs(months) <= MAX_MONTHS else None


def parse_at(text: str) -> Any:
    """The value of an ``@`` literal, or MISSING (DMN 1.5, rule 62)."""
    value: Any = parse_date(text) or parse_time(text) or parse_duration(text)
    if value is None and "T" in text:
        value = parse_date_time(text)
    return MISSING if value is None else value


def date_text(day: Date) -> str:
    """``YYYY-MM-DD``."""
    sign = "-" if day.year < 0 else ""
    return f"{sign}{abs(day.year):04d}-{day.month:02d}-{day.day:02d}"


def time_text(clock: Time) -> str:
    """``hh:mm:ss`` with what else there is."""
    text = f"{clock.hour:02d}:{clock.minute:02d}:{clock.second:02d}"
    if clock.nano:
        text += f".{clock.nano:09d}".rstrip("0")
    if clock.zone is not None:
        return f"{text}@{clock.zone}"
    return text if clock.offset is None else text + offset_text(clock.offset)


def offset_text(offset: int) -> str:
    """``Z`` or ``+hh:mm`` with seconds where there are any."""
    if offset == 0:
        return "Z"
    size = abs(offset)
    text = f"{'-' if offset < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}"
    return f"{text}:{size % 60:02d}" if size % 60 else text


def date_time_text(value: DateTime) -> str:
    """Date, ``T`` and time."""
    return f"{date_text(value.date)}T{time_text(value.time)}"


def days_text(duration: DaysTimeDuration) -> str:
    """``P1DT2H3M4.5S``; nothing is ``PT0S``."""
    seconds, nano = divmod(abs(duration.nanos), BILLION)
    days, rest = divmod(seconds, DAY)
    fraction = f".{nano:09d}".rstrip("0") if nano else ""
    parts = [(rest // 3600, "H"), (rest // 60 % 60, "M")]
    clock = "".join(f"{size}{unit}" for size, unit in parts if size)
    if rest % 60 or nano:
        clock += f"{rest % 60}{fraction}S"
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    sign = "-" if duration.nanos < 0 else ""
    return f"{sign}P{text or 'T0S'}"


def months_text(duration: YearsMonthsDuration) -> str:
    """``P1Y2M``; nothing is ``P0M``."""
    years, months = divmod(abs(duration.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if duration.months < 0 else ''}P{text or '0M'}"
