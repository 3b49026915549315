"""The engine alone: start, complete, correlation, timers, growth with history; beside the stock library.

Times are of the processor: the engine waits for nothing, and other processes on the machine do not count.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bench.figure import Figure
from tests.engine import drawing as draw
from tests.engine.play import EPOCH, Weekdays
from webapp.engine.diagrams import compile_diagram
from webapp.engine.runtime import act
from webapp.engine.specs import load
from webapp.engine.values import Complete, Correlate, Fire, Start

if TYPE_CHECKING:
    from collections.abc import Callable

LEAVE = Path(__file__).resolve().parents[2] / "bpmn" / "leave" / "leave.bpmn"
REPEATS = 200
BULK = 1_000
STORM = 10_000
HISTORIES = (5, 50, 500)
FORM = {f"field_{number}": f"value {number}" for number in range(20)}


def median_ms(function: Callable[[], Any], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        function()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1_000


def decide(_decision: str, _variables: Any, _now: Any) -> Any:
    return {"missing": False, "within": 5, "second": True, "hr": True}, ("r1",)


def do(spec: str, state: str | None, command: Any) -> Any:
    return act(spec, state, command, now=EPOCH, calendar=Weekdays(), decide=decide)


def stock(xml: bytes) -> tuple[float, float]:
    """Start and complete in the stock library, with its own state text: two user tasks and a script-free path."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(xml))
    spec = parser.get_spec("p")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def start() -> str:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        workflow.get_tasks(state=TaskState.READY)[0].data.update(FORM)
        return str(serializer.serialize_json(workflow))

    state = start()

    def complete() -> None:
        workflow = serializer.deserialize_json(state)
        task = workflow.get_tasks(state=TaskState.READY)[0]
        task.run()
        workflow.do_engine_steps()
        serializer.serialize_json(workflow)

    return median_ms(start), median_ms(complete)


def plain() -> bytes:
    """A diagram that both run: start, two user tasks, parallel work, end."""
    return draw.diagram(
        draw.start(), draw.node("userTask", "a"), draw.par("f"), draw.node("userTask", "b"), draw.node("userTask", "c"),
        draw.par("j"), draw.end(), draw.path("s > a > f > b > j > e"), draw.path("f > c > j"),
    )  # fmt: skip


def beside_stock() -> list[Figure]:
    xml = plain()
    spec = compile_diagram(xml).spec
    begun = do(spec, None, Start(variables=FORM))
    command = Complete(key=begun.opened[0].key, variables={})
    start = median_ms(lambda: do(spec, None, Start(variables=FORM)))
    complete = median_ms(lambda: do(spec, begun.snapshot, command))
    stock_start, stock_complete = stock(xml)
    return [
        Figure(
            name="start, of the stock library's time",
            value=round(start / stock_start, 2),
            unit="times",
            limit=2,
        ),
        Figure(
            name="complete, of the stock library's time",
            value=round(complete / stock_complete, 2),
            unit="times",
            limit=2,
        ),
        Figure(name="state of an open case", value=len(begun.snapshot), unit="bytes"),
    ]


def leave() -> list[Figure]:
    diagram = compile_diagram(LEAVE.read_bytes())
    variables = {"manager": "li", "department_head": "wang", "days": 5, "type": "annual", **FORM}
    begun = do(diagram.spec, None, Start(variables=variables))
    command = Complete(key=begun.opened[0].key, variables={"outcome": "approve"})
    bulk = time.process_time()
    for _ in range(BULK):
        do(diagram.spec, None, Start(variables=variables))
    bulk = time.process_time() - bulk
    cold = median_ms(lambda: (clear_cache(), load(diagram.spec)), 20)
    return [
        Figure(
            name="leave: compile the diagram",
            value=round(median_ms(lambda: compile_diagram(LEAVE.read_bytes()), 20), 2),
            unit="ms",
        ),
        Figure(name="leave: restore the specification, cold", value=round(cold, 2), unit="ms"),
        Figure(
            name="leave: start",
            value=round(median_ms(lambda: do(diagram.spec, None, Start(variables=variables))), 3),
            unit="ms",
        ),
        Figure(
            name="leave: load, complete, save",
            value=round(median_ms(lambda: do(diagram.spec, begun.snapshot, command)), 3),
            unit="ms",
        ),
        Figure(name=f"leave: {BULK:,} starts", value=round(BULK / bulk), unit="a second"),
        Figure(name="leave: specification, stored once", value=len(diagram.spec), unit="bytes"),
        Figure(name="leave: state of an open case", value=len(begun.snapshot), unit="bytes"),
    ]


def clear_cache() -> None:
    from webapp.engine import specs

    specs._cache.clear()


def waits() -> list[Figure]:
    xml = draw.diagram(
        draw.start(), draw.user("a"), draw.boundary("t", "a", draw.timer("PT0S"), cancels=False),
        draw.boundary("m", "a", draw.event("message", "mm"), cancels=False), draw.service("r"), draw.end(),
        draw.path("s > a > e"), draw.path("t > r > e"), draw.path("m > r"), roots=draw.message("mm", "hello", "=id"),
    )  # fmt: skip
    spec = compile_diagram(xml).spec
    begun = do(spec, None, Start(variables={"id": "7", **FORM}))
    correlate = Correlate(key=begun.messages[0].key, name="hello", variables={"x": 1})
    fire = Fire(key=begun.timers[0].key)
    storm = time.process_time()
    for _ in range(STORM):
        do(spec, begun.snapshot, fire)
    storm = time.process_time() - storm
    return [
        Figure(
            name="correlate a message",
            value=round(median_ms(lambda: do(spec, begun.snapshot, correlate)), 3),
            unit="ms",
        ),
        Figure(name=f"{STORM:,} due timers of as many cases", value=round(STORM / storm), unit="a second"),
    ]


def growth() -> list[Figure]:
    """A loop of user task and gateway: what one more completion costs after 5, 50 and 500."""
    xml = draw.diagram(
        draw.start(), draw.xor("m"), draw.user("a"), draw.xor("g", "g_m"), draw.end(), draw.path("s > m > a > g"),
        draw.flow("g", "e", "=over"), draw.flow("g", "m"),
    )  # fmt: skip
    spec = compile_diagram(xml).spec
    advance = do(spec, None, Start(variables=FORM))
    costs: dict[int, float] = {}
    sizes: dict[int, int] = {}
    for done in range(1, max(HISTORIES) + 1):
        advance = do(spec, advance.snapshot, Complete(key=advance.opened[0].key, variables={}))
        if done in HISTORIES:
            state, key = advance.snapshot, advance.opened[0].key
            costs[done] = median_ms(lambda s=state, k=key: do(spec, s, Complete(key=k, variables={})), 50)
            sizes[done] = len(state)
    slope = (costs[500] - costs[5]) / 495
    steps = [(costs[50] - costs[5]) / 45, (costs[500] - costs[50]) / 450]
    return [
        *(
            Figure(name=f"complete after {done} tasks", value=round(cost, 3), unit="ms")
            for done, cost in costs.items()
        ),
        Figure(name="slope with history", value=round(slope * 1_000, 2), unit="µs a task"),
        Figure(
            name="growth: slope from 50 to 500 over slope from 5 to 50",
            value=round(steps[1] / max(steps[0], 1e-4), 2),
            unit="times",
            limit=2,
        ),
        Figure(name="state after 500 tasks", value=sizes[500], unit="bytes"),
    ]


def run() -> list[Figure]:
    """All figures of the room."""
    return [*beside_stock(), *leave(), *waits(), *growth()]
