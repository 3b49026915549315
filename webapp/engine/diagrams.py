"""Compiling a diagram: the specification that is stored once, and what screens show of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from webapp.domain.text import msg
from webapp.engine.errors import DiagramError
from webapp.engine.parser import Parsed, choose, parse_process, processes
from webapp.engine.specs import Flow, Node, dump
from webapp.engine.xml import read

if TYPE_CHECKING:
    from collections.abc import Mapping

SEPARATOR = ":"  # between a called process's id and its elements' ids; cannot stand in an XML id


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element of a diagram as screens need it."""

    id: str
    type: str  # the BPMN tag: userTask, exclusiveGateway ...
    names: Mapping[str, str]  # language tag -> label; zh-Hans, and en, zh-Hant where given
    form_id: str | None
    decision_id: str | None
    properties: Mapping[str, str]
    documentation: str
    lane: str = ""
    scope: str | None = None  # the process or subprocess around it


@dataclass(frozen=True, slots=True, kw_only=True)
class StartKind:
    """One way to start the process."""

    element_id: str
    kind: str  # none, message, signal, timer, conditional
    name: str | None = None  # of the message or signal
    timer: str | None = None  # duration, date, cycle
    expression: str | None = None  # the timer's text or the condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A compiled diagram."""

    process_id: str
    names: Mapping[str, str]
    spec: str  # JSON text, stored once by its sha256
    sha256: str
    elements: tuple[Element, ...]
    starts: tuple[StartKind, ...]
    called: tuple[str, ...]  # ids of the processes that call activities name


def compile_diagram(
    xml: bytes, *, process_id: str | None = None, called: Mapping[str, bytes] | None = None
) -> Diagram:
    """Compile the process with that id, or the first executable one.

    ``called`` gives the files of called processes by process id; processes of the same file are found by
    themselves. A called process becomes part of the specification, so that a case stays pinned to it; the ids
    of its elements are then ``process:element``. Raises DiagramError with the element's id.
    """
    root = read(xml)
    parsed = parse_process(root, choose(root, process_id))
    _refuse(parsed)
    nodes, flows = list(parsed.nodes), list(parsed.flows)
    names = _gather(nodes, flows, sources=dict.fromkeys(processes(root), xml) | dict(called or {}))
    text = dump(parsed.process_id, nodes, flows)
    own = nodes[0]
    return Diagram(
        process_id=parsed.process_id,
        names=own.names,
        spec=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        elements=tuple(_element(node) for node in nodes[1:]),
        starts=tuple(_starts(parsed)),
        called=names,
    )


def process_ids(xml: bytes) -> tuple[str, ...]:
    """The ids of the processes that a file holds; DiagramError when it cannot be read."""
    return tuple(processes(read(xml)))


def _refuse(parsed: Parsed) -> None:
    for element_id, tag in parsed.foreign:
        raise DiagramError(
            msg("元素“{id}”的类型“{tag}”不能运行。", id=element_id, tag=tag), element_id=element_id
        )
    for node in parsed.nodes:
        kind = node.event.kind if node.event else "none"
        if kind in {"compensation", "cancel"} or kind.endswith("Definition"):
            raise DiagramError(
                msg("元素“{id}”的类型“{tag}”不能运行。", id=node.id, tag=kind), element_id=node.id
            )


def _gather(nodes: list[Node], flows: list[Flow], *, sources: Mapping[str, bytes]) -> tuple[str, ...]:
    """Add every process that is called, each once; give back the ids called by this process itself."""
    own = tuple(dict.fromkeys(_calls(nodes)))
    wanted, have = list(own), {nodes[0].id}
    while wanted:
        name = wanted.pop()
        if name in have or name not in sources:
            continue
        have.add(name)
        if name in {node.id for node in nodes}:
            raise DiagramError(msg("标识“{id}”重复。", id=name), element_id=name)
        root = read(sources[name])
        parsed = parse_process(root, choose(root, name))
        _refuse(parsed)
        more = [_prefixed(node, name) for node in parsed.nodes]
        nodes.extend(more)
        flows.extend(
            replace(
                flow,
                id=_within(name, flow.id),
                source=_within(name, flow.source),
                target=_within(name, flow.target),
            )
            for flow in parsed.flows
        )
        wanted.extend(_calls(more))
    return own


def _calls(nodes: list[Node]) -> list[str]:
    found = (node.settings.get("processId", "") for node in nodes if node.kind == "callActivity")
    return [name for name in found if name and not name.startswith("=")]


def _within(process_id: str, element_id: str) -> str:
    return f"{process_id}{SEPARATOR}{element_id}"


def _prefixed(node: Node, name: str) -> Node:
    if node.kind == "process":
        return node
    return replace(
        node,
        id=_within(name, node.id),
        scope=node.scope if node.scope == name else _within(name, node.scope or ""),
        attached_to=_within(name, node.attached_to) if node.attached_to else None,
        default=_within(name, node.default) if node.default else None,
        incoming=tuple(_within(name, flow) for flow in node.incoming),
        outgoing=tuple(_within(name, flow) for flow in node.outgoing),
    )


def _element(node: Node) -> Element:
    return Element(
        id=node.id,
        type=node.kind,
        names=node.names,
        form_id=node.settings.get("formId"),
        decision_id=node.settings.get("decisionId"),
        properties=node.properties,
        documentation=node.documentation,
        lane=node.lane,
        scope=node.scope,
    )


def _starts(parsed: Parsed) -> list[StartKind]:
    out = []
    for node in parsed.nodes:
        if node.kind == "startEvent" and node.scope == parsed.process_id and node.event:
            event = node.event
            out.append(
                StartKind(
                    element_id=node.id,
                    kind=event.kind,
                    name=event.name,
                    timer=event.timer,
                    expression=event.expression,
                )
            )
    return out
