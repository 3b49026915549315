"""The worker's part of the demo, at the demo's own time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from models.job import Job, JobState
from webapp.domain.permissions import SYSTEM
from webapp.services.jobs import queue, timers
from webapp.services.jobs.handlers import TakenJob
from webapp.services.jobs.registry import HANDLERS

if TYPE_CHECKING:
    from webapp.services.demo.leave import Stage

NAME: Final = "demo"
KINDS: Final = (  # letters wait for the real worker and its channels
    "campaign-check",
    "campaign-start",
    "deliver-message",
    "make-document",
    "tell-left",
)
CASE_KINDS: Final = ("make-document", "check-papers", "seal-document", "archive-document")


def perform_due(stage: Stage, kinds: tuple[str, ...] = KINDS) -> int:
    """Do the jobs that are due and that need nothing of the world; how many."""
    done = 0
    while True:
        with stage.unit(SYSTEM) as work:
            waiting = queue.due_jobs(work, kinds)
        if not waiting:
            return done
        for job_id in waiting:
            _perform(stage, job_id)
        done += len(waiting)


def perform_case(stage: Stage, case_id: int) -> None:
    """Do what one case waits for, seals and checks too; those of others are left to the real worker."""
    while True:
        with stage.unit(SYSTEM) as work:
            waiting = work.session.scalars(
                select(Job.id)
                .where(Job.case_id == case_id, Job.state == JobState.READY, Job.due_at <= work.now)
                .where(Job.type.in_(CASE_KINDS))
                .order_by(Job.id)
            ).all()
        if not waiting:
            return
        for job_id in waiting:
            _perform(stage, job_id)


def _perform(stage: Stage, job_id: int) -> None:
    with stage.unit(SYSTEM) as work:
        row = queue.take(work, job_id, worker=NAME)
        if row is None:
            return
        job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
    result = HANDLERS[job.type](lambda: stage.unit(SYSTEM), job)
    with stage.unit(SYSTEM) as work:
        queue.finish(work, job.id, worker=NAME, result=result)


def fire_due(stage: Stage) -> None:
    """Fire the timers that are due at the stage's time."""
    with stage.unit(SYSTEM) as work:
        due = timers.due_timers(work)
    for timer in due:
        with stage.unit(SYSTEM) as work:
            timers.fire_timer(work, timer.id)
