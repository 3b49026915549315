"""Punches 打卡 paired into sessions, and overtime requests held against what was worked.

A missing or forgotten punch is a doubt for a person, never an invented time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.hours.clock import Session, merge
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta


class Direction(StrEnum):
    """Which end of work a punch marks."""

    IN = "in"  # 签到
    OUT = "out"  # 签退


@dataclass(frozen=True, kw_only=True, slots=True)
class Punch:
    """One punch of one source, e.g. the computer's log-in or the telephone."""

    at: datetime
    direction: Direction
    source: str

    def __post_init__(self) -> None:
        """Refuse a time without zone."""
        if self.at.tzinfo is None:
            raise InvalidError(msg("打卡时间必须带时区。"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A punch that could not be used, and why: for a correction with approval."""

    punch: Punch
    reason: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Paired:
    """Sessions found and punches left over."""

    sessions: tuple[Session, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """Overtime by request and by work; only what is in both needs no further question."""

    confirmed: tuple[Session, ...]  # requested and worked
    not_worked: tuple[Session, ...]  # requested, not worked: nothing is due
    not_requested: tuple[Session, ...]  # worked without request: evidence for a review, no automatic amount


def pair_punches(punches: Iterable[Punch], *, longest: timedelta) -> Paired:
    """Pair each source's punches in time, then join the sources' sessions without counting twice.

    An out later than ``longest`` after its in is a forgotten punch (often the next morning's): both are
    doubts. A second in before an out, or an out without in, is a doubt too.
    """
    sessions: list[Session] = []
    doubts: list[Doubt] = []
    by_source: dict[str, list[Punch]] = {}
    for punch in sorted(set(punches), key=lambda punch: (punch.at, punch.direction, punch.source)):
        by_source.setdefault(punch.source, []).append(punch)
    for each in by_source.values():
        _pair_source(each, sessions, doubts, longest=longest)
    return Paired(
        sessions=merge(sessions),
        doubts=tuple(sorted(doubts, key=lambda doubt: (doubt.punch.at, doubt.punch.source))),
    )


def _pair_source(
    punches: list[Punch], sessions: list[Session], doubts: list[Doubt], *, longest: timedelta
) -> None:
    begun: Punch | None = None
    for punch in punches:
        if punch.direction is Direction.IN:
            if begun is not None:
                doubts.append(Doubt(punch=begun, reason=msg("有签到而没有签退。")))
            begun = punch
        elif begun is None:
            doubts.append(Doubt(punch=punch, reason=msg("有签退而没有签到。")))
        elif punch.at - begun.at > longest:
            reason = msg("签到与签退相隔过久，可能漏打卡。")
            doubts.extend((Doubt(punch=begun, reason=reason), Doubt(punch=punch, reason=reason)))
            begun = None
        else:
            sessions.append(Session(start=begun.at, end=punch.at))
            begun = None
    if begun is not None:
        doubts.append(Doubt(punch=begun, reason=msg("有签到而没有签退。")))


def one_source_only(first: Iterable[Session], second: Iterable[Session]) -> tuple[Session, ...]:
    """Time that only one of two sources shows: to be explained before it counts as double proof."""
    one, other = merge(first), merge(second)
    return merge((*_without(one, other), *_without(other, one)))


def match_overtime(requested: Iterable[Session], worked: Iterable[Session]) -> Matched:
    """Hold requested overtime against worked time; the order of either does not matter."""
    asked, done = merge(requested), merge(worked)
    return Matched(
        confirmed=_without(asked, _without(asked, done)),
        not_worked=_without(asked, done),
        not_requested=_without(done, asked),
    )


def _without(sessions: tuple[Session, ...], others: tuple[Session, ...]) -> tuple[Session, ...]:
    """What of the sessions lies outside the others; both are merged."""
    left: list[Session] = []
    for each in sessions:
        start = each.start
        for other in others:
            if other.end <= start or other.start >= each.end:
                continue
            if start < other.start:
                left.append(Session(start=start, end=other.start))
            start = max(start, other.end)
        if start < each.end:
            left.append(Session(start=start, end=each.end))
    return tuple(left)
