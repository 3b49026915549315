"""Where somebody punched: kept at a punch of working time and with consent, never outside of it.

A person's track is sensitive information (个人信息保护法 arts. 28-30): purpose, strict need, separate
consent; only whether the place is a permitted one is kept (art. 6). Outside working time it is private life
(民法典 art. 1032).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from webapp.domain.explain import Result, Unit, Working
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.domain.hours.clock import Session
    from webapp.domain.law import Law

MARGIN = "punch.place_margin_minutes"
DAY = timedelta(days=1)
SEPARATE_CONSENT = "个人信息保护法第29条"
NECESSITY = "个人信息保护法第6条、第28条"
PRIVACY = "民法典第1032条"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceAdvice:
    """Whether the place of a punch may be kept, and why not."""

    keep: bool
    reason: Message
    article: str


def advise_place(
    at: time, shifts: Iterable[tuple[time, time]], *, consented: bool, on: date, region: str, law: Law
) -> Result[PlaceAdvice]:
    """Judge one punch against the shifts of its day, approved overtime among them.

    A shift may cross midnight. The punch itself counts either way: it is only the place that is not kept.
    """
    working = Working(law, region=region, on=on)
    margin = timedelta(minutes=working.whole(MARGIN)) if consented else timedelta()
    inside = any(_within(at, shift, margin) for shift in shifts)
    return _advised(working, consented=consented, inside=inside)


def advise_moment(
    at: datetime, sessions: Iterable[Session], *, consented: bool, on: date, region: str, law: Law
) -> Result[PlaceAdvice]:
    """The same for an aware moment and the working time around it, rest days and leave left out."""
    working = Working(law, region=region, on=on)
    margin = timedelta(minutes=working.whole(MARGIN)) if consented else timedelta()
    inside = any(one.start - margin <= at <= one.end + margin for one in sessions)
    return _advised(working, consented=consented, inside=inside)


def _advised(working: Working, *, consented: bool, inside: bool) -> Result[PlaceAdvice]:
    if not consented:
        advice = PlaceAdvice(
            keep=False,
            reason=msg("没有单独同意，或者同意已撤回：不记录位置，改用其他方式打卡。"),
            article=SEPARATE_CONSENT,
        )
    else:
        advice = PlaceAdvice(
            keep=inside,
            reason=msg("工作时间内的打卡：只记录是否在许可的范围内。")
            if inside
            else msg("不在工作时间：不得采集位置，也不得据此推断其行为。"),
            article=NECESSITY if inside else PRIVACY,
        )
    working.step(advice.reason, advice.keep, unit=Unit.NONE, articles=(advice.article,))
    return working.result(advice)


def _within(at: time, shift: tuple[time, time], margin: timedelta) -> bool:
    """Whether a clock time lies in a shift widened by the margin, around the clock."""
    start, end = (_clock(each) for each in shift)
    length = (end - start) % DAY + 2 * margin
    return (_clock(at) - (start - margin)) % DAY <= length


def _clock(at: time) -> timedelta:
    return datetime.combine(date.min, at) - datetime.combine(date.min, time.min)
