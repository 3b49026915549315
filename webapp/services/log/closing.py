"""A case's chain closed: from then on its pack says the same whenever it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.event import Event
from webapp.domain.pack import SEALED
from webapp.services import events
from webapp.services.jobs.later import enqueue_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

CHAIN = "seal-chain"  # job without an element: closes the chain of one case


def seal_case(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``seal-case``: the chain is closed once the click that asks for it stands in it.

    The closing event cannot be written here: the click's own event, which comes after its jobs, would stand
    behind it.
    """
    key = f"{CHAIN}/{case.id}/{job.key.element_instance}/{job.key.round}"
    enqueue_at(work, CHAIN, {"case": case.id}, key=key, at=work.now)
    return {}


def close_chain(work: Work, case: Case) -> None:
    """Append the closing event to a locked case, unless nothing happened since it was closed."""
    last = work.session.scalar(
        select(Event.kind).where(Event.case_id == case.id, Event.sequence == case.event_count)
    )
    if last != SEALED:
        events.append(work, SEALED, {"count": case.event_count + 1}, case=case)
        work.session.flush()
