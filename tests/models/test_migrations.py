"""What single migrations carry over; that each leaves the rows of all tables is in test_filled.py."""

import json

from sqlalchemy import inspect, text

from models.session import open_engine
from webapp.adapters.database import downgrade, upgrade

SORT_AT = "2026-11-30 10:00:00+00:00"


def add_cases(connection, *, queues):
    """A case with an open task for each queue (None: somebody has it), as the tables were before ``search``."""
    for statement in (
        "INSERT INTO entity (id, kind, code, name, region) VALUES (1, 'company', 'A', '甲公司', '310000')",
        "INSERT INTO department (id, entity_id, code, name, path) VALUES (1, 1, 'D', '客服部', '/1/')",
    ):
        connection.execute(text(statement))
    insert(connection, "person", id=1, number="E1", name="李娜", entity_id=1, department_id=1)
    insert(connection, "procedure", id=1, key="p")
    insert(connection, "specification", sha256="s", body="{}")
    insert(connection, "procedure_version", id=1, procedure_id=1, number=1, specification_sha256="s")
    own = {"procedure_version_id": 1, "specification_sha256": "s", "person_id": 1, "starter_id": 1}
    insert(connection, "case", id=1, entity_id=1, **own)
    for number, queue in enumerate(queues, 1):
        insert(
            connection,
            "task",
            id=number,
            case_id=1,
            entity_id=1,
            state="open",
            sort_at=SORT_AT,
            element_instance=f"i{number}",
            queue=queue,
            assignee_id=None if queue else 1,
        )


def insert(connection, table, **given):
    """A row with these values, and any value in the other columns that must have one."""
    plain = {"INTEGER": 0, "BIGINT": 0, "BOOLEAN": False, "DATE": "2026-11-24", "TEXT": "{}"}
    row = {}
    for column in inspect(connection).get_columns(table):
        kind = str(column["type"]).split("(")[0].split(" ")[0]
        if column["name"] in given:
            row[column["name"]] = given[column["name"]]
        elif not column["nullable"] and column.get("default") is None:
            row[column["name"]] = SORT_AT if kind in ("TIMESTAMP", "DATETIME") else plain.get(kind, "x")
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES (:{", :".join(row)})'), row)


def grams(connection):
    rows = connection.execute(text("SELECT gram, scope, state, task_id FROM search_gram"))
    return sorted(map(tuple, rows))


def test_the_search_index_is_carried_over_both_ways(database_url):
    """``search`` keeps each task's pairs beside it and gives the index another key; no pair is lost."""
    engine = open_engine(database_url)
    upgrade(engine, "worked_example")
    pairs = {1: ("李娜", "年休", "休假"), 2: ("李娜",), 3: ()}
    with engine.execution_options(hegui_write=True).begin() as connection:
        add_cases(connection, queues=("hr/1", None, "hr/1"))
        for task, found in pairs.items():
            for pair in found:
                insert(
                    connection, "search_gram", gram=pair, task_id=task, scope=1, state="open", sort_at=SORT_AT
                )
        before = grams(connection)
    assert len(before) == 4
    upgrade(engine, "search")
    with engine.connect() as connection:
        assert grams(connection) == before
        kept = dict(map(tuple, connection.execute(text("SELECT id, grams FROM task"))))
        assert {task: sorted(json.loads(body)) for task, body in kept.items()} == {
            task: sorted(found) for task, found in pairs.items()
        }
    downgrade(engine, "worked_example")
    with engine.connect() as connection:
        assert grams(connection) == before
        assert "grams" not in {column["name"] for column in inspect(connection).get_columns("task")}
    upgrade(engine)
    with engine.connect() as connection:
        assert grams(connection) == before
    engine.dispose()


def test_the_index_of_free_tasks_leaves_every_task_as_it_was(database_url):
    engine = open_engine(database_url)
    upgrade(engine, "task_queue")
    with engine.execution_options(hegui_write=True).begin() as connection:
        add_cases(connection, queues=("hr/1", None, "legal"))

    def tasks():
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT id, queue, assignee_id, state FROM task ORDER BY id"))
            names = {index["name"] for index in inspect(connection).get_indexes("task")}
            return list(map(tuple, rows)), "ix_task_free" in names, "ix_task_queue" in names

    before, free, queue = tasks()
    assert before == [(1, "hr/1", None, "open"), (2, None, 1, "open"), (3, "legal", None, "open")]
    assert (free, queue) == (False, True)
    upgrade(engine, "free_tasks")
    assert tasks() == (before, True, False)
    downgrade(engine, "task_queue")
    assert tasks() == (before, False, True)
    engine.dispose()
