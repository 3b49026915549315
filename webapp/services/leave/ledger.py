"""The append-only ledger: what was booked is only ever followed by another line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from models.leave import LeaveEntry
from webapp.services.notices import stored

if TYPE_CHECKING:
    from models.leave import LeaveRequest
    from webapp.domain.text import Message
    from webapp.services.leave.assess import Draws
    from webapp.services.work import Work


def booked(work: Work, request_id: int) -> dict[tuple[str, int], int]:
    """Minutes that the ledger holds for a request now, by ledger kind and year."""
    rows = work.session.execute(
        select(LeaveEntry.kind, LeaveEntry.year, func.sum(LeaveEntry.minutes))
        .where(LeaveEntry.request_id == request_id)
        .group_by(LeaveEntry.kind, LeaveEntry.year)
    )
    return {(kind, year): -int(minutes) for kind, year, minutes in rows if minutes}


def book(
    work: Work,
    request: LeaveRequest,
    draws: Draws,
    *,
    sentence: Message,
    before: dict[tuple[str, int], int] | None = None,
) -> int:
    """Bring the ledger of a request to these draws by new lines; how many lines.

    A ledger whose figure stays gets no line; less taken is a ``reverse``, more a ``book``.
    """
    after: dict[tuple[str, int], int] = {}
    for kind, year, minutes in draws:
        after[(kind, year)] = after.get((kind, year), 0) + minutes
    held = booked(work, request.id) if before is None else before
    rows = []
    for key in sorted({*held, *after}):
        more = after.get(key, 0) - held.get(key, 0)
        if more:
            rows.append(
                {
                    "person_id": request.person_id,
                    "kind": key[0],
                    "year": key[1],
                    "minutes": -more,
                    "what": "book" if more > 0 else "reverse",
                    "request_id": request.id,
                    "reason": stored(sentence),
                    "actor_id": work.actor.person_id,
                    "at": work.now,
                }
            )
    if rows:
        work.session.execute(insert(LeaveEntry), rows)
    return len(rows)
