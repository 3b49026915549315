"""Diagrams written tersely, for tests: each function gives the XML of one element."""

from __future__ import annotations

import itertools
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:t">'
)


def diagram(*body: str, roots: str = "", name: str = "p", more: str = "") -> bytes:
    process = f'<bpmn:process id="{name}" isExecutable="true">{"".join(body)}</bpmn:process>'
    return f"{HEAD}{roots}{process}{more}</bpmn:definitions>".encode()


def process(name: str, *body: str) -> str:
    return f'<bpmn:process id="{name}" isExecutable="true">{"".join(body)}</bpmn:process>'


def attributes(**given: object) -> str:
    names = {"attached": "attachedToRef", "cancels": "cancelActivity", "interrupts": "isInterrupting"}
    return "".join(
        f" {names.get(key, key)}={quoteattr(str(value))}" for key, value in given.items() if value is not None
    )


def zeebe(tag: str, **given: object) -> str:
    return f"<zeebe:{tag}{attributes(**given)} />"


def mapping(*, inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    rows = [zeebe("input", source=source, target=target) for target, source in (inputs or {}).items()]
    rows += [zeebe("output", source=source, target=target) for target, source in (outputs or {}).items()]
    return f"<zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping>"


def node(tag: str, id_: str, *inner: str, ext: str = "", **given: object) -> str:
    extensions = f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>" if ext else ""
    return f"<bpmn:{tag} id={quoteattr(id_)}{attributes(**given)}>{extensions}{''.join(inner)}</bpmn:{tag}>"


def start(name: str = "s", *inner: str, **given: object) -> str:
    return node("startEvent", name, *inner, **given)


def end(name: str = "e", *inner: str, **given: object) -> str:
    return node("endEvent", name, *inner, **given)


def user(id_: str, *inner: str, ext: str = "", **given: object) -> str:
    return node("userTask", id_, *inner, ext=zeebe("userTask") + ext, **given)


def service(id_: str, *inner: str, job: str = "work", ext: str = "", **given: object) -> str:
    return node("serviceTask", id_, *inner, ext=zeebe("taskDefinition", type=job) + ext, **given)


def script(name: str, expression: str, result: str | None = None, ext: str = "") -> str:
    return node("scriptTask", name, ext=zeebe("script", expression=expression, resultVariable=result) + ext)


def xor(name: str, default: str | None = None) -> str:
    return node("exclusiveGateway", name, default=default)


def par(name: str) -> str:
    return node("parallelGateway", name)


def inc(name: str, default: str | None = None) -> str:
    return node("inclusiveGateway", name, default=default)


def flow(source: str, target: str, when: str | None = None, name: str | None = None) -> str:
    condition = f"<bpmn:conditionExpression>{escape(when)}</bpmn:conditionExpression>" if when else ""
    return (
        f'<bpmn:sequenceFlow id="{name or f"{source}_{target}"}" sourceRef="{source}" targetRef="{target}">'
        f"{condition}</bpmn:sequenceFlow>"
    )


def path(text: str) -> str:
    """``a > b > c`` as flows."""
    stops = [stop.strip() for stop in text.split(">")]
    return "".join(flow(source, target) for source, target in itertools.pairwise(stops))


def timer(text: str, kind: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def event(kind: str, ref: str | None = None, **given: object) -> str:
    reference = {f"{kind}Ref": ref} if ref else {}
    return f"<bpmn:{kind}EventDefinition{attributes(**reference, **given)} />"


def condition(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition>"


def boundary(name: str, host: str, definition: str, *, cancels: bool = True, ext: str = "") -> str:
    return node("boundaryEvent", name, definition, ext=ext, attached=host, cancels=str(cancels).lower())


def catch(name: str, definition: str, ext: str = "") -> str:
    return node("intermediateCatchEvent", name, definition, ext=ext)


def throw(name: str, definition: str = "", ext: str = "") -> str:
    return node("intermediateThrowEvent", name, definition, ext=ext)


def sub(name: str, *body: str, ext: str = "", handler: bool = False) -> str:
    return node("subProcess", name, *body, ext=ext, triggeredByEvent="true" if handler else None)


def message(ref: str, name: str, key: str | None = None) -> str:
    ext = (
        f"<bpmn:extensionElements>{zeebe('subscription', correlationKey=key)}</bpmn:extensionElements>"
        if key
        else ""
    )
    return f"<bpmn:message id={quoteattr(ref)} name={quoteattr(name)}>{ext}</bpmn:message>"


def signal(ref: str, name: str) -> str:
    return f"<bpmn:signal id={quoteattr(ref)} name={quoteattr(name)} />"


def error(ref: str, code: str) -> str:
    return f"<bpmn:error id={quoteattr(ref)} errorCode={quoteattr(code)} />"


def escalation(ref: str, code: str) -> str:
    return f"<bpmn:escalation id={quoteattr(ref)} escalationCode={quoteattr(code)} />"


def many(
    collection: str,
    *,
    element: str | None = None,
    out: str | None = None,
    out_element: str | None = None,
    sequential: bool = False,
    until: str | None = None,
) -> str:
    loop = zeebe(
        "loopCharacteristics",
        inputCollection=collection,
        inputElement=element,
        outputCollection=out,
        outputElement=out_element,
    )
    done = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:extensionElements>{loop}</bpmn:extensionElements>{done}</bpmn:multiInstanceLoopCharacteristics>"
    )


DI = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
SIZES = {"Event": (36, 36), "Gateway": (50, 50)}


def pictured(xml: bytes) -> bytes:
    """The diagram with shapes in a row and straight flows, so that pages can draw it."""
    root = etree.fromstring(xml)
    (process,) = root.findall("{*}process")
    bounds: dict[str, tuple[int, int, int, int]] = {}
    parts = []
    for element in process.iter():
        name, tag = element.get("id"), etree.QName(element).localname
        if name is None or element is process or tag.endswith(("Definition", "sequenceFlow")):
            continue
        width, height = next((size for end_, size in SIZES.items() if tag.endswith(end_)), (100, 80))
        x, y = 100 + 160 * len(bounds), 200 - height // 2
        bounds[name] = (x, y, width, height)
        parts.append(
            f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        )
    for element in process.iter("{*}sequenceFlow"):
        one, two = bounds[element.get("sourceRef")], bounds[element.get("targetRef")]
        parts.append(
            f'<bpmndi:BPMNEdge id="{element.get("id")}_di" bpmnElement="{element.get("id")}">'
            f'<di:waypoint x="{one[0] + one[2]}" y="200"/><di:waypoint x="{two[0]}" y="200"/></bpmndi:BPMNEdge>'
        )
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in DI.items())
    plane = (
        f'<bpmndi:BPMNPlane id="plane" bpmnElement="{process.get("id")}">{"".join(parts)}</bpmndi:BPMNPlane>'
    )
    drawn = f'<bpmndi:BPMNDiagram {spaces} id="drawing">{plane}</bpmndi:BPMNDiagram></bpmn:definitions>'
    return xml.replace(b"</bpmn:definitions>", drawn.encode())
