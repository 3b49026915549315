"""Events of a case with their inclusion proofs, as packs and receipts need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.event import Event, EventPayload
from webapp.domain.evidence import inclusion_proof, required_nodes
from webapp.domain.pack import LogEntry
from webapp.services.log.nodes import load_nodes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


def log_entries(session: Session, case_id: int, *, size: int) -> tuple[LogEntry, ...]:
    """A case's events under the head over ``size`` leaves, by sequence; later ones are left out."""
    rows = session.execute(
        select(Event, EventPayload)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.case_id == case_id, Event.position < size)
        .order_by(Event.sequence)
    ).all()
    wanted: set[tuple[int, int]] = set()
    for event, _ in rows:
        wanted |= required_nodes(size=size, index=event.position)
    nodes = load_nodes(session, wanted)
    return tuple(_entry(event, payload, size=size, nodes=nodes) for event, payload in rows)


def _entry(
    event: Event, payload: EventPayload, *, size: int, nodes: Mapping[tuple[int, int], bytes]
) -> LogEntry:
    assert event.position is not None  # the query asks for rows that have a place
    assert event.sequence is not None  # and belong to a case
    proof = inclusion_proof(event.position, size, lambda *key: nodes[key])
    return LogEntry(
        position=event.position,
        case=str(event.case_id),
        sequence=event.sequence,
        previous=event.previous,
        leaf=event.leaf,
        salt=None if payload.salt is None else payload.salt.hex(),
        payload=payload.body,
        proof=tuple(digest.hex() for digest in proof),
    )
