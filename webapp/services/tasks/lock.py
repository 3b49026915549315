"""A task and its case, locked for one click."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, or_, select
from sqlalchemy.orm import contains_eager

from models.approval import Ballot, BallotState, Vote
from models.case import Case, CaseState
from models.event import Event, EventPayload
from models.person import Person
from models.task import Task, TaskState
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.text import msg
from webapp.services.cases.assignment import may_decide
from webapp.services.scope import KEPT, claimable_tasks, readable_cases

if TYPE_CHECKING:
    from sqlalchemy import Select

    from webapp.domain.permissions import Actor
    from webapp.domain.text import Message
    from webapp.services.work import Work

ON_ALL = frozenset({"case.variables_edited", "case.migrated"})  # acts that change every open task of a case
ACTS = 50  # how far back one looks for who changed a task


def lock_task(work: Work, task_id: int) -> Task:
    """Lock an open task and its case that the actor may read; one statement for the assignee, two for others.

    The case is locked first, as everywhere: a click on one task may close others of its case. What is loaded
    is the very row that is locked, since PostgreSQL reads no other one again after it waited for the lock.
    Raises NotFoundError for a missing or unreadable task (both look the same) and ConflictError, with the
    name of whoever was faster, for one that is not open any more.
    """
    values = {"task": task_id, "me": work.actor.person_id}
    task = work.session.scalars(_mine(), values).one_or_none()
    if task is None:
        task = work.session.scalars(_readable(work.actor), values).one_or_none()
    if task is None:
        raise NotFoundError
    if task.state != TaskState.OPEN:
        raise ConflictError(told(work, task))
    if task.case.state == CaseState.SUSPENDED:
        raise ConflictError(msg("案件已暂停，恢复后才能办理。"))
    return task


@cache
def _with_case() -> Select[Task]:
    return (
        select(Task)
        .join(Task.case)
        .options(contains_eager(Task.case).joinedload(Case.person, innerjoin=True))
        .where(Task.id == bindparam("task", type_=BigInteger))
        .with_for_update(of=[Case, Task])
        .execution_options(populate_existing=True)
    )


@cache
def _mine() -> Select[Task]:
    """The usual click, on one's own task: its statement is made once, that of a scope once for each actor."""
    return _with_case().where(Task.assignee_id == bindparam("me", type_=BigInteger))


@lru_cache(maxsize=KEPT)
def _readable(actor: Actor) -> Select[Task]:
    return _with_case().where(readable_cases(actor))


@lru_cache(maxsize=KEPT)
def _claimable(actor: Actor) -> Select[int]:
    return select(Task.id).where(Task.id == bindparam("task", type_=BigInteger), claimable_tasks(actor))


def told(work: Work, task: Task) -> Message:
    """Who was faster, in words."""
    if task.completed_by_id is None:
        decided = _decided_by(work, task) if task.seat else None
        if decided is not None:
            return msg("{name}已先表决，这一步已有结果，您的操作没有生效。", name=decided)
        return msg("这一步已不再需要办理：流程已继续。")
    name = work.session.scalar(select(Person.name).where(Person.id == task.completed_by_id))
    return msg("{name}已先办理了这一步，您的操作没有生效。", name=name)


def _decided_by(work: Work, task: Task) -> str | None:
    """Who gave the vote by which a step was decided."""
    return work.session.scalar(
        select(Person.name)
        .join(Vote, Vote.decided_by_id == Person.id)
        .join(Ballot, Vote.ballot_id == Ballot.id)
        .where(
            Ballot.case_id == task.case_id,
            Ballot.element_instance == task.element_instance,
            Ballot.round == task.round,
            Ballot.state == BallotState.DECIDED,
        )
        .order_by(Vote.decided_at.desc(), Vote.id.desc())
        .limit(1)
    )


def check_version(work: Work, task: Task, version: int) -> None:
    """Refuse a click on a stale page, and say whose act made it stale."""
    if task.version == version:
        return
    name = _changed_by(work, task)
    if name is None:  # the system itself
        raise ConflictError(msg("页面打开后任务已被更改，请刷新后再试。"))
    raise ConflictError(msg("页面打开后，{name}更改了这项任务，您的操作没有生效。请刷新后再试。", name=name))


def _changed_by(work: Work, task: Task) -> str | None:
    """Who changed an open task last: the newest act on it, or on everything that is open in its case."""
    acts = work.session.execute(
        select(Event.kind, EventPayload.body, Person.name)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .outerjoin(Person, Event.actor_id == Person.id)
        .where(Event.case_id == task.case_id, or_(Event.kind.startswith("task."), Event.kind.in_(ON_ALL)))
        .order_by(Event.sequence.desc())
        .limit(ACTS)
    )
    for kind, body, name in acts:
        if kind in ON_ALL or (body and json.loads(body)["data"].get("task") == task.id):
            return name
    return None


def check_not_self(work: Work, task: Task) -> None:
    """Nobody decides about their own request, whatever the diagram, form or a transfer says."""
    if not may_decide(task.case, task.properties, work.actor.person_id):
        if task.case.person_id == work.actor.person_id:
            raise ForbiddenError(msg("不能审批自己的申请。"))
        if task.case.starter_id == work.actor.person_id:
            raise ForbiddenError(msg("不能审批自己发起的申请。"))
        raise ForbiddenError(msg("您参与过本案前面的步骤，这一步须由另一人决定。"))


def check_mine(work: Work, task: Task) -> None:
    """Only the assignee, or anyone of the queue while nobody has it, may act.

    Raises ForbiddenError in words.
    """
    if work.actor.person_id is not None and task.assignee_id == work.actor.person_id:
        return
    if task.assignee_id is not None:
        raise ForbiddenError(msg("这项任务由他人办理，您只能查看。"))
    if work.session.scalar(_claimable(work.actor), {"task": task.id}) is None:
        raise ForbiddenError(msg("这项任务不在您的待办范围内。"))
