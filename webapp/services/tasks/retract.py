"""A decision taken back by who made it (撤回), as long as nobody and nothing has acted on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.event import Event
from models.task import Task, TaskState
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.text import msg
from webapp.engine import readings
from webapp.engine.values import ItemKey, Return
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.operate import check_running, check_seen, lock_readable
from webapp.services.cases.run import run
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from models.case import Case
    from webapp.services.work import Work

EFFECTS: Final = frozenset({"serviceTask", "sendTask", "intermediateThrowEvent", "callActivity"})


def retract(work: Work, task_id: int, *, seen: int) -> Task:
    """Open a step again that the actor has just completed, and withdraw what came out of it.

    Raises NotFoundError, ForbiddenError for others' decisions, ConflictError once somebody has acted or the
    system has done something because of it.
    """
    case_id = work.session.scalar(select(Task.case_id).where(Task.id == task_id))
    if case_id is None:
        raise NotFoundError
    case = lock_readable(work, case_id)
    check_running(case)
    check_seen(work, case, seen)
    task = work.session.get_one(Task, task_id, populate_existing=True)
    if task.completed_by_id is None or task.completed_by_id != work.actor.person_id:
        raise ForbiddenError(msg("只能撤回自己的办理。"))
    if task.seat or task.state != TaskState.COMPLETED:
        raise ConflictError(msg("这一步已有结果。"))
    key = _way_back(work, case, task)
    if key is None:
        raise ConflictError(msg("后面已经有人或系统办理，不能撤回；可以请办理人退回。"))
    advance = run(work, case, Return(from_key=key, to_element=task.element_id))
    data = {"task": task.id, "element": task.element_id, **facts(advance)}
    events.append(work, "task.retracted", data, case=case)
    work.session.flush()
    return work.session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.element_id == task.element_id, Task.state == TaskState.OPEN)
        .order_by(Task.id.desc())
        .limit(1)
    ).one()


def may_retract(work: Work, task: Task) -> bool:
    """Whether the page offers it: the actor did it last, and the case has not moved since."""
    mine = task.completed_by_id is not None and task.completed_by_id == work.actor.person_id
    if not mine or task.seat or task.case.ended_at is not None or task.state != TaskState.COMPLETED:
        return False
    return _way_back(work, task.case, task) is not None


def _way_back(work: Work, case: Case, task: Task) -> ItemKey | None:
    """An open step that came out of the task; None where anything has happened since."""
    last = work.session.scalars(
        select(Event)
        .options(joinedload(Event.payload))
        .where(Event.case_id == case.id, Event.sequence == case.event_count)
    ).one_or_none()
    if last is None or last.kind != "task.completed" or not last.payload.body:
        return None
    data = json.loads(last.payload.body)["data"]
    bundle = load_bundle(work.session, case.procedure_version_id)
    passed = [bundle.elements[name].type for name in data.get("passed", ()) if name in bundle.elements]
    if data.get("task") != task.id or EFFECTS & set(passed):
        return None
    opened = set(data.get("opened", ()))
    for row in work.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN).order_by(Task.id)
    ):
        if row.element_id not in opened:
            continue
        key = ItemKey(element_instance=row.element_instance, round=row.round)
        targets = readings.return_targets(bundle.specification, case.snapshot, key)
        if task.element_id in {t.element_id for t in targets}:
            return key
    return None
