"""Databases of each kind: filled once a test process, copied for each test that begins with the same rows.

Making all tables takes PostgreSQL three hundred milliseconds, the shipped procedures another hundred; a copy
takes some tens. So a test's database is made when it is first asked, and until then ``begin_with`` may choose what
it begins with. What one test writes never reaches another: a copy is a file, or a database, of its own.
"""

from __future__ import annotations

import atexit
import copy
import os
import shutil
import tempfile
import threading
import uuid
from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from models import metadata
from models.session import open_engine
from tests.clock import START
from webapp.adapters.blobs import MemoryBlobs
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge

TABLES = ("tables",)
ROOM = (
    3 * 2**30
)  # bytes that must be free in memory: two processes, each with its stocks and one or two copies

# Compiled statements are remembered by dialect, and every engine has one of its own: let all of a kind be the same.
for _dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    _dialect.__hash__ = lambda self: hash(type(self))
    _dialect.__eq__ = lambda self, other: type(self) is type(other)
_statements = LRUCache(4000)


def share_statements(engine):
    """Let an engine use the statements that other engines of this process have compiled."""
    engine._compiled_cache = _statements
    return engine


class Stock:
    """A filled database that nobody is connected to, and what filling it answered."""

    def __init__(self, url, answer):
        self.url, self.answer = make_url(url), answer

    def copy_to(self, url):
        """Make the database of this URL as a copy."""
        if url.get_backend_name() == "sqlite":
            shutil.copyfile(self.url.database, url.database)
            return
        administer(url, f"CREATE DATABASE {url.database} TEMPLATE {self.url.database} STRATEGY file_copy")


_servers: dict[str, Engine] = {}


def administer(url, statement):
    """Send a statement to the server of a PostgreSQL URL, outside transactions."""
    host = url.query["host"]
    if host not in _servers:
        _servers[host] = open_engine(str(url.set(database="postgres")), pool_size=1)
    with _servers[host].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def leave_servers():
    """End the connections of ``administer``; a server that stops calls this first."""
    for host in list(_servers):
        _servers.pop(host).dispose()
    _stocks.clear()


def workshop(prefix):
    """A folder for databases: in memory where there is room, since a PostgreSQL one is a thousand files."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))


def remove(url):
    """Take a database away."""
    url = make_url(url)
    if url.get_backend_name() == "sqlite":
        for tail in ("", "-wal", "-shm"):
            Path(url.database + tail).unlink(missing_ok=True)
    else:
        administer(url, f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")


class Pending:
    """A database that is made at its first connection, as a copy of the stock that was chosen until then."""

    def __init__(self, engine):
        self.url, self.key, self.made = engine.url, TABLES, False
        self.lock = threading.Lock()
        event.listen(engine, "do_connect", self.make)

    def make(self, _dialect, _record, _args, _more):
        with self.lock:
            if not self.made:
                self.made = True
                _stock(self.url, self.key).copy_to(self.url)


_pending: WeakKeyDictionary = WeakKeyDictionary()
_stocks: dict[tuple, Stock] = {}
_folder = None


def pending_engine(url):
    """An engine over a database that does not exist yet and will have all tables and guards."""
    engine = share_statements(open_engine(url))
    _pending[engine] = Pending(engine)
    return engine


def begin_with(house, name, fill):
    """Let the database of a house begin with what ``fill(work)`` writes as well; answers what it answered.

    ``name`` says what is written, whatever it may depend on included. The rows are written now where the database
    was asked already, where ``pending_engine`` did not make it, and where the clock does not stand at the start.
    """
    pending = _pending.get(house.engine)
    if pending is None or pending.made or house.clock() != START:
        with house.unit(SYSTEM) as work:
            return fill(work)
    before = pending.key
    key = (*before, name)
    kept = _place(pending.url, key)
    if kept not in _stocks:
        _stocks[kept] = _fill(pending.url, before, house=house, fill=fill)
    pending.key = key
    return copy.deepcopy(_stocks[kept].answer)


def _place(url, key):
    return (url.get_backend_name(), url.query.get("host"), key)


def _stock(url, key):
    kept = _place(url, key)
    if kept not in _stocks:
        assert key == TABLES, key
        _stocks[kept] = _tables(url)
    return _stocks[kept]


def _empty(like):
    """The URL of a database that does not exist yet, beside another one."""
    global _folder
    name = "stock" + uuid.uuid4().hex
    if like.get_backend_name() != "sqlite":
        return like.set(database=name)
    if _folder is None:
        _folder = workshop("hegui-stock-")
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return like.set(database=str(_folder / f"{name}.sqlite"))


def _tables(like):
    url = _empty(like)
    if url.get_backend_name() != "sqlite":
        administer(url, f"CREATE DATABASE {url.database}")
    engine = open_engine(str(url))
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    return _close(engine, None)


def _fill(like, before, *, house, fill):
    url = _empty(like)
    _stock(like, before).copy_to(url)
    blobs = MemoryBlobs()
    made = open_edge(share_statements(open_engine(str(url))), replace(house.ports, blobs=blobs), house.clock)
    with made.unit(SYSTEM) as work:
        answer = fill(work)
    assert not blobs._kept, "a stock is rows alone"
    return _close(made.engine, answer)


def _close(engine, answer):
    if engine.url.get_backend_name() == "sqlite":
        with engine.connect() as connection:  # all of it in the one file that is copied
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return Stock(engine.url, answer)
