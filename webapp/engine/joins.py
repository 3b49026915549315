"""Parallel and inclusive joins, counted within the scope that their tokens live in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.engine.cases import Case
    from webapp.engine.specs import Flow, Node

    Reach = Mapping[str, Mapping[str, frozenset[str]]]


def arrive(case: Case, task: Any) -> bool:
    """A token reaches a gateway: True when it may pass at once."""
    node, info = task.task_spec.node, task.internal_data
    if len(node.incoming) < 2 or "via" not in info or info.pop("merged", False):
        return True
    info["arrived"] = True
    if node.kind == "inclusiveGateway":
        return False  # decided when nothing else can run
    first = _first_by_flow(waiting_at(task.parent, node, task))
    if set(first) < set(node.incoming):
        return False
    _merge(case, task, first)
    return True


def waiting_at(scope: Any, node: Node, extra: Any = None) -> list[Any]:
    """The tokens of a scope that wait at a gateway, oldest first."""
    found = [
        child
        for child in scope.children
        if child.task_spec.node is node and child.internal_data.get("arrived") and child is not extra
    ]
    return found + ([extra] if extra is not None else [])


def _first_by_flow(arrivals: list[Any]) -> dict[str, Any]:
    first: dict[str, Any] = {}
    for arrival in arrivals:
        first.setdefault(arrival.internal_data["via"], arrival)
    return first


def _merge(case: Case, keep: Any, first: Mapping[str, Any]) -> None:
    """Make one token of one arrival a flow; the others vanish without a trace of their own."""
    before, flows = [], []
    for flow, arrival in first.items():
        before += arrival.internal_data["before"]
        flows.append(flow)
        if arrival is not keep:
            case._remove_task(arrival.id)  # noqa: SLF001
    keep.internal_data.update(before=before, flows=flows)
    del keep.internal_data["arrived"]


def release(case: Case) -> bool:
    """Let the first inclusive join go on that nothing can reach any more; whether there was one."""
    for task in case.walk():
        node = task.task_spec.node
        if node.kind != "inclusiveGateway" or not task.internal_data.get("arrived"):
            continue
        first = _first_by_flow(waiting_at(task.parent, node))
        if first[task.internal_data["via"]] is task and not _awaits(case, task, set(first)):
            _merge(case, task, first)
            task.internal_data["merged"] = True
            task._set_state(TaskState.READY)  # noqa: SLF001
            case.ready.append(task.id)
            return True
    return False


def _awaits(case: Case, task: Any, filled: set[str]) -> bool:
    """BPMN 2.0, 13.4.3: a token elsewhere can reach an empty flow of the join, and no filled one."""
    node = task.task_spec.node
    reach = case.plan.reach[node.id]
    for other in case.tokens(task.parent):
        at = other.task_spec.node
        if at is node:
            continue
        reached = {flow for flow, sources in reach.items() if at.id in sources}
        if reached and not reached & filled:
            return True
    return False


def reachability(
    nodes: Mapping[str, Node], flows: Mapping[str, Flow]
) -> dict[str, dict[str, frozenset[str]]]:
    """For each inclusive join and each of its flows: what leads there without passing the join."""
    back = _predecessors(nodes, flows)
    return {
        node.id: {flow: _upstream(flows[flow].source, back, node.id) for flow in node.incoming}
        for node in nodes.values()
        if node.kind == "inclusiveGateway" and len(node.incoming) > 1
    }


def _predecessors(nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {}
    for flow in flows.values():
        back.setdefault(flow.target, set()).add(flow.source)
    for node in nodes.values():
        if node.attached_to:
            back.setdefault(node.id, set()).add(node.attached_to)
        if node.kind == "intermediateThrowEvent" and node.event and node.event.kind == "link":
            for other in nodes.values():
                if other.kind == "intermediateCatchEvent" and other.event == node.event:
                    back.setdefault(other.id, set()).add(node.id)
    return back


def _upstream(start: str, back: Mapping[str, set[str]], barrier: str) -> frozenset[str]:
    seen: set[str] = set()
    stack = [start]
    while stack:
        at = stack.pop()
        if at in seen or at == barrier:
            continue
        seen.add(at)
        stack.extend(back.get(at, ()))
    return frozenset(seen)
