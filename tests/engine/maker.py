"""Random block-structured processes, from which fuzzing and the model of tokens start; a seed gives the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engine import blocks

if TYPE_CHECKING:
    from random import Random

PLAIN = ["task", "task", "task", "many", "raising", "wait"]
NESTED = [
    "par",
    "par",
    "xor",
    "inc",
    "loop",
    "sub",
    "each",
    "bound",
    "bound",
    "bound",
    "handled",
    "race",
    "line",
]


class Maker:
    """Makes random processes."""

    def __init__(self, random: Random) -> None:
        self.random, self.count = random, 0
        self.drawn: set[str] = set()
        self.switches: dict[str, list[Any]] = {}

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def process(self, depth: int = 3) -> blocks.Line:
        return blocks.Line(
            (*(self.block(depth) for _ in range(self.random.randint(1, 3))), blocks.Task(self.name("t")))
        )

    def block(self, depth: int) -> Any:
        kinds = PLAIN + (NESTED if depth > 0 else [])
        kind = self.random.choice(kinds)
        self.drawn.add(kind)
        return getattr(self, f"make_{kind}")(depth - 1)

    def make_task(self, _depth: int) -> blocks.Task:
        return blocks.Task(self.name("t"), self.random.random() < 0.3)

    def make_raising(self, _depth: int) -> blocks.Raise:
        kind = self.random.choice(["error", "error", "escalation", "terminate"])
        name = self.name("r")
        self.switches[name] = [True, False, False]
        return blocks.Raise(name, kind, None if kind == "terminate" else self.random.choice(["E1", "E2"]))

    def make_wait(self, _depth: int) -> blocks.Wait:
        return blocks.Wait(
            self.name("w"),
            self.random.choice([blocks.MESSAGE, blocks.Trigger("signal"), self.timer("timer")]),
        )

    def timer(self, kind: str) -> blocks.Trigger:
        times = self.random.choice([None, 2, 3]) if kind == "cycle" else None
        return blocks.Trigger(kind, hours=self.random.randint(1, 5), times=times)

    def make_race(self, depth: int) -> blocks.Race:
        name = self.name("race")
        triggers = [
            self.random.choice([blocks.MESSAGE, blocks.Trigger("signal")])
            for _ in range(self.random.randint(1, 2))
        ]
        triggers.append(
            self.random.choice([blocks.MESSAGE, self.timer("timer")])
        )  # at most one timer: the linter
        return blocks.Race(name, tuple((trigger, self.block(depth)) for trigger in triggers))

    def make_many(self, _depth: int) -> blocks.Many:
        return blocks.Many(self.name("m"), self.random.randint(1, 3), self.random.random() < 0.5)

    def make_each(self, depth: int) -> blocks.Each:
        name = self.name("each")
        return blocks.Each(
            name, self.block(depth), self.random.choice([0, 1, 2, 2, 3]), self.random.random() < 0.5
        )

    def make_line(self, depth: int) -> blocks.Line:
        return blocks.Line(tuple(self.block(depth) for _ in range(self.random.randint(1, 3))))

    def branches(self, depth: int) -> tuple[Any, ...]:
        return tuple(self.block(depth) for _ in range(self.random.randint(2, 3)))

    def make_par(self, depth: int) -> blocks.Par:
        return blocks.Par(self.name("par"), self.branches(depth))

    def make_xor(self, depth: int) -> blocks.Xor:
        name = self.name("xor")
        self.switches[name] = [0, 1, 2, None]
        return blocks.Xor(name, self.branches(depth))

    def make_inc(self, depth: int) -> blocks.Inc:
        block = blocks.Inc(self.name("inc"), self.branches(depth))
        for number in range(len(block.branches) - 1):
            self.switches[f"{block.name}_{number}"] = [True, False, None]
        return block

    def make_loop(self, depth: int) -> blocks.Loop:
        name = self.name("loop")
        self.switches[name] = [True, False, False]
        return blocks.Loop(name, blocks.Line((blocks.Task(self.name("t")), self.block(depth))))

    def make_sub(self, depth: int) -> blocks.Sub:
        return blocks.Sub(self.name("sub"), self.block(depth))

    def catch(self) -> tuple[bool, blocks.Trigger]:
        """Whether it interrupts, and what it waits for."""
        kind = self.random.choice(
            ["message", "message", "signal", "timer", "cycle", "error", "error", "escalation"]
        )
        interrupts = kind == "error" or (kind != "cycle" and self.random.random() < 0.5)
        if kind in {"timer", "cycle"}:
            return interrupts, self.timer(kind)
        thrown = kind in {"error", "escalation"}
        return interrupts, blocks.Trigger(
            kind, code=self.random.choice(["E1", "E2", None]) if thrown else None
        )

    def handler(self) -> blocks.Line:
        return blocks.Line(tuple(self.block(0) for _ in range(self.random.randint(1, 2))))

    def make_handled(self, depth: int) -> blocks.Handled:
        interrupts, trigger = self.catch()
        return blocks.Handled(self.name("handled"), self.block(depth), self.handler(), interrupts, trigger)

    def make_bound(self, depth: int) -> blocks.Bound:
        hosts = [self.make_task, self.make_many, self.make_sub, self.make_handled, self.make_each]
        host = self.random.choice(hosts)(depth)
        interrupts, trigger = self.catch()
        return blocks.Bound(self.name("bound"), host, self.handler(), interrupts, trigger)
