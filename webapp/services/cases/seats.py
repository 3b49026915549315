"""Rows of open tasks: written for a new work item, or for one more sitting of a vote."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, update

from models.base import FAR
from models.task import Task, TaskCandidate, TaskQueue, TaskState
from webapp.services import search
from webapp.services.cases.sharing import NAMED, SHARED, share
from webapp.services.cases.values import plain
from webapp.services.signing.closing import close_flows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Insert
    from sqlalchemy.sql.dml import ReturningInsert

    from models.case import Case
    from webapp.engine.values import WorkItem
    from webapp.services.cases.assignment import Assignment
    from webapp.services.work import Work


TASKS: Any = Task.__table__


def new_task(work: Work, case: Case, item: WorkItem, *, place: Assignment, seat: int = 0) -> Task:
    """A task for a work item; ``add_tasks`` writes it."""
    return Task(
        case=case,
        case_id=case.id,
        element_instance=item.key.element_instance,
        round=item.key.round,
        seat=seat,
        element_id=item.element_id,
        names=dict(item.names),
        state=TaskState.OPEN,
        assignee_id=place.assignee_id,
        owner_id=place.owner_id,
        queue=place.queue,
        entity_id=case.entity_id,
        department_path=case.department_path,
        due_at=item.due,
        sort_at=item.due or FAR,
        follow_up_at=item.follow_up,
        priority=item.priority,
        form_id=item.form_id,
        variables=plain(dict(item.variables)),
        properties=plain({**item.properties, **_why(place)}),
        opened_at=work.now,
    )


def another_sitting(work: Work, task: Task, *, place: Assignment, seat: int) -> Task:
    """One more task of the same step, for another vote or a vote's next turn; ``add_tasks`` writes it."""
    return Task(
        case=task.case,
        case_id=task.case_id,
        element_instance=task.element_instance,
        round=task.round,
        seat=seat,
        element_id=task.element_id,
        names=task.names,
        state=TaskState.OPEN,
        assignee_id=place.assignee_id,
        owner_id=place.owner_id,
        queue=place.queue,
        entity_id=task.entity_id,
        department_path=task.department_path,
        due_at=task.due_at,
        sort_at=task.sort_at,
        follow_up_at=task.follow_up_at,
        priority=task.priority,
        form_id=task.form_id,
        variables=task.variables,
        properties={**(task.properties or {}), SHARED: [], NAMED: [], **_why(place)},
        opened_at=work.now,
    )


def add_tasks(work: Work, made: Sequence[tuple[Task, Assignment]], *, variables: Mapping[str, Any]) -> None:
    """Write new tasks with who may claim them and what finds them; ``variables`` are the case's.

    They are rows, not objects of the session: a flush would write the case, as the click's end does again.
    """
    tasks = [task for task, _ in made]
    for task in tasks:
        task.grams = search.task_grams(work, task, variables=variables)
    rows = [{name: getattr(t, name) for name in TASKS.c.keys() & vars(t).keys()} for t in tasks]
    for task, task_id in zip(tasks, work.session.scalars(_inserting_tasks(), rows), strict=True):
        task.id = task_id
    candidates = [
        {"task_id": task.id, "person_id": person, "sort_at": task.sort_at}
        for task, place in made
        for person in place.candidate_ids
    ]
    if candidates:
        work.session.execute(_inserting(), candidates)
    share(work, tasks)
    search.open_tasks(work.session, [t.id for t in tasks])


def _why(place: Assignment) -> dict[str, Any]:
    also = {SHARED: list(place.further), NAMED: list(place.candidate_ids)}
    return {"assigned.why": place.why, **{name: found for name, found in also.items() if found}}


@cache
def _inserting_tasks() -> ReturningInsert[int]:
    return insert(TASKS).returning(TASKS.c.id, sort_by_parameter_order=True)


@cache
def _inserting() -> Insert:
    rows: Any = TaskCandidate.__table__  # not the entity: rows without objects need no ORM
    return insert(rows)


def close_tasks(work: Work, task_ids: Sequence[int]) -> None:
    """Take open tasks away from whoever has them: the step goes on without."""
    if not task_ids:
        return
    work.session.execute(
        update(Task)
        .where(Task.id.in_(task_ids), Task.state == TaskState.OPEN)
        .values(state=TaskState.CANCELLED, completed_at=work.now, version=Task.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    forget_tasks(work, task_ids)


def forget_tasks(work: Work, task_ids: Sequence[int]) -> None:
    """Nobody may claim or find tasks any more that were just cancelled."""
    for table in (TaskCandidate, TaskQueue):
        work.session.execute(delete(table).where(table.task_id.in_(task_ids)))
    search.close(work.session, list(task_ids), TaskState.CANCELLED)
    close_flows(work, task_ids)
