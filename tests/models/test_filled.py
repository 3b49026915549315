"""Every migration is run over a database with a row in every table that there was before it; the rows survive."""

from datetime import UTC, date, datetime
from decimal import Decimal

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, MetaData, String, insert, inspect, select, text
from sqlalchemy.types import Boolean, Date, DateTime, Integer, LargeBinary, Numeric, Time

from models import metadata
from models.session import open_engine
from webapp.adapters import database

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
VALUES = (
    (Boolean, True),
    (Integer, 1),
    (Numeric, Decimal(1)),
    (DateTime, AT.replace(tzinfo=None)),
    (Date, date(2026, 11, 24)),
    (Time, AT.time()),
    (LargeBinary, b"1"),
    (JSON, {}),
)
TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


def revisions():
    """All of them, the first one first."""
    found = ScriptDirectory.from_config(database._config()).walk_revisions()
    return [script.revision for script in reversed(list(found))]


def value_of(column):
    """A value for a column; a foreign key points at the one row of its table."""
    if isinstance(column.type, String):
        return "1" if column.foreign_keys else "{}" if column.type.length is None else "1"
    value = next(value for kind, value in VALUES if isinstance(column.type, kind))
    return value.replace(tzinfo=UTC) if getattr(column.type, "timezone", False) else value


def row_of(table, known):
    """A row with a value in each column, but where it would point at a table that has no row yet."""
    row = {}
    for column in table.columns:
        over = {foreign.column.table.name for foreign in column.foreign_keys}
        if not over <= known:
            assert column.nullable, f"{table.name}.{column.name}: {over} has no row"
            continue
        row[column.name] = value_of(column)
    return row


def fill(connection, new, known):
    """One row in each new table, those that others point at first; what was written."""
    here = MetaData()
    here.reflect(connection, only=sorted(new))
    written = {}
    for table in here.sorted_tables:
        if table.name in new:
            written[table.name] = row_of(table, known | set(written))
            connection.execute(insert(table).values(written[table.name]))
    return written


def rows_of(connection, wanted):
    """What the tables hold now in the columns that were written and are still there."""
    here = MetaData()
    here.reflect(connection, only=sorted(wanted))
    found = {}
    for name, row in wanted.items():
        table = here.tables[name]
        kept = [table.c[column] for column in row if column in table.c]
        found[name] = [dict(each._mapping) for each in connection.execute(select(*kept))]
    return found


def guards(engine):
    """Triggers with their tables."""
    with engine.connect() as connection:
        return set(map(tuple, connection.execute(text(TRIGGERS[engine.dialect.name]))))


def test_the_migrations_make_what_the_models_say_over_rows_and_take_it_away_again(database_url):
    engine = open_engine(database_url)
    written = {}
    for revision in revisions():
        database.upgrade(engine, revision)
        with engine.execution_options(hegui_write=True).begin() as connection:
            new = set(inspect(connection).get_table_names()) - {"alembic_version", *written}
            written |= fill(connection, new, set(written))
    assert database.is_current(engine)
    assert set(written) >= set(metadata.tables)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
        assert rows_of(connection, written) == {name: [row] for name, row in written.items()}
    migrated = guards(engine)
    database.downgrade(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    assert migrated == guards(engine) != set()  # SQLite makes a changed table anew, without its triggers
    engine.dispose()
