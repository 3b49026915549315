"""The inbox: lists that are one indexed walk each, with counts that read at most 1,001 rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.task import Task, TaskState

if TYPE_CHECKING:
    from webapp.services.work import Work

PAGE = 50


def my_tasks(work: Work) -> list[Task]:
    """The actor's open tasks, most urgent first."""
    return list(
        work.session.scalars(
            select(Task)
            .options(joinedload(Task.case, innerjoin=True).joinedload(Case.person, innerjoin=True))
            .where(Task.assignee_id == work.person_id, Task.state == TaskState.OPEN)
            .order_by(Task.sort_at, Task.id)
            .limit(PAGE)
        )
    )
