"""The job table: written in the act's transaction, taken with a lease, done at least once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from models.case import Case, CaseState, IncidentRow
from models.job import Job, JobState
from webapp.domain.errors import ConflictError
from webapp.domain.text import msg
from webapp.engine.values import Complete, ItemKey
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.run import run
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work

LEASE = timedelta(minutes=5)
BACKOFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
BATCH = 100  # rows a sweep looks at


def enqueue(work: Work, kind: str, payload: Mapping[str, Any], *, key: str | None = None) -> Job:
    """Ask for work outside the click; ``key`` makes the same wish one row."""
    job = Job(
        type=kind,
        state=JobState.READY,
        payload=dict(payload),
        idempotency_key=key or secrets.token_hex(16),
        due_at=work.now,
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    work.after_commit.append(lambda: work.ports.wake(job.id))
    return job


def due_jobs(work: Work, kinds: tuple[str, ...]) -> list[int]:
    """Ids of jobs that may be taken now: ready and due, or whose worker let the lease run out."""
    free = or_(
        and_(Job.state == JobState.READY, Job.due_at <= work.now),
        and_(Job.state == JobState.LEASED, Job.leased_until < work.now),
    )
    return list(
        work.session.scalars(
            select(Job.id).where(free, Job.type.in_(kinds)).order_by(Job.due_at, Job.id).limit(BATCH)
        )
    )


def take(work: Work, job_id: int, *, worker: str) -> Job | None:
    """Lease a job; None where another worker has it or it is over."""
    job = work.session.scalars(
        select(Job).where(Job.id == job_id).with_for_update(skip_locked=True)
    ).one_or_none()
    if job is None or job.state not in (JobState.READY, JobState.LEASED):
        return None
    if job.state == JobState.LEASED and job.leased_until is not None and job.leased_until >= work.now:
        return None
    job.state = JobState.LEASED
    job.leased_by = worker
    job.leased_until = work.now + LEASE
    job.attempts += 1
    return job


def finish(work: Work, job_id: int, *, worker: str, result: Mapping[str, Any]) -> None:
    """Write a job's end and, where it belongs to an element, move its case on.

    Raises ConflictError where the lease has gone to another worker.
    """
    job = _held(work, job_id, worker)
    job.state = JobState.DONE
    job.done_at = work.now
    job.error = None
    work.session.flush()
    if job.case_id is None or job.element_instance is None or job.round is None:
        return
    case = lock_case(work, job.case_id)
    key = ItemKey(element_instance=job.element_instance, round=job.round)
    advance = run(work, case, Complete(key=key, variables=result))
    events.append(
        work,
        "job.completed",
        {
            "job": job.id,
            "type": job.type,
            "element": job.element_id,
            "key": job.idempotency_key,
            **facts(advance),
        },
        case=case,
    )


def fail(work: Work, job_id: int, *, worker: str, error: str) -> None:
    """Write down a failure: tried again later, or an incident where no retry is left."""
    job = _held(work, job_id, worker)
    job.error = error[:2000]
    job.retries -= 1
    if job.retries > 0:
        job.state = JobState.READY
        job.due_at = work.now + BACKOFF[min(job.attempts - 1, len(BACKOFF) - 1)]
        return
    job.state = JobState.FAILED
    if job.case_id is None:
        return
    case = lock_case(work, job.case_id)
    case.state = CaseState.INCIDENT
    message = msg("系统步骤“{type}”多次失败：{error}", type=job.type, error=job.error)
    work.session.add(
        IncidentRow(
            case_id=case.id,
            element_id=job.element_id or "",
            kind="job",
            message=stored(message),
            opened_at=work.now,
        )
    )
    events.append(work, "incident.opened", {"job": job.id, "element": job.element_id}, case=case)


def retry(work: Work, job_id: int, *, retries: int = 3) -> None:
    """Give a failed job new tries; the caller has checked that the actor may."""
    job = work.session.get_one(Job, job_id, with_for_update=True)
    if job.state != JobState.FAILED:
        raise ConflictError(msg("这项后台任务没有失败，不需要重试。"))
    job.state = JobState.READY
    job.retries = retries
    job.due_at = work.now
    work.after_commit.append(lambda: work.ports.wake(job_id))
    if job.case_id is not None:
        case = lock_case(work, job.case_id)
        case.state = CaseState.ACTIVE
        events.append(work, "incident.retried", {"job": job.id, "element": job.element_id}, case=case)


def lock_case(work: Work, case_id: int) -> Case:
    """Lock a case by its id for the system's own acts."""
    return work.session.scalars(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    ).one()


def _held(work: Work, job_id: int, worker: str) -> Job:
    job = work.session.scalars(select(Job).where(Job.id == job_id).with_for_update()).one()
    if job.state != JobState.LEASED or job.leased_by != worker:
        raise ConflictError(msg("后台任务已转给另一个执行者。"))
    return job
