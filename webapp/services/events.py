"""The audit event: written in the act's transaction, chained per case."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from models.event import Event, EventPayload
from webapp.domain.evidence import canonical_json, link_hash, text_leaf_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.sql.dml import ReturningInsert

    from models.case import Case
    from webapp.services.work import Work

ORIGIN = "0" * 64
EVENTS: Any = Event.__table__
PAYLOADS: Any = EventPayload.__table__  # rows that nobody changes need no objects


def append(
    work: Work, kind: str, data: Mapping[str, Any], *, case: Case | None = None, subject: str | None = None
) -> int:
    """Write an event and return its id; ``kind`` is ``noun.past-participle``, ``data`` plain JSON values.

    A case's chain is safe because the caller holds the case's row lock; acts outside any case have no chain
    and are ordered by the tree alone.
    """
    sequence = None
    previous = ORIGIN
    if case is not None:
        sequence = case.event_count + 1
        previous = case.event_hash or ORIGIN
    payload = {
        "actor": work.actor.person_id,
        "actor_name": work.actor.name,
        "at": work.now.isoformat(timespec="microseconds"),
        "case": None if case is None else case.id,
        "data": dict(data),
        "kind": kind,
        "previous": previous,  # so that the tree binds an erased event to its place, too
        "sequence": sequence,
        "subject": subject,
    }
    salt = secrets.token_bytes(32)
    text = canonical_json(payload)
    leaf = text_leaf_hash(salt, text)
    link = link_hash(bytes.fromhex(previous), leaf, sequence=sequence or 1)
    row = {
        "case_id": None if case is None else case.id,
        "sequence": sequence,
        "kind": kind,
        "subject": subject,
        "actor_id": work.actor.person_id,
        "at": work.now,
        "previous": previous,
        "leaf": leaf.hex(),
        "link": link.hex(),
    }
    with work.session.no_autoflush:  # the case is written once, at the click's end
        event_id = int(work.session.scalars(_insert_event(), row).one())
        work.session.execute(insert(PAYLOADS), {"event_id": event_id, "salt": salt, "body": text.decode()})
    if case is not None and sequence is not None:
        case.event_count = sequence
        case.event_hash = link.hex()
    return event_id


@cache
def _insert_event() -> ReturningInsert[int]:
    return insert(EVENTS).returning(EVENTS.c.id)
