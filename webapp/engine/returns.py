"""Sending a case back to a finished step, in and out of parallel branches and subprocesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.util.task import TaskState

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine import events, places
from webapp.engine.provenance import Instance, Past, past_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.engine.cases import Case

STEPS: Final = frozenset(
    {
        "userTask",
        "manualTask",
        "task",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A finished step that an open item may be sent back to."""

    element_id: str
    names: Mapping[str, str]
    kind: str  # the BPMN tag
    straight: bool  # whether "straight back to me" is possible


def targets_of(case: Case, task: Any) -> tuple[Target, ...]:
    """The steps that an open task may be sent back to, the latest first, each element once."""
    past = past_of(case)
    out: dict[str, Target] = {}
    for number in sorted(past.ancestors(task.id), reverse=True):
        instance = past.instances.get(number)
        if instance is None or instance.alive or instance.element in out:
            continue
        node = case.plan.nodes.get(instance.element)
        if node is None or node.kind not in STEPS or node.by_event or not _may_reopen(case, past, instance):
            continue
        out[node.id] = Target(
            element_id=node.id,
            names=node.names,
            kind=node.kind,
            straight=_is_beside(instance, task),
        )
    return tuple(out.values())


def _is_beside(instance: Instance, task: Any) -> bool:
    return instance.scope == task.parent.id and "index" not in task.internal_data


def _may_reopen(case: Case, past: Past, instance: Instance) -> bool:
    """Whether it can be opened again: not in a finished call, instance of many, or scope that was cut off."""
    if instance.id in past.dead_ends():
        return False
    torn = past.torn_scopes()
    scope = past.instances.get(instance.scope or 0)
    while scope is not None and not scope.alive:
        node = case.plan.nodes.get(scope.element)
        if node is None or node.kind != "subProcess" or node.loop is not None or node.by_event:
            return False
        if scope.id in torn:
            return False
        scope = past.instances.get(scope.scope or 0)
    return scope is not None


def send_back(case: Case, task: Any, element: str, *, straight: bool = False) -> None:
    """Withdraw all that came out of the target step and open it again.

    What parallel branches have done stays, their arrivals at joins are put back. With ``straight`` nothing
    else is withdrawn: the task waits while the step is done again, then opens once more. InvalidError for a
    target that does not lie before the task.
    """
    past = past_of(case)
    found = [past.instances[number] for number in past.ancestors(task.id) if number in past.instances]
    found = [item for item in found if item.element == element and not item.alive]
    node = case.plan.nodes.get(element)
    if not found or node is None or node.kind not in STEPS:
        raise InvalidError(msg("“{element}”不在此事项之前，不能退回到那里。", element=element))
    found = [item for item in found if _may_reopen(case, past, item)]
    if not found:
        raise InvalidError(msg("“{element}”所在的子流程已经结束，不能退回到那里。", element=element))
    target = max(found, key=lambda item: item.id)
    if straight:
        _detour(case, task, target)
    else:
        _reopen(case, past, target)


def _detour(case: Case, task: Any, target: Instance) -> None:
    if not _is_beside(target, task):
        raise InvalidError(msg("只有同一层的步骤可以办完后直接回到此处。"))
    case.close(task, cancelled=True)
    events.disarm(task)
    task._set_state(TaskState.WAITING)  # noqa: SLF001
    case.token(
        case.plan.nodes[target.element], task.parent, before=list(task.internal_data["before"]), back=task.id
    )


def _reopen(case: Case, past: Past, target: Instance) -> None:
    fallen, opened = past.undone_by(target.id)
    for number in sorted(fallen):
        if number in case.tasks:
            case.drop(case.tasks[number])
    for number in fallen | opened:
        case.history.records.pop(number, None)
    for number in sorted(opened):
        places.open_again(case, past, number)
    scope = places.open_again(case, past, target.scope or 0)
    _put_back(case, past, fallen | opened)
    case.token(case.plan.nodes[target.element], scope, before=list(target.before))


def _put_back(case: Case, past: Past, gone: set[int]) -> None:
    """Arrivals from branches that stay wait again at the joins that are taken back."""
    for number in sorted(gone):
        join = past.instances[number]
        scope = case.tasks.get(places.moved(case, join.scope or 0))
        if scope is None:
            continue
        for before, flow in zip(join.before, join.flows, strict=False):
            if before not in gone:
                node = case.plan.nodes.get(join.element)
                if node is None or flow not in node.incoming:
                    raise InvalidError(msg("流程版本已变，不能再退回到那里。"))
                task = case.create(node, scope, before=[before], via=flow, arrived=True)
                task._set_state(TaskState.STARTED)  # noqa: SLF001
