"""Small diagrams in which a token stands in every kind of place that the dialect has, and how each goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.engine import drawing as draw

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLED = draw.process("c", draw.start("cs"), draw.user("x"), draw.end("ce"), draw.path("cs > x > ce"))
ROOTS = (
    draw.message("mm", "poke", "=k") + draw.message("mh", "told", "=k") + draw.signal("ss", "alarm")
    + draw.error("ee", "E") + draw.escalation("sc", "S")
)  # fmt: skip
DEFINITIONS = {
    "timer": draw.timer("PT1H"),
    "message": draw.event("message", "mm"),
    "signal": draw.event("signal", "ss"),
    "error": draw.event("error", "ee"),
    "escalation": draw.event("escalation", "sc"),
}
JOB = draw.zeebe("taskDefinition", type="work")
CALL = draw.zeebe("calledElement", processId="c")
INNER = (draw.start("hs"), draw.user("x"), draw.end("he"), draw.path("hs > x > he"))
HOSTS = {
    "userTask": lambda more: draw.user("h", more),
    "serviceTask": lambda more: draw.service("h", more),
    "sendTask": lambda more: draw.node("sendTask", "h", more, ext=JOB),
    "scriptTask": lambda more: draw.node("scriptTask", "h", more, ext=JOB),
    "businessRuleTask": lambda more: draw.node("businessRuleTask", "h", more, ext=JOB),
    "receiveTask": lambda more: draw.node("receiveTask", "h", more, messageRef="mh"),
    "subProcess": lambda more: draw.sub("h", *INNER, more),
    "callActivity": lambda more: draw.node("callActivity", "h", more, ext=CALL),
}
INSIDE = {"subProcess": "x", "callActivity": "c:x", "receiveTask": ""}  # where work lies; else at the host
MARKERS = {
    "one": "",
    "parallel": draw.many("=[1, 2]", element="i"),
    "sequential": draw.many("=[1, 2]", element="i", sequential=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A diagram, what is done until the state is kept, and what is done afterwards, with the open work."""

    name: str
    diagram: bytes
    steps: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


def places() -> Iterator[Place]:
    """All of them."""
    for kind, host in HOSTS.items():
        for marker, loop in MARKERS.items():
            yield _many(kind, host(loop), marker)
        for event in DEFINITIONS:
            for cancels in (True, False):
                if event != "error" or cancels:  # an error always interrupts
                    yield _boundary(kind, host(""), event, cancels=cancels)
    for event in DEFINITIONS:
        for interrupts in (True, False):
            if event != "error" or interrupts:
                yield from _handlers(event, interrupts=interrupts)
    yield from _catches()
    yield from _joins()
    yield from _incidents()


def _around(body: str) -> bytes:
    flows = draw.path("s > h > e")
    return draw.diagram(draw.start(), body, draw.end(), flows, more=CALLED, roots=ROOTS)


def _work(kind: str) -> str:
    return INSIDE.get(kind, "h")


def _told(kind: str, count: int = 1) -> tuple[str, ...]:
    """What ends a host that waits for a message: nobody can complete it."""
    return ("message told k",) * count if kind == "receiveTask" else ()


def _many(kind: str, body: str, marker: str) -> Place:
    count = 1 if marker == "one" else 2
    first = _told(kind) or (f"done {_work(kind)}",)
    steps = first if marker != "one" else ()
    rest = _told(kind, count - len(steps))
    return Place(name=f"{kind}, {marker}", diagram=_around(body), steps=steps, rest=rest)


def _boundary(kind: str, body: str, event: str, *, cancels: bool) -> Place:
    xml = draw.diagram(
        draw.start(), body, draw.boundary("b", "h", DEFINITIONS[event], cancels=cancels), draw.user("after"),
        draw.end(), draw.end("e2"), draw.path("s > h > e"), draw.path("b > after > e2"), more=CALLED, roots=ROOTS,
    )  # fmt: skip
    left = [_work(kind)] if _work(kind) and not cancels else []
    happens = _happens(event, _work(kind), stays=not cancels)
    rest = (f"{happens} : {' '.join(sorted(['after', *left]))}",) if happens else ()
    if not cancels or not happens:
        rest += _told(kind)
    word = "interrupting" if cancels else "beside it"
    return Place(name=f"{event} boundary on {kind}, {word}", diagram=xml, rest=rest)


def _happens(event: str, work: str, *, stays: bool = False) -> str:
    """How the event comes about; empty where nobody can throw, since the host has no work in it.

    ``stays`` says that the work goes on beside what catches its escalation.
    """
    outside = {"timer": "wait 1h", "message": "message poke k", "signal": "signal alarm"}
    if event in outside:
        return outside[event]
    thrown = f"fail {work} E" if event == "error" else f"{'tell' if stays else 'escalate'} {work} S"
    return thrown if work else ""


def _handlers(event: str, *, interrupts: bool) -> Iterator[Place]:
    begins = draw.start("hs", DEFINITIONS[event], interrupts=str(interrupts).lower())
    handler = draw.sub("u", begins, draw.user("x"), draw.end("he"), draw.path("hs > x > he"), handler=True)
    xml = draw.diagram(
        draw.start(), draw.user("h"), draw.service("j"), draw.par("f"), draw.end(), draw.end("e2"),
        draw.path("s > f > h > e"), draw.path("f > j > e2"), handler, roots=ROOTS,
    )  # fmt: skip
    happens = _happens(event, "j", stays=not interrupts)
    then = "x" if interrupts else "h j x"
    word = "interrupting" if interrupts else "beside the rest"
    yield Place(name=f"{event} handler waiting, {word}", diagram=xml, rest=(f"{happens} : {then}",))
    yield Place(name=f"{event} handler running, {word}", diagram=xml, steps=(happens,))


def _catches() -> Iterator[Place]:
    kinds = {
        "message": (DEFINITIONS["message"], "message poke k"),
        "signal": (DEFINITIONS["signal"], "signal alarm"),
        "timer": (DEFINITIONS["timer"], "wait 1h"),
        "date timer": (draw.timer('=date and time("2026-03-02T12:00:00+08:00")', "timeDate"), "wait 4h"),
        "conditional": (draw.condition("=k = 5"), "set k=5"),
    }
    for kind, (definition, happens) in kinds.items():
        xml = _around(draw.catch("h", definition))
        yield Place(name=f"{kind} catch", diagram=xml, rest=(f"{happens} : ended",))
    for kind in ("timer", "message", "signal"):
        arms = "".join(
            draw.catch(name, DEFINITIONS[name])
            + draw.user(f"u_{name}")
            + draw.path(f"g > {name} > u_{name} > e")
            for name in ("timer", "message", "signal")
        )
        xml = draw.diagram(
            draw.start(),
            draw.node("eventBasedGateway", "g"),
            arms,
            draw.end(),
            draw.path("s > g"),
            roots=ROOTS,
        )
        yield Place(name=f"event gateway, {kind}", diagram=xml, rest=(f"{_happens(kind, '')} : u_{kind}",))


def _joins() -> Iterator[Place]:
    for kind, gateway in (("parallel", draw.par), ("inclusive", draw.inc)):
        split = draw.flow("f", "a", "=true") + draw.flow("f", "b", "=true")
        flows = split if kind == "inclusive" else draw.path("f > a") + draw.path("f > b")
        xml = draw.diagram(
            draw.start(), gateway("f"), draw.user("a"), draw.user("b"), gateway("j"), draw.user("z"), draw.end(),
            draw.path("s > f"), flows, draw.path("a > j > z > e"), draw.path("b > j"),
        )  # fmt: skip
        yield Place(name=f"{kind} join", diagram=xml, steps=("done a",), rest=("done b : z",))


def _incidents() -> Iterator[Place]:
    bodies = {
        "timer": draw.catch("h", draw.timer("=k")),
        "multi-instance": draw.user("h", draw.many("=1")),
        "due date": draw.user("h", ext=draw.zeebe("taskSchedule", dueDate="=k")),
    }  # fmt: skip
    for kind, body in bodies.items():
        yield Place(name=f"incident: {kind}", diagram=_around(body))
