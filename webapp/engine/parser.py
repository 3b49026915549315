"""From a BPMN file in the Camunda 8 dialect to nodes and flows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from webapp.domain.text import msg
from webapp.engine.errors import DiagramError
from webapp.engine.extensions import read_extensions
from webapp.engine.specs import Event, Flow, Loop, Node
from webapp.engine.xml import BPMN, ZEEBE, extension, local, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TASKS: Final = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
ACTIVITIES: Final = TASKS | {"callActivity", "subProcess"}
GATEWAYS: Final = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS: Final = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
RUN: Final = ACTIVITIES | GATEWAYS | EVENTS
DRAWN: Final = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "sequenceFlow",
        "association",
        "textAnnotation",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
    }
)
EVENT_KINDS: Final = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "linkEventDefinition": "link",
    "conditionalEventDefinition": "conditional",
    "terminateEventDefinition": "terminate",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
}
MULTIPLE: Final = "multipleEventDefinition"  # an event with several triggers
TIMERS: Final = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One process of a file; ``foreign`` names the elements that we do not know."""

    process_id: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    foreign: tuple[tuple[str, str], ...]  # element id, tag


def processes(root: Any) -> dict[str, Any]:
    """The executable processes of a file by id, in the order drawn."""
    return {item.get("id"): item for item in root.iterfind(f"{BPMN}process") if item.get("id")}


def choose(root: Any, process_id: str | None) -> Any:
    """The process with that id, or the first executable one; DiagramError when there is none."""
    found = processes(root)
    if process_id is not None:
        if process_id not in found:
            raise DiagramError(msg("流程图中没有流程“{process}”。", process=process_id))
        return found[process_id]
    runnable = [item for item in found.values() if item.get("isExecutable") != "false"]
    if not runnable:
        raise DiagramError(msg("流程图中没有可执行的流程。"))
    return runnable[0]


def parse_process(root: Any, process: Any) -> Parsed:
    """Read one process with all that lies in it."""
    reader = _Reader(root)
    own = Node(id=process.get("id"), kind="process", **read_extensions(process).texts(process))
    reader.nodes.append(own)
    reader.seen.add(own.id)
    reader.read_scope(process, process.get("id"), _lanes(process))
    return Parsed(
        process_id=process.get("id"),
        nodes=tuple(_connect(reader.nodes, reader.flows)),
        flows=tuple(reader.flows),
        foreign=tuple(reader.foreign),
    )


def _connect(nodes: list[Node], flows: list[Flow]) -> Iterator[Node]:
    known = {node.id for node in nodes}
    for flow in flows:
        if flow.source not in known or flow.target not in known:
            raise DiagramError(msg("连线“{flow}”的一端没有元素。", flow=flow.id), element_id=flow.id)
    for node in nodes:
        yield replace(
            node,
            incoming=tuple(flow.id for flow in flows if flow.target == node.id),
            outgoing=tuple(flow.id for flow in flows if flow.source == node.id),
        )


def _lanes(process: Any) -> dict[str, str]:
    """Element id -> name of its innermost lane."""
    out: dict[str, str] = {}
    for lane in process.iter(f"{BPMN}lane"):  # document order: an inner lane comes after its outer one
        for reference in lane.iterfind(f"{BPMN}flowNodeRef"):
            out[(reference.text or "").strip()] = lane.get("name", "")
    return out


class _Reader:
    def __init__(self, root: Any) -> None:
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.foreign: list[tuple[str, str]] = []
        self.seen: set[str] = set()
        self.roots = {item.get("id"): item for item in root if item.get("id")}

    def read_scope(self, container: Any, scope: str, lanes: dict[str, str]) -> None:
        for item in container:
            if not isinstance(item.tag, str) or not item.tag.startswith(BPMN):
                continue
            tag = local(item)
            if tag == "sequenceFlow":
                self._read_flow(item)
            elif tag in RUN:
                self._read_node(item, scope, lanes=lanes)
            elif tag not in DRAWN:
                self.foreign.append((item.get("id", scope), tag))

    def _claim(self, item: Any) -> str:
        name = item.get("id")
        if not name:
            raise DiagramError(msg("流程图中有元素缺少标识。"))
        if name in self.seen:
            raise DiagramError(msg("标识“{id}”重复。", id=name), element_id=name)
        self.seen.add(name)
        return str(name)

    def _read_flow(self, item: Any) -> None:
        self.flows.append(
            Flow(
                id=self._claim(item),
                source=item.get("sourceRef", ""),
                target=item.get("targetRef", ""),
                condition=text_of(item, "conditionExpression"),
            )
        )

    def _read_node(self, item: Any, scope: str, *, lanes: dict[str, str]) -> None:
        name, tag = self._claim(item), local(item)
        extensions = read_extensions(item)
        interrupting = item.get("cancelActivity" if tag == "boundaryEvent" else "isInterrupting")
        self.nodes.append(
            Node(
                id=name,
                kind=tag,
                scope=scope,
                lane=lanes.get(name, ""),
                event=self._event(item, tag),
                attached_to=item.get("attachedToRef"),
                interrupting=interrupting != "false",
                default=item.get("default"),
                loop=_loop(item),
                by_event=item.get("triggeredByEvent") == "true",
                **extensions.texts(item),
                **extensions.rest(),
            )
        )
        if item.get("isForCompensation") == "true":
            self.foreign.append((name, "isForCompensation"))
        if tag == "subProcess":
            self.read_scope(item, name, lanes | _lanes(item))

    def _event(self, item: Any, tag: str) -> Event | None:
        if tag == "receiveTask" or (tag == "sendTask" and item.get("messageRef")):
            return self._message(item)
        if tag not in EVENTS:
            return None
        found = [child for child in item if local(child).endswith("EventDefinition")]
        if not found:
            return Event(kind="none")
        if len(found) > 1 or item.get("parallelMultiple") == "true":
            self.foreign.append((item.get("id"), MULTIPLE))
        return self._definition(found[0])

    def _definition(self, item: Any) -> Event:
        kind = EVENT_KINDS.get(local(item), local(item))
        if kind == "message":
            return self._message(item)
        if kind == "timer":
            return _timer(item)
        return Event(
            kind=kind,
            name=item.get("name") if kind == "link" else self._of(item, "signalRef", "name"),
            code=self._of(item, "errorRef", "errorCode") or self._of(item, "escalationRef", "escalationCode"),
            expression=text_of(item, "condition"),
        )

    def _of(self, item: Any, reference: str, attribute: str) -> str | None:
        target = self.roots.get(item.get(reference))
        return None if target is None else target.get(attribute) or None

    def _message(self, item: Any) -> Event:
        target = self.roots.get(item.get("messageRef"))
        if target is None:
            return Event(kind="message")
        subscription = extension(target, "subscription")
        key = None if subscription is None else subscription.get("correlationKey")
        return Event(kind="message", name=target.get("name") or None, expression=key or None)


def _timer(item: Any) -> Event:
    for tag, kind in TIMERS.items():
        text = text_of(item, tag)
        if text:
            return Event(kind="timer", timer=kind, expression=text)
    return Event(kind="timer")


def _loop(item: Any) -> Loop | None:
    standard = item.find(f"{BPMN}standardLoopCharacteristics")
    if standard is not None:
        maximum = standard.get("loopMaximum")
        return Loop(
            kind="standard",
            condition=text_of(standard, "loopCondition"),
            maximum=int(maximum) if maximum and maximum.isdigit() else None,
            test_before=standard.get("testBefore") == "true",
        )
    marker = item.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if marker is None:
        return None
    zeebe = marker.find(f"{BPMN}extensionElements/{ZEEBE}loopCharacteristics")
    given = {} if zeebe is None else zeebe.attrib
    return Loop(
        kind="sequential" if marker.get("isSequential") == "true" else "parallel",
        collection=given.get("inputCollection") or text_of(marker, "loopCardinality"),
        element=given.get("inputElement"),
        output_collection=given.get("outputCollection"),
        output_element=given.get("outputElement"),
        condition=text_of(marker, "completionCondition"),
    )
