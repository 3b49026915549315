"""A house with many tasks, loaded in bulk: rows as the services would write them, but not one click each."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text

from models.account import Grant
from models.base import FAR, json_strings
from models.case import AwaitedMessage, Case, Timer
from models.organisation import Department
from models.person import Person
from models.procedure import ProcedureVersion
from models.task import SearchGram, Task
from tests.company import REQUEST, ask, make_person, open_task
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.search import KEY, grams

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Table

    from tests.company import Company

CHUNK = 5_000
ROUNDS = 4  # tasks of one case
COMMON, SELDOM = "欧阳", "龚玥"  # names with many and with few open tasks
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was loaded, by whom it is asked for."""

    hr: int  # person with many tasks in every tab
    head: int  # head of one department among many
    legal: int  # reads the whole group
    employee: int  # with a handful of tasks


def load(company: Company, *, tasks: int, seldom: int, common: int) -> Loaded:
    """Fill the company with so many tasks: half open, half done; so many open ones about two names.

    The texts, variables and engine states are those of a real leave request.
    """
    engine = company.house.engine
    with company.house.unit(SYSTEM) as work:
        people = _people(work.session, company)
    model = _model(company)
    with _bulk(engine) as connection:
        plan = _Plan(people=people, model=model, tasks=tasks, seldom=seldom, common=common)
        first = connection.scalar(select(func.coalesce(func.max(Case.id), 0))) + 1
        _copy(connection, Case.__table__, plan.cases(first))
        with _without_indexes(connection, Task.__table__):
            _copy(connection, Task.__table__, plan.tasks_of(first))
        _index_grams(connection)
    _settle(engine)
    return Loaded(
        hr=company.ids["hr"],
        head=people["head"].id,
        legal=company.ids["owner"],
        employee=people["plain"][0].id,
    )


def load_waiting(company: Company, *, cases: int) -> None:
    """So many idle cases: each waits for its approver, a timer of each is due in a year, a message of each awaited."""
    people = {"plain": [_Who(company.ids["lina"], "李娜", "E0003")]}
    model = _model(company)
    at = model["started_at"] + timedelta(days=365)
    with _bulk(company.house.engine) as connection:
        plan = _Plan(people=people, model=model, tasks=cases * ROUNDS, seldom=0, common=0)
        first = connection.scalar(select(func.coalesce(func.max(Case.id), 0))) + 1
        _copy(connection, Case.__table__, plan.cases(first))
        row = {"element_instance": "1", "round": 1, "element_id": "remind", "due_at": at}
        _copy(connection, Timer.__table__, ({**row, "case_id": first + n} for n in range(cases)))
        row = {"element_instance": "2", "round": 1, "element_id": "withdraw", "name": "leave-withdrawn"}
        waits = ({**row, "case_id": first + n, "correlation_key": f"R{n}"} for n in range(cases))
        _copy(connection, AwaitedMessage.__table__, waits)
    _settle(company.house.engine)


@dataclass(frozen=True, slots=True)
class _Who:
    id: int
    name: str
    number: str


def _people(session: Any, company: Company) -> dict[str, Any]:
    """Two hundred people in forty departments of the employer, and whose names are looked for."""
    lina = session.get_one(Person, company.ids["lina"])
    entity, top = lina.entity, session.get_one(Department, lina.department.parent_id)
    rooms = [
        Department(entity_id=entity.id, code=f"B{n}", name=f"仓储{n}部", parent_id=top.id) for n in range(60)
    ]
    session.add_all(rooms)
    session.flush()
    for room in rooms:
        room.path = f"{top.path}{room.id}/"
    names = [f"{SURNAMES[n % 10]}{GIVEN[n % 20]}{GIVEN[n // 10 % 20]}" for n in range(200)]
    made = [
        make_person(session, f"B{n:05d}", name, entity=entity, department=rooms[n % 60])
        for n, name in enumerate([*names, COMMON + "靖", SELDOM])
    ]
    head = make_person(session, "B90000", "仓长", entity=entity, department=rooms[0])
    rooms[0].head_id = head.id
    session.add(Grant(person_id=company.ids["owner"], role=Role.LEGAL))
    session.flush()
    who = [_Who(p.id, p.name, p.number) for p in made]
    return {
        "plain": who[:-2],
        "common": who[-2],
        "seldom": who[-1],
        "head": _Who(head.id, head.name, head.number),
        "paths": [r.path for r in rooms],
        "hr": company.ids["hr"],
        "queue": f"hr@{entity.id}",
    }


def _model(company: Company) -> dict[str, Any]:
    """Columns of a real case and its task, to be copied."""
    case_id = ask(company)
    task = open_task(company, case_id)
    with company.house.view(SYSTEM) as work:
        case = work.session.get_one(Case, case_id)
        task = work.session.get_one(Task, task.id)
        columns = {c.key: getattr(case, c.key) for c in Case.__table__.columns}
        columns["task"] = {c.key: getattr(task, c.key) for c in Task.__table__.columns}
        columns["case"] = {c.key: getattr(case, c.key) for c in Case.__table__.columns}
        columns["version"] = work.session.scalars(select(ProcedureVersion.id)).first()
    return columns


class _Plan:
    """Rows of cases and their tasks; the same numbers give the same rows."""

    def __init__(
        self, *, people: dict[str, Any], model: dict[str, Any], tasks: int, seldom: int, common: int
    ):
        self.people, self.model, self.tasks = people, model, tasks
        self.named = {"seldom": seldom, "common": common}

    def _about(self, number: int) -> _Who:
        """About whom a case is; open cases come second, so that names are looked for among open tasks."""
        place = (number // 2) * ROUNDS if number % 2 else self.tasks
        if place < self.named["seldom"]:
            return self.people["seldom"]
        if place < self.named["seldom"] + self.named["common"]:
            return self.people["common"]
        return self.people["plain"][number % len(self.people["plain"])]

    def cases(self, first: int) -> Iterator[dict[str, Any]]:
        for number in range(self.tasks // ROUNDS):
            who = self._about(number)
            yield {
                **self.model["case"],
                "id": first + number,
                "person_id": who.id,
                "starter_id": who.id,
                "state": "active" if number % 2 else "completed",
                "variables": {**self.model["case"]["variables"], "employee": who.number},
            }

    def tasks_of(self, first: int) -> Iterator[dict[str, Any]]:
        draw = random.Random(2)
        model = self.model["task"]
        text_of = f"{REQUEST['type']} {REQUEST['start_date']} {REQUEST['end_date']} {REQUEST['reason']} full"
        title, prefix = self.model["case"]["title"], self.model["case"]["prefix"]
        shared = grams(f"{title} {text_of}")
        task_id = model["id"]
        for number in range(self.tasks // ROUNDS):
            who, is_open = self._about(number), bool(number % 2)
            case = f"{prefix}-2026-{first + number:06d}"
            found = sorted(shared | grams(f"{who.name} {who.number} {case}"))
            for turn in range(ROUNDS):
                task_id += 1
                due = model["sort_at"] + timedelta(minutes=draw.randrange(500_000))
                yield {
                    **model,
                    "id": task_id,
                    "case_id": first + number,
                    "element_instance": str(turn),
                    "state": "open" if is_open else "completed",
                    "grams": found,
                    "due_at": due if turn else None,
                    "sort_at": due if turn else FAR,
                    "department_path": self.people["paths"][number % 60],
                    **self._holder(turn, is_open, draw=draw, at=due),
                }

    def _holder(self, turn: int, is_open: bool, *, draw: random.Random, at: Any) -> dict[str, Any]:
        """Turn 0 waits in a queue, turn 1 is the busy person's, the rest is anybody's."""
        plain, hr = self.people["plain"], self.people["hr"]
        anybody = draw.choice(plain[5:]).id  # the first five have few
        holder = None if turn == 0 else hr if turn == 1 else anybody
        done = None if is_open else (hr if turn < 2 else anybody)
        return {
            "assignee_id": holder,
            "queue": self.people["queue"] if turn == 0 else None,
            "completed_at": None if is_open else at,
            "completed_by_id": done,
            "outcome": None if is_open else "approve",
        }


@contextmanager
def _bulk(engine: Any) -> Iterator[Connection]:
    """A transaction; on PostgreSQL without a look-up for each foreign key, since COPY would wait for them."""
    with engine.execution_options(hegui_write=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


@contextmanager
def _without_indexes(connection: Connection, table: Table) -> Iterator[None]:
    indexes = sorted(table.indexes, key=lambda i: i.name or "")
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _copy(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """COPY on PostgreSQL, executemany on SQLite; all rows have the same columns."""
    stream = iter(rows)
    if connection.dialect.name == "sqlite":
        while chunk := list(islice(stream, CHUNK)):
            connection.execute(insert(table), chunk)
        return
    first = next(stream, None)
    if first is None:
        return
    names = list(first)
    binds = [
        table.c[n].type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for n in names
    ]
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(n) for n in names)
    target = connection.dialect.identifier_preparer.format_table(table)
    with (
        connection.connection.driver_connection.cursor() as cursor,
        cursor.copy(f"COPY {target} ({quoted}) FROM STDIN") as copy,
    ):
        for row in chain((first,), stream):
            copy.write_row([_bound(b, row[n]) for b, n in zip(binds, names, strict=True)])


def _bound(bind: Any, value: Any) -> Any:
    return value if bind is None else bind(value)


def _index_grams(connection: Connection) -> None:
    """The rows of ``search.open_tasks`` for all tasks at once, in the order of the key."""
    table = SearchGram.__table__
    connection.execute(table.delete())
    pair = json_strings(Task.grams).table_valued("value")
    rows = select(pair.c.value, Task.entity_id, Task.state, Task.sort_at, Task.id).join(pair, text("true"))
    if connection.dialect.name == "sqlite":
        rows = rows.order_by(pair.c.value, Task.entity_id, Task.state, Task.sort_at, Task.id)
        connection.execute(insert(table).from_select([c.key for c in KEY], rows))
        return
    connection.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT pk_{table.name}"))
    connection.execute(insert(table).from_select([c.key for c in KEY], rows))
    keys = ", ".join(c.key for c in KEY)
    connection.execute(text(f"ALTER TABLE {table.name} ADD CONSTRAINT pk_{table.name} PRIMARY KEY ({keys})"))


def _settle(engine: Any) -> None:
    """What a server does by itself after a while: PostgreSQL's autovacuum; SQLite has nothing of the kind."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in (
                t.name for t in (Task.__table__, SearchGram.__table__, Case.__table__, Timer.__table__)
            ):
                connection.execute(text(f'VACUUM ANALYZE "{name}"'))
            # ids were given by hand
            for name in ("task", "case"):
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), max(id)) FROM \"{name}\""
                    )
                )
