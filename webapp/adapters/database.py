"""Migrations from code: no ini file, no URL in a second place."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

ROOT = Path(__file__).resolve().parents[2]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return config


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which tables change.

    SQLite makes a changed table anew and drops the old one, which rows that point at it forbid: its foreign
    keys rest meanwhile, which can only be said outside a transaction, and all are checked before the commit.
    """
    with engine.execution_options(hegui_write=True).connect() as connection:
        lite = engine.dialect.name == "sqlite"
        driver: Any = connection.connection.driver_connection
        if lite:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if lite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"the migration leaves rows that point nowhere: {broken[:5]}")
        finally:
            if lite:
                driver.execute("PRAGMA foreign_keys=ON")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction."""
    config = _config()
    with _changing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to a revision; loses what the later one added."""
    config = _config()
    with _changing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def write_migration(engine: Engine, slug: str, revision: str) -> None:
    """Write the difference between models and database as a new dated file."""
    upgrade(engine)
    config = _config()
    with engine.execution_options(hegui_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message=slug, autogenerate=True, rev_id=revision)


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(_config()).get_heads())
