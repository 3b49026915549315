"""Sending a case back to a step that was done (退回)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine import readings
from webapp.engine.values import ItemKey, Return
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.run import run
from webapp.services.procedures.bundle import load_bundle
from webapp.services.tasks.lock import check_mine, check_not_self, check_version, lock_task

if TYPE_CHECKING:
    from models.task import Task
    from webapp.services.work import Work


def return_targets(work: Work, task: Task) -> tuple[tuple[str, str], ...]:
    """Steps that an open task may be sent back to: BPMN id and zh-Hans label, the latest first."""
    bundle = load_bundle(work.session, task.case.procedure_version_id)
    found = readings.return_targets(bundle.specification, task.case.snapshot, _key(task))
    return tuple((t.element_id, t.names.get("zh-Hans", t.element_id)) for t in found if t.kind == "userTask")


def send_back(work: Work, task_id: int, *, version: int, element: str, reason: str) -> Task:
    """Withdraw what came after a step and open it again; raises InvalidError with fields."""
    task = lock_task(work, task_id)
    check_version(task, version)
    check_mine(work, task)
    check_not_self(work, task)
    if not reason.strip():
        raise InvalidError(fields={"reason": (msg("请写明退回原因。"),)})
    if element not in {e for e, _ in return_targets(work, task)}:
        raise InvalidError(fields={"element": (msg("不能退回到这一步。"),)})
    advance = run(work, task.case, Return(from_key=_key(task), to_element=element))
    events.append(
        work,
        "task.returned",
        {"task": task.id, "element": task.element_id, "to": element, "reason": reason, **facts(advance)},
        case=task.case,
    )
    work.session.flush()
    return task


def _key(task: Task) -> ItemKey:
    return ItemKey(element_instance=task.element_instance, round=task.round)
