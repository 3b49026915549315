"""What each kind of element does when a token reaches it and when it leaves."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.util.task import TaskState

from webapp.domain.errors import HeguiError
from webapp.domain.text import msg
from webapp.engine import events, items, joins, scopes
from webapp.engine.encoding import clean, encode
from webapp.engine.errors import StuckError
from webapp.engine.expressions import resolve
from webapp.engine.values import FiredRule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.engine.cases import Case
    from webapp.engine.specs import Node


def enter(case: Case, task: Any) -> bool:
    """Inputs, boundaries, then the element's own act: True when it is done at once, None when it waits."""
    info, node = task.internal_data, task.task_spec.node
    if info.get("fired"):
        return True
    events.disarm(task)
    scopes.map_inputs(task, case.outside)
    if "index" not in info:
        events.arm(case, task, case.plan.boundaries.get(node.id, ()))
    return _act(case, task, node)


def _act(case: Case, task: Any, node: Node) -> bool:
    if "jobType" in node.settings and node.kind != "userTask":
        return items.open_job(case, task)
    act = _ACTS.get(node.kind)
    return True if act is None else act(case, task)


def _send(case: Case, task: Any) -> bool:
    if task.task_spec.node.event is None:
        raise StuckError(msg("此任务没有指定作业类型。"), kind="job")
    return events.throw(case, task)


def _begin(case: Case, task: Any) -> bool:
    event = task.task_spec.node.event
    return event.kind != "conditional" or _await(case, task)


def _await(case: Case, task: Any) -> bool:
    event = task.task_spec.node.event
    if event.kind == "link":
        return True
    task.internal_data.update(events.subscription(event, scopes.visible(task), case.outside))
    return False


def _await_one(case: Case, task: Any) -> bool:
    plan = case.plan
    events.arm(case, task, [plan.nodes[plan.flows[flow].target] for flow in task.task_spec.node.outgoing])
    return False


def _script(case: Case, task: Any) -> bool:
    settings = task.task_spec.node.settings
    value = resolve(settings.get("script"), scopes.visible(task), case.outside)
    if "resultVariable" in settings:
        task.data[settings["resultVariable"]] = value
    return True


def _decision(case: Case, task: Any) -> bool:
    node, context = task.task_spec.node, scopes.visible(task)
    decision = resolve(node.settings.get("decisionId"), context, case.outside)
    if not isinstance(decision, str):
        raise StuckError(msg("没有指定决策。"), kind="decision")
    inputs = dict(task.data) if node.inputs else dict(context)
    try:
        value, rules = case.outside.decide(decision, dict(context), case.outside.now)
    except HeguiError as error:
        raise StuckError(
            msg("决策“{decision}”没有结果：{reason}", decision=decision, reason=error.message),
            kind="decision",
        ) from error
    value = clean(value)
    if "resultVariable" in node.settings:
        task.data[node.settings["resultVariable"]] = value
    case.trace.fired.append(
        FiredRule(element_id=node.id, decision_id=decision, inputs=inputs, output=value, rules=tuple(rules))
    )
    return True


# -- scopes ------------------------------------------------------------------------------------------------


def start_of(case: Case, scope_id: str, chosen: str | None = None) -> Node:
    """The start event at which a scope begins: the chosen one, else the one without a trigger."""
    starts = [node for node in case.plan.children.get(scope_id, ()) if node.kind == "startEvent"]
    if chosen is not None:
        starts = [node for node in starts if node.id == chosen]
    starts.sort(key=lambda node: node.event is not None and node.event.kind != "none")
    if not starts:
        raise StuckError(msg("流程没有开始事件。"), kind="start")
    return starts[0]


def enter_scope(case: Case, scope: Any, chosen: str | None = None) -> bool:
    """Arm a scope's event subprocesses and put a token on its start event."""
    node, info = scope.task_spec.node, scope.internal_data
    case.refuse_depth(scope)
    start = start_of(case, node.id, chosen or info.get("start"))
    events.arm(case, scope, events.handlers_of(case, node.id))
    triggered = info.pop("payload", None)
    begun = node.by_event or (
        chosen is not None and start.event is not None and start.event.kind != "conditional"
    )
    token = case.token(start, scope, before=[], **({"fired": True} if begun else {}))
    token.data.update(triggered or {})
    return False


def _call(case: Case, task: Any) -> bool:
    settings, context = task.task_spec.node.settings, scopes.visible(task)
    name = resolve(settings.get("processId"), context, case.outside)
    node = case.plan.nodes.get(name) if isinstance(name, str) else None
    if node is None or node.kind != "process":
        raise StuckError(msg("没有找到被调用的流程“{process}”。", process=str(name)), kind="call")
    given = dict(task.data) if settings.get("propagateParent") == "false" else dict(context)
    child = case.create(node, task, before=[], round=1)
    child.data.update(given)
    child.internal_data["given"] = {item: _print(value) for item, value in given.items()}
    child._set_state(TaskState.STARTED)  # noqa: SLF001
    try:
        enter_scope(case, child)
    except StuckError:
        case._remove_task(child.id)  # noqa: SLF001
        raise
    case.trace.children.append(node.id)
    return False


def _print(value: Any) -> str:
    """A fingerprint, to tell whether a called process changed a variable that was handed in."""
    text = json.dumps(encode(value), sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def return_from_call(case: Case, scope: Any) -> None:
    """A called process has ended: its variables come back, but not stale copies of ours."""
    call, given = scope.parent, scope.internal_data["given"]
    call.internal_data["changed"] = [
        name for name, value in scope.data.items() if given.get(name) != _print(value)
    ]
    call.data.update(scope.data)
    case.note(scope, cancelled=False)
    case._remove_task(scope.id)  # noqa: SLF001
    case.complete(call)


_ACTS: Final[Mapping[str, Callable[[Case, Any], bool]]] = {  # what is not named here passes at once
    "userTask": items.open_item,
    "serviceTask": _send,
    "sendTask": _send,
    "receiveTask": _await,
    "scriptTask": _script,
    "businessRuleTask": _decision,
    "callActivity": _call,
    "subProcess": enter_scope,
    "parallelGateway": joins.arrive,
    "inclusiveGateway": joins.arrive,
    "eventBasedGateway": _await_one,
    "startEvent": _begin,
    "intermediateCatchEvent": _await,
    "intermediateThrowEvent": events.throw,
    "endEvent": events.throw,
}
