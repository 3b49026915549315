"""An installation of real processes whose server and worker are killed while people press: nothing is lost.

Every press completes a task over HTTP and throws a message that a job carries to another case. A press without an
answer is repeated under its idempotency key until it has one.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import requests
from sqlalchemy import func, select, update

from models import metadata
from models.event import Event
from models.job import Job, JobState
from models.session import open_engine
from models.task import Task, TaskState
from tests.company import Company, draw_procedures
from tests.engine import drawing as draw
from tests.web import PASSWORD, csrf, make_web
from webapp.adapters.blobs import BlobStore
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services.cases.routing import DELIVER
from webapp.services.cases.start import StartCase, start
from webapp.services.work import Ports
from webapp.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.edge import Edge

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {"lina": "E0003", "head": "E0002", "wang": "E0004"}
PATIENCE = 120  # tries of one press, a moment apart, before it counts as lost
MOMENT = 0.1
BOOT = 600  # moments that a server may take to answer
ROOTS = draw.message("m", "pressed", "=topic")
HR = draw.zeebe("assignmentDefinition", candidateGroups="hr")
DIAGRAMS = {
    "presser": draw.diagram(
        draw.start(), draw.user("a", ext=draw.zeebe("assignmentDefinition", assignee="=who")),
        draw.throw("t", draw.event("message", "m")), draw.end(), draw.path("s > a > t > e"), roots=ROOTS, name="presser",
    ),
    "hearer": draw.diagram(
        draw.start(), draw.catch("w", draw.event("message", "m")), draw.user("heard", ext=HR), draw.end(),
        draw.path("s > w > heard > e"), roots=ROOTS, name="hearer",
    ),
}  # fmt: skip


@dataclass
class Press:
    """One click that somebody will make: on a task, under a key."""

    who: str
    task_id: int
    case_id: int
    hearer_id: int
    version: int
    key: str
    tries: int = 0
    answered: bool = False


@dataclass
class Site:
    """The installation: its database, its people's presses, its processes."""

    house: Edge
    env: dict[str, str]
    port: int
    presses: list[Press]
    sent: int = 0
    kills: list[str] = field(default_factory=list)
    moved: threading.Condition = field(default_factory=threading.Condition)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def prepare(folder: Path, url: str, *, queue: str, presses: int) -> Site:
    """A database with the small company, accounts, and two cases for every press to come."""
    data = folder / "data"
    engine = open_engine(url)
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    house = open_edge(engine, Ports(blobs=BlobStore(data / "blobs"), wake=QuietQueue().wake))
    company = Company(house, draw_procedures(folder / "root", DIAGRAMS))
    make_web(company, data)
    made = [_make_press(company, number) for number in range(presses)]
    engine.dispose()
    return Site(house=house, env=_environment(data, url, queue), port=_free_port(), presses=made)


def _make_press(company: Company, number: int) -> Press:
    who = list(PEOPLE)[number % len(PEOPLE)]
    variables = {"who": PEOPLE[who], "topic": f"topic-{number}"}
    person = company.ids["wang"]
    with company.unit("wang") as work:
        cases = [
            start(work, StartCase(procedure_key=key, person_id=person, title=key, variables=variables)).id
            for key in ("hearer", "presser")
        ]
        task = work.session.scalars(select(Task).where(Task.case_id == cases[1])).one()
        return Press(
            who=who,
            task_id=task.id,
            case_id=cases[1],
            hearer_id=cases[0],
            version=task.version,
            key=f"press-{number}",
        )


def _environment(data: Path, url: str, queue: str) -> dict[str, str]:
    own = {
        "HEGUI_DATABASE_URL": url,
        "HEGUI_DATA_DIR": str(data),
        "HEGUI_SECRET_KEY": "k" * 48,
        "HEGUI_PASSWORD_SALT": "s" * 48,
        "HEGUI_QUEUE": queue,
        "HEGUI_LOG_LEVEL": "ERROR",
    }
    return {**{k: v for k, v in os.environ.items() if not k.startswith("HEGUI_")}, **own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(site: Site) -> Iterator[None]:
    """The server (one gunicorn worker of eight threads, as ``make run``) and a job worker, until the end."""
    _start(site, "server")
    _start(site, "worker")
    try:
        for _ in range(BOOT):
            if _answers(site):
                break
            _pause()
        else:
            raise AssertionError("the server does not answer")
        yield
    finally:
        for process in site.processes.values():
            _kill(process.pid)
            process.wait()


def _start(site: Site, what: str) -> None:
    server = [
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{site.port}",
        "--threads",
        "8",
        "--log-level",
        "critical",
        "wsgi:app",
    ]
    arguments = server if what == "server" else ["-m", "webapp.worker"]
    site.processes[what] = subprocess.Popen(
        [sys.executable, *arguments],
        env=site.env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _answers(site: Site) -> bool:
    try:
        return requests.get(f"{site.address}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def _pause() -> None:
    threading.Event().wait(MOMENT)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _kill(pid: int) -> None:
    """Kill -9 a process and those below it."""
    for child in _children(pid):
        _kill(child)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def strike(site: Site, what: str) -> None:
    """Kill the gunicorn worker, whose master begins another, or the job worker, which is begun anew."""
    if what == "server":
        for child in _children(site.processes["server"].pid):
            _kill(child)
    else:
        site.processes["worker"].kill()
        site.processes["worker"].wait()
        _start(site, "worker")
    site.kills.append(what)


def storm(site: Site, *, seed: int, kills: int) -> None:
    """Everybody presses while processes are killed, each when a drawn number of presses has been sent."""
    chance = Random(seed)
    places = sorted(chance.sample(range(1, len(site.presses)), kills))
    plan = [(place, ("server", "worker")[number % 2]) for number, place in enumerate(places)]
    people = [threading.Thread(target=_press_all, args=(site, who)) for who in PEOPLE]
    for person in people:
        person.start()
    for place, what in plan:
        with site.moved:
            site.moved.wait_for(lambda place=place: site.sent >= place)
        strike(site, what)
    for person in people:
        person.join()


def lose_an_answer(site: Site, press: Press) -> None:
    """Somebody presses, the act is done, and the server dies before its answer is read."""
    session, token = _log_in(site, press.who)
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    headers = {
        "X-CSRFToken": token,
        "Idempotency-Key": press.key,
        "Content-Type": "application/json",
        "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies),
    }
    body = json.dumps({"data": {"outcome": "approve"}, "version": press.version})
    connection.request("POST", f"/tasks/{press.task_id}/complete", body=body, headers=headers)
    press.tries += 1
    for _ in range(BOOT):
        with site.house.view(SYSTEM) as work:
            if work.session.get_one(Task, press.task_id).state == TaskState.COMPLETED:
                break
        _pause()
    strike(site, "server")
    connection.close()


def _press_all(site: Site, who: str) -> None:
    session, token = _log_in(site, who)
    for press in site.presses:
        if press.who == who:
            _press(site, press, session, token=token)


def _log_in(site: Site, who: str) -> tuple[requests.Session, str]:
    session = requests.Session()
    for _ in range(PATIENCE):
        try:
            token = csrf(session.get(f"{site.address}/login", timeout=20).text)
            form = {"username": who, "password": PASSWORD, "csrf_token": token}
            session.post(f"{site.address}/login", data=form, timeout=20)
            return session, csrf(session.get(f"{site.address}/inbox/", timeout=20).text)
        except (requests.RequestException, AttributeError):  # no answer, or one that was cut
            _pause()
    raise AssertionError(f"{who} cannot log in")


def _press(site: Site, press: Press, session: requests.Session, *, token: str) -> None:
    headers = {"X-CSRFToken": token, "Idempotency-Key": press.key, "Accept": "application/json"}
    body = {"data": {"outcome": "approve"}, "version": press.version}
    while press.tries < PATIENCE and not press.answered:
        press.tries += 1
        with site.moved:
            site.sent += 1
            site.moved.notify_all()
        try:
            answer = session.post(
                f"{site.address}/tasks/{press.task_id}/complete", json=body, headers=headers, timeout=20
            )
        except requests.RequestException:
            _pause()
            continue
        press.answered = answer.status_code == 200
        if answer.status_code not in (200, 503):
            raise AssertionError((answer.status_code, answer.text[:500]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the database says when the dust has settled; all but the last two must be zero."""

    unanswered: int  # presses that never had an answer
    lost: int  # answered presses whose task is not completed
    doubled: int  # tasks with more than one event of completion
    unheard: int  # messages that did not arrive, or twice
    undone: int  # jobs that are not done
    repeated: int  # presses that were sent more than once
    killed: int


def settle(site: Site) -> Verdict:
    """Let a worker of this process do what is left, then count; all processes of the site are dead by now."""
    house = site.house
    house.engine.dispose()
    with house.unit(SYSTEM) as work:  # a dead worker's lease runs out by itself after five minutes
        work.session.execute(
            update(Job).where(Job.state == JobState.LEASED).values(leased_until=work.now.replace(year=2000))
        )
    worker = Worker(house)
    while worker.sweep():
        pass
    with house.view(SYSTEM) as work:
        done = set(work.session.scalars(select(Task.id).where(Task.state == TaskState.COMPLETED)))
        told = dict(
            work.session.execute(
                select(Event.case_id, func.count())
                .where(Event.kind == "task.completed")
                .group_by(Event.case_id)
            ).all()
        )
        heard = dict(
            work.session.execute(
                select(Task.case_id, func.count()).where(Task.element_id == "heard").group_by(Task.case_id)
            ).all()
        )
        jobs = work.session.scalars(select(Job.state).where(Job.type == DELIVER)).all()
    return Verdict(
        unanswered=sum(not press.answered for press in site.presses),
        lost=sum(press.answered and press.task_id not in done for press in site.presses),
        doubled=sum(count != 1 for count in told.values()),
        unheard=sum(heard.get(press.hearer_id) != 1 for press in site.presses),
        undone=sum(state != JobState.DONE for state in jobs) + abs(len(jobs) - len(site.presses)),
        repeated=sum(press.tries > 1 for press in site.presses),
        killed=len(site.kills),
    )
