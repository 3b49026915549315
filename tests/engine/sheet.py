"""Blocks drawn as BPMN XML in the Camunda 8 dialect, so that engine and model run one and the same process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engine import drawing as draw

if TYPE_CHECKING:
    from tests.engine import blocks

Drawn = tuple[str, str, str]  # the XML of a block, its first and its last element
HR = draw.zeebe("assignmentDefinition", candidateGroups="hr")


class Sheet:
    """Draws blocks as BPMN."""

    def __init__(self, *, job: str = "work", key: str = "") -> None:
        self.roots: list[str] = []
        self.around: list[str] = []  # the multi-instance subprocesses that are being drawn
        self.job, self.case_key = job, key

    def diagram(self, block: Any, name: str = "p") -> bytes:
        body, first, last = self.put(block)
        return draw.diagram(
            draw.start(),
            body,
            draw.end(),
            draw.flow("s", first),
            draw.flow(last, "e"),
            roots="".join(self.roots),
            name=name,
        )

    def put(self, block: Any) -> Drawn:
        drawn: Drawn = getattr(self, f"put_{type(block).__name__.lower()}")(block)
        return drawn

    def event(self, trigger: blocks.Trigger, name: str) -> str:
        """The event definition of a trigger; what it names is drawn beside the process."""
        match trigger.kind:
            case "timer":
                return draw.timer(f"PT{trigger.hours}H")
            case "cycle":
                times = "" if trigger.times is None else trigger.times
                return draw.timer(f"R{times}/PT{trigger.hours}H", "timeCycle")
            case "message":
                key = " + ".join(['"k"', *(f'"," + string({each}_i)' for each in self.around)])
                self.roots.append(draw.message(f"{name}_m", name, f"={self.case_key}{key}"))
                return draw.event("message", f"{name}_m")
            case "signal":
                self.roots.append(draw.signal(f"{name}_m", name))
                return draw.event("signal", f"{name}_m")
        return self._throwable(trigger.kind, trigger.code, name)

    def _throwable(self, kind: str, code: str | None, name: str) -> str:
        if code is None:
            return draw.event(kind)
        self.roots.append(getattr(draw, kind)(f"{name}_m", code))
        return draw.event(kind, f"{name}_m")

    def put_task(self, block: blocks.Task) -> Drawn:
        xml = draw.service(block.name, job=self.job) if block.job else draw.user(block.name, ext=HR)
        return xml, block.name, block.name

    def put_raise(self, block: blocks.Raise) -> Drawn:
        """Task, gateway, and a throw or an end behind its condition."""
        name = block.name
        gate, thrown, last = f"{name}_g", f"{name}_t", f"{name}_x"
        xml = draw.user(name, ext=HR) + draw.xor(gate, f"{name}_out") + draw.xor(last)
        xml += draw.flow(name, gate) + draw.flow(gate, thrown, f"={name}")
        xml += draw.flow(gate, last, name=f"{name}_out")
        if block.kind == "terminate":
            return xml + draw.end(thrown, draw.event("terminate")), name, last
        definition = self._throwable(block.kind, block.code, name)
        if block.kind == "error":
            return xml + draw.end(thrown, definition), name, last
        return xml + draw.throw(thrown, definition) + draw.flow(thrown, last), name, last

    def put_wait(self, block: blocks.Wait) -> Drawn:
        return draw.catch(block.name, self.event(block.trigger, block.name)), block.name, block.name

    def put_race(self, block: blocks.Race) -> Drawn:
        name = block.name
        xml = draw.node("eventBasedGateway", name) + draw.xor(f"{name}_j")
        for number, (trigger, branch) in enumerate(block.branches):
            wait = f"{name}_{number}"
            body, first, last = self.put(branch)
            xml += draw.catch(wait, self.event(trigger, wait)) + body
            xml += draw.flow(name, wait) + draw.flow(wait, first) + draw.flow(last, f"{name}_j")
        return xml, name, f"{name}_j"

    def put_many(self, block: blocks.Many) -> Drawn:
        marker = draw.many(f"={list(range(block.count))}", sequential=block.sequential)
        return draw.user(block.name, marker, ext=HR), block.name, block.name

    def put_each(self, block: blocks.Each) -> Drawn:
        name, items = block.name, f"={list(range(block.count))}"
        marker = draw.many(items, element=f"{name}_i", sequential=block.sequential)
        self.around.append(name)
        inside = self._inside(name, block.body)
        self.around.pop()
        return draw.sub(name, marker, inside), name, name

    def put_line(self, block: blocks.Line) -> Drawn:
        parts = [self.put(part) for part in block.parts]
        flows = [draw.flow(one[2], two[1]) for one, two in zip(parts, parts[1:], strict=False)]
        return "".join([*(part[0] for part in parts), *flows]), parts[0][1], parts[-1][2]

    def put_loop(self, block: blocks.Loop) -> Drawn:
        name = block.name
        body, first, last = self.put(block.body)
        xml = draw.xor(f"{name}_m") + body + draw.xor(f"{name}_g", f"{name}_out")
        xml += draw.node("task", f"{name}_x")
        xml += draw.flow(f"{name}_m", first) + draw.flow(last, f"{name}_g")
        xml += draw.flow(f"{name}_g", f"{name}_m", f"={name}")
        xml += draw.flow(f"{name}_g", f"{name}_x", name=f"{name}_out")
        return xml, f"{name}_m", f"{name}_x"

    def _fork(self, block: Any, tag: str, conditions: list[str | None]) -> Drawn:
        name = block.name
        default = f"{name}_else" if conditions[-1] is None and tag != "parallelGateway" else None
        xml = draw.node(tag, f"{name}_f", default=default) + draw.node(tag, f"{name}_j")
        for number, branch in enumerate(block.branches):
            body, first, last = self.put(branch)
            final = number == len(block.branches) - 1
            flow = f"{name}_else" if final else f"{name}_{number}"
            xml += body + draw.flow(f"{name}_f", first, conditions[number], flow)
            xml += draw.flow(last, f"{name}_j")
        return xml, f"{name}_f", f"{name}_j"

    def put_par(self, block: blocks.Par) -> Drawn:
        return self._fork(block, "parallelGateway", [None] * len(block.branches))

    def put_xor(self, block: blocks.Xor) -> Drawn:
        count = len(block.branches) - 1
        return self._fork(block, "exclusiveGateway", [*(f"={block.name} = {n}" for n in range(count)), None])

    def put_inc(self, block: blocks.Inc) -> Drawn:
        count = len(block.branches) - 1
        return self._fork(block, "inclusiveGateway", [*(f"={block.name}_{n}" for n in range(count)), None])

    def _inside(self, name: str, block: Any, trigger: str = "") -> str:
        """What stands in a subprocess; a trigger stands on its start event."""
        body, first, last = self.put(block)
        begin = trigger or draw.start(f"{name}_s")
        return (
            begin
            + body
            + draw.end(f"{name}_e")
            + draw.flow(f"{name}_s", first)
            + draw.flow(last, f"{name}_e")
        )

    def put_sub(self, block: blocks.Sub) -> Drawn:
        return draw.sub(block.name, self._inside(block.name, block.body)), block.name, block.name

    def put_handled(self, block: blocks.Handled) -> Drawn:
        name = block.name
        interrupts = str(block.interrupts).lower()
        definition = self.event(block.trigger, name)
        trigger = draw.node("startEvent", f"{name}_h_s", definition, interrupts=interrupts)
        handler = draw.sub(f"{name}_h", self._inside(f"{name}_h", block.handler, trigger), handler=True)
        return draw.sub(name, self._inside(name, block.body), handler), name, name

    def put_bound(self, block: blocks.Bound) -> Drawn:
        name = block.name
        host, first, last = self.put(block.host)
        body, begin, final = self.put(block.handler)
        definition = self.event(block.trigger, name)
        xml = host + body + draw.boundary(name, first, definition, cancels=block.interrupts)
        xml += draw.flow(name, begin)
        if not block.interrupts:
            return xml + draw.end(f"{name}_e") + draw.flow(final, f"{name}_e"), first, last
        xml += draw.xor(f"{name}_j") + draw.flow(last, f"{name}_j") + draw.flow(final, f"{name}_j")
        return xml, first, f"{name}_j"
