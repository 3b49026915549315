"""Whole clicks over the services on both databases, beside the engine's bare act and one row written alone.

Everything is measured in the same run on the same database at the same durability, as installed, without the time
that other processes took; a click checks the person, moves the case, writes tasks, timers, messages, search and its
event, and commits once. The diagrams are small: what the house adds to the engine shows most beside them.
"""

from __future__ import annotations

import statistics
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from models.case import Case, Timer
from models.event import Idempotency
from models.task import Task, TaskState
from tests.bench.engine import do
from tests.bench.figure import Figure
from tests.bench.house import open_edge_on
from tests.bench.stopwatch import Stopwatch
from tests.company import Company, draw_procedures
from tests.conftest import Clock
from tests.engine import drawing as draw
from tests.engine.play import EPOCH, Weekdays
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.engine.runtime import act as perform
from webapp.engine.values import Complete, Correlate, Fire, ItemKey, Start
from webapp.services.cases.messages import correlate
from webapp.services.cases.start import StartCase, start
from webapp.services.procedures.bundle import load_bundle
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

REPEATS = 150
BULK = 1_000
# times of the bare act and one row together that a click may take: of small diagrams, so the house weighs most
MOST = {
    "start": {"sqlite": 15, "postgresql": 10},
    "bulk": {"sqlite": 13, "postgresql": 10},
    "complete": {"sqlite": 20, "postgresql": 14},
    "message": {"sqlite": 18, "postgresql": 12},
    "timer": {"sqlite": 14, "postgresql": 10},
}
CHUNK = 50  # cases begun in one transaction
STORM = 10_000
HISTORIES = (5, 50, 500)
ROUNDS = 25  # completions measured at each history
HR = draw.zeebe("assignmentDefinition", candidateGroups="hr")
DIAGRAMS = {
    "click": draw.diagram(
        draw.start(), draw.user("a", ext=HR), draw.user("b", ext=HR), draw.end(), draw.path("s > a > b > e"),
        name="click",
    ),
    "listen": draw.diagram(
        draw.start(), draw.catch("m", draw.event("message", "mm")), draw.user("a", ext=HR), draw.end(),
        draw.path("s > m > a > e"), roots=draw.message("mm", "hello", "=topic"), name="listen",
    ),
    "alarm": draw.diagram(
        draw.start(), draw.catch("t", draw.timer("PT1H")), draw.user("a", ext=HR), draw.end(),
        draw.path("s > t > a > e"), name="alarm",
    ),
    "loop": draw.diagram(
        draw.start(), draw.xor("m"), draw.user("a", ext=HR), draw.xor("g", "g_m"), draw.end(),
        draw.path("s > m > a > g"), draw.flow("g", "e", "=over"), draw.flow("g", "m"), name="loop",
    ),
}  # fmt: skip


class Room:
    """A company with the measured procedures on one database."""

    def __init__(self, house: Any, folder: Path) -> None:
        draw_procedures(folder, DIAGRAMS)
        self.house = house
        self.watch = Stopwatch(house.engine)
        self.company = Company(house, folder)
        self.lina, self.hr = self.company.actor("lina"), self.company.actor("hr")

    def command(self, key: str, topic: str = "") -> StartCase:
        return StartCase(
            procedure_key=key,
            person_id=self.company.ids["lina"],
            title=key,
            variables={"topic": topic, "over": False},
        )

    def begin(self, key: str, topic: str = "") -> int:
        with self.house.unit(self.lina) as work:
            return start(work, self.command(key, topic)).id

    def begin_many(self, key: str, count: int) -> list[int]:
        found: list[int] = []
        while len(found) < count:
            with self.house.unit(self.lina) as work:
                found += [
                    start(work, self.command(key, f"{key} {len(found) + n}")).id
                    for n in range(min(CHUNK, count - len(found)))
                ]
        return found

    def tasks(self, cases: Iterable[int]) -> list[Any]:
        with self.house.view(SYSTEM) as work:
            rows = select(Task.id, Task.version, Task.element_instance, Task.round).where(
                Task.case_id.in_(list(cases)), Task.state == TaskState.OPEN
            )
            return list(work.session.execute(rows))

    def complete(self, task: Any) -> None:
        with self.house.unit(self.hr) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version))

    def case(self, case_id: int) -> tuple[str, Case]:
        """The specification and the row of a case."""
        with self.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, case_id)
            return load_bundle(work.session, case.procedure_version_id).specification, case

    def each_ms(self, acts: Iterable[Callable[[], Any]]) -> float:
        """The median time of these acts, each done once."""
        return statistics.median(self.watch.lap(act) for act in acts) / 1e6


def run() -> list[Figure]:
    """Clicks on both databases."""
    return [figure for kind in ("sqlite", "postgresql") for figure in measure(kind)]


def measure(kind: str) -> Iterator[Figure]:
    """All figures of one database."""
    with open_edge_on(kind) as house, tempfile.TemporaryDirectory(prefix="hegui-bench-") as folder:
        room = Room(house, Path(folder))
        row = room.each_ms([lambda n=n: _write_row(room, n) for n in range(REPEATS)])
        yield Figure(name=f"{kind}: one row written alone", value=round(row, 3), unit="ms")
        for key, name, took, bare in _clicks(room):
            yield Figure(name=f"{kind}: {name}", value=round(took, 2), unit="ms")
            yield Figure(name=f"{kind}: {name}, of the bare act", value=round(took / bare, 1), unit="times")
            yield Figure(name=f"{kind}: {name}, of one row", value=round(took / row, 1), unit="times")
            yield Figure(
                name=f"{kind}: {name}, of the bare act and one row",
                value=round(took / (bare + row), 1),
                unit="times",
                limit=MOST[key][kind],
            )
        yield from _growth(kind, room)


def _write_row(room: Room, number: int) -> None:
    with room.house.unit(room.hr) as work:
        work.session.add(
            Idempotency(person_id=work.person_id, key=f"row {number}", what="bench", answer={}, at=work.now)
        )


def _clicks(room: Room) -> Iterator[tuple[str, str, float, float]]:
    """What kind of click, its name, its time, and that of the engine's act alone, both in ms."""
    first = room.begin("click")
    spec, case = room.case(first)
    begin = Start(variables=dict(case.variables))
    bare = room.each_ms([lambda: do(spec, None, begin)] * REPEATS)
    yield "start", "start", room.each_ms([lambda: room.begin("click")] * REPEATS), bare
    bulk: list[int] = []
    took = room.watch.lap(lambda: bulk.extend(room.begin_many("click", BULK)))
    yield "bulk", f"bulk start of {BULK:,}, each", took / 1e6 / BULK, bare
    tasks = room.tasks(bulk[:REPEATS])
    act = Complete(key=_key(tasks[0]), variables={})
    bare = room.each_ms([lambda: do(spec, case.snapshot, act)] * REPEATS)
    yield "complete", "complete", room.each_ms([lambda t=t: room.complete(t) for t in tasks]), bare
    yield "message", *_messages(room)
    yield "timer", *_timers(room)


def _key(row: Any) -> ItemKey:
    return ItemKey(element_instance=row.element_instance, round=row.round)


def _messages(room: Room) -> tuple[str, float, float]:
    cases = room.begin_many("listen", BULK)
    spec, case = room.case(cases[0])
    begun = do(spec, None, Start(variables=dict(case.variables)))
    act = Correlate(key=begun.messages[0].key, name="hello", variables={})
    bare = room.each_ms([lambda: do(spec, begun.snapshot, act)] * REPEATS)

    def tell(number: int) -> None:
        with room.house.unit(SYSTEM) as work:
            assert correlate(work, "hello", key=f"listen {number}", variables={}) is not None

    return (
        f"message to one of {BULK:,} that wait",
        room.each_ms([lambda n=n: tell(n) for n in range(REPEATS)]),
        bare,
    )


def _timers(room: Room) -> tuple[str, float, float]:
    """Ten thousand cases whose timers are due: copies of one, so that making them is not what is measured."""
    spec, case = room.case(room.begin("alarm"))
    begun = do(spec, None, Start(variables=dict(case.variables)))
    _copy_case(room, case)
    clock = Clock(room.house.clock() + timedelta(hours=2))
    later = open_edge(room.house.engine, room.house.ports, clock)
    act = Fire(key=begun.timers[0].key)
    bare = room.each_ms([lambda: do_late(spec, begun.snapshot, act)] * REPEATS)
    worker = Worker(later)

    def storm() -> None:
        while worker.sweep():
            pass

    took = room.watch.lap(storm)
    with room.house.view(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(Timer)) == 0
    return f"{STORM:,} due timers, each", took / 1e6 / STORM, bare


def do_late(spec: str, state: str, act: Any) -> Any:
    return perform(spec, state, act, now=EPOCH + timedelta(hours=2), calendar=Weekdays(), decide=None)


def _copy_case(room: Room, case: Case) -> None:
    with room.house.unit(SYSTEM) as work:
        columns = {
            c.key: getattr(case, c.key)
            for c in Case.__mapper__.column_attrs
            if c.key not in {"id", "version"}
        }
        timer = work.session.scalars(select(Timer).where(Timer.case_id == case.id)).one()
        alike = {key: getattr(timer, key) for key in ("element_instance", "round", "element_id", "due_at")}
        copies = work.session.scalars(insert(Case).returning(Case.id), [columns] * (STORM - 1))
        work.session.execute(insert(Timer), [{**alike, "case_id": number} for number in copies.all()])


def _growth(kind: str, room: Room) -> Iterator[Figure]:
    """What one more completion of a case costs after 5, 50 and 500 of them; turn by turn, so that load hits all."""
    cases = {done: room.begin("loop") for done in HISTORIES}
    for done, case_id in cases.items():
        for _ in range(done):
            room.complete(room.tasks([case_id])[0])
    times: dict[int, list[float]] = {done: [] for done in HISTORIES}
    for _ in range(ROUNDS):
        for done, case_id in cases.items():
            times[done].append(room.each_ms([partial(room.complete, room.tasks([case_id])[0])]))
    costs = {done: statistics.median(taken) for done, taken in times.items()}
    for done, cost in costs.items():
        yield Figure(name=f"{kind}: complete after {done} tasks", value=round(cost, 2), unit="ms")
    slope = (costs[500] - costs[5]) / 495
    yield Figure(name=f"{kind}: slope with history", value=round(slope * 1_000, 2), unit="µs a task")
    # ten times the history: at most ten times the growth above the cost of an empty case (2: a loaded machine)
    base = min(costs.values())
    early = max(costs[50] - base, base / 10)
    yield Figure(
        name=f"{kind}: growth, from 50 to 500 over ten times that up to 50",
        value=round((costs[500] - base) / (10 * early), 2),
        unit="times",
        limit=2,
    )
