"""The engine and the model side by side: one act on both, then the same tasks must be open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engine import drawing as draw
from tests.engine.model import Bound, Handled, Inc, Line, Loop, Many, Model, Par, Sub, Task, Xor
from tests.engine.play import Play
from webapp.engine.readings import return_targets
from webapp.engine.values import Return

if TYPE_CHECKING:
    import random


class Sheet:
    """Draws blocks as BPMN."""

    def __init__(self) -> None:
        self.roots: list[str] = []

    def diagram(self, block: Any) -> bytes:
        body, first, last = self.put(block)
        return draw.diagram(
            draw.start(),
            body,
            draw.end(),
            draw.flow("s", first),
            draw.flow(last, "e"),
            roots="".join(self.roots),
        )

    def put(self, block: Any) -> tuple[str, str, str]:
        """The XML of a block, its first and its last element."""
        result: tuple[str, str, str] = getattr(self, f"put_{type(block).__name__.lower()}")(block)
        return result

    def put_task(self, block: Task) -> tuple[str, str, str]:
        return draw.user(block.name), block.name, block.name

    def put_many(self, block: Many) -> tuple[str, str, str]:
        marker = draw.many(f"={list(range(block.count))}", sequential=block.sequential)
        return draw.user(block.name, marker), block.name, block.name

    def put_line(self, block: Line) -> tuple[str, str, str]:
        parts = [self.put(part) for part in block.parts]
        flows = [draw.flow(one[2], two[1]) for one, two in zip(parts, parts[1:], strict=False)]
        return "".join([*(part[0] for part in parts), *flows]), parts[0][1], parts[-1][2]

    def put_loop(self, block: Loop) -> tuple[str, str, str]:
        name = block.name
        body, first, last = self.put(block.body)
        xml = (
            draw.xor(f"{name}_m")
            + body
            + draw.xor(f"{name}_g", f"{name}_out")
            + draw.node("task", f"{name}_x")
        )
        xml += draw.flow(f"{name}_m", first) + draw.flow(last, f"{name}_g")
        xml += draw.flow(f"{name}_g", f"{name}_m", f"={name}") + draw.flow(
            f"{name}_g", f"{name}_x", name=f"{name}_out"
        )
        return xml, f"{name}_m", f"{name}_x"

    def _fork(self, block: Any, tag: str, conditions: list[str | None]) -> tuple[str, str, str]:
        name = block.name
        default = f"{name}_else" if conditions[-1] is None and tag != "parallelGateway" else None
        xml = draw.node(tag, f"{name}_f", default=default) + draw.node(tag, f"{name}_j")
        for number, branch in enumerate(block.branches):
            body, first, last = self.put(branch)
            final = number == len(block.branches) - 1
            flow = f"{name}_else" if final else f"{name}_{number}"
            xml += (
                body + draw.flow(f"{name}_f", first, conditions[number], flow) + draw.flow(last, f"{name}_j")
            )
        return xml, f"{name}_f", f"{name}_j"

    def put_par(self, block: Par) -> tuple[str, str, str]:
        return self._fork(block, "parallelGateway", [None] * len(block.branches))

    def put_xor(self, block: Xor) -> tuple[str, str, str]:
        count = len(block.branches) - 1
        return self._fork(block, "exclusiveGateway", [*(f"={block.name} = {n}" for n in range(count)), None])

    def put_inc(self, block: Inc) -> tuple[str, str, str]:
        count = len(block.branches) - 1
        return self._fork(block, "inclusiveGateway", [*(f"={block.name}_{n}" for n in range(count)), None])

    def put_sub(self, block: Sub) -> tuple[str, str, str]:
        body, first, last = self.put(block.body)
        start, end = f"{block.name}_s", f"{block.name}_e"
        flows = draw.flow(start, first) + draw.flow(last, end)
        return draw.sub(block.name, draw.start(start), body, draw.end(end), flows), block.name, block.name

    def put_handled(self, block: Handled) -> tuple[str, str, str]:
        name = block.name
        self.roots.append(draw.message(f"{name}_m", name, '="k"'))
        body, first, last = self.put(block.body)
        inner, begin, final = self.put(block.handler)
        trigger = draw.node(
            "startEvent",
            f"{name}_hs",
            draw.event("message", f"{name}_m"),
            interrupts=str(block.interrupts).lower(),
        )
        handler = draw.sub(
            f"{name}_h", trigger, inner, draw.end(f"{name}_he"),
            draw.flow(f"{name}_hs", begin), draw.flow(final, f"{name}_he"), handler=True,
        )  # fmt: skip
        flows = draw.flow(f"{name}_s", first) + draw.flow(last, f"{name}_e")
        xml = draw.sub(name, draw.start(f"{name}_s"), body, draw.end(f"{name}_e"), flows, handler)
        return xml, name, name

    def put_bound(self, block: Bound) -> tuple[str, str, str]:
        name = block.name
        self.roots.append(draw.message(f"{name}_m", name, '="k"'))
        host, first, last = self.put(block.host)
        body, begin, final = self.put(block.handler)
        xml = (
            host
            + body
            + draw.boundary(name, first, draw.event("message", f"{name}_m"), cancels=block.interrupts)
        )
        xml += draw.flow(name, begin)
        if not block.interrupts:
            return xml + draw.end(f"{name}_e") + draw.flow(final, f"{name}_e"), first, last
        xml += draw.xor(f"{name}_j") + draw.flow(last, f"{name}_j") + draw.flow(final, f"{name}_j")
        return xml, first, f"{name}_j"


class Twins:
    """One process in both worlds."""

    def __init__(self, block: Any, variables: dict[str, Any]) -> None:
        self.model = Model(block)
        self.model.world.variables.update(variables)
        self.play = Play(Sheet().diagram(block))
        self.model.begin()
        self.play.start(**variables)
        self.log: list[Any] = [("start", block, variables)]
        self.agree()

    def agree(self) -> None:
        assert self.play.open == self.model.open(), self.log
        assert self.play.ended == self.model.ended, self.log
        assert not self.play.stuck, self.log
        waits = sorted(wait.name for wait in self.play.last.messages)
        assert waits == sorted(run.block.name for run in self.model.boundaries()), self.log

    def set(self, name: str, value: Any) -> None:
        self.log.append(("set", name, value))
        self.model.world.variables[name] = value
        self.play.set(**{name: value})
        self.agree()

    def complete(self, choice: int) -> None:
        names = self.model.open()
        name = names[choice % len(names)]
        self.log.append(("complete", name))
        self.model.complete(name)
        self.play.done(name)
        self.agree()

    def fire(self, choice: int) -> bool:
        runs = self.model.boundaries()
        names = [run.block.name for run in runs]
        single = [run for run in runs if names.count(run.block.name) == 1]
        if not single:
            return False
        run = single[choice % len(single)]
        self.log.append(("fire", run.block.name))
        self.model.fire(run)
        self.play.correlate(run.block.name, "k")
        self.agree()
        return True

    def send_back(self, choice: int, other: int) -> bool:
        names = [name for name in self.model.open() if self.model.open().count(name) == 1]
        if not names:
            return False
        name = names[choice % len(names)]
        targets = self.model.targets(name)
        offered = {
            target.element_id
            for target in return_targets(self.play.spec, self.play.snapshot or "", self.play.key(name))
        }
        assert set(targets) <= offered, (set(targets) - offered, self.log)
        if not targets:
            return False
        chosen = sorted(targets)[other % len(targets)]
        self.log.append(("return", name, chosen))
        self.model.send_back(name, targets[chosen])
        self.play.do(Return(from_key=self.play.key(name), to_element=chosen))
        self.agree()
        return True


class Maker:
    """Makes random processes."""

    def __init__(self, random: random.Random) -> None:
        self.random, self.count = random, 0
        self.switches: dict[str, list[Any]] = {}

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def process(self, depth: int = 3) -> Line:
        return Line((*(self.block(depth) for _ in range(self.random.randint(1, 3))), Task(self.name("t"))))

    def block(self, depth: int) -> Any:
        kinds = ["task", "task", "many"]
        if depth > 0:
            kinds += ["par", "par", "xor", "inc", "loop", "sub", "bound", "bound", "handled", "line"]
        return getattr(self, f"make_{self.random.choice(kinds)}")(depth - 1)

    def make_task(self, _depth: int) -> Task:
        return Task(self.name("t"))

    def make_many(self, _depth: int) -> Many:
        return Many(self.name("m"), self.random.randint(1, 3), self.random.random() < 0.5)

    def make_line(self, depth: int) -> Line:
        return Line(tuple(self.block(depth) for _ in range(self.random.randint(1, 3))))

    def branches(self, depth: int) -> tuple[Any, ...]:
        return tuple(self.block(depth) for _ in range(self.random.randint(2, 3)))

    def make_par(self, depth: int) -> Par:
        return Par(self.name("par"), self.branches(depth))

    def make_xor(self, depth: int) -> Xor:
        name = self.name("xor")
        self.switches[name] = [0, 1, 2, None]
        return Xor(name, self.branches(depth))

    def make_inc(self, depth: int) -> Inc:
        block = Inc(self.name("inc"), self.branches(depth))
        for number in range(len(block.branches) - 1):
            self.switches[f"{block.name}_{number}"] = [True, False, None]
        return block

    def make_loop(self, depth: int) -> Loop:
        name = self.name("loop")
        self.switches[name] = [True, False, False]
        return Loop(name, Line((Task(self.name("t")), self.block(depth))))

    def make_sub(self, depth: int) -> Sub:
        return Sub(self.name("sub"), self.block(depth))

    def make_handled(self, depth: int) -> Handled:
        handler = Line(tuple(Task(self.name("t")) for _ in range(self.random.randint(1, 2))))
        return Handled(self.name("handled"), self.block(depth), handler, self.random.random() < 0.5)

    def make_bound(self, depth: int) -> Bound:
        host = self.random.choice([self.make_task, self.make_many, self.make_sub, self.make_handled])(depth)
        handler = Line(tuple(Task(self.name("t")) for _ in range(self.random.randint(1, 2))))
        return Bound(self.name("bound"), host, handler, self.random.random() < 0.5)


def play_random(random: random.Random, *, steps: int) -> tuple[int, int]:
    """Run one random process for so many acts; how many acts and returns were done."""
    maker = Maker(random)
    block = maker.process()
    twins = Twins(block, {name: random.choice(values) for name, values in maker.switches.items()})
    acts = returns = 0
    while acts < steps and not twins.model.ended:
        kind = random.random()
        if kind < 0.15 and maker.switches:
            name = random.choice(sorted(maker.switches))
            twins.set(name, random.choice(maker.switches[name]))
        elif kind < 0.3 and twins.fire(random.randrange(100)):
            pass
        elif kind < 0.5 and twins.send_back(random.randrange(100), random.randrange(100)):
            returns += 1
        else:
            twins.complete(random.randrange(100))
        acts += 1
    return acts, returns
