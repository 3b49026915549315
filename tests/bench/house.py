"""The whole house: a click over services beside the bare engine, and lists over very many tasks.

Every limit is a ratio of two things measured in turn in this run, without the time that other processes took:
for a click the engine alone and one row written and committed by the same database at the same durability; for
a list fifty whole tasks read along an index. The databases are as installed: SQLite with WAL, PostgreSQL with
fsync.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, text, update

from models import metadata
from models.case import Case
from models.session import open_engine
from models.task import Task, TaskState
from tests.bench.figure import Figure
from tests.bench.load import COMMON, SELDOM, load
from tests.bench.stopwatch import Stopwatch
from tests.company import REQUEST, Company, ask, open_task
from tests.conftest import Clock, private_postgresql
from tests.engine.play import Weekdays
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.engine import runtime
from webapp.engine.values import Complete, ItemKey, Start
from webapp.services.cases.run import Decider
from webapp.services.cases.start import StartCase, start
from webapp.services.cases.values import plain
from webapp.services.inbox.pages import PAGE, Cursor, InboxFilter, read_page
from webapp.services.inbox.tabs import Tab, counts, read_reach
from webapp.services.people import load_actor
from webapp.services.procedures.bundle import load_bundle
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.work import Ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.edge import Edge

TASKS, CLICKS, REPEATS = 200_000, 200, 40  # tests/million has a million
HITS = {SELDOM: (1_000, 3), COMMON: (50_000, 10)}  # name: tasks found, most times of the plain select
FAR_PAGE = 1_000
LONG = {
    **REQUEST,
    "days": 5,
    "department_head": "E0001",
}  # two approvers: the first completes, the second opens


def run() -> list[Figure]:
    """Both databases, one after the other."""
    found: list[Figure] = []
    for kind in ("sqlite", "postgresql"):
        with open_company(kind) as company:
            found += [*clicks(company, times=CLICKS), *size(company, cases=CLICKS)]
            found += lists(company, tasks=TASKS, hits={n: h for n, (h, _) in HITS.items()}, times=REPEATS)
    return [replace(f, value=round(f.value, 2)) for f in found]


@contextmanager
def open_company(kind: str) -> Iterator[Company]:
    """The small company in an empty database of a kind, gone afterwards."""
    with open_edge_on(kind) as edge:
        yield Company(edge)


@contextmanager
def open_edge_on(kind: str) -> Iterator[Edge]:
    """A house over an empty database of a kind, as durable as it is installed, gone afterwards."""
    with ExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hegui-bench-"))
            url = f"sqlite:///{Path(folder) / 'hegui.sqlite'}"
        else:
            pattern = stack.enter_context(private_postgresql(fsync=True))
            if pattern is None:
                raise RuntimeError("no initdb below /usr/lib/postgresql")
            url = pattern.format(name="postgres")
        engine = open_engine(url)
        stack.callback(engine.dispose)
        with engine.execution_options(hegui_write=True).begin() as connection:
            metadata.create_all(connection)
        yield open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), Clock())


def clicks(company: Company, *, times: int) -> list[Figure]:
    """Start and complete over services, from loaded actor to commit, beside the engine and one row."""
    kind = company.house.engine.dialect.name
    bare, watch = _Bare(company), Stopwatch(company.house.engine)
    starter, head = company.actor("lina"), company.actor("head")

    def begin() -> None:
        with company.house.unit(starter) as work:
            start(
                work,
                StartCase(
                    procedure_key="leave", person_id=company.ids["lina"], title="年休假", variables=LONG
                ),
            )

    tasks = iter([open_task(company, ask(company, **LONG)) for _ in range(times + 1)])

    def finish() -> None:
        task = next(tasks)
        with company.house.unit(head) as work:
            command = CompleteTask(
                task_id=task.id, version=task.version, values={"outcome": "approve"}, key=f"k{task.id}"
            )
            complete(work, command)

    return [
        Figure(
            name=f"{kind}: {name} over services, of engine and one row",
            value=watch.times(service, alone, repeats=times),
            unit="times",
            limit=5,
        )
        for name, service, alone in (("start", begin, bare.start), ("complete", finish, bare.complete))
    ]


class _Bare:
    """The engine alone on the same diagram, tables and variables, and one row written and committed."""

    def __init__(self, company: Company) -> None:
        self.engine = company.house.engine.execution_options(hegui_write=True)
        self.table = Case.__table__
        task = open_task(company, ask(company, **LONG))
        with company.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, task.case_id)
            self.row = {c.name: getattr(case, c.name) for c in self.table.columns if c.name != "id"}
            self.bundle = load_bundle(work.session, case.procedure_version_id)
        self.change = update(self.table).where(self.table.c.id == bindparam("which"))
        self.now, self.id = company.house.clock(), task.case_id
        key = ItemKey(element_instance=task.element_instance, round=task.round)
        self.command = Complete(key=key, variables={"outcome": "approve"})

    def _act(self, state: str | None, command: Any) -> Any:
        return runtime.act(
            self.bundle.specification,
            state,
            command,
            now=self.now,
            calendar=Weekdays(),
            decide=Decider(self.bundle, {}),
        )

    def start(self) -> None:
        begun = self._act(None, Start(variables=self.row["variables"]))
        row = {**self.row, "snapshot": begun.snapshot, "variables": plain(dict(begun.variables))}
        with self.engine.begin() as connection:
            connection.execute(insert(self.table), row)

    def complete(self) -> None:
        done = self._act(self.row["snapshot"], self.command)
        row = {**self.row, "snapshot": done.snapshot, "variables": plain(dict(done.variables))}
        with self.engine.begin() as connection:
            connection.execute(self.change, {**row, "which": self.id})


def size(company: Company, *, cases: int) -> list[Figure]:
    """What an open case takes with its task, timers, messages, search index and events."""
    before = _bytes(company)
    for _ in range(cases):
        ask(company, "wang")
    grown = (_bytes(company) - before) / cases
    kind = company.house.engine.dialect.name
    return [Figure(name=f"{kind}: an open case with all its rows and indexes", value=grown, unit="bytes")]


def _bytes(company: Company) -> int:
    engine = company.house.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            return int(
                connection.scalar(
                    text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                )
            )
        connection.execute(text("VACUUM FULL"))
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")))


def lists(company: Company, *, tasks: int, hits: dict[str, int], times: int) -> list[Figure]:
    """The inbox and the search box of a person with work in every tab, over so many tasks."""
    loaded = load(company, tasks=tasks, seldom=hits[SELDOM], common=hits[COMMON])
    return read_lists(company.house, loaded.hr, tasks=tasks, hits=hits, times=times)


def read_lists(house: Edge, person_id: int, *, tasks: int, hits: dict[str, int], times: int) -> list[Figure]:
    """The same over tasks that are loaded already."""
    kind = house.engine.dialect.name
    with house.view(SYSTEM) as work:
        actor = load_actor(work.session, person_id)

    def plain() -> None:
        with house.view(actor) as work:
            rows = work.session.scalars(_plain(actor.person_id)).all()
        assert len(rows) == PAGE

    def inbox(tab: Tab, wanted: InboxFilter | None = None, cursor: Cursor | None = None) -> None:
        with house.view(actor) as work:
            reach = read_reach(work)
            page = read_page(work, tab, wanted, cursor=cursor, reach=reach)
            counted = counts(work, reach)
        assert page.tasks
        assert all(counted.values())

    watch, figures = Stopwatch(house.engine), []
    for tab in (Tab.MINE, Tab.CLAIMABLE, Tab.TEAM, Tab.DONE):
        far = _cursor(house, actor, tab=tab)
        for place, cursor in (("page 1", None), (f"page {FAR_PAGE:,}", far)):
            value = watch.times(lambda t=tab, c=cursor: inbox(t, None, c), plain, repeats=times)
            figures.append(
                Figure(
                    name=f"{kind}, {tasks:,} tasks: inbox with counts, {tab}, {place}, of a 50-row select",
                    value=value,
                    unit="times",
                    limit=3,
                )
            )
    for name, number in hits.items():
        value = watch.times(lambda n=name: inbox(Tab.ALL, InboxFilter(q=n)), plain, repeats=times)
        figures.append(
            Figure(
                name=f"{kind}, {tasks:,} tasks: two-character search, {number:,} hits, with counts, of a 50-row select",
                value=value,
                unit="times",
                limit=HITS[name][1],
            )
        )
    return figures


def _plain(person_id: int | None) -> Any:
    mine = (Task.assignee_id == person_id, Task.state == TaskState.OPEN)
    return select(Task).where(*mine).order_by(Task.sort_at, Task.id).limit(PAGE)


def _cursor(house: Edge, actor: Any, *, tab: Tab) -> Cursor | None:
    """Where page 1,000 begins, or the last page where there are fewer; walked to without a clock."""
    cursor = None
    with house.view(actor) as work:
        for _ in range(FAR_PAGE - 1):
            following = read_page(work, tab, cursor=cursor).following
            if following is None:
                break
            cursor = following
    return cursor
