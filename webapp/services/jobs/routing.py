"""Delivering what cases throw: a message to the case that waits for it, a signal to every case that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import AwaitedMessage, Case, CaseState
from models.job import Job
from webapp.engine.values import Signal
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.messages import correlate, deliver_buffered
from webapp.services.cases.projection import SIGNAL
from webapp.services.cases.routing import BROADCAST, DELIVER
from webapp.services.cases.run import run
from webapp.services.cases.triggers import signal_starts, start_by_signal
from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.queue import lock_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work


def deliver(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Correlate a message, or keep it until somebody waits; once, even when the worker dies halfway."""
    payload = job.payload
    with units() as work:
        if _remember(work, job, "delivered"):
            correlate(
                work, payload["name"], key=payload["key"], variables=payload["variables"], message_id=job.key
            )
    return {}


def broadcast(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Give a signal to every other case that waits for it and to start events: each once, a unit each."""
    name = job.payload["name"]
    with units() as work:
        cases = list(
            work.session.scalars(
                select(AwaitedMessage.case_id)
                .where(AwaitedMessage.name == SIGNAL + name, AwaitedMessage.case_id != job.payload["from"])
                .distinct()
                .order_by(AwaitedMessage.case_id)
            )
        )
        begins = signal_starts(work, name)
    for case_id in cases:
        with units() as work:
            if _remember(work, job, str(case_id)):
                _signal(work, lock_case(work, case_id), name, variables=job.payload["variables"])
    for trigger_id in begins:
        with units() as work:
            if _remember(work, job, f"start {trigger_id}"):
                start_by_signal(work, trigger_id, variables=job.payload["variables"])
    return {}


def _remember(work: Work, job: TakenJob, what: str) -> bool:
    """Note in the job's row, in this transaction, that something was done; False when it was before."""
    row = work.session.scalars(select(Job).where(Job.id == job.id).with_for_update()).one()
    done = row.payload.get("done", [])
    if what in done:
        return False
    row.payload = {**row.payload, "done": [*done, what]}
    return True


def _signal(work: Work, case: Case, name: str, *, variables: Mapping[str, Any]) -> None:
    if case.state not in (CaseState.ACTIVE, CaseState.INCIDENT):
        return  # a signal is for those who listen now
    advance = run(work, case, Signal(name=name, variables=variables))
    events.append(work, "signal.received", {"name": name, **facts(advance)}, case=case)
    work.session.flush()
    deliver_buffered(work, case)


HANDLERS[DELIVER] = deliver
HANDLERS[BROADCAST] = broadcast
