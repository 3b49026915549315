"""A person completes a task: form checked, case moved on, event written, all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, bindparam, delete, update

from models.task import Attachment, TaskCandidate, TaskDraft, TaskState
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from webapp.domain.text import msg
from webapp.engine.values import Complete, ItemKey
from webapp.services import events, search
from webapp.services.approvals.cast import cast
from webapp.services.cases.facts import facts
from webapp.services.cases.run import run
from webapp.services.cases.sharing import unshare
from webapp.services.cases.values import plain
from webapp.services.idempotency import recall, remember
from webapp.services.tasks.form import accept_values
from webapp.services.tasks.lock import check_mine, check_not_self, check_version, lock_task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Delete

    from models.task import Task
    from webapp.engine.values import Advance
    from webapp.services.tasks.form import TaskValues
    from webapp.services.work import Work


ACTOR = "actor"  # what an output mapping may name: the employee number of whoever completed the step
CONSENT = "consent"
DOORS = frozenset({"sign", "seal", CONSENT})  # values of the property ``page`` that name a page of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """Complete a task with the values of its form; ``version`` is what the page saw."""

    task_id: int
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None  # idempotency key made by the page
    door: str = ""  # page that asks: a step that names one is completed there alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a press is told, also when it is repeated."""

    task_id: int
    case_id: int
    repeated: bool = False


def complete(work: Work, command: CompleteTask) -> Completed:
    """Complete a task.

    Raises NotFoundError, ForbiddenError (not this person's, or about themselves), InvalidError with fields,
    ConflictError (stale page, or somebody was faster: by name).
    """
    what = f"complete/{command.task_id}"
    try:
        task = lock_task(work, command.task_id)
    except ConflictError:
        answer = recall(work, command.key, what)
        if answer is None:
            raise
        return Completed(task_id=command.task_id, case_id=answer["case"], repeated=True)
    check_version(work, task, command.version)
    check_mine(work, task)
    check_not_self(work, task)
    check_door(task, command.door)
    accepted = accept_values(work, task, command.values)
    _close(work, task, accepted)
    if task.seat:
        _clean(work, task, accepted)
        cast(work, task, accepted.values)
    else:
        advance = _advance(work, task, accepted)
        with work.session.no_autoflush:  # case and event go in one flush
            _record(work, task, accepted=accepted, advance=advance)
    remember(work, command.key, what, answer={"case": task.case_id})
    work.session.flush()
    return Completed(task_id=task.id, case_id=task.case_id)


def check_door(task: Task, door: str) -> None:
    """A step that has a page of its own (signing, sealing, consent) is not completed past it."""
    page = str((task.properties or {}).get("page") or "")
    if (page if page in DOORS else "") != door:
        raise ForbiddenError(msg("这一步有专门的页面，请在该页面办理。"))


@cache
def _dropping(table: type[TaskDraft | TaskCandidate]) -> Delete:
    rows: Any = table.__table__  # not the entity: rows without objects need no ORM
    return delete(rows).where(rows.c.task_id == bindparam("task", type_=BigInteger))


def _close(work: Work, task: Task, accepted: TaskValues) -> None:
    values = dict(accepted.values)
    outcome = values.get("outcome")
    if outcome is not None and not isinstance(outcome, str):
        raise InvalidError(msg("办理结果有误。"), fields={"outcome": (msg("请选择一个结果。"),)})
    # closed by its person, before the engine's answer closes what else the step ends
    task.state = TaskState.COMPLETED
    task.outcome = outcome
    task.result = plain(values)
    task.completed_at = work.now
    task.completed_by_id = work.person_id
    if task.assignee_id is None:
        task.assignee_id = work.person_id
        work.session.execute(_dropping(TaskCandidate), {"task": task.id})
        unshare(work, task)
    work.session.flush()  # the projection updates by state


def _advance(work: Work, task: Task, accepted: TaskValues) -> Advance:
    key = ItemKey(element_instance=task.element_instance, round=task.round)
    return run(work, task.case, Complete(key=key, variables={**accepted.values, ACTOR: work.actor.number}))


def _clean(work: Work, task: Task, accepted: TaskValues) -> None:
    work.session.execute(_dropping(TaskDraft), {"task": task.id})
    search.close(work.session, [task.id], TaskState.COMPLETED)
    if accepted.uploads:
        work.session.execute(
            update(Attachment)
            .where(Attachment.id.in_([u.id for u in accepted.uploads]))
            .values(case_id=task.case_id, task_id=task.id)
        )


def _record(work: Work, task: Task, *, accepted: TaskValues, advance: Advance) -> None:
    _clean(work, task, accepted)
    events.append(
        work,
        "task.completed",
        {
            "task": task.id,
            "element": task.element_id,
            "form": task.form_id,
            "outcome": task.outcome,
            "values": task.result,
            "files": [{"name": u.name, "sha256": u.sha256} for u in accepted.uploads],
            "on_behalf_of": task.owner_id,
            **facts(advance),
        },
        case=task.case,
    )
