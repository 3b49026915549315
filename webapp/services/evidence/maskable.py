"""What of a case's pack can be masked: its events with what they say, and its originals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import Case
from models.event import Event, EventPayload
from webapp.domain.pack import SEALED
from webapp.domain.redaction import leaves
from webapp.services.cases.timeline import read_whole
from webapp.services.evidence.export import check_readable
from webapp.services.evidence.files import names_in

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.domain.text import Message
    from webapp.services.work import Work

LONGEST = 120  # characters of a value that the page shows


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskableEvent:
    """An event whose payload is there, and its single values by their place."""

    sequence: int
    title: Message
    at: datetime
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maskable:
    """What the page offers."""

    case: Case
    events: tuple[MaskableEvent, ...]
    files: tuple[tuple[str, str], ...]  # (sha256, name)


def open_maskable(work: Work, case_id: int) -> Maskable:
    """Read a case for masking; raises NotFoundError where its evidence is not the actor's to take."""
    case = check_readable(work, work.session.get(Case, case_id))
    titles = {entry.sequence: entry for entry in read_whole(work, case).entries}
    rows = work.session.execute(
        select(Event.sequence, EventPayload.body)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.case_id == case_id, Event.kind != SEALED, EventPayload.body.is_not(None))
        .order_by(Event.sequence)
    )
    said: list[tuple[int, dict[str, Any]]] = [
        (sequence or 0, json.loads(body)["data"]) for sequence, body in rows if body is not None
    ]
    files: dict[str, str] = {}
    for _, data in said:
        for sha256, name, _folder in names_in(data):
            files.setdefault(sha256, name)
    events = tuple(
        MaskableEvent(
            sequence=sequence,
            title=titles[sequence].title,
            at=titles[sequence].at,
            values=tuple((place, value[:LONGEST]) for place, value in leaves(data) if value),
        )
        for sequence, data in said
    )
    return Maskable(case=case, events=events, files=tuple(files.items()))
