"""A press that is repeated acts once: the key that the page made names the answer of the first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from models.event import Idempotency
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.services.work import Work

KEYS: Any = Idempotency.__table__
KEPT = timedelta(days=7)  # how long a page may be open and its press be repeated
MAX_KEY = 64  # a longer one is refused: cut, two keys could become one


def remember(work: Work, key: str | None, what: str, *, answer: Any) -> None:
    """Keep the answer in the act's own transaction; two presses at once cannot both commit.

    Raises InvalidError for a key that is too long.
    """
    if key:
        _check(key)
        row = {"person_id": work.person_id, "key": key, "what": what, "answer": answer, "at": work.now}
        work.session.execute(insert(KEYS), row)


def recall(work: Work, key: str | None, what: str) -> Any | None:
    """What the first press was told, or None where there was none.

    Raises InvalidError where the key was used for something else, or is too long.
    """
    if not key:
        return None
    _check(key)
    row = work.session.scalars(
        select(Idempotency).where(Idempotency.person_id == work.person_id, Idempotency.key == key)
    ).one_or_none()
    if row is None:
        return None
    if row.what != what:
        raise InvalidError(msg("这个操作编号已用于别的操作，请刷新页面后再试。"))
    return row.answer


def forget_old(work: Work) -> int:
    """Take away the keys of presses older than seven days: one indexed statement; how many went."""
    gone: Any = work.session.execute(delete(KEYS).where(KEYS.c.at < work.now - KEPT))
    return int(gone.rowcount)


def _check(key: str) -> None:
    if len(key) > MAX_KEY:
        raise InvalidError(msg("操作编号过长，最多 {most} 个字符。", most=MAX_KEY))
