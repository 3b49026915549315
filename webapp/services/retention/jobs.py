"""Holds that a diagram places and lifts: a dispute is foreseen, or its time has run out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.retention import LegalHold
from webapp.domain.errors import InvalidError
from webapp.domain.keys import read_key
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.retention.hold import checked_reason, facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

PERSON = "person"  # value of ``scope``: every case about the person, not this one alone


def place_hold(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``place-hold``: inputs or headers ``reason`` and ``scope`` (``case`` or ``person``).

    What it covers is never erased while it stands. The procedure that was released places it, so nobody's
    right is asked; whoever moved the case stands in the row. Result: ``hold``, its id as text.
    """
    inputs = {**job.headers, **job.variables}
    whole = inputs.get("scope") == PERSON
    row = LegalHold(
        entity_id=case.entity_id,
        case_id=None if whole else case.id,
        person_id=case.person_id if whole else None,
        reason=checked_reason(str(inputs.get("reason") or "")),
        placed_by_id=work.actor.person_id or case.starter_id,
        placed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    events.append(work, "hold.placed", facts(row), case=case)
    return {"hold": str(row.id)}


def lift_hold(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``lift-hold``: inputs or headers ``hold`` (an id, or a list of ids) and ``reason``.

    Only holds on the case itself or on its person; one that was lifted meanwhile stays so.
    """
    inputs = {**job.headers, **job.variables}
    named = inputs.get("hold")
    for each in named if isinstance(named, list | tuple) else [named]:
        row = _own_hold(work, case, str(each or ""))
        if row.released_at is None:
            row.released_at = work.now
            row.released_by_id = work.actor.person_id or case.starter_id
            row.release_reason = checked_reason(str(inputs.get("reason") or ""))
            events.append(work, "hold.released", {"hold": row.id, "reason": row.release_reason}, case=case)
    return {}


def _own_hold(work: Work, case: Case, named: str) -> LegalHold:
    """A hold of this case or its person, locked; InvalidError for any other."""
    row = None
    key = read_key(named)
    if key is not None:
        row = work.session.scalars(
            select(LegalHold).where(LegalHold.id == key).with_for_update()
        ).one_or_none()
    if row is None or (row.case_id, row.person_id) not in {(case.id, None), (None, case.person_id)}:
        raise InvalidError(msg("这项保全不属于本案。"))
    return row
