"""Times as people say them, in Asia/Shanghai: 逾期 2 天, 今天 18:00, 还有 3 天."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.text import Message

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
WEEKDAYS = (msg("周一"), msg("周二"), msg("周三"), msg("周四"), msg("周五"), msg("周六"), msg("周日"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWord:
    """A due time for a row: the words, the colour's name, the exact time for pointer and ear."""

    words: Message
    tone: str  # danger (overdue), warn (today), plain, idle (none)
    exact: str  # 2026-11-24 18:00, empty when there is none
    iso: str  # for <time datetime>, with the offset of Shanghai


def to_shanghai(moment: datetime) -> datetime:
    """The same moment on Shanghai's clock; a time without zone is refused: nobody knows what it meant."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment.astimezone(SHANGHAI)


def clock(moment: datetime | None) -> str:
    """``2026-11-24 18:00`` in Shanghai, or nothing."""
    return "" if moment is None else f"{to_shanghai(moment):%Y-%m-%d %H:%M}"


def day(value: date | None) -> str:
    """``2026-11-24``; a moment is taken on Shanghai's calendar."""
    if isinstance(value, datetime):
        value = to_shanghai(value).date()
    return "" if value is None else value.isoformat()


def due_word(due: datetime | None, now: datetime) -> DueWord:
    """How near ``due`` is, counted in Shanghai's calendar days; hours on the day it was missed."""
    if due is None:
        return DueWord(words=msg("无期限"), tone="idle", exact="", iso="")
    local = to_shanghai(due)
    words, tone = _overdue(due, now) if due < now else _ahead(local, to_shanghai(now))
    return DueWord(words=words, tone=tone, exact=clock(due), iso=local.isoformat(timespec="seconds"))


def _overdue(due: datetime, now: datetime) -> tuple[Message, str]:
    days = (to_shanghai(now).date() - to_shanghai(due).date()).days
    if days:
        return msg("逾期 {n} 天", n=days), "danger"
    hours = (now - due) // HOUR
    if hours:
        return msg("逾期 {n} 小时", n=hours), "danger"
    return msg("逾期 {n} 分钟", n=max(1, (now - due) // timedelta(minutes=1))), "danger"


def _ahead(due: datetime, now: datetime) -> tuple[Message, str]:
    days = (due.date() - now.date()).days
    if days == 0:
        return msg("今天 {time}", time=f"{due:%H:%M}"), "warn"
    if days == 1:
        return msg("明天 {time}", time=f"{due:%H:%M}"), "plain"
    if days <= 14:
        return msg("还有 {n} 天", n=days), "plain"
    return msg("{date} 到期", date=f"{due:%Y-%m-%d}"), "plain"


def weekday(value: date) -> Message:
    """周一 to 周日."""
    return WEEKDAYS[value.weekday()]


def since(moment: datetime, now: datetime) -> Message:
    """How long ago, coarse; the page's script keeps it fresh."""
    gone = now - moment
    if gone < timedelta(minutes=1):
        return msg("刚刚")
    if gone < HOUR:
        return msg("{n} 分钟前", n=gone // timedelta(minutes=1))
    if gone < timedelta(days=1):
        return msg("{n} 小时前", n=gone // HOUR)
    return msg("{n} 天前", n=gone.days)


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC, for machines."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
