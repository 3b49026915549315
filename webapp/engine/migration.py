"""Moving running cases to another version of their diagram: a report first, then the new state."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.util.task import TaskState

from webapp.domain.text import msg
from webapp.engine import events, items, runtime, snapshot
from webapp.engine.errors import SnapshotError, StuckError
from webapp.engine.relocation import relocate
from webapp.engine.specs import Node, Plan, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.domain.text import Message
    from webapp.engine.cases import Case
    from webapp.engine.expressions import Outside
    from webapp.engine.values import Advance, WorkItem

LABELS: Final = frozenset({"names", "documentation", "lane"})  # changing them changes no behaviour


class Verdict(StrEnum):
    """Whether a token can stay where it is."""

    FINE = "fine"  # it finds its element in the new version
    MAPPING = "mapping"  # its element is gone: somebody must name another
    BLOCKED = "blocked"  # it cannot be moved, the sentence says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One token or wait of the case, and where it goes."""

    element_id: str
    target: str
    verdict: Verdict
    message: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A dry run's report and, when everything is fine, the state in the new version."""

    steps: tuple[Step, ...]
    state: str | None = None
    advance: Advance | None = None  # timers and messages that wait now; opens and closes nothing
    items: tuple[WorkItem, ...] = ()  # the open items as the new version has them; keys stay the same

    @property
    def fits(self) -> bool:
        """Whether the case can be moved."""
        return self.state is not None


def migrate(
    old_spec: str, new_spec: str, state: str, *, outside: Outside, mapping: Mapping[str, str] | None = None
) -> Migration:
    """Move a case from one specification to another.

    ``mapping`` gives new ids for elements and flows that have another id or are gone. Waiting timers keep
    their time, drafts their item, variables stay. Boundaries and handlers that are new are armed, those gone
    are dropped. SnapshotError when the state does not belong to the old specification.
    """
    old, new = load(old_spec), load(new_spec)
    case = snapshot.restore(state, old, outside)
    names = dict(mapping or {})
    if old.process_id != new.process_id:
        names.setdefault(old.process_id, new.process_id)
    steps = tuple(_judge(case, new, names))
    if any(step.verdict is not Verdict.FINE for step in steps):
        return Migration(steps=steps)
    moved = snapshot.restore(relocate(json.loads(state), old, new, names=names), new, outside)
    try:
        _arm_new(moved)
        opened = tuple(items.work_item(task, outside) for task in _open_items(moved))
    except StuckError as error:
        blocked = Step(
            element_id=old.process_id, target=new.process_id, verdict=Verdict.BLOCKED, message=error.message
        )
        return Migration(steps=(*steps, blocked))
    advance = runtime.collect(moved)
    _verify(case, snapshot.restore(advance.snapshot, new, outside))
    return Migration(steps=steps, state=advance.snapshot, advance=advance, items=opened)


def _open_items(case: Case) -> list[Any]:
    return [task for task in case.walk() if task.internal_data.get("open") == "item"]


def _verify(before: Case, after: Case) -> None:
    """Read back, the same items and jobs must be open under the same keys."""
    keys = [
        [items.key(task) for task in case.walk() if "open" in task.internal_data] for case in (before, after)
    ]
    if keys[0] != keys[1]:  # the last guard before rows are changed
        raise SnapshotError


# -- judging -----------------------------------------------------------------------------------------------


def _judge(case: Case, new: Plan, names: Mapping[str, str]) -> Iterator[Step]:
    for task in case.walk():
        node = task.task_spec.node
        target = names.get(node.id, node.id)
        found = new.nodes.get(target)
        if task.internal_data["role"] == "catch" and task.parent.task_spec.node.kind != "eventBasedGateway":
            continue  # boundaries and handlers are dropped or armed as the new version wants
        if found is None:
            message = msg("新版本中没有“{element}”，请指定对应的元素。", element=node.id)
            yield Step(element_id=node.id, target=target, verdict=Verdict.MAPPING, message=message)
            continue
        problem = _obstacle(task, found, names) or _join_obstacle(case, task, new, names=names)
        yield Step(
            element_id=node.id,
            target=target,
            verdict=Verdict.BLOCKED if problem else Verdict.FINE,
            message=problem,
        )


def _obstacle(task: Any, found: Node, names: Mapping[str, str]) -> Message | None:
    node, info = task.task_spec.node, task.internal_data
    if found.kind != node.kind or found.by_event != node.by_event:
        return msg("“{element}”的类型变了。", element=node.id)
    if (found.loop and found.loop.kind) != (node.loop and node.loop.kind):
        return msg("“{element}”的多实例设置变了。", element=node.id)
    if node.event and found.event and node.event.kind != found.event.kind:
        return msg("“{element}”的事件类型变了。", element=node.id)
    scope = names.get(node.scope or "", node.scope)
    if node.scope is not None and found.scope != scope:
        return msg("“{element}”换到了另一层子流程。", element=node.id)
    if info.get("arrived") and names.get(info["via"], info["via"]) not in found.incoming:
        return msg("已到达“{element}”的那条连线在新版本中没有了。", element=node.id)
    return None


def _join_obstacle(case: Case, scope: Any, new: Plan, *, names: Mapping[str, str]) -> Message | None:
    """A join whose entries changed while several tokens are on their way to it would wait for ever."""
    for node in case.plan.children.get(scope.task_spec.name, ()):
        found = new.nodes.get(names.get(node.id, node.id))
        if node.kind != "parallelGateway" or len(node.incoming) < 2:
            continue
        entries = {names.get(flow, flow) for flow in node.incoming}
        if found is not None and found.kind == node.kind and set(found.incoming) == entries:
            continue
        before = _leading_to(case.plan, node)
        coming = [task for task in case.tokens(scope) if task.task_spec.name in before]
        if len(coming) > 1 or any(task.task_spec.node is node for task in coming):
            return msg("并行汇合“{element}”的入口变了，而案件正在其中。", element=node.id)
    return None


def _leading_to(plan: Plan, node: Node) -> set[str]:
    """The elements from which a token can come to a node, the node itself among them."""
    seen: set[str] = set()
    stack = [node.id]
    while stack:
        at = stack.pop()
        if at in seen:
            continue
        seen.add(at)
        stack += [plan.flows[flow].source for flow in plan.nodes[at].incoming]
        attached = plan.nodes[at].attached_to
        stack += [attached] if attached else []
    return seen


# -- waits that are new ------------------------------------------------------------------------------------


def _arm_new(case: Case) -> None:
    for task in list(case.walk()):
        info, node = task.internal_data, task.task_spec.node
        if info["role"] != "token" or task.state != TaskState.STARTED or info.get("arrived"):
            continue
        wanted = [] if "index" in info else list(case.plan.boundaries.get(node.id, ()))
        if node.kind in {"process", "subProcess"} and not info.get("body") and not _is_handled(task):
            wanted += events.handlers_of(case, node.id)
        there = {child.task_spec.name for child in task.children if child.internal_data["role"] == "catch"}
        spent = {record.element for record in case.history.records.values() if task.id in record.before}
        events.arm(case, task, [item for item in wanted if item.id not in there | spent])


def _is_handled(scope: Any) -> bool:
    """An interrupting handler is running: no other may begin."""
    return any(
        child.task_spec.node.by_event and child.internal_data["role"] == "token" for child in scope.children
    )


# -- differences -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What two versions of a diagram do differently, by element and flow id."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    relabelled: tuple[str, ...]  # only names, documentation or lane


def difference(old_spec: str, new_spec: str) -> Difference:
    """Compare two specifications."""
    old, new = load(old_spec), load(new_spec)
    before: dict[str, Any] = {**old.nodes, **old.flows}
    after: dict[str, Any] = {**new.nodes, **new.flows}
    both = [name for name in before if name in after and before[name] != after[name]]
    relabelled = [name for name in both if _differing(before[name], after[name]) <= LABELS]
    return Difference(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        changed=tuple(name for name in both if name not in relabelled),
        relabelled=tuple(relabelled),
    )


def _differing(one: Any, two: Any) -> set[str]:
    if type(one) is not type(two):
        return {"kind"}
    return {item.name for item in fields(one) if getattr(one, item.name) != getattr(two, item.name)}
