"""Events: what waits, what fires it, and who catches what is thrown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from webapp.domain.text import msg
from webapp.engine import scopes, timers
from webapp.engine.encoding import clean
from webapp.engine.errors import StuckError
from webapp.engine.expressions import is_true, resolve
from webapp.engine.values import Thrown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.engine.cases import Case
    from webapp.engine.expressions import Outside
    from webapp.engine.specs import Event, Node


def subscription(event: Event, context: Mapping[str, Any], outside: Outside) -> dict[str, Any]:
    """What a wait for this event remembers; every expression is evaluated now."""
    match event.kind:
        case "timer":
            return {"wait": "timer", **_timer(event, context, outside)}
        case "message":
            return {"wait": "message", **_message(event, context, outside)}
        case "signal":
            return {"wait": "signal", "name": _name(event, context, outside)}
        case "error" | "escalation":
            return {"wait": event.kind, "code": resolve(event.code, context, outside)}
        case "conditional":
            return {"wait": "conditional", "was": False}
    raise StuckError(msg("此类事件不能等待。"), kind="event")


def _timer(event: Event, context: Mapping[str, Any], outside: Outside) -> dict[str, Any]:
    value = resolve(event.expression, context, outside)
    if event.timer == "cycle":
        cycle = timers.cycle_of(value, outside.now)
        due = timers.occurrence(cycle, 0)
        if due is None:
            raise StuckError(msg("周期定时没有可触发的时间。"), kind="timer")
        return {"due": due.isoformat(), "cycle": value, "anchor": outside.now.isoformat(), "count": 0}
    if event.timer == "date":
        return {"due": timers.moment_of(value).isoformat()}
    return {"due": timers.length_of(value).after(outside.now).isoformat()}


def _message(event: Event, context: Mapping[str, Any], outside: Outside) -> dict[str, Any]:
    key = resolve(event.expression, context, outside)
    if event.expression is not None and (isinstance(key, bool) or not isinstance(key, str | int)):
        raise StuckError(msg("消息“{name}”的关联键没有值。", name=event.name or ""), kind="message")
    return {"name": _name(event, context, outside), "key": None if key is None else str(key)}


def _name(event: Event, context: Mapping[str, Any], outside: Outside) -> str:
    name = resolve(event.name, context, outside)
    if not isinstance(name, str) or not name:
        raise StuckError(msg("消息或信号没有名称。"), kind="message")
    return name


def arm(case: Case, host: Any, nodes: Iterable[Node]) -> None:
    """Hang one wait for each node on its host: an activity's boundaries, a scope's event subprocesses."""
    context = scopes.visible(host)
    ready = [(node, subscription(node.event, context, case.outside)) for node in nodes if node.event]
    for node, info in ready:
        catch = case.create(
            node, host, **(info | {"role": "catch", "round": host.internal_data.get("round", 1)})
        )
        catch._set_state(TaskState.WAITING)  # noqa: SLF001


def disarm(task: Any) -> None:
    """Take away the waits that hang on a task."""
    for wait in [child for child in task.children if child.internal_data["role"] == "catch"]:
        task.workflow._remove_task(wait.id)  # noqa: SLF001


def handlers_of(case: Case, scope_id: str) -> list[Node]:
    """The start events of the event subprocesses in a scope."""
    out = []
    for node in case.plan.children.get(scope_id, ()):
        if node.by_event:
            out += [inner for inner in case.plan.children.get(node.id, ()) if inner.kind == "startEvent"]
    return out


def catcher(task: Any, kind: str, code: str | None) -> Any:
    """The wait that catches what is thrown at a task: the innermost scope first, an exact code before any."""
    at = task
    while at is not None:
        waits = [child for child in at.children if child.internal_data.get("wait") == kind]
        waits = [wait for wait in waits if wait.internal_data["code"] in (None, code)]
        if waits:
            return min(waits, key=_rank)
        at = at.parent
    return None


def _rank(wait: Any) -> tuple[bool, bool]:
    """Event subprocesses lie inside their scope, boundaries on its edge."""
    return wait.task_spec.node.kind != "startEvent", wait.internal_data["code"] is None


def trigger(case: Case, wait: Any, payload: Mapping[str, Any]) -> None:
    """Let a wait happen."""
    values = {name: clean(value) for name, value in payload.items()}
    if wait.internal_data["role"] == "token":
        wait.data.update(values)
        wait.internal_data.pop("wait", None)
        case.complete(wait)
    elif wait.task_spec.node.kind == "boundaryEvent":
        _cross_boundary(case, wait, values)
    elif wait.task_spec.node.kind == "startEvent":
        _start_handler(case, wait, values)
    else:
        _choose(case, wait, values)


def _cross_boundary(case: Case, wait: Any, values: dict[str, Any]) -> None:
    host = wait.parent
    scope, node = host.parent, wait.task_spec.node
    if node.interrupting:
        held = host.internal_data.pop("back", None)
        if held is not None and held in case.tasks:
            case.drop(case.tasks[held])
        case.finish(host, cancelled=True)
    else:
        rearm(case, wait)
    token = case.token(node, scope, before=[host.id], fired=True)
    token.data.update(values)


def _start_handler(case: Case, wait: Any, values: dict[str, Any]) -> None:
    scope, start = wait.parent, wait.task_spec.node
    if start.interrupting:
        for child in scope.children:
            if child.internal_data["role"] == "token":
                case.drop(child)
        for child in scope.children:
            if child.task_spec.node.kind == "startEvent":
                case._remove_task(child.id)  # noqa: SLF001
    else:
        rearm(case, wait)
    handler = case.plan.nodes[start.scope or ""]
    case.token(handler, scope, before=[scope.id], start=start.id, payload=values)


def _choose(case: Case, wait: Any, values: dict[str, Any]) -> None:
    """One event behind an event-based gateway has happened: the others are given up."""
    gateway = wait.parent
    scope, node = gateway.parent, wait.task_spec.node
    case.finish(gateway)
    token = case.token(node, scope, before=[gateway.id], fired=True)
    token.data.update(values)


def rearm(case: Case, wait: Any) -> None:
    """A wait that does not interrupt goes on waiting; a timer only while its cycle lasts."""
    info = wait.internal_data
    info["fires"] = info.get("fires", 0) + 1
    if info["wait"] != "timer":
        return
    following = None
    if "cycle" in info:
        cycle = timers.cycle_of(info["cycle"], datetime.fromisoformat(info["anchor"]))
        following = timers.next_occurrence(cycle, info["count"] + 1, case.outside.now)
    if following is None:
        case._remove_task(wait.id)  # noqa: SLF001
    else:
        info["count"], info["due"] = following[0], following[1].isoformat()


def broadcast(case: Case, name: str, payload: Mapping[str, Any]) -> bool:
    """Give a signal to all that wait for it now; whether anybody did."""
    waits = [
        task for task in case.walk() if is_waiting(task, "signal") and task.internal_data["name"] == name
    ]
    for wait in waits:
        if wait.id in case.tasks:
            trigger(case, wait, payload)
    return bool(waits)


def is_waiting(task: Any, kind: str) -> bool:
    """Whether a task waits for that kind of event now."""
    waiting: bool = task.internal_data.get("wait") == kind and task.state != TaskState.ERROR
    return waiting


def meet_conditions(case: Case) -> bool:
    """Let the first conditional event happen whose condition has become true."""
    for task in case.walk():
        if not is_waiting(task, "conditional"):
            continue
        holds = _holds(case, task)
        fresh = holds and not task.internal_data["was"]
        task.internal_data["was"] = holds
        if fresh:
            trigger(case, task, {})
            return True
    return False


def _holds(case: Case, task: Any) -> bool:
    """Whether a condition is true now; one that costs too much is an incident of the token that waits."""
    event = task.task_spec.node.event
    case.outside.library.at(task.task_spec.name)
    try:
        return is_true(event.expression or "", scopes.visible(task), case.outside)
    except StuckError as error:
        if task.internal_data["role"] == "token":
            case.stick(task, error)
        return False


def throw(case: Case, task: Any) -> bool:
    """What a throwing or end event does: True when the token just goes on."""
    event = task.task_spec.node.event
    match event.kind:
        case "message":
            _throw_message(case, task)
        case "signal":
            name = _name(event, scopes.visible(task), case.outside)
            case.trace.thrown.append(Thrown(kind="signal", name=name, variables=dict(task.data)))
            case.signals.append((name, dict(task.data)))
        case "error":
            return _throw_error(case, task)
        case "escalation":
            return _throw_escalation(case, task)
        case "terminate":
            return _terminate(case, task)
        case "link":
            return _jump(case, task)
    return True


def _throw_message(case: Case, task: Any) -> None:
    context = scopes.visible(task)
    info = _message(task.task_spec.node.event, context, case.outside)
    case.trace.thrown.append(
        Thrown(kind="message", name=info["name"], correlation_key=info["key"], variables=dict(task.data))
    )


def _throw_error(case: Case, task: Any) -> bool:
    code = resolve(task.task_spec.node.event.code, scopes.visible(task), case.outside)
    wait = catcher(task, "error", code)
    if wait is None:
        raise StuckError(msg("错误“{code}”没有人处理。", code=code or ""), kind="error")
    payload = dict(task.data)
    case.finish(task)
    trigger(case, wait, payload)
    return False


def _throw_escalation(case: Case, task: Any) -> bool:
    code = resolve(task.task_spec.node.event.code, scopes.visible(task), case.outside)
    wait = catcher(task, "escalation", code)
    if wait is None:
        case.trace.thrown.append(Thrown(kind="escalation", name=code or "", variables=dict(task.data)))
        return True
    payload = dict(task.data)
    if not wait.task_spec.node.interrupting:
        trigger(case, wait, payload)
        return True
    case.finish(task)
    trigger(case, wait, payload)
    return False


def _terminate(case: Case, task: Any) -> bool:
    scope = task.parent
    case.finish(task)
    for child in case.tokens(scope):
        case.drop(child)
    case.settle(scope)
    return False


def _jump(case: Case, task: Any) -> bool:
    node, scope = task.task_spec.node, task.parent
    target = next(
        (
            item
            for item in case.plan.children.get(node.scope or "", ())
            if item.kind == "intermediateCatchEvent"
            and item.event
            and item.event.kind == "link"
            and item.event.name == node.event.name
        ),
        None,
    )
    if target is None:
        raise StuckError(msg("链接“{name}”没有接收的一端。", name=node.event.name or ""), kind="event")
    case.finish(task)
    case.token(target, scope, before=[task.id])
    return False
