"""An independent model of tokens: block-structured processes run as trees, without any graph.

It shares nothing with the engine: a block knows what is open in it, what waits in it, and what happens when a task
in it is done, throws, or is interrupted. The engine must always show the same open tasks and waits.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.engine import blocks

Place = tuple[tuple[str, int], ...]  # which instance of each multi-instance subprocess around


class World:
    """The variables that decide, and what time it is."""

    def __init__(self) -> None:
        self.variables: dict[str, Any] = {}
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Alarm:
    """A trigger that waits, with what it lets happen."""

    def __init__(self, run: Run, trigger: blocks.Trigger, *, name: str, element: str, index: int = 0) -> None:
        self.run, self.trigger, self.name, self.element, self.index = run, trigger, name, element, index
        self.anchor, self.is_over = run.world.now, False
        self.due = self.anchor + timedelta(hours=trigger.hours)

    @property
    def key(self) -> str:
        """The correlation key of a message wait."""
        return ",".join(["k", *(str(number) for _name, number in self.run.place)])

    def is_caught(self, kind: str, code: str | None) -> bool:
        return self.trigger.kind == kind and self.trigger.code in (None, code)

    def rearm(self, now: datetime) -> None:
        """It happened and waits on: a cycle for its next time, the ones that were missed left out."""
        if self.trigger.kind == "timer":
            self.is_over = True
        elif self.trigger.kind == "cycle":
            number = (self.due - self.anchor) // timedelta(hours=self.trigger.hours)
            while self.due <= now:
                number += 1
                self.due = self.anchor + number * timedelta(hours=self.trigger.hours)
                self.is_over = self.trigger.times is not None and number > self.trigger.times


class Run:
    """One running or finished block."""

    block: Any
    finished = False

    def __init__(self, block: Any, world: World, scope: Scope | None, *, place: Place | None = None) -> None:
        self.block, self.world, self.scope = block, world, scope
        self.place: Place = place if place is not None else scope.place if scope is not None else ()
        self.begin()

    def begin(self) -> None: ...

    def parts(self) -> list[Run]:
        return []

    def every(self) -> list[Run]:
        """All runs right inside that ever were."""
        return self.parts()

    def tasks(self) -> list[Run]:
        """Open leaves."""
        return [leaf for part in self.parts() if not part.finished for leaf in part.tasks()]

    def advance(self) -> None:
        """Look at the parts again after one of them changed."""

    def alarms(self) -> list[Alarm]:
        """What waits here itself."""
        return []

    def fire(self, alarm: Alarm) -> None:
        raise AssertionError(alarm)


class TaskRun(Run):
    def tasks(self) -> list[Run]:
        return [] if self.finished else [self]

    def complete(self) -> None:
        self.finished = True

    def again(self) -> None:
        self.finished = False


class ManyRun(Run):
    def begin(self) -> None:
        self.left = self.block.count
        self.finished = self.left == 0

    def tasks(self) -> list[Run]:
        return [self] * (0 if self.finished else 1 if self.block.sequential else self.left)

    def complete(self) -> None:
        self.left -= 1
        self.finished = self.left == 0

    def again(self) -> None:
        self.begin()


class WaitRun(Run):
    def begin(self) -> None:
        self.alarm = Alarm(self, self.block.trigger, name=self.block.name, element=self.block.name)

    def alarms(self) -> list[Alarm]:
        return [self.alarm]

    def fire(self, _alarm: Alarm) -> None:
        self.finished = True


class LineRun(Run):
    def begin(self) -> None:
        self.past: list[Run] = []
        self.advance()

    def next_block(self) -> Any:
        done = len(self.past)
        return self.block.parts[done] if done < len(self.block.parts) else None

    def parts(self) -> list[Run]:
        return self.past

    def advance(self) -> None:
        while not self.past or self.past[-1].finished:
            block = self.next_block()
            if block is None:
                self.finished = True
                return
            self.past.append(start(block, self.world, self.scope))


class LoopRun(LineRun):
    def next_block(self) -> Any:
        return self.block.body if not self.past or self.world.variables.get(self.block.name) is True else None


class ParRun(Run):
    def begin(self) -> None:
        self.inner = [start(branch, self.world, self.scope) for branch in self.chosen()]
        self.advance()

    def chosen(self) -> list[Any]:
        return list(self.block.branches)

    def parts(self) -> list[Run]:
        return self.inner

    def advance(self) -> None:
        self.finished = all(part.finished for part in self.inner)


class XorRun(ParRun):
    def chosen(self) -> list[Any]:
        wanted = self.world.variables.get(self.block.name)
        last = len(self.block.branches) - 1
        return [self.block.branches[wanted if isinstance(wanted, int) and 0 <= wanted < last else last]]


class IncRun(ParRun):
    def chosen(self) -> list[Any]:
        branches = self.block.branches
        asked = [
            branch
            for number, branch in enumerate(branches[:-1])
            if self.world.variables.get(f"{self.block.name}_{number}") is True
        ]
        return asked or [branches[-1]]


class RaceRun(Run):
    def begin(self) -> None:
        self.inner: list[Run] = []
        name = self.block.name
        self.waiting = [
            Alarm(self, trigger, name=f"{name}_{number}", element=f"{name}_{number}", index=number)
            for number, (trigger, _branch) in enumerate(self.block.branches)
        ]

    def parts(self) -> list[Run]:
        return self.inner

    def alarms(self) -> list[Alarm]:
        return [] if self.inner else self.waiting

    def fire(self, alarm: Alarm) -> None:
        self.inner = [start(self.block.branches[alarm.index][1], self.world, self.scope)]

    def advance(self) -> None:
        self.finished = bool(self.inner) and self.inner[0].finished


class BoundRun(Run):
    def begin(self) -> None:
        self.arm()
        self.inner = [start(self.block.host, self.world, self.scope)]
        self.interrupted = False
        self.advance()

    def arm(self) -> None:
        self.alarm = Alarm(self, self.block.trigger, name=self.block.name, element=self.block.name)

    def parts(self) -> list[Run]:
        return self.inner[-1:]

    def every(self) -> list[Run]:
        return self.inner

    def advance(self) -> None:
        self.finished = self.inner[-1].finished

    def alarms(self) -> list[Alarm]:
        gone = self.interrupted or self.inner[0].finished or self.alarm.is_over
        return [] if gone else [self.alarm]

    def fire(self, alarm: Alarm) -> None:
        if self.block.interrupts:
            self.interrupted = True
            self.inner.append(start(self.block.handler, self.world, self.scope))
        else:
            assert self.scope is not None
            alarm.rearm(self.world.now)
            self.scope.sides.append((self, start(self.block.handler, self.world, self.scope)))


class Scope(Run):
    """A process or subprocess: its body, and what non-interrupting events began."""

    torn = False  # something in it was cut off

    def begin(self) -> None:
        self.sides: list[tuple[Any, Run]] = []  # what began it, and the run
        self.torn = self.killed = False
        self.main = start(self.block.body, self.world, self)
        self.advance()

    def parts(self) -> list[Run]:
        return [self.main, *(side for _origin, side in self.sides)]

    def advance(self) -> None:
        self.finished = self.killed or all(part.finished for part in self.parts())

    def tasks(self) -> list[Run]:
        return [] if self.finished else super().tasks()

    def kill(self) -> None:
        """A terminate end event was reached."""
        self.torn = self.killed = self.finished = True

    def again(self) -> None:
        self.begin()


class HandledRun(Scope):
    def begin(self) -> None:
        self.arm()
        super().begin()

    def arm(self) -> None:
        self.alarm = Alarm(self, self.block.trigger, name=self.block.name, element=f"{self.block.name}_h_s")

    def alarms(self) -> list[Alarm]:
        return [] if self.torn or self.finished or self.alarm.is_over else [self.alarm]

    def fire(self, alarm: Alarm) -> None:
        handler = start(blocks.Sub(f"{self.block.name}_h", self.block.handler), self.world, self)
        if self.block.interrupts:
            self.torn = True
            self.main, self.sides = handler, []
        else:
            alarm.rearm(self.world.now)
            self.sides.append((self, handler))


class EachRun(Run):
    def begin(self) -> None:
        self.inner: list[Run] = []
        self.finished = False
        self.advance()

    def parts(self) -> list[Run]:
        return self.inner

    def advance(self) -> None:
        while len(self.inner) < self.block.count and not (
            self.block.sequential and self.inner and not self.inner[-1].finished
        ):
            place = (*self.place, (self.block.name, len(self.inner)))
            instance = blocks.Sub(self.block.name, self.block.body)
            self.inner.append(Scope(instance, self.world, self.scope, place=place))
        self.finished = len(self.inner) == self.block.count and all(part.finished for part in self.inner)

    def again(self) -> None:
        self.begin()


KINDS: dict[type, type[Run]] = {
    blocks.Task: TaskRun,
    blocks.Raise: TaskRun,
    blocks.Wait: WaitRun,
    blocks.Race: RaceRun,
    blocks.Many: ManyRun,
    blocks.Each: EachRun,
    blocks.Line: LineRun,
    blocks.Loop: LoopRun,
    blocks.Par: ParRun,
    blocks.Xor: XorRun,
    blocks.Inc: IncRun,
    blocks.Bound: BoundRun,
    blocks.Sub: Scope,
    blocks.Handled: HandledRun,
}


def start(block: Any, world: World, scope: Scope | None) -> Run:
    return KINDS[type(block)](block, world, scope)
