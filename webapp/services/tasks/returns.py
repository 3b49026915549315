"""Sending a case back to a step that was done (退回)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.approval import Vote
from webapp.domain.approval import SeatKind
from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.text import msg, named
from webapp.engine import readings
from webapp.engine.values import ItemKey, Return
from webapp.services import events
from webapp.services.cases.assignment import is_against
from webapp.services.cases.facts import facts
from webapp.services.cases.run import attempt, run
from webapp.services.procedures.bundle import load_bundle
from webapp.services.tasks.lock import check_mine, check_not_self, check_version, lock_task

if TYPE_CHECKING:
    from models.task import Task
    from webapp.domain.text import Message
    from webapp.engine.readings import Preview
    from webapp.engine.returns import Target
    from webapp.services.work import Work


def return_targets(work: Work, task: Task) -> tuple[tuple[str, Message], ...]:
    """Steps that an open task may be sent back to: BPMN id and label, the latest first.

    None of a restricted case to whom it is about: what others do there is not theirs to read or undo.
    """
    return tuple((t.element_id, named(t.names, t.element_id)) for t in _targets(work, task))


def straight_targets(work: Work, task: Task) -> frozenset[str]:
    """Those of them that can be done alone, with the case coming straight back to this task."""
    return frozenset(t.element_id for t in _targets(work, task) if t.straight)


def _targets(work: Work, task: Task) -> list[Target]:
    if is_against(task.case, work.actor.person_id):
        return []
    bundle = load_bundle(work.session, task.case.procedure_version_id)
    found = readings.return_targets(bundle.specification, task.case.snapshot, _key(task))
    return [target for target in found if target.kind == "userTask"]


def send_back(
    work: Work, task_id: int, *, version: int, element: str, reason: str, straight: bool = False
) -> Task:
    """Withdraw what came after a step and open it again; raises InvalidError with fields.

    With ``straight`` the step alone is done again, then this task opens anew.
    """
    task = lock_task(work, task_id)
    check_version(work, task, version)
    check_mine(work, task)
    check_not_self(work, task)
    _check_no_delegate(work, task)
    if not reason.strip():
        raise InvalidError(fields={"reason": (msg("请写明退回原因。"),)})
    _check_target(work, task, element, straight=straight)
    advance = run(work, task.case, _return(task, element, straight=straight))
    events.append(
        work,
        "task.returned",
        {
            "task": task.id,
            "element": task.element_id,
            "to": element,
            "straight": straight,
            "reason": reason,
            **facts(advance),
        },
        case=task.case,
    )
    work.session.flush()
    return task


def foretell_return(work: Work, task: Task, element: str, *, straight: bool) -> Preview:
    """What sending a task back would withdraw and open; changes nothing."""
    _check_target(work, task, element, straight=straight)
    return readings.preview(attempt(work, task.case, _return(task, element, straight=straight)))


def _return(task: Task, element: str, *, straight: bool) -> Return:
    return Return(from_key=_key(task), to_element=element, straight_back=straight)


def _check_target(work: Work, task: Task, element: str, *, straight: bool) -> None:
    known = straight_targets(work, task) if straight else {e for e, _ in return_targets(work, task)}
    if element not in known:
        raise InvalidError(fields={"element": (msg("不能退回到这一步。"),)})


def _check_no_delegate(work: Work, task: Task) -> None:
    """A delegate only advises: sending the case back is a decision."""
    if task.seat and work.session.scalar(
        select(Vote.id).where(Vote.task_id == task.id, Vote.kind == SeatKind.DELEGATE)
    ):
        raise ForbiddenError(msg("受委派的人只提意见，不能退回。"))


def _key(task: Task) -> ItemKey:
    return ItemKey(element_instance=task.element_instance, round=task.round)
