"""Taking, giving back, handing on and urging tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from models.organisation import Department
from models.person import Person
from models.task import TaskCandidate
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.approvals.verbs import follow_transfer
from webapp.services.cases.assignment import CLOSED, is_approval, is_personal, may_decide, may_receive
from webapp.services.cases.sharing import can_be_given_back, give_back, unshare
from webapp.services.notices import tell
from webapp.services.tasks.lock import check_mine, check_not_self, check_version, lock_task

if TYPE_CHECKING:
    from models.task import Task
    from webapp.domain.text import Message
    from webapp.services.work import Work

URGE_PAUSE = timedelta(hours=4)  # between two urgings of one task


def claim(work: Work, task_id: int, *, version: int) -> Task:
    """Take a task out of a queue (认领)."""
    task = lock_task(work, task_id)
    if task.assignee_id is not None:
        raise ConflictError(_taken(work, task))
    check_version(work, task, version)
    check_mine(work, task)
    check_not_self(work, task)
    task.assignee_id = work.person_id
    work.session.execute(delete(TaskCandidate).where(TaskCandidate.task_id == task.id))
    unshare(work, task)
    events.append(work, "task.claimed", {"task": task.id, "element": task.element_id}, case=task.case)
    work.session.flush()
    return task


def _taken(work: Work, task: Task) -> Message:
    name = work.session.scalar(select(Person.name).where(Person.id == task.assignee_id))
    return msg("{name}已先认领了这项任务。", name=name)


def release(work: Work, task_id: int, *, version: int) -> Task:
    """Give a claimed task back to its queue (放回)."""
    task = lock_task(work, task_id)
    check_version(work, task, version)
    if task.assignee_id != work.person_id:
        raise ForbiddenError(msg("只有办理人可以放回任务。"))
    if not can_be_given_back(task):
        raise InvalidError(msg("这项任务是指定给您的，不能放回；可以转办给他人。"))
    task.assignee_id = None
    give_back(work, task)
    events.append(work, "task.released", {"task": task.id, "element": task.element_id}, case=task.case)
    work.session.flush()
    return task


def transfer(work: Work, task_id: int, *, version: int, to_id: int, reason: str) -> Task:
    """Hand a task on to somebody else (转办): by its holder, or by HR of the entity."""
    task = lock_task(work, task_id)
    check_version(work, task, version)
    _check_may_transfer(work, task)
    if is_personal(task.properties):
        raise InvalidError(msg("这一步只能由本人办理，不能转给他人。"))
    if not reason.strip():
        raise InvalidError(fields={"reason": (msg("请写明转办原因。"),)})
    receiver = work.session.execute(
        select(Person, Department.path)
        .join(Department, Person.department_id == Department.id)
        .where(Person.id == to_id)
    ).one_or_none()
    if receiver is None or receiver[0].left_on is not None:
        raise InvalidError(fields={"to": (msg("请选择一位在职人员。"),)})
    person: Person = receiver[0]
    if not may_decide(task.case, task.properties, person.id):
        raise InvalidError(fields={"to": (msg("不能转给申请人本人，或者须回避这一步的人。"),)})
    if not may_receive(work, task, person.id):
        raise InvalidError(fields={"to": (CLOSED,)})
    follow_transfer(work, task, person.id)
    before = task.assignee_id
    task.owner_id = task.owner_id or before
    task.assignee_id = person.id
    work.session.execute(delete(TaskCandidate).where(TaskCandidate.task_id == task.id))
    unshare(work, task)
    events.append(
        work,
        "task.transferred",
        {"task": task.id, "element": task.element_id, "from": before, "to": person.id, "reason": reason},
        case=task.case,
    )
    tell(
        work,
        [person.id],
        msg("{name}把“{title}”转给您办理。", name=work.actor.name, title=task.case.title),
        kind="transfer",
        case_id=task.case_id,
        task_id=task.id,
    )
    work.session.flush()
    return task


def _check_may_transfer(work: Work, task: Task) -> None:
    if task.assignee_id == work.actor.person_id:
        return
    if is_approval(task.properties) and task.case.person_id == work.actor.person_id:
        raise ForbiddenError(msg("不能为自己的申请挑选审批人。"))
    if not work.actor.may_within(
        Permission.TASK_REASSIGN, entity_id=task.entity_id, department_path=task.department_path
    ):
        raise ForbiddenError(msg("只有办理人或本单位人事可以转办。"))


def urge(work: Work, task_id: int) -> Task:
    """Remind the holder of a task (催办): by the person concerned, the starter, or HR; not every minute."""
    task = lock_task(work, task_id)
    concerned = work.actor.person_id in (task.case.person_id, task.case.starter_id)
    if not concerned and not work.actor.may_within(
        Permission.CASE_OPERATE, entity_id=task.entity_id, department_path=task.department_path
    ):
        raise ForbiddenError(msg("只有申请人或本单位人事可以催办。"))
    if task.reminded_at is not None and work.now - task.reminded_at < URGE_PAUSE:
        raise InvalidError(msg("四小时内已催办过，请稍后再试。"))
    if task.assignee_id is None:
        raise InvalidError(msg("任务还没有人认领，暂时不能催办。"))
    task.reminded_at = work.now
    tell(
        work,
        [task.assignee_id],
        msg("{name}提醒您尽快办理：{title}", name=work.actor.name, title=task.case.title),
        kind="urge",
        case_id=task.case_id,
        task_id=task.id,
    )
    events.append(work, "task.urged", {"task": task.id, "element": task.element_id}, case=task.case)
    work.session.flush()
    return task


def find_person(work: Work, number: str) -> int:
    """The id of an employed person by number; raises NotFoundError."""
    found = work.session.scalar(select(Person.id).where(Person.number == number, Person.left_on.is_(None)))
    if found is None:
        raise NotFoundError
    return found
