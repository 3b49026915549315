"""Random processes as real procedures, stormed by people and workers of several processes at once.

Whoever acts knows nothing of the token model; ``replay`` judges afterwards.
"""

from __future__ import annotations

import multiprocessing
import threading
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import AwaitedMessage
from models.job import JobState
from models.session import open_engine
from models.task import Task, TaskState
from tests.company import Company, draw_procedures
from tests.engine.blocks import Bound, Each, Handled, Line, Loop, Many, Raise, Sub, Trigger
from tests.engine.blocks import Task as Step
from tests.engine.maker import Maker
from tests.engine.sheet import Sheet
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.errors import ConflictError
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services.cases.mend import edit_variables
from webapp.services.cases.messages import correlate
from webapp.services.cases.projection import SIGNAL
from webapp.services.cases.routing import BROADCAST
from webapp.services.cases.start import StartCase, start
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.queue import enqueue
from webapp.services.people import load_actor
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.returns import send_back
from webapp.services.work import Ports
from webapp.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

JOB = "storm-work"
NOTHING = (JobState.READY, JobState.LEASED)


class StormMaker(Maker):
    """Processes whose every act can be told from the event log alone: no task, timer or wait has a twin."""

    inside = 0

    def timer(self, kind: str) -> Trigger:
        return super().timer(kind) if not self.inside else Trigger("message")

    def catch(self) -> tuple[bool, Trigger]:
        return True, self.random.choice([Trigger("message"), Trigger("signal"), self.timer("timer")])

    def make_each(self, depth: int) -> Each:
        self.inside += 1
        each = super().make_each(depth)
        self.inside -= 1
        return each

    def make_raising(self, depth: int) -> Any:
        """An error that somebody catches, or an end to all."""
        raising = super().make_raising(depth)
        if raising.kind != "error":
            return raising
        caught = Trigger("error", code=self.random.choice([raising.code, None]))
        return Bound(self.name("bound"), Sub(self.name("sub"), raising), self.handler(), True, caught)

    def handler(self) -> Line:
        return Line((Step(self.name("t")),))


def steps_before(block: Any, before: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """For each user task the ones that surely were done before it in its own line of work."""
    if isinstance(block, (Step, Raise, Many)):
        return {block.name: before}
    out: dict[str, tuple[str, ...]] = {}
    if isinstance(block, Line):
        for part in block.parts:
            out |= steps_before(part, before)
            if isinstance(part, Raise) or (isinstance(part, Step) and not part.job):
                before = (*before, part.name)
        return out
    if isinstance(block, Bound):
        return steps_before(block.host, before) | steps_before(block.handler)
    if isinstance(block, Handled):
        return steps_before(block.body, before) | steps_before(block.handler)
    if isinstance(block, (Sub, Loop, Each)):
        return steps_before(block.body, before)
    for branch in getattr(block, "branches", ()):
        out |= steps_before(branch[1] if isinstance(branch, tuple) else branch, before)
    return out


@dataclass
class Launched:
    """A case that was begun: its process and what its diagram reads."""

    block: Any
    switches: dict[str, list[Any]]
    variables: dict[str, Any]
    before: dict[str, tuple[str, ...]]


@dataclass
class Result:
    """What the actors of one process saw."""

    won: list[tuple[int, int]] = field(default_factory=list)  # task, person
    lost: list[tuple[int, str]] = field(default_factory=list)  # task, the sentence
    acts: Counter[str] = field(default_factory=Counter)


def launch(house: Any, root: Any, *, seed: int, cases: int) -> tuple[Company, dict[int, Launched]]:
    """Publish so many random processes and begin a case of each."""
    drawn: dict[str, tuple[StormMaker, Any]] = {}
    for number in range(cases):
        maker, key = StormMaker(Random(seed * 1000 + number)), f"storm{number}"
        maker.count = number * 1000  # signals have names of their own in each process
        drawn[key] = maker, maker.process()
    sheet = Sheet(job=JOB, key='topic + "," + ')
    draw_procedures(root, {key: sheet.diagram(block, key) for key, (_, block) in drawn.items()})
    company = Company(house, root)
    launched = {}
    for key, (maker, block) in drawn.items():
        first = {name: maker.random.choice(values) for name, values in maker.switches.items()}
        with company.unit("lina") as work:
            case = start(
                work,
                StartCase(
                    procedure_key=key,
                    person_id=company.ids["lina"],
                    title=key,
                    variables={**first, "topic": key},
                ),
            )
        launched[case.id] = Launched(block, maker.switches, first, steps_before(block))
    return company, launched


def open_tasks(house: Any, cases: Collection[int]) -> Sequence[Any]:
    """Id, version, element and case of each open task, oldest first."""
    with house.view(SYSTEM) as work:
        return work.session.execute(
            select(Task.id, Task.version, Task.element_id, Task.case_id)
            .where(Task.state == TaskState.OPEN, Task.case_id.in_(cases))
            .order_by(Task.id)
        ).all()


class Presser:
    """Somebody of HR who presses whatever is open, over and over."""

    def __init__(self, house: Any, person_id: int, launched: dict[int, Launched], *, seed: int) -> None:
        self.house, self.launched, self.chance = house, launched, Random(seed)
        with house.view(SYSTEM) as work:
            self.actor = load_actor(work.session, person_id)
        self.result = Result()

    def act(self) -> bool:
        """One press; False when nothing is left to do."""
        tasks = open_tasks(self.house, self.launched)
        if not tasks:
            return False
        task = tasks[self.chance.randrange(min(len(tasks), 3))]  # few, so that people meet
        kind = self.chance.random()
        if kind < 0.1:
            self._switch(task.case_id)
        elif kind < 0.2 and self.launched[task.case_id].before.get(task.element_id):
            self._return(task)
        else:
            self._complete(task)
        return True

    def _complete(self, task: Any) -> None:
        try:
            with self.house.unit(self.actor) as work:
                complete(work, CompleteTask(task_id=task.id, version=task.version))
            self.result.won.append((task.id, self.actor.person_id))
        except ConflictError as error:
            self.result.lost.append((task.id, str(error)))

    def _return(self, task: Any) -> None:
        element = self.chance.choice(self.launched[task.case_id].before[task.element_id])
        try:
            with self.house.unit(self.actor) as work:
                send_back(work, task.id, version=task.version, element=element, reason="再看一遍")
            self.result.acts["return"] += 1
        except ConflictError as error:
            self.result.lost.append((task.id, str(error)))

    def _switch(self, case_id: int) -> None:
        switches = self.launched[case_id].switches
        if not switches:
            return
        name = self.chance.choice(sorted(switches))
        try:
            with self.house.unit(self.actor) as work:
                edit_variables(
                    work, case_id, variables={name: self.chance.choice(switches[name])}, reason="更正"
                )
            self.result.acts["switch"] += 1
        except ConflictError:
            self.result.acts["too late"] += 1


class Outside:
    """Everything that is no person: the worker, and messages and signals from outside."""

    def __init__(self, house: Any, launched: dict[int, Launched], *, seed: int) -> None:
        self.house, self.launched, self.chance = house, launched, Random(seed)
        HANDLERS[JOB] = lambda _units, _job: {}
        self.worker = Worker(house)
        self.result = Result()

    def act(self) -> bool:
        """A sweep, or a message or signal that somebody waits for; False when nothing was to do."""
        swept = self.worker.sweep()
        with self.house.view(SYSTEM) as work:
            waits = work.session.execute(
                select(AwaitedMessage.name, AwaitedMessage.correlation_key)
                .where(AwaitedMessage.case_id.in_(self.launched))
                .order_by(AwaitedMessage.id)
            ).all()
        if waits and self.chance.random() < 0.5:
            self._tell(*self.chance.choice(waits))
        return bool(swept or waits)

    def _tell(self, name: str, key: str | None) -> None:
        with self.house.unit(SYSTEM) as work:
            if name.startswith(SIGNAL):
                payload = {"name": name.removeprefix(SIGNAL), "from": 0, "variables": {}}
                enqueue(work, BROADCAST, payload)
                self.result.acts["signal"] += 1
            else:
                correlate(work, name, key=key, variables={"sent": key})
                self.result.acts["message"] += 1


# -- from several processes --------------------------------------------------------------------------------

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Orders:
    """How long each process storms."""

    url: str
    people: tuple[int, ...]  # one thread each
    launched: dict[int, Launched]
    presses: int  # by each person
    seed: int


def storm(orders: Orders, *, processes: int) -> list[Result]:
    """Storm the database from so many processes, each with a thread a person and one for the world outside."""
    hours = FORK.Value("q", 0)
    barrier = FORK.Barrier(processes)
    pipes, children = [], []
    for number in range(processes):
        ours, theirs = FORK.Pipe(duplex=False)
        child = FORK.Process(target=_storm, args=(orders, number, hours, barrier, theirs))
        child.start()
        theirs.close()
        pipes.append(ours)
        children.append(child)
    found: list[Result] = []
    for pipe, child in zip(pipes, children, strict=True):
        try:
            answer = pipe.recv()
            assert isinstance(answer, list), answer
            found += answer
        finally:
            child.join()
    return found


def _storm(orders: Orders, number: int, hours: Any, barrier: Any, pipe: Any) -> None:
    try:
        pipe.send(_run(orders, number, hours, barrier))
    except Exception:
        pipe.send(traceback.format_exc())
        raise


def _run(orders: Orders, number: int, hours: Any, barrier: Any) -> list[Result]:
    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(hours=hours.value)

    house = open_edge(open_engine(orders.url), Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), clock)
    seed = orders.seed + number * 100
    people = [
        Presser(house, who, orders.launched, seed=seed + place) for place, who in enumerate(orders.people)
    ]
    outside = Outside(house, orders.launched, seed=seed + 99)
    barrier.wait(30)
    with ThreadPoolExecutor(len(people) + 1) as pool:
        pressing = [pool.submit(_press, person, orders.presses) for person in people]
        sweeping = pool.submit(_sweep, outside, pressing, hours)
        for running in (*pressing, sweeping):
            running.result()
    return [actor.result for actor in (*people, outside)]


def _press(person: Presser, presses: int) -> None:
    for _ in range(presses):
        person.act()


def _sweep(outside: Outside, pressing: list[Any], hours: Any) -> None:
    while not all(running.done() for running in pressing):
        outside.act()
        with hours.get_lock():
            hours.value += 1


def together(*acts: Any) -> list[Exception]:
    """Do acts at once, a thread each; what was raised."""
    barrier, raised = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        barrier.wait(30)
        try:
            act()
        except Exception as error:  # noqa: BLE001  # told to the test
            raised.append(error)

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))
    return raised
