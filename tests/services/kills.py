"""Cases whose driver is killed at a random point, begun again, and compared with one that nobody killed.

The driver is a process of its own: it presses what is open and runs a worker. It dies at the N-th thing that it tells
the database, or whenever a signal from outside hits it. A receiver outside the house sees the effects of its jobs.
"""

from __future__ import annotations

import http.server
import json
import multiprocessing
import os
import signal
import threading
import urllib.request
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, func, select

from models.case import AwaitedMessage, BufferedMessage, Case, CaseState, IncidentRow, Timer
from models.event import Event
from models.job import Job, JobState, Notice
from models.session import open_engine
from models.task import Task, TaskState
from tests.company import Company, draw_procedures
from tests.engine import drawing as draw
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services.cases.start import StartCase, start
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.log import check_log
from webapp.services.people import load_actor
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.work import Ports
from webapp.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

EFFECT = "kill-effect"
KEY = "killed"
FORK = multiprocessing.get_context("fork")
PATIENCE = 120.0  # seconds that a driver may take to the end of its case
HR = draw.zeebe("assignmentDefinition", candidateGroups="hr")
#: People, three jobs at once, one more behind a message that the case sends itself, a timer, a notice.
DIAGRAM = draw.diagram(
    draw.start(), draw.par("f"), draw.user("a", ext=HR), draw.service("n", job="notify"),
    draw.service("many", draw.many("=[1, 2, 3]", element="x"), job=EFFECT), draw.par("j"),
    draw.catch("t", draw.timer("PT30M")), draw.throw("m", draw.event("message", "ready")),
    draw.catch("w", draw.event("message", "ready")), draw.service("last", job=EFFECT), draw.par("k"),
    draw.user("z", ext=HR), draw.end(),
    draw.path("s > f > a > n > j > t > m > k > z > e"), draw.path("f > many > j"), draw.path("f > w > last > k"),
    roots=draw.message("ready", "ready", "=topic"), name=KEY,
)  # fmt: skip


# -- the receiver ------------------------------------------------------------------------------------------


class Receiver:
    """The world outside: keeps each effect once by its key, and counts how often it was asked."""

    def __init__(self) -> None:
        self.effects: dict[str, str] = {}  # key -> run
        self.asked = 0


@contextmanager
def receiving() -> Iterator[tuple[Receiver, str]]:
    """A receiver and its address."""
    receiver = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.asked += 1
            receiver.effects[body["key"]] = body["run"]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: Any) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver, f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# -- the driver, in a process of its own -------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """Where the drivers work."""

    url: str
    receiver: str
    employee: int
    hr: int
    hours: Any  # shared: how far the clock has been put forward
    told: Any  # shared: how often the last driver told the database something


def prepare(house: Any, root: Path, url: str, receiver: str) -> Site:
    """Publish the procedure."""
    ids = Company(house, draw_procedures(root, {KEY: DIAGRAM})).ids
    return Site(url, receiver, ids["lina"], ids["hr"], FORK.Value("q", 0), FORK.Value("q", 0))


def _drive(site: Site, run: str, deadly: int) -> None:
    """Bring a case to its end; die when the database has been told something for the N-th time (0: never)."""
    engine = open_engine(site.url)
    _die_at(engine, deadly, site.told)

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(hours=site.hours.value)

    house = open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), clock)
    HANDLERS[EFFECT] = lambda _units, job: _ask(site.receiver, key=job.key, run=run)
    worker = Worker(house)
    while not _press(house, site, run):
        worker.sweep()
        with site.hours.get_lock():
            site.hours.value += 1  # leases of the dead have run out, timers are due


def _die_at(engine: Any, deadly: int, told: Any) -> None:
    told.value = 0

    def count(*_args: Any) -> None:
        told.value += 1
        if told.value == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, moment, count)


def _ask(url: str, **body: str) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200
    return {}


def _press(house: Any, site: Site, run: str) -> bool:
    """Begin the case where there is none, press all that is open; whether the case is over.

    What was pressed before is pressed again, as by a person who saw no answer: it must act no second time.
    """
    with house.view(SYSTEM) as work:
        people = [load_actor(work.session, who) for who in (site.employee, site.hr)]
        case = work.session.scalars(select(Case).where(Case.title == run)).one_or_none()
        tasks = (
            [] if case is None else work.session.scalars(select(Task).where(Task.case_id == case.id)).all()
        )
    if case is None:
        with house.unit(people[0]) as work:
            command = StartCase(
                procedure_key=KEY, person_id=site.employee, title=run, variables={"topic": run}
            )
            start(work, command)
        return False
    for task in tasks:
        press = CompleteTask(task_id=task.id, version=task.version, key=f"press-{task.id}")
        with house.unit(people[1]) as work:
            assert complete(work, press).repeated == (task.state == TaskState.COMPLETED)
    return bool(case.state == CaseState.COMPLETED)


# -- a run, with its deaths --------------------------------------------------------------------------------


def drive(site: Site, run: str, *, deaths: list[float | int]) -> int:
    """Drive a case to its end through these deaths: a whole number of tellings, or seconds; how many happened."""
    killed = 0
    for death in [*deaths, 0]:
        child = FORK.Process(target=_drive, args=(site, run, death if isinstance(death, int) else 0))
        child.start()
        child.join(death if isinstance(death, float) else PATIENCE)
        if child.is_alive():
            assert isinstance(death, float), "the driver does not come to an end"
            os.kill(child.pid or 0, signal.SIGKILL)
            child.join()
        assert child.exitcode in {0, -signal.SIGKILL}, child.exitcode
        killed += child.exitcode != 0
    return killed


def random_deaths(chance: Random, *, tellings: int, seconds: float) -> list[float | int]:
    """One to two deaths of either kind."""
    return [
        chance.randint(1, tellings) if chance.random() < 0.6 else chance.uniform(0.0, seconds)
        for _ in range(chance.choice([1, 1, 2]))
    ]


def story(house: Any, run: str, receiver: Receiver) -> dict[str, Any]:
    """All that can be told of a case afterwards, without ids and times."""
    with house.view(SYSTEM) as work:
        session = work.session
        case = session.scalars(select(Case).where(Case.title == run)).one()
        jobs = session.scalars(select(Job).where(Job.case_id == case.id)).all()
        events = session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.sequence)).all()
        assert [row.sequence for row in events] == list(range(1, case.event_count + 1))
        assert {job.idempotency_key for job in jobs} == {
            key for key, whose in receiver.effects.items() if whose == run
        }, "each effect was seen once under its key, and none that no job asked for"
        tasks = session.scalars(select(Task).where(Task.case_id == case.id)).all()
        return {
            "state": case.state,
            "events": Counter(row.kind for row in events),
            "jobs": Counter((job.element_id, job.state) for job in jobs),
            "tasks": Counter((task.element_id, task.state, task.round) for task in tasks),
            "variables": {k: v for k, v in case.variables.items() if k not in {"case", "topic"}},
            **{
                table.__tablename__: session.scalar(
                    select(func.count()).select_from(table).where(table.case_id == case.id)
                )
                for table in (Timer, AwaitedMessage, IncidentRow, Notice)
            },
        }


def leftovers(house: Any) -> dict[str, int]:
    """What must be gone when all cases have ended: kept messages, jobs that nobody finished, faults of the log."""
    worker = Worker(house)
    while worker.keep_log():
        pass
    with house.view(SYSTEM) as work:
        session = work.session
        open_jobs = select(func.count()).select_from(Job).where(Job.state != JobState.DONE)
        return {
            "messages": session.scalar(select(func.count()).select_from(BufferedMessage)) or 0,
            "jobs": session.scalar(open_jobs) or 0,
            "log": len(list(check_log(session))),
        }
