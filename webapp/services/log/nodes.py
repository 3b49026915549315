"""Perfect nodes read from SQL: all that a computation needs, in few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_

from models.event import Event
from models.log import LogNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

CHUNK = 400  # pairs a statement asks for; SQLite allows 32,766 parameters


def tree_size(session: Session) -> int:
    """How many rows have a place."""
    last = session.scalar(select(func.max(Event.position)))
    return 0 if last is None else last + 1


def load_nodes(session: Session, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Read nodes (level, place)."""
    pairs = sorted(wanted)
    found: dict[tuple[int, int], bytes] = {}
    for start in range(0, len(pairs), CHUNK):
        rows = session.execute(
            select(LogNode.level, LogNode.place, LogNode.digest).where(
                tuple_(LogNode.level, LogNode.place).in_(pairs[start : start + CHUNK])
            )
        )
        found.update({(level, place): digest for level, place, digest in rows})
    return found
