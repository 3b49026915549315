"""The audit event: written in the act's transaction, chained per case."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from models.event import Event, EventPayload
from webapp.domain.evidence import canonical_json, link_hash, text_leaf_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.services.work import Work

ORIGIN = "0" * 64


def append(
    work: Work, kind: str, data: Mapping[str, Any], *, case: Case | None = None, subject: str | None = None
) -> Event:
    """Write an event; ``kind`` is ``noun.past-participle``, ``data`` plain JSON values.

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
    event = Event(
        case_id=None if case is None else case.id,
        sequence=sequence,
        kind=kind,
        subject=subject,
        actor_id=work.actor.person_id,
        at=work.now,
        previous=previous,
        leaf=leaf.hex(),
        link=link.hex(),
        payload=EventPayload(salt=salt, body=text.decode()),
    )
    work.session.add(event)
    if case is not None and sequence is not None:
        case.event_count = sequence
        case.event_hash = link.hex()
    return event
