"""The token model: a process as a tree of runs, and the acts on it, returns among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.engine.blocks import Raise, Sub
from tests.engine.runs import (
    Alarm,
    BoundRun,
    EachRun,
    HandledRun,
    LineRun,
    ManyRun,
    Place,
    Run,
    Scope,
    TaskRun,
    World,
)

Key = tuple[str, Place]


def key_of(run: Run) -> Key:
    """What tells an open leaf from all others: its element and the instances around it."""
    return run.block.name, tuple(sorted(run.place))


@dataclass
class Model:
    """A process in the model: what is open, and the acts on it."""

    block: Any
    world: World = field(default_factory=World)

    def begin(self) -> None:
        self.root = Scope(Sub("p", self.block), self.world, None)

    def open(self) -> list[Key]:
        return sorted(key_of(leaf) for leaf in self.root.tasks())

    def plain(self) -> list[Key]:
        """What is open and cannot be mistaken: a handler begun twice has tasks that nothing tells apart."""
        runs: dict[Key, set[int]] = {}
        for leaf in self.root.tasks():
            runs.setdefault(key_of(leaf), set()).add(id(leaf))
        return sorted(key for key, found in runs.items() if len(found) == 1)

    def leaf(self, key: Key) -> Any:
        return next(leaf for leaf in self.root.tasks() if key_of(leaf) == key)

    @property
    def ended(self) -> bool:
        return self.root.finished

    def complete(self, key: Key) -> None:
        leaf = self.leaf(key)
        if self.raises(leaf):
            block = leaf.block
            leaf.complete()
            if block.kind == "terminate":
                leaf.scope.kill()
                return self._climb(leaf.scope)
            alarm = self.catcher(leaf, block.kind, block.code)
            if alarm is not None:
                self.fire(alarm)
                if alarm.run.block.interrupts:
                    return None
        leaf.complete()
        return self._climb(leaf)

    def raises(self, leaf: Run) -> bool:
        """Whether completing the leaf throws."""
        return isinstance(leaf.block, Raise) and self.world.variables.get(leaf.block.name) is True

    def _climb(self, leaf: Run) -> None:
        for run in reversed(self.chain(leaf)):
            run.advance()

    def chain(self, leaf: Run) -> list[Run]:
        """The runs around a leaf, from the root down, without the leaf."""
        found = _path(self.root, leaf)
        assert found is not None
        return found[:-1]

    # -- events --------------------------------------------------------------------------------------------

    def alarms(self) -> list[Alarm]:
        """Everything that waits now."""
        return [alarm for run in _alive(self.root) for alarm in run.alarms()]

    def fire(self, alarm: Alarm) -> None:
        chain = self.chain(alarm.run)
        alarm.run.fire(alarm)
        alarm.run.advance()
        for around in reversed(chain):
            around.advance()

    def catcher(self, leaf: Run, kind: str, code: str | None) -> Alarm | None:
        """Who catches what is thrown at a leaf: inmost first, within a scope before on its edge."""
        path = [*self.chain(leaf), leaf]
        for at in range(len(path) - 1, -1, -1):
            run = path[at]
            asked = [run] if run is not leaf and isinstance(run, HandledRun) else []
            if at and isinstance(path[at - 1], BoundRun) and path[at - 1].every()[0] is run:
                asked.append(path[at - 1])
            for candidate in asked:
                for alarm in candidate.alarms():
                    if alarm.is_caught(kind, code):
                        return alarm
        return None

    # -- returns -------------------------------------------------------------------------------------------

    def targets(self, key: Key) -> dict[str, Run]:
        """Finished steps before the open leaf, in its own line of work: the latest of each."""
        leaf = self.leaf(key)
        out: dict[str, Run] = {}
        path = [*self.chain(leaf), leaf]
        for outer, inner in reversed(list(zip(path, path[1:], strict=False))):
            if isinstance(outer, Scope) and (inner is not outer.main or outer.torn):
                return out  # a side path or handler: where it came from may still be open
            if isinstance(outer, BoundRun) and outer.interrupted:
                for run in reversed(_finished_steps(outer.inner[0], torn=True)):
                    out.setdefault(run.block.name, run)
            if isinstance(outer, LineRun):
                for done in reversed(outer.past[: outer.past.index(inner)]):
                    for run in reversed(_finished_steps(done)):
                        out.setdefault(run.block.name, run)
        return out

    def send_back(self, key: Key, target: Any) -> None:
        """Undo all that followed the target in its line of work and open it again."""
        self._undo(target)
        chain = self.chain(target)
        for run in chain:
            if isinstance(run, HandledRun) and run.finished:
                run.arm()
            if isinstance(run, BoundRun) and (run.inner[0] is target or run.inner[0].finished):
                run.arm()
        target.again()
        for run in reversed(chain):
            run.finished = False
        if target.finished:
            self._climb(target)

    def _undo(self, target: Run) -> None:
        gone: list[Run] = [target]
        down = [*self.chain(target), target]
        for outer, inner in zip(down, down[1:], strict=False):
            if isinstance(outer, LineRun):
                at = outer.past.index(inner)
                gone += outer.past[at + 1 :]
                del outer.past[at + 1 :]
            elif isinstance(outer, BoundRun) and inner is outer.inner[0]:
                gone += [outer] if inner is target or inner.finished or outer.interrupted else []
                gone += outer.inner[1:]
                del outer.inner[1:]
                outer.interrupted = False
        fallen = {id(run) for top in gone for run in _all(top)}
        for scope in [run for run in _all(self.root) if isinstance(run, Scope)]:
            while True:
                left = [(origin, side) for origin, side in scope.sides if not _falls(origin, fallen)]
                more = [run for origin, side in scope.sides if _falls(origin, fallen) for run in _all(side)]
                scope.sides = left
                if not more:
                    break
                fallen |= {id(run) for run in more}


def _falls(origin: Run, fallen: set[int]) -> bool:
    if isinstance(origin, HandledRun):
        return id(origin) in fallen
    assert isinstance(origin, BoundRun)
    return id(origin) in fallen or id(origin.inner[0]) in fallen


def _path(run: Run, wanted: Run) -> list[Run] | None:
    if run is wanted:
        return [run]
    for part in run.every():
        found = _path(part, wanted)
        if found is not None:
            return [run, *found]
    return None


def _all(run: Run) -> list[Run]:
    return [run, *(deeper for part in run.every() for deeper in _all(part))]


def _alive(run: Run) -> list[Run]:
    if run.finished:
        return []
    return [run, *(deeper for part in run.parts() for deeper in _alive(part))]


def _finished_steps(run: Run, *, torn: bool = False) -> list[Run]:
    """Steps of a finished (or torn) block that a return may name, in the order in which they began.

    What was cut off cannot be gone on with: only as a whole can a torn subprocess be run again.
    """
    if isinstance(run, (TaskRun, ManyRun, EachRun)):
        return [run]
    if isinstance(run, Scope):
        return [run, *([] if torn or run.torn else _finished_steps(run.main))]
    if isinstance(run, BoundRun):
        first, *rest = run.inner
        return [
            *_finished_steps(first, torn=run.interrupted),
            *(step for part in rest for step in _finished_steps(part)),
        ]
    return [step for part in run.parts() for step in _finished_steps(part)]
