"""An independent model of tokens: block-structured processes run as trees, without any graph.

It shares nothing with the engine: a block knows what is open in it and what happens when a task in it is done,
sent back to, or interrupted. The engine must always show the same open tasks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Task:
    name: str


@dataclass(frozen=True)
class Many:
    name: str
    count: int
    sequential: bool


@dataclass(frozen=True)
class Line:
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Par:
    name: str
    branches: tuple[Any, ...]


@dataclass(frozen=True)
class Xor:
    name: str
    branches: tuple[Any, ...]  # by variable ``name`` = 0, 1 …; else the last


@dataclass(frozen=True)
class Inc:
    name: str
    branches: tuple[Any, ...]  # each by variable ``name_k``; when none, the last


@dataclass(frozen=True)
class Loop:
    name: str
    body: Any  # again while variable ``name`` is true


@dataclass(frozen=True)
class Bound:
    name: str
    host: Any  # Task, Many or Sub
    handler: Any  # a Line of tasks
    interrupts: bool


@dataclass(frozen=True)
class Sub:
    name: str
    body: Any


@dataclass(frozen=True)
class Handled:
    """A subprocess with an event subprocess that a message begins."""

    name: str
    body: Any
    handler: Any  # a Line of tasks
    interrupts: bool


class World:
    """The variables that decide, and the order in which runs began."""

    def __init__(self) -> None:
        self.variables: dict[str, Any] = {}


class Run:
    """One running or finished block."""

    block: Any
    finished = False

    def __init__(self, block: Any, world: World, scope: Scope | None) -> None:
        self.block, self.world, self.scope = block, world, scope
        self.begin()

    def begin(self) -> None: ...

    def parts(self) -> list[Run]:
        return []

    def tasks(self) -> list[Run]:
        """Open leaves."""
        return [leaf for part in self.parts() if not part.finished for leaf in part.tasks()]

    def leaves(self) -> list[Run]:
        """All leaves that ever were, finished or not."""
        return [leaf for part in self.parts() for leaf in part.leaves()]

    def advance(self) -> None:
        """Look at the parts again after one of them changed."""


class TaskRun(Run):
    def tasks(self) -> list[Run]:
        return [] if self.finished else [self]

    def leaves(self) -> list[Run]:
        return [self]


class ManyRun(Run):
    def begin(self) -> None:
        self.left = self.block.count
        self.finished = self.left == 0

    def tasks(self) -> list[Run]:
        return [self] * (0 if self.finished else 1 if self.block.sequential else self.left)

    def leaves(self) -> list[Run]:
        return [self]


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


class BoundRun(Run):
    def begin(self) -> None:
        self.inner = [start(self.block.host, self.world, self.scope)]
        self.interrupted = False
        self.advance()

    def parts(self) -> list[Run]:
        return self.inner[-1:]

    def leaves(self) -> list[Run]:
        return [leaf for part in self.inner for leaf in part.leaves()]

    def advance(self) -> None:
        self.finished = self.inner[-1].finished

    def is_armed(self) -> bool:
        return not self.interrupted and not self.inner[0].finished

    def fire(self) -> None:
        if self.block.interrupts:
            self.interrupted = True
            self.inner.append(start(self.block.handler, self.world, self.scope))
        else:
            assert self.scope is not None
            self.scope.sides.append((self, start(self.block.handler, self.world, self.scope)))


class Scope(Run):
    """A process or subprocess: its body, and what non-interrupting boundaries began."""

    def begin(self) -> None:
        self.sides: list[tuple[Any, Run]] = []  # what began it, and the run
        self.main = start(self.block.body, self.world, self)
        self.advance()

    def parts(self) -> list[Run]:
        return [self.main, *(side for _origin, side in self.sides)]

    def advance(self) -> None:
        self.finished = all(part.finished for part in self.parts())


class HandledRun(Scope):
    torn = False  # the handler has cut the body off

    def is_armed(self) -> bool:
        return not self.torn and not self.finished

    def fire(self) -> None:
        handler = start(self.block.handler, self.world, self)
        if self.block.interrupts:
            self.torn = True
            self.main, self.sides = handler, []
        else:
            self.sides.append((self, handler))


KINDS: dict[type, type[Run]] = {
    Task: TaskRun,
    Many: ManyRun,
    Line: LineRun,
    Loop: LoopRun,
    Par: ParRun,
    Xor: XorRun,
    Inc: IncRun,
    Bound: BoundRun,
    Sub: Scope,
    Handled: HandledRun,
}


def start(block: Any, world: World, scope: Scope | None) -> Run:
    return KINDS[type(block)](block, world, scope)


@dataclass
class Model:
    """A process in the model: what is open, and the acts on it."""

    block: Any
    world: World = field(default_factory=World)

    def begin(self) -> None:
        self.root = Scope(Sub("p", self.block), self.world, None)

    def open(self) -> list[str]:
        return sorted(leaf.block.name for leaf in self.root.tasks())

    @property
    def ended(self) -> bool:
        return self.root.finished

    def complete(self, name: str) -> None:
        leaf = next(leaf for leaf in self.root.tasks() if leaf.block.name == name)
        if isinstance(leaf, ManyRun):
            leaf.left -= 1
            leaf.finished = leaf.left == 0
        else:
            leaf.finished = True
        self._climb(leaf)

    def _climb(self, leaf: Run) -> None:
        for run in reversed(self.chain(leaf)):
            run.advance()

    def chain(self, leaf: Run) -> list[Run]:
        """The runs around a leaf, from the root down, without the leaf."""
        found = _path(self.root, leaf)
        assert found is not None
        return found[:-1]

    def boundaries(self) -> list[Any]:
        """Boundary events and handlers that wait now."""
        return [
            run for run in _alive(self.root) if isinstance(run, (BoundRun, HandledRun)) and run.is_armed()
        ]

    def fire(self, run: Any) -> None:
        chain = self.chain(run)
        run.fire()
        run.advance()
        for around in reversed(chain):
            around.advance()

    # -- returns -------------------------------------------------------------------------------------------

    def targets(self, name: str) -> dict[str, Run]:
        """Finished steps before the open leaf of that name, in its own line of work: the latest of each."""
        leaf = next(leaf for leaf in self.root.tasks() if leaf.block.name == name)
        out: dict[str, Run] = {}
        path = [*self.chain(leaf), leaf]
        for outer, inner in reversed(list(zip(path, path[1:], strict=False))):
            if isinstance(outer, Scope) and (inner is not outer.main or _is_torn(outer)):
                return out  # a side path or handler: where it came from may still be open
            if isinstance(outer, BoundRun) and outer.interrupted and not isinstance(outer.inner[0], Scope):
                for run in reversed(list(_finished_steps(outer.inner[0]))):
                    out.setdefault(run.block.name, run)
            if isinstance(outer, LineRun):
                for done in reversed(outer.past[: outer.past.index(inner)]):
                    for run in reversed(list(_finished_steps(done))):
                        out.setdefault(run.block.name, run)
        return out

    def send_back(self, name: str, target: Run) -> None:
        """Undo all that followed the target in its line of work and open it again."""
        leaf = next(leaf for leaf in self.root.tasks() if leaf.block.name == name)
        self._undo(target, leaf)
        target.finished = False
        if isinstance(target, ManyRun):
            target.left = target.block.count
        for run in reversed(self.chain(target)):
            run.finished = False

    def _undo(self, target: Run, leaf: Run) -> None:
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


def _is_torn(run: Run) -> bool:
    return isinstance(run, HandledRun) and run.torn


def _falls(origin: Run, fallen: set[int]) -> bool:
    if isinstance(origin, HandledRun):
        return id(origin) in fallen
    assert isinstance(origin, BoundRun)
    return id(origin) in fallen or id(origin.inner[0]) in fallen


def _path(run: Run, wanted: Run) -> list[Run] | None:
    if run is wanted:
        return [run]
    inner = run.inner if isinstance(run, BoundRun) else run.parts()
    for part in inner:
        found = _path(part, wanted)
        if found is not None:
            return [run, *found]
    return None


def _all(run: Run) -> list[Run]:
    inner = run.inner if isinstance(run, BoundRun) else run.parts()
    return [run, *(deeper for part in inner for deeper in _all(part))]


def _alive(run: Run) -> list[Run]:
    if run.finished:
        return []
    return [run, *(deeper for part in run.parts() for deeper in _alive(part))]


def _finished_steps(run: Run) -> list[Run]:
    """Steps inside a finished (or interrupted) block that a return may name, in the order in which they began."""
    if isinstance(run, (TaskRun, ManyRun)):
        return [run]
    if isinstance(run, BoundRun):  # an interrupted subprocess is torn: only as a whole can it be run again
        whole = [part for part in run.inner if not (run.interrupted and isinstance(part, Scope))]
        return [step for part in whole for step in _finished_steps(part)]
    if isinstance(run, Scope):
        return [] if _is_torn(run) else _finished_steps(run.main)
    return [step for part in run.parts() for step in _finished_steps(part)]
