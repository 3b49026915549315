"""The specification: one JSON text, and the frozen values and SpiffWorkflow specs restored from it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from webapp.engine.elements import Element
from webapp.engine.errors import SnapshotError
from webapp.engine.joins import reachability

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1
CACHE_SIZE: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event definition; texts that begin with ``=`` are FEEL."""

    kind: str  # none, timer, message, signal, error, escalation, link, conditional, terminate
    name: str | None = None  # of the message, signal or link
    code: str | None = None  # of the error or escalation; None catches all
    expression: str | None = None  # correlation key, timer text or condition
    timer: str | None = None  # duration, date, cycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A multi-instance or standard loop marker."""

    kind: str  # parallel, sequential, standard
    collection: str | None = None
    element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    condition: str | None = None  # completion condition, or the loop condition of a standard loop
    maximum: int | None = None
    test_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One element of a diagram: a process, an activity, an event or a gateway."""

    id: str
    kind: str  # the BPMN tag
    scope: str | None = None  # the process or subprocess around it
    names: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    lane: str = ""
    event: Event | None = None
    attached_to: str | None = None
    interrupting: bool = True
    default: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()  # source, target
    outputs: tuple[tuple[str, str], ...] = ()
    loop: Loop | None = None
    by_event: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)  # assignee, dueDate, formId, jobType ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A specification restored from its text, with what the runtime asks often worked out once."""

    sha256: str
    process_id: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    children: Mapping[str, tuple[Node, ...]]  # scope id -> its elements
    boundaries: Mapping[str, tuple[Node, ...]]  # activity id -> events attached to it
    reach: Mapping[str, Mapping[str, frozenset[str]]]  # inclusive join -> flow -> elements that lead there
    workflow: Any  # SpiffWorkflow's WorkflowSpec with one Element a node

    def element(self, node_id: str) -> Any:
        """SpiffWorkflow's task spec of an element; SnapshotError when the diagram has none."""
        found = self.workflow.task_specs.get(node_id)
        if found is None:
            raise SnapshotError
        return found


def dump(process_id: str, nodes: list[Node], flows: list[Flow]) -> str:
    """The specification as JSON text; the same diagram gives the same text."""
    body = {
        "format": FORMAT,
        "process": process_id,
        "nodes": [_plain(node) for node in nodes],
        "flows": [_plain(flow) for flow in flows],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> dict[str, Any]:
    """A dataclass as a dict without what equals its default."""
    out: dict[str, Any] = {}
    for item in fields(value):
        content = getattr(value, item.name)
        empty = item.default_factory() if item.default_factory is not MISSING else item.default
        if content == empty:
            continue
        out[item.name] = _plain(content) if isinstance(content, Event | Loop) else content
    return out


def load(text: str) -> Plan:
    """Restore a specification; cached by its sha256, safe for threads (a plan is never changed)."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    with _lock:
        found = _cache.get(digest)
        if found is not None:
            _cache.move_to_end(digest)
            return found
    plan = _restore(text, digest)
    with _lock:
        _cache[digest] = plan
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return plan


_lock = threading.Lock()
_cache: OrderedDict[str, Plan] = OrderedDict()


def _restore(text: str, digest: str) -> Plan:
    try:
        body = json.loads(text)
        nodes = {item["id"]: _node(item) for item in body["nodes"]}
        flows = {item["id"]: Flow(**item) for item in body["flows"]}
        process_id = body["process"]
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotError from error
    if body.get("format") != FORMAT:
        raise SnapshotError
    return Plan(
        sha256=digest,
        process_id=process_id,
        nodes=nodes,
        flows=flows,
        children=_grouped(nodes, "scope"),
        boundaries=_grouped(nodes, "attached_to"),
        reach=reachability(nodes, flows),
        workflow=_workflow(process_id, nodes, flows),
    )


def _workflow(process_id: str, nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> Any:
    spec = WorkflowSpec(name=process_id)
    for node in nodes.values():
        Element(spec, node)
    for flow in flows.values():
        spec.task_specs[flow.source].connect(spec.task_specs[flow.target])
    spec.start = spec.task_specs[process_id]
    return spec


def _grouped(nodes: Mapping[str, Node], attribute: str) -> dict[str, tuple[Node, ...]]:
    out: dict[str, list[Node]] = {}
    for node in nodes.values():
        owner = getattr(node, attribute)
        if owner is not None:
            out.setdefault(owner, []).append(node)
    return {owner: tuple(items) for owner, items in out.items()}


def _node(item: dict[str, Any]) -> Node:
    known = dict(item)
    for name in ("incoming", "outgoing"):
        known[name] = tuple(known.get(name, ()))
    for name in ("inputs", "outputs"):
        known[name] = tuple((source, target) for source, target in known.get(name, ()))
    if "event" in known:
        known["event"] = Event(**known["event"])
    if "loop" in known:
        known["loop"] = Loop(**known["loop"])
    return Node(**known)
