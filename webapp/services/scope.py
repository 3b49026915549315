"""Whose records: the part of every query that says what an actor may read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from models.approval import CaseCopy
from models.case import Case
from models.person import Person
from models.task import Task, TaskCandidate, TaskQueue, TaskState
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.permissions import Permission

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    from models.monitoring import MonitoringProfile
    from models.permit import Permit
    from webapp.domain.permissions import Actor
    from webapp.services.work import Work


Versioned = TypeVar("Versioned", "MonitoringProfile", "Permit")
KEPT = 128  # conditions of as many actors


def within(
    actor: Actor,
    permission: Permission,
    *,
    entity: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    path: InstrumentedAttribute[str] | None = None,
) -> ColumnElement[bool]:
    """Rows whose entity or department path lies in a scope that carries the permission."""
    if actor.system:
        return true()
    parts: list[ColumnElement[bool]] = []
    for grant in actor.scopes(permission):
        if grant.department_path is not None:
            if path is not None:
                parts.append(path.startswith(grant.department_path, autoescape=True))
        elif grant.entity_id is not None:
            parts.append(entity == grant.entity_id)
        else:
            return true()
    return or_(*parts) if parts else false()


def lock_within(
    work: Work, table: type[Versioned], key: int, *, permission: Permission, version: int | None
) -> Versioned:
    """A row that the actor may write, locked as it was seen at ``version``.

    Raises NotFoundError for a missing and for a foreign one alike, ConflictError for another version.
    """
    row = work.session.scalars(
        select(table)
        .where(table.id == key, within(work.actor, permission, entity=table.entity_id))
        .with_for_update(of=table)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.version != version:
        raise ConflictError
    return row


def my_reports(actor: Actor) -> ColumnElement[bool]:
    """Cases about people whose line manager the actor is."""
    return Case.person_id.in_(select(Person.id).where(Person.manager_id == actor.person_id))


@lru_cache(maxsize=KEPT)
def readable_cases(actor: Actor) -> ColumnElement[bool]:
    """Cases about or by an actor, of their reports, with a task of theirs, or in their scope.

    Made once for an actor as they are: making it takes longer than the database takes to answer.
    A case without a department is closed to the line of the person: only scopes of the employer hold it. A
    restricted one nobody reads who is the person it is about, whatever they are besides: they see the steps
    that are theirs, no more.
    """
    if actor.system:
        return true()
    other = aliased(Task)  # the query around may be about tasks itself
    mine = exists().where(
        other.case_id == Case.id,
        or_(
            other.assignee_id == actor.person_id,
            other.completed_by_id == actor.person_id,
            and_(other.state == TaskState.OPEN, other.assignee_id.is_(None), claimable_tasks(actor, other)),
        ),
    )
    line = and_(my_reports(actor), Case.department_path != "")
    concerned = or_(Case.person_id == actor.person_id, Case.starter_id == actor.person_id, line)
    readable = or_(
        and_(concerned, Case.restricted.is_(False)),
        within(actor, Permission.CASE_READ, entity=Case.entity_id, path=Case.department_path),
        mine,
        Case.id.in_(select(CaseCopy.case_id).where(CaseCopy.person_id == actor.person_id)),
    )
    return and_(readable, not_against(actor))


def not_against(actor: Actor) -> ColumnElement[bool]:
    """Every case but the restricted ones about the actor."""
    return true() if actor.system else or_(Case.restricted.is_(False), Case.person_id != actor.person_id)


def claimable_tasks(actor: Actor, task: type[Task] = Task) -> ColumnElement[bool]:
    """Tasks in a queue of the actor or naming them as candidate; the caller adds state and assignee."""
    candidate = task.id.in_(select(TaskCandidate.task_id).where(TaskCandidate.person_id == actor.person_id))
    if not actor.queues:
        return candidate
    shared = task.id.in_(select(TaskQueue.task_id).where(TaskQueue.queue.in_(actor.queues)))
    return or_(task.queue.in_(actor.queues), shared, candidate)


def workable_tasks(actor: Actor) -> ColumnElement[bool]:
    """Open tasks that the actor may complete now."""
    return and_(
        Task.state == TaskState.OPEN,
        or_(
            Task.assignee_id == actor.person_id,
            and_(Task.assignee_id.is_(None), claimable_tasks(actor)),
        ),
    )


def readable_people(actor: Actor) -> ColumnElement[bool]:
    """People whose record an actor may read: themselves, their reports, those in scope."""
    if actor.system:
        return true()
    return or_(
        Person.id == actor.person_id,
        Person.manager_id == actor.person_id,
        within(actor, Permission.PERSON_READ, entity=Person.entity_id),
    )
