"""A task of several roles: the first is its queue, rows name the others while nobody has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select

from models.person import Person
from models.task import TaskCandidate, TaskQueue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.task import Task
    from webapp.services.work import Work

SHARED: Final = "assigned.queues"  # among a task's properties: its further queues, for when it is given back
NAMED: Final = "assigned.candidates"  # and the people who are named beside the queues, or alone


def share(work: Work, tasks: Sequence[Task]) -> None:
    """Let further roles find flushed tasks that nobody has."""
    rows = [
        {"task_id": task.id, "queue": queue, "sort_at": task.sort_at}
        for task in tasks
        for queue in (task.properties or {}).get(SHARED, ())
    ]
    if rows:
        table: Any = TaskQueue.__table__
        work.session.execute(insert(table), rows)


def give_back(work: Work, task: Task) -> None:
    """Whoever could claim a task when it was opened may claim it again; of those named, who is still here."""
    share(work, [task])
    named = (task.properties or {}).get(NAMED)
    if named:
        here = select(Person.id).where(Person.id.in_(named), Person.left_on.is_(None)).order_by(Person.id)
        rows = [
            {"task_id": task.id, "person_id": person, "sort_at": task.sort_at}
            for person in work.session.scalars(here)
        ]
        if rows:
            table: Any = TaskCandidate.__table__
            work.session.execute(insert(table), rows)


def can_be_given_back(task: Task) -> bool:
    """Whether somebody but its holder could have claimed a task."""
    return task.queue is not None or bool((task.properties or {}).get(NAMED))


def unshare(work: Work, task: Task) -> None:
    """Somebody has the task, or it is done: no statement for one that only one role had."""
    if (task.properties or {}).get(SHARED):
        work.session.execute(delete(TaskQueue).where(TaskQueue.task_id == task.id))
