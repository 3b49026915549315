"""What an element hands on: variables to the scopes around it, and tokens to its flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from webapp.domain.text import msg
from webapp.engine import scopes
from webapp.engine.errors import StuckError
from webapp.engine.expressions import Outside, is_true

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.engine.cases import Case
    from webapp.engine.specs import Flow

SILENT: Final = frozenset({"userTask", "subProcess"})  # only what their output mappings name leaves them


def write(task: Any, outside: Outside) -> None:
    """Write to the scopes around what the element hands on; once, even when a later step must be retried."""
    info = task.internal_data
    if info.get("mapped"):
        return
    values: Mapping[str, Any]
    if info.get("body"):
        name = task.task_spec.node.loop.output_collection
        values = {name: info["results"]} if name else {}
    elif task.task_spec.node.outputs:
        values = scopes.mapped_outputs(task, outside)
    else:
        values = _all_changed(task)
    scopes.write(task.parent, values)
    info["mapped"] = True


def _all_changed(task: Any) -> Mapping[str, Any]:
    node = task.task_spec.node
    if node.kind in SILENT or node.settings.get("propagateChild") == "false":
        return {}
    if node.kind == "callActivity":
        return {name: task.data[name] for name in task.internal_data.get("changed", ())}
    own = {target.split(".", 1)[0] for _source, target in node.inputs} | {"loopCounter"}
    return {name: value for name, value in task.data.items() if name not in own}


def outgoing(case: Case, task: Any) -> tuple[str, ...]:
    """The flows that the token leaves by."""
    node = task.task_spec.node
    flows = [case.plan.flows[flow] for flow in node.outgoing]
    if node.kind not in {"exclusiveGateway", "inclusiveGateway"}:
        return _from_activity(case, task, flows)
    context = scopes.visible(task)
    taken: list[str] = []
    for flow in flows:
        if flow.id == node.default or (flow.condition and not is_true(flow.condition, context, case.outside)):
            continue
        taken.append(flow.id)
        if node.kind == "exclusiveGateway":
            break
    if not taken and node.default in node.outgoing:
        taken = [node.default]
    if not taken:
        raise StuckError(msg("没有一条出口的条件成立，也没有默认出口。"), kind="condition")
    return tuple(taken)


def _from_activity(case: Case, task: Any, flows: list[Flow]) -> tuple[str, ...]:
    """All flows without a condition, and those whose condition holds; the default when none of the latter."""
    node = task.task_spec.node
    if node.kind in {"parallelGateway", "eventBasedGateway"} or not any(flow.condition for flow in flows):
        return tuple(flow.id for flow in flows)
    context = scopes.visible(task)
    met = {flow.id for flow in flows if flow.condition and is_true(flow.condition, context, case.outside)}
    if not met and node.default in node.outgoing:
        met = {node.default}
    free = {flow.id for flow in flows if not flow.condition and flow.id != node.default}
    if not met | free:
        raise StuckError(msg("没有一条出口的条件成立，也没有默认出口。"), kind="condition")
    return tuple(flow.id for flow in flows if flow.id in met | free)
