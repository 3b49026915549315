"""A task of several roles: the first is its queue, rows name the others while nobody has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert

from models.task import TaskQueue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.task import Task
    from webapp.services.work import Work

SHARED: Final = "assigned.queues"  # among a task's properties: its further queues, for when it is given back


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


def unshare(work: Work, task: Task) -> None:
    """Somebody has the task, or it is done: no statement for one that only one role had."""
    if (task.properties or {}).get(SHARED):
        work.session.execute(delete(TaskQueue).where(TaskQueue.task_id == task.id))
