"""The four tabs, each a condition that one index serves."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, func, or_, select, union

from models.person import Person
from models.task import Task, TaskCandidate, TaskState
from webapp.domain.permissions import Permission
from webapp.services.scope import within

if TYPE_CHECKING:
    from sqlalchemy import Select

    from webapp.domain.permissions import Actor
    from webapp.services.work import Work

CAP = 1001  # a count reads no more index rows than this; pages show "1000+"


class Tab(StrEnum):
    """The lists of the inbox."""

    MINE = "mine"  # 我的: assigned to the actor
    CLAIMABLE = "claimable"  # 可认领: in a queue of the actor, or naming them as candidate
    TEAM = "team"  # 团队: open tasks of the actor's reports and scope
    DONE = "done"  # 已办: what the actor completed


def condition(actor: Actor, tab: Tab) -> ColumnElement[bool]:
    """What a tab shows; for the claimable tab of open, unassigned tasks in reach."""
    if tab is Tab.MINE:
        return and_(Task.assignee_id == actor.person_id, Task.state == TaskState.OPEN)
    if tab is Tab.DONE:
        return and_(Task.completed_by_id == actor.person_id, Task.state == TaskState.COMPLETED)
    if tab is Tab.TEAM:
        return and_(Task.state == TaskState.OPEN, _team(actor))
    return and_(Task.state == TaskState.OPEN, Task.assignee_id.is_(None), _reach(actor))


def _reach(actor: Actor) -> ColumnElement[bool]:
    named = Task.id.in_(select(TaskCandidate.task_id).where(TaskCandidate.person_id == actor.person_id))
    return or_(Task.queue.in_(actor.queues), named) if actor.queues else named


def _team(actor: Actor) -> ColumnElement[bool]:
    reports = Task.assignee_id.in_(select(Person.id).where(Person.manager_id == actor.person_id))
    scope = within(actor, Permission.CASE_READ, entity=Task.entity_id, path=Task.department_path)
    return and_(or_(reports, scope), or_(Task.assignee_id != actor.person_id, Task.assignee_id.is_(None)))


def claimable_ids(actor: Actor, most: int) -> Select[tuple[int]]:
    """The first ids of the claimable tab: each queue's index walked by itself, so that none is sorted."""
    parts = [
        select(Task.id, Task.sort_at)
        .where(Task.queue == q, Task.state == TaskState.OPEN, Task.assignee_id.is_(None))
        .order_by(Task.sort_at, Task.id)
        .limit(most)
        .subquery()
        for q in actor.queues
    ]
    named = (
        select(TaskCandidate.task_id.label("id"), TaskCandidate.sort_at)
        .where(TaskCandidate.person_id == actor.person_id)
        .order_by(TaskCandidate.sort_at, TaskCandidate.task_id)
        .limit(most)
        .subquery()
    )
    return select(union(*(select(p.c.id) for p in (*parts, named))).subquery().c.id)


def count(work: Work, tab: Tab) -> int:
    """Rows of a tab, counted no further than 1,001."""
    if tab is Tab.CLAIMABLE:
        inner = claimable_ids(work.actor, CAP).limit(CAP).subquery()
    else:
        where = condition(work.actor, tab) if work.actor.person_id is not None else false()
        inner = select(Task.id).where(where).limit(CAP).subquery()
    return work.session.scalar(select(func.count()).select_from(inner)) or 0


def counts(work: Work) -> dict[Tab, int]:
    """All four counts; four statements."""
    return {tab: count(work, tab) for tab in Tab}
