"""Working time on the clock: split at local midnight, night overlap, merging of overlapping logs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from webapp.domain.calendar import ONE_DAY
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.domain.explain import Working

LOCAL = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Work from one aware moment to another."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse naive times and an end before the start."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise InvalidError(msg("工作时间必须带时区。"))
        if self.end < self.start:
            raise InvalidError(msg("下班时间早于上班时间。"))

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return (self.end - self.start) // MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a session that lies on one local day."""

    date: date
    minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A daily window such as the night, 22:00 to 06:00; an end not after the start lies on the next day."""

    start: time
    end: time


def shift_session(on: date, start: time, end: time) -> Session:
    """A shift that begins on a local day; an end not after the start lies on the next day."""
    last = on if end > start else on + ONE_DAY
    return Session(
        start=datetime.combine(on, start, tzinfo=LOCAL), end=datetime.combine(last, end, tzinfo=LOCAL)
    )


def split_at_midnight(session: Session) -> tuple[Piece, ...]:
    """The session by local days: a night shift into a statutory day is paid by the day of each hour."""
    pieces = []
    start, end = session.start.astimezone(LOCAL), session.end.astimezone(LOCAL)
    while start < end:
        midnight = datetime.combine(start.date() + ONE_DAY, time(), tzinfo=LOCAL)
        stop = min(midnight, end)
        pieces.append(Piece(date=start.date(), minutes=(stop - start) // MINUTE))
        start = stop
    return tuple(pieces)


def merge(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """Sessions without overlap: a second role's log over the main shift is not counted twice."""
    merged: list[Session] = []
    for each in sorted(sessions, key=lambda each: (each.start, each.end)):
        if merged and each.start <= merged[-1].end:
            merged[-1] = Session(start=merged[-1].start, end=max(merged[-1].end, each.end))
        else:
            merged.append(each)
    return tuple(merged)


def window_minutes(session: Session, window: Window) -> int:
    """Minutes of the session inside the daily window."""
    start, end = session.start.astimezone(LOCAL), session.end.astimezone(LOCAL)
    total, on = 0, start.date() - ONE_DAY
    while on <= end.date():
        night = shift_session(on, window.start, window.end)
        total += max(timedelta(), min(end, night.end) - max(start, night.start)) // MINUTE
        on += ONE_DAY
    return total


def night_window(working: Working) -> Window:
    """The night by the rows ``hours.night.from`` and ``hours.night.to``."""
    return Window(
        start=time.fromisoformat(working.word("hours.night.from")),
        end=time.fromisoformat(working.word("hours.night.to")),
    )
