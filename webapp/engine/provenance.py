"""Which element instance came out of which: the past of a case, for returns."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.engine.cases import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """An element instance, finished or alive."""

    id: int
    element: str
    scope: int | None
    before: tuple[int, ...]
    flows: tuple[str, ...]  # of a join: through which flow each of ``before`` came
    alive: bool
    cancelled: bool = False
    boundary: bool = False  # an interrupting boundary event


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All instances of a case by id."""

    instances: dict[int, Instance]

    def ancestors(self, number: int) -> set[int]:
        """Everything that had to happen before an instance, the scopes around it among it."""
        _after, inside = self._index()
        seen: set[tuple[int, bool]] = set()
        queue = deque([(number, False)])
        while queue:
            at, finished = queue.popleft()
            for cause in self._causes(at, inside if finished else {}):
                if cause not in seen:
                    seen.add(cause)
                    queue.append(cause)
        return {at for at, _finished in seen}

    def _causes(self, number: int, inside: dict[int, list[int]]) -> Iterator[tuple[int, bool]]:
        """What an instance came out of, and when it had to finish, all that happened in it."""
        instance = self.instances[number]
        yield from ((other, True) for other in instance.before)
        if not instance.alive:
            yield from ((other, True) for other in inside.get(number, ()))
        if instance.scope is not None:
            yield instance.scope, False

    def dead_ends(self) -> set[int]:
        """Cancelled instances whose token did not go on by an interrupting boundary."""
        went_on = {before for item in self.instances.values() if item.boundary for before in item.before}
        return {item.id for item in self.instances.values() if item.cancelled and item.id not in went_on}

    def torn_scopes(self) -> set[int]:
        """Finished scopes in which tokens were cut off: opened again they would wait for them for ever."""
        torn = {self.instances[number].scope or 0 for number in self.dead_ends()}
        return torn | {item.id for item in self.instances.values() if item.cancelled}

    def undone_by(self, number: int) -> tuple[set[int], set[int]]:
        """What falls when an instance is taken back: all that came out of it, and the finished scopes around.

        What came out of a finished scope falls too, but not what else happened in it.
        """
        after, inside = self._index()
        fallen: set[int] = set()
        opened: set[int] = set()
        queue = deque([(number, True)])
        while queue:
            at, whole = queue.popleft()
            if at in fallen or (not whole and at in opened):
                continue
            (fallen if whole else opened).add(at)
            queue.extend((other, True) for other in after.get(at, ()))
            if whole:
                queue.extend((other, True) for other in inside.get(at, ()))
            scope = self.instances.get(self.instances[at].scope or 0)
            if scope is not None and not scope.alive:
                queue.append((scope.id, False))
        return fallen, opened - fallen

    def _index(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        after: dict[int, list[int]] = {}
        inside: dict[int, list[int]] = {}
        for instance in self.instances.values():
            for other in instance.before:
                after.setdefault(other, []).append(instance.id)
            if instance.scope is not None:
                inside.setdefault(instance.scope, []).append(instance.id)
        return after, inside


def past_of(case: Case) -> Past:
    """The past of a case."""
    found = {
        record.id: Instance(
            id=record.id,
            element=record.element,
            scope=record.scope,
            before=tuple(record.before),
            flows=tuple(record.flows),
            alive=False,
            cancelled=record.cancelled,
            boundary=_interrupts(case, record.element),
        )
        for record in case.history.records.values()
    }
    for task in case.walk():
        if task.internal_data["role"] == "token":
            found[task.id] = _alive(case, task)
    return Past(instances=found)


def _interrupts(case: Case, element: str) -> bool:
    node = case.plan.nodes.get(element)
    return node is not None and node.kind == "boundaryEvent" and node.interrupting


def _alive(case: Case, task: Any) -> Instance:
    info = task.internal_data
    return Instance(
        id=task.id,
        element=task.task_spec.name,
        scope=None if task.parent is None else task.parent.id,
        before=tuple(info["before"]),
        flows=tuple(info.get("flows", ())),
        alive=True,
        boundary=_interrupts(case, task.task_spec.name),
    )
