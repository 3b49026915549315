"""What the engine answered, as rows: tasks, timers, messages, jobs, incidents."""

from __future__ import annotations

import secrets
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, bindparam, delete, insert, update

from models.case import AwaitedMessage, CaseState, Timer
from models.job import UNFINISHED, JobState
from models.job import Job as JobRow
from models.task import Task, TaskState
from webapp.domain.text import msg
from webapp.engine.values import MessageWait
from webapp.services.approvals.ballots import cancel_ballot, open_ballot
from webapp.services.approvals.policy import is_vote
from webapp.services.cases.assignment import assign
from webapp.services.cases.incidents import failed_jobs, open_incident, settle
from webapp.services.cases.repeats import who_agreed
from webapp.services.cases.seats import add_tasks, forget_tasks, new_task
from webapp.services.cases.values import plain
from webapp.services.notices import tell, told_of_trouble

SIGNAL = "signal:"  # before the name of an awaited signal in the table of awaited messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Delete, Insert

    from models.base import Base
    from models.case import Case
    from webapp.engine.values import Advance, ItemKey, Job, WorkItem
    from webapp.services.work import Work


def project(work: Work, case: Case, advance: Advance, *, keep_years: int) -> None:
    """Bring all rows of a case in line with its new state.

    The case's own row comes last: else the flush of new tasks would write it, and the click's end again.
    """
    variables = plain(dict(advance.variables))
    _jobs(work, case, advance)
    _incidents(work, case, advance)
    _close(work, case, advance)
    _open(work, case, advance.opened, variables=variables)
    _case(work, case, advance, keep_years=keep_years)
    case.variables = variables
    _waits(work, case, advance)


def _case(work: Work, case: Case, advance: Advance, *, keep_years: int) -> None:
    case.snapshot = advance.snapshot
    outcome = advance.variables.get("outcome")
    if isinstance(outcome, str):
        case.outcome = outcome[:32]
    if advance.ended and case.ended_at is None:
        case.state = CaseState.COMPLETED
        case.ended_at = work.now
        case.keep_until = work.now.replace(year=work.now.year + keep_years, day=min(work.now.day, 28))
    elif case.state == CaseState.SUSPENDED:
        pass  # a mended case stays suspended until it is resumed
    elif advance.incidents:
        case.state = CaseState.INCIDENT
    elif case.state == CaseState.INCIDENT and not failed_jobs(work, case):
        case.state = CaseState.ACTIVE


def _close(work: Work, case: Case, advance: Advance) -> None:
    for key in advance.closed:
        rows = work.session.execute(
            update(Task)
            .where(
                Task.case_id == case.id,
                Task.element_instance == key.element_instance,
                Task.round == key.round,
                Task.state == TaskState.OPEN,
            )
            .values(state=TaskState.CANCELLED, completed_at=work.now, version=Task.version + 1)
            .returning(Task.id, Task.seat)
            .execution_options(synchronize_session=False)
        ).all()
        if rows:
            forget_tasks(work, [task_id for task_id, _ in rows])
        if any(seat for _, seat in rows):
            cancel_ballot(work, case, key)


def _open(work: Work, case: Case, items: Sequence[WorkItem], *, variables: dict[str, Any]) -> None:
    for item in items:
        if is_vote(item.properties):
            open_ballot(work, case, item, agreed=who_agreed(work, case, item), variables=variables)
    alone = tuple(i for i in items if not is_vote(i.properties))
    if not alone:
        return
    found = assign(work, case, alone)
    places = [found[(i.key.element_instance, i.key.round)] for i in alone]
    tasks = [new_task(work, case, i, place=p) for i, p in zip(alone, places, strict=True)]
    add_tasks(work, list(zip(tasks, places, strict=True)), variables=variables)


def _waits(work: Work, case: Case, advance: Advance) -> None:
    timers = {_name(t.key): [t.element_id, t.due_at.isoformat()] for t in advance.timers}
    awaited = _awaited(advance)
    messages = {_name(m.key): [m.element_id, m.name, m.correlation_key] for m in awaited}
    before = case.waits or {}
    old_timers, old_messages = before.get("timers", {}), before.get("messages", {})
    if timers != old_timers:
        stale = [k for k, v in old_timers.items() if timers.get(k) != v]
        _forget(work, case, Timer, names=stale)
        fresh = [t for t in advance.timers if old_timers.get(_name(t.key)) != timers[_name(t.key)]]
        _insert(work, Timer, [_row(case, t.key, element_id=t.element_id, due_at=t.due_at) for t in fresh])
    if messages != old_messages:
        stale = [k for k, v in old_messages.items() if messages.get(k) != v]
        _forget(work, case, AwaitedMessage, names=stale)
        new = [m for m in awaited if old_messages.get(_name(m.key)) != messages[_name(m.key)]]
        rows = [
            _row(case, m.key, element_id=m.element_id, name=m.name, correlation_key=m.correlation_key)
            for m in new
        ]
        _insert(work, AwaitedMessage, rows)
    case.waits = {"timers": timers, "messages": messages}


def _awaited(advance: Advance) -> list[MessageWait]:
    """Messages, and signals under a name that no message has."""
    signals = (
        MessageWait(key=s.key, element_id=s.element_id, name=SIGNAL + s.name, correlation_key=None)
        for s in advance.signals
    )
    return [*advance.messages, *signals]


def _name(key: ItemKey) -> str:
    return f"{key.element_instance}/{key.round}"


def _row(case: Case, key: ItemKey, **columns: Any) -> dict[str, Any]:
    return {"case_id": case.id, "element_instance": key.element_instance, "round": key.round, **columns}


def _forget(work: Work, case: Case, table: type[Timer | AwaitedMessage], *, names: Sequence[str]) -> None:
    if names:
        instances = [n.rsplit("/", 1)[0] for n in names]
        work.session.execute(_forgetting(table), {"case": case.id, "instances": instances})


def _insert(work: Work, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        work.session.execute(_inserting(table), list(rows))


@cache
def _inserting(table: type[Base]) -> Insert:
    rows: Any = table.__table__  # not the entity: rows without objects need no ORM
    return insert(rows)


@cache
def _forgetting(table: type[Timer | AwaitedMessage]) -> Delete:
    rows: Any = table.__table__
    instances = bindparam("instances", expanding=True, type_=String)
    named = (rows.c.case_id == bindparam("case", type_=BigInteger), rows.c.element_instance.in_(instances))
    return delete(rows).where(*named)


def _jobs(work: Work, case: Case, advance: Advance) -> None:
    for key in advance.cancelled_jobs:
        work.session.execute(
            update(JobRow)
            .where(
                JobRow.case_id == case.id,
                JobRow.element_instance == key.element_instance,
                JobRow.round == key.round,
                JobRow.state.in_(UNFINISHED),
            )
            .values(state=JobState.CANCELLED, done_at=work.now)
            .execution_options(synchronize_session=False)
        )
    rows = [_job(work, case, j) for j in advance.jobs]
    if rows:
        work.session.add_all(rows)
        work.after_commit.append(partial(_wake, work, rows))


def _wake(work: Work, rows: Sequence[JobRow]) -> None:
    for row in rows:
        work.ports.wake(row.id)


def _job(work: Work, case: Case, job: Job) -> JobRow:
    return JobRow(
        type=job.type,
        state=JobState.READY,
        case_id=case.id,
        element_instance=job.key.element_instance,
        round=job.key.round,
        element_id=job.element_id,
        payload={"variables": plain(dict(job.variables)), "headers": dict(job.headers)},
        idempotency_key=secrets.token_hex(16),
        retries=job.retries,
        due_at=work.now,
        created_at=work.now,
    )


def _incidents(work: Work, case: Case, advance: Advance) -> None:
    told = settle(work, case, standing={i.element_id for i in advance.incidents})
    for incident in advance.incidents:
        if incident.element_id in told:
            continue
        open_incident(
            work, case, element_id=incident.element_id, kind=incident.kind, message=incident.message
        )
        tell(
            work,
            told_of_trouble(work, case),
            msg("{title}暂停：流程遇到问题，管理员正在处理。", title=case.title),
            kind="incident",
            case_id=case.id,
        )
