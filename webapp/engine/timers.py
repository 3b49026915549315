"""Timer arithmetic: ISO 8601 durations, dates and cycles, with calendar months and missed cycles skipped."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from webapp.domain.text import msg
from webapp.engine.errors import StuckError
from webapp.feel import DaysTimeDuration, YearsMonthsDuration

LOCAL: Final = ZoneInfo("Asia/Shanghai")
_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_DURATION: Final = re.compile(
    rf"P(?:(\d+)Y)?(?:(\d+)M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_REPEAT: Final = re.compile(r"R(\d*)")
_SECONDS: Final = (604_800, 86_400, 3_600, 60, 1)
MAX_YEARS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A duration: calendar months, then seconds."""

    months: int = 0
    seconds: Decimal = Decimal(0)

    def after(self, start: datetime, times: int = 1) -> datetime:
        """``start`` plus the length that many times; 31 January and one month is 28 or 29 February."""
        local = start.astimezone(LOCAL)
        months = local.month - 1 + self.months * times
        year, month = local.year + months // 12, months % 12 + 1
        day = min(local.day, monthrange(year, month)[1])
        moved = local.replace(year=year, month=month, day=day)
        return (moved + timedelta(seconds=float(self.seconds * times))).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A repeating timer: occurrence k lies ``length`` times k after the anchor; None repeats for ever."""

    anchor: datetime
    length: Length
    repetitions: int | None
    until: datetime | None = None
    first: int = 1  # 0 when the anchor itself is an occurrence


def parse_length(text: str) -> Length:
    """An ISO 8601 duration such as P1M, P2W or PT1.5H; negative, empty and mixed nonsense is StuckError."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or text.strip() in {"P", "PT"} or text.strip().endswith("T"):
        raise StuckError(msg("“{text}”不是有效的时长，例如 PT2H、P3D、P1M。", text=text), kind="timer")
    years, months, *parts = found.groups()
    seconds = sum(
        (Decimal(part.replace(",", ".")) * unit for part, unit in zip(parts, _SECONDS, strict=True) if part),
        Decimal(0),
    )
    length = Length(months=int(years or 0) * 12 + int(months or 0), seconds=seconds)
    if length.months > MAX_YEARS * 12 or length.seconds > MAX_YEARS * 366 * 86_400:
        raise StuckError(msg("时长“{text}”过长。", text=text), kind="timer")
    return length


def parse_moment(text: str) -> datetime:
    """An ISO 8601 date or date and time; without a zone it is meant in Asia/Shanghai."""
    bare = re.sub(r"\[[^\]]*\]$", "", text.strip()).replace("@", "")
    zone = re.search(r"(?:\[([^\]]+)\]|@(\S+))$", text.strip())
    try:
        if zone and "@" in text:
            bare = text.strip().split("@", 1)[0]
        moment = datetime.fromisoformat(bare)
        if zone and moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone[1] or zone[2]))
    except (ValueError, KeyError, OSError) as error:
        raise StuckError(msg("“{text}”不是有效的日期时间。", text=text), kind="timer") from error
    return _aware(moment)


def _aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)


def length_of(value: Any) -> Length:
    """A length from FEEL's durations or from text."""
    if isinstance(value, YearsMonthsDuration):
        length = Length(months=value.months)
    elif isinstance(value, DaysTimeDuration):
        length = Length(seconds=Decimal(value.nanos) / 1_000_000_000)
    elif isinstance(value, str):
        return parse_length(value)
    else:
        raise StuckError(msg("定时的时长没有值或类型不对。"), kind="timer")
    if length.months < 0 or length.seconds < 0:
        raise StuckError(msg("定时的时长不能为负。"), kind="timer")
    return length


def moment_of(value: Any) -> datetime:
    """A moment from FEEL's dates or from text; a date means its first second in Asia/Shanghai."""
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, date):
        return _aware(datetime.combine(value, time()))
    if isinstance(value, str):
        return parse_moment(value)
    raise StuckError(msg("定时的日期没有值或类型不对。"), kind="timer")


def cycle_of(value: Any, now: datetime) -> Cycle:
    """A cycle from text: R3/PT1H, R/P1D, R3/start/PT1H, R3/PT1H/end. Cron is not run."""
    if not isinstance(value, str):
        raise StuckError(msg("定时的周期没有值或类型不对。"), kind="timer")
    head, *parts = value.strip().split("/")
    repeat = _REPEAT.fullmatch(head)
    if repeat is None or not 1 <= len(parts) <= 2:
        raise StuckError(msg("“{text}”不是有效的周期，例如 R3/P1D。", text=value), kind="timer")
    count = int(repeat[1]) if repeat[1] else None
    anchor, first, until = now, 1, None
    if len(parts) == 2 and not parts[0].startswith("P"):
        anchor, first, parts = parse_moment(parts[0]), 0, parts[1:]
    elif len(parts) == 2:
        until = parse_moment(parts[1])
    length = parse_length(parts[0])
    if length == Length():
        raise StuckError(msg("周期的间隔不能为零。"), kind="timer")
    return Cycle(anchor=anchor, length=length, repetitions=count, until=until, first=first)


def occurrence(cycle: Cycle, number: int) -> datetime | None:
    """The moment of the n-th occurrence, counted from 0; None when the cycle has ended."""
    if cycle.repetitions is not None and number >= cycle.repetitions:
        return None
    moment = cycle.length.after(cycle.anchor, number + cycle.first)
    return None if cycle.until is not None and moment > cycle.until else moment


def next_occurrence(cycle: Cycle, number: int, now: datetime) -> tuple[int, datetime] | None:
    """The first occurrence from the given number on that lies after ``now``; missed ones are skipped."""
    low = number
    while True:  # doubling steps, then bisection: ten years of minutes must not cost five million steps
        moment = occurrence(cycle, low)
        if moment is None:
            return None
        if moment > now:
            break
        step = 1
        while (ahead := occurrence(cycle, low + step * 2)) is not None and ahead <= now:
            step *= 2
        low += step
    return low, moment
