"""Fields that a reader's own steps hide: they stay hidden where the case shows what others filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from models.task import Task, TaskState
from webapp.services.forms import Access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.services.work import Work


def withheld_fields(work: Work, case_id: int | None) -> frozenset[str]:
    """Names that the steps hide which the actor holds, did, or may claim; one statement."""
    me = work.actor.person_id
    if me is None:
        return frozenset()
    mine = [Task.assignee_id == me, Task.completed_by_id == me]
    if work.actor.queues:
        mine.append(and_(Task.assignee_id.is_(None), Task.queue.in_(work.actor.queues)))
    rows = work.session.scalars(select(Task.properties).where(Task.case_id == case_id, or_(*mine)))
    return frozenset[str]().union(*(Access.of(properties).hidden for properties in rows))


def reading_access(work: Work, task: Task, withheld: frozenset[str]) -> Access:
    """What the actor may read of a finished step: all that it shows if it was theirs, else less."""
    access = Access.of(task.properties)
    if not withheld or task.completed_by_id == work.actor.person_id:
        return access
    return replace(access, hidden=access.hidden | withheld)


def withheld_files(work: Work, case_id: int | None, withheld: frozenset[str]) -> frozenset[str]:
    """Ids of files that others brought to fields which are withheld from the actor."""
    if not withheld:
        return frozenset()
    results = work.session.scalars(
        select(Task.result).where(
            Task.case_id == case_id,
            Task.state == TaskState.COMPLETED,
            Task.result.is_not(None),
            or_(Task.completed_by_id.is_(None), Task.completed_by_id != work.actor.person_id),
        )
    )
    return frozenset(
        found for result in results for name in withheld for found in _under(result, name.split("."))
    )


def _under(value: Any, parts: list[str]) -> Iterator[str]:
    """Every text below a path; the rows of lists are walked on the way."""
    if isinstance(value, list):
        for inner in value:
            yield from _under(inner, parts)
    elif isinstance(value, dict):
        for inner in value.values() if not parts else [value.get(parts[0])]:
            yield from _under(inner, parts[1:])
    elif isinstance(value, str) and not parts:
        yield value
