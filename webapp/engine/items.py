"""Work items and jobs: what is handed to people and to workers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from webapp.domain import approval
from webapp.domain.text import msg
from webapp.engine import scopes, timers
from webapp.engine.errors import StuckError
from webapp.engine.expressions import Outside, resolve
from webapp.engine.values import ItemKey, Job, WorkItem

if TYPE_CHECKING:
    from webapp.engine.cases import Case

DEFAULT_PRIORITY: Final = 50
MAX_PRIORITY: Final = 100
DEFAULT_RETRIES: Final = 3


def key(task: Any) -> ItemKey:
    """The key of a work item, job, timer or wait."""
    info = task.internal_data
    return ItemKey(element_instance=str(task.id), round=info.get("round", 1) + info.get("fires", 0))


def open_item(case: Case, task: Any) -> bool:
    """Hand a user task to people."""
    case.trace.opened[task.id] = work_item(task, case.outside)
    task.internal_data["open"] = "item"
    return False


def open_job(case: Case, task: Any) -> bool:
    """Hand a service task to workers."""
    case.trace.jobs[task.id] = job(task, case.outside)
    task.internal_data["open"] = "job"
    return False


def work_item(task: Any, outside: Outside) -> WorkItem:
    """The work item of an open user task, evaluated now."""
    node, context = task.task_spec.node, scopes.visible(task)
    settings = node.settings
    assignee = resolve(settings.get("assignee"), context, outside)
    properties = {name: resolve(text, context, outside) for name, text in node.properties.items()}
    fault = approval.fault_of(properties)
    if fault is not None:
        raise StuckError(fault, kind="assignment")
    return WorkItem(
        key=key(task),
        element_id=node.id,
        names=node.names,
        assignee=_person(assignee),
        candidate_users=_people(resolve(settings.get("candidateUsers"), context, outside)),
        candidate_groups=_people(resolve(settings.get("candidateGroups"), context, outside)),
        due=_moment(resolve(settings.get("dueDate"), context, outside)),
        follow_up=_moment(resolve(settings.get("followUpDate"), context, outside)),
        priority=_priority(resolve(settings.get("priority"), context, outside)),
        form_id=settings.get("formId"),
        variables=dict(context),
        properties=properties,
        headers=node.headers,
    )


def job(task: Any, outside: Outside) -> Job:
    """The job of a waiting service task, evaluated now."""
    node, context = task.task_spec.node, scopes.visible(task)
    kind = resolve(node.settings.get("jobType"), context, outside)
    if not isinstance(kind, str) or not kind:
        raise StuckError(msg("此任务没有指定作业类型。"), kind="job")
    return Job(
        key=key(task),
        element_id=node.id,
        type=kind,
        retries=_retries(resolve(node.settings.get("retries"), context, outside)),
        headers=node.headers,
        variables=dict(context),
    )


def _person(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise StuckError(msg("办理人的表达式没有得出人员。"), kind="assignment")


def _people(value: Any) -> tuple[str, ...]:
    """A list, or text with commas; empty when nothing is given."""
    if value is None:
        return ()
    if isinstance(value, str):
        value = [item.strip() for item in value.split(",")]
    if not isinstance(value, list):
        value = [value]
    people = (_person(item) for item in value)
    return tuple(dict.fromkeys(person for person in people if person))


def _moment(value: Any) -> datetime | None:
    """A due date; a date without time lasts to its last second in Asia/Shanghai."""
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(23, 59, 59), timers.LOCAL).astimezone(UTC)
    return timers.moment_of(value)


def _priority(value: Any) -> int:
    number = _whole(value, DEFAULT_PRIORITY)
    if not 0 <= number <= MAX_PRIORITY:
        raise StuckError(msg("优先级必须是 0 到 100 的整数。"), kind="assignment")
    return number


def _retries(value: Any) -> int:
    return max(_whole(value, DEFAULT_RETRIES), 0)


def _whole(value: Any, default: int) -> int:
    if value is None or value == "":
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().isdigit():
        return int(value)
    raise StuckError(msg("此处需要整数。"), kind="evaluation")
