"""Perfect nodes read from SQL: all that a computation needs, in few statements."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

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
    """Read nodes (level, place).

    Asked level by level: SQLite reads the whole table where pairs are compared with a list of pairs.
    """
    pairs = sorted(wanted)
    found: dict[tuple[int, int], bytes] = {}
    for start in range(0, len(pairs), CHUNK):
        levels = groupby(pairs[start : start + CHUNK], key=itemgetter(0))
        asked = [
            and_(LogNode.level == level, LogNode.place.in_([place for _, place in group]))
            for level, group in levels
        ]
        rows = session.execute(select(LogNode.level, LogNode.place, LogNode.digest).where(or_(*asked)))
        found.update({(level, place): digest for level, place, digest in rows})
    return found
