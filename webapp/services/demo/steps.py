"""Where the stories of the demo find the step that somebody is to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.task import Task, TaskState
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.services.demo.leave import Stage


def open_step(stage: Stage, case_id: int | None, element: str) -> Task | None:
    """The open task of a case at a BPMN element; None where none waits there."""
    here = (Task.case_id == case_id, Task.element_id == element, Task.state == TaskState.OPEN)
    with stage.unit(SYSTEM) as work:
        return work.session.scalars(select(Task).where(*here)).first()


def waiting_step(stage: Stage, case_id: int | None, element: str) -> Task:
    """The same; raises InvalidError where none waits."""
    task = open_step(stage, case_id, element)
    if task is None:
        raise InvalidError(msg("“{element}”此时没有在等待。", element=element))
    return task
