"""Events of a case with their inclusion proofs, as packs and receipts need them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.event import Event, EventPayload
from models.log import LogHead
from webapp.domain.errors import NotFoundError
from webapp.domain.evidence import inclusion_proof, required_nodes
from webapp.domain.pack import LogEntry
from webapp.domain.text import msg
from webapp.services.log.nodes import load_nodes
from webapp.services.log.sequencer import head_value

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


def receipt(session: Session, event_id: int) -> dict[str, Any]:
    """Return what proves one event to its owner: leaf, place, proof, stamped head and its token.

    Plain JSON values, digests and token in hex. The payload is not in it: whoever holds payload and salt
    can compute the leaf. Raises NotFoundError while no stamped head covers the event.
    """
    row = session.get(Event, event_id)
    head = session.scalars(
        select(LogHead).where(LogHead.token.is_not(None)).order_by(LogHead.size.desc()).limit(1)
    ).one_or_none()
    if row is None or row.position is None or head is None or row.position >= head.size:
        raise NotFoundError(msg("还没有加盖时间戳的日志头覆盖这个事件，请稍后再试。"))
    nodes = load_nodes(session, required_nodes(size=head.size, index=row.position))
    proof = inclusion_proof(row.position, head.size, lambda *key: nodes[key])
    assert head.token is not None  # the query asks for stamped ones
    return {
        "leaf": row.leaf,
        "position": row.position,
        "proof": [digest.hex() for digest in proof],
        "head": json.loads(head_value(head).text()),
        "token": head.token.hex(),
    }
