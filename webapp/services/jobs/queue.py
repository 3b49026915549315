"""The job table: written in the act's transaction, taken with a lease, done at least once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from models.case import Case, CaseState
from models.job import Job, JobState
from webapp.domain.errors import ConflictError
from webapp.domain.text import msg
from webapp.engine import readings
from webapp.engine.values import Complete, ItemKey, Throw
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.incidents import JOB, open_incident, resolve, stands_still
from webapp.services.cases.run import run
from webapp.services.cases.values import plain
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from webapp.domain.text import Message
    from webapp.services.work import Work

LEASE = timedelta(minutes=5)
PARTS = 3  # tries that a job has left once it got on
BACKOFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
BATCH = 100  # rows a sweep looks at
MAX_ERROR = 2000  # characters of a failure that are kept
LOST = msg("执行者都在办理中途停止了")  # of a job whose workers were all killed
RESULT = "result"  # in the payload of a held job
THROWN = "thrown"  # the same, of one whose worker threw a BPMN error


class BpmnThrow(Exception):  # noqa: N818  # not every one is an error: an escalation is none
    """What a handler raises to throw a BPMN error or escalation at its element."""

    def __init__(self, code: str, *, kind: str = "error", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.kind, self.variables = code, kind, variables or {}


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


def take(work: Work, job_id: int, *, worker: str, kinds: Collection[str] | None = None) -> Job | None:
    """Lease a job of these types (None: of any); None where another worker has it or it is over.

    The try is counted here and not when it fails: a job that kills its worker never says that it failed.
    Where none is left the job fails and its case stands still.
    """
    case_id = work.session.scalar(select(Job.case_id).where(Job.id == job_id, Job.retries <= 0))
    case = None if case_id is None else lock_case(work, case_id)  # before the job, as everywhere
    job = work.session.scalars(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if job is None or not _free(job, work.now) or (kinds is not None and job.type not in kinds):
        return None
    if job.retries <= 0:
        _stop(work, case, job, error=LOST)
        return None
    job.state = JobState.LEASED
    job.leased_by = worker
    job.leased_until = work.now + LEASE
    job.attempts += 1
    job.retries -= 1
    return job


def gets_on(work: Work, job_id: int) -> None:
    """A part of a long job is done: its lease begins anew, and so do its tries.

    Without this a job of fifty parts whose workers die at the tenth, twentieth and thirtieth would fail
    although it never stood still.
    """
    work.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.LEASED)
        .values(leased_until=work.now + LEASE, retries=PARTS)
        .execution_options(synchronize_session=False)
    )


def _free(job: Job, now: datetime) -> bool:
    if job.state == JobState.LEASED:
        return job.leased_until is None or job.leased_until < now
    return job.state == JobState.READY


def finish(work: Work, job_id: int, *, worker: str, result: Mapping[str, Any]) -> None:
    """Write a job's end and, where it belongs to an element, move its case on.

    A suspended case is not moved: the job holds its result until the case is resumed. Raises ConflictError
    where the lease has gone to another worker.
    """
    case = _case_of(work, job_id)
    job = _held_by(work, job_id, worker)
    job.error = None
    if case is not None and case.state == CaseState.SUSPENDED:
        job.state = JobState.HELD
        job.payload = {**job.payload, RESULT: plain(dict(result))}
        return
    _complete(work, case, job, result=result)


def throw(work: Work, job_id: int, *, worker: str, thrown: BpmnThrow) -> None:
    """Hand a BPMN error or escalation of a worker to the case; the job is over with it.

    An error that the diagram does not catch stops the case as an incident. Raises InvalidError for an
    escalation that it does not catch, ConflictError where the lease has gone to another worker.
    """
    case = _case_of(work, job_id)
    job = _held_by(work, job_id, worker)
    if case is not None and case.state == CaseState.SUSPENDED:
        job.state = JobState.HELD
        told = {"kind": thrown.kind, "code": thrown.code, "variables": plain(dict(thrown.variables))}
        job.payload = {**job.payload, THROWN: told}
        return
    _throw(work, case, job, thrown=thrown)


def _throw(work: Work, case: Case | None, job: Job, *, thrown: BpmnThrow) -> None:
    job.state = JobState.DONE
    job.done_at = work.now
    job.error = thrown.code
    work.session.flush()
    if case is None or job.element_instance is None or job.round is None:
        return
    key = ItemKey(element_instance=job.element_instance, round=job.round)
    command = Throw(key=key, kind=thrown.kind, code=thrown.code, variables=thrown.variables)
    advance = run(work, case, command)
    if thrown.kind == "escalation" and _is_open(work, case, key):
        run(work, case, Complete(key=key, variables={}))
    events.append(
        work,
        "job.threw",
        {
            "job": job.id,
            "type": job.type,
            "element": job.element_id,
            "kind": thrown.kind,
            "code": thrown.code,
            **facts(advance),
        },
        case=case,
    )


def _is_open(work: Work, case: Case, key: ItemKey) -> bool:
    """Whether the engine still waits for a job: what caught its escalation did not interrupt it."""
    specification = load_bundle(work.session, case.procedure_version_id).specification
    return any(token.key == key for token in readings.tokens_of(specification, case.snapshot))


def release_held(work: Work, case: Case) -> None:
    """Move a locked case, just resumed, by the results that its jobs left while it was suspended."""
    held = select(Job).where(Job.case_id == case.id, Job.state == JobState.HELD).order_by(Job.id)
    # one at a time: what one result calls off is not held any more
    while (job := work.session.scalars(held.with_for_update().limit(1)).one_or_none()) is not None:
        told = job.payload.get(THROWN)
        if told is not None:
            _throw(work, case, job, thrown=BpmnThrow(**told))
        else:
            _complete(work, case, job, result=job.payload[RESULT])
        work.session.flush()


def _complete(work: Work, case: Case | None, job: Job, *, result: Mapping[str, Any]) -> None:
    job.state = JobState.DONE
    job.done_at = work.now
    work.session.flush()
    if case is None or job.element_instance is None or job.round is None:
        return
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


def fail(work: Work, job_id: int, *, worker: str, error: str, outside: bool = False) -> None:
    """Write down a failure: tried again later, or an incident where no retry is left.

    A door to the world that is shut (``outside``) uses up no retry: what was asked waits until it opens.
    """
    case = _case_of(work, job_id)
    job = _held_by(work, job_id, worker)
    if outside:
        job.retries += 1
    if job.retries > 0:
        job.error = error[:MAX_ERROR]
        job.state = JobState.READY
        job.due_at = work.now + BACKOFF[min(job.attempts - 1, len(BACKOFF) - 1)]
        return
    _stop(work, case, job, error=error)


def _stop(work: Work, case: Case | None, job: Job, *, error: str | Message) -> None:
    job.state = JobState.FAILED
    job.error = str(error)[:MAX_ERROR]
    if case is None:
        return
    if case.state == CaseState.ACTIVE:  # a suspended one stays so, and stands still when it is resumed
        case.state = CaseState.INCIDENT
    message = msg("系统步骤“{type}”多次失败：{error}", type=job.type, error=error)
    open_incident(work, case, element_id=job.element_id or "", kind=JOB, message=message)
    events.append(work, "incident.opened", {"job": job.id, "element": job.element_id}, case=case)


def retry(work: Work, job_id: int, *, retries: int = 3) -> None:
    """Give a failed job new tries; the caller has checked that the actor may."""
    case = _case_of(work, job_id)
    job = work.session.get_one(Job, job_id, with_for_update=True)
    if job.state != JobState.FAILED:
        raise ConflictError(msg("这项后台任务没有失败，不需要重试。"))
    job.state = JobState.READY
    job.retries = retries
    job.due_at = work.now
    work.after_commit.append(lambda: work.ports.wake(job_id))
    if case is None:
        return
    work.session.flush()
    resolve(work, case, element_id=job.element_id or "")
    if case.state == CaseState.INCIDENT and not stands_still(work, case):
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


def _case_of(work: Work, job_id: int) -> Case | None:
    """The job's case, locked before the job itself: a click locks them in that order too."""
    case_id = work.session.scalar(select(Job.case_id).where(Job.id == job_id))
    return None if case_id is None else lock_case(work, case_id)


def _held_by(work: Work, job_id: int, worker: str) -> Job:
    job = work.session.scalars(
        select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if job.state != JobState.LEASED or job.leased_by != worker:
        raise ConflictError(msg("后台任务已转给另一个执行者。"))
    return job
