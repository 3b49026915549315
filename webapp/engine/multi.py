"""Multi-instance and loop markers: a body around its instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.engine import events, outputs, scopes
from webapp.engine.errors import StuckError
from webapp.engine.expressions import is_true, resolve

if TYPE_CHECKING:
    from collections import ChainMap

    from webapp.engine.cases import Case
    from webapp.engine.specs import Loop


def enter_body(case: Case, body: Any) -> bool:
    """Work out the instances and begin them."""
    node, info = body.task_spec.node, body.internal_data
    loop = node.loop
    events.disarm(body)
    items = _items(case, body, loop)
    info.update(body=True, items=items, next=0, done=0)
    if loop.output_collection:
        info["results"] = [None] * len(items or ())
    if items == [] or (loop.kind == "standard" and loop.test_before and not _goes_on(case, body, 1)):
        return True
    events.arm(case, body, case.plan.boundaries.get(node.id, ()))
    for _ in range(len(items) if items is not None and loop.kind == "parallel" else 1):
        _spawn(case, body)
    return False


def _items(case: Case, body: Any, loop: Loop) -> list[Any] | None:
    if loop.kind == "standard":
        return None
    value = resolve(loop.collection, scopes.visible(body), case.outside)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        value = list(range(1, min(value, case.outside.limits.instances + 1) + 1))
    if not isinstance(value, list):
        raise StuckError(msg("多实例的集合不是列表。"), kind="multi-instance")
    if len(value) > case.outside.limits.instances:
        raise StuckError(
            msg("多实例的数量超过上限 {limit}。", limit=case.outside.limits.instances), kind="limit"
        )
    return value


def _spawn(case: Case, body: Any) -> None:
    info, node = body.internal_data, body.task_spec.node
    index = info["next"]
    info["next"] = index + 1
    instance = case.token(node, body, before=[], index=index, round=info["round"])
    instance.data["loopCounter"] = index + 1
    if node.loop.element and info["items"] is not None:
        instance.data[node.loop.element] = info["items"][index]


def leave_instance(case: Case, instance: Any) -> None:
    """Collect the instance's result; begin the next one or finish the body."""
    body, node = instance.parent, instance.task_spec.node
    loop, info = node.loop, body.internal_data
    if loop.kind == "standard":
        outputs.write(instance, case.outside)
        stop = not _goes_on(case, instance, info["next"] + 1)
    else:
        result = _result(case, instance, loop)
        stop = _is_complete(case, instance, loop)
        if loop.output_collection:
            info["results"][instance.internal_data["index"]] = result
    info["done"] += 1
    case.finish(instance)
    carry_on(case, body, stop=stop)


def carry_on(case: Case, body: Any, *, stop: bool) -> None:
    """After an instance has gone: the next one, or the end of the body."""
    info, loop = body.internal_data, body.task_spec.node.loop
    if stop:
        for other in case.tokens(body):
            case.drop(other)
    elif loop.kind == "standard" or (loop.kind == "sequential" and info["next"] < len(info["items"])):
        _spawn(case, body)
    if not case.tokens(body):
        case.complete(body)


def _result(case: Case, instance: Any, loop: Loop) -> Any:
    """The output element, which sees the instance's output mappings as its locals."""
    if not instance.internal_data.get("mapped"):
        instance.data.update(scopes.mapped_outputs(instance, case.outside))
        instance.internal_data["mapped"] = True
    return resolve(loop.output_element, scopes.visible(instance), case.outside)


def _is_complete(case: Case, instance: Any, loop: Loop) -> bool:
    if not loop.condition:
        return False
    return is_true(loop.condition, _counted(instance, done=1), case.outside)


def _goes_on(case: Case, task: Any, counter: int) -> bool:
    """Whether a standard loop runs once more, as its ``counter``-th round."""
    loop = task.task_spec.node.loop
    if loop.maximum is not None and counter > loop.maximum:
        return False
    if counter > case.outside.limits.instances:
        raise StuckError(
            msg("多实例的数量超过上限 {limit}。", limit=case.outside.limits.instances), kind="limit"
        )
    if loop.condition is None:
        return loop.maximum is not None
    context = scopes.visible(task).new_child({"loopCounter": counter})
    return is_true(loop.condition, context, case.outside)


def _counted(instance: Any, *, done: int) -> ChainMap[str, Any]:
    """The instance's variables with Camunda's counters, as they are when it has finished."""
    info = instance.parent.internal_data
    completed = info["done"] + done
    counters = {
        "numberOfInstances": len(info["items"]),
        "numberOfActiveInstances": len(instance.workflow.tokens(instance.parent)) - done,
        "numberOfCompletedInstances": completed,
        "numberOfTerminatedInstances": 0,
    }
    return scopes.visible(instance).new_child(counters)
