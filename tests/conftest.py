"""What all tests lean on: a database of each kind, a house over it, people in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
import zlib
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from tests.clock import START, Clock
from tests.databases import administer, leave_servers, pending_engine, remove, workshop
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.edge import open_edge
from webapp.services.work import Ports

# The suite's slice of each fuzzing is seeded and knows no clock: what is random for hours is `make soak`.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parents[1]
REQUIRED = frozenset(filter(None, os.environ.get("HEGUI_REQUIRE", "").split(",")))


def missing(part: str, why: str) -> None:
    """Skip loudly; fail where this part is required."""
    if part in REQUIRED:
        pytest.fail(f"{part} is required here: {why}")
    pytest.skip(f"SKIPPED FOR WANT OF {part.upper()}: {why}")


def pytest_make_parametrize_id(config, val, argname):
    """Ids that are the same in every process: no addresses, no order of sets."""
    if isinstance(val, set | frozenset):
        return argname
    return type(val).__name__ if " at 0x" in repr(val) else None


#: Rooms of pages: they stand above the services, whose tests all run on both databases.
PAGES = frozenset({"admin", "campaigns", "documents", "studio", "views"})


def pytest_collection_modifyitems(config, items):
    """Of the tests of pages every fourth runs on PostgreSQL too, always the same ones: the suite has ten minutes."""

    def spared(item):
        kind = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
        room = item.nodeid.split("/")[1]
        return room in PAGES and kind == "postgresql" and zlib.crc32(item.nodeid.encode()) % 4

    gone = [item for item in items if spared(item)]
    config.hook.pytest_deselected(items=gone)
    items[:] = [item for item in items if item not in set(gone)]


@contextmanager
def private_postgresql(*, fsync=False, hurry=False):
    """A PostgreSQL of our own on a socket in a temporary folder, gone afterwards.

    ``hurry``: in memory, for many databases that live for a second.
    """
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        yield None
        return
    bin_dir = binaries[-1].parent
    folder = workshop("hegui-pg-") if hurry else Path(tempfile.mkdtemp(prefix="hegui-pg-"))
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)}

    def call(*command):
        subprocess.run(
            [*as_postgres, *map(str, command)], check=True, capture_output=True, env=env, cwd=folder
        )

    try:
        call(bin_dir / "initdb", "-D", data, "-A", "trust", "-U", "hegui", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync={'on' if fsync else 'off'} -c max_connections=120"
        if hurry:
            options += " -c full_page_writes=off -c autovacuum=off -c max_wal_size=256MB"
        call(bin_dir / "pg_ctl", "-D", data, "-o", options, "-w", "-l", folder / "log", "start")
        yield f"postgresql+psycopg://hegui@/{{name}}?host={folder}"
    finally:
        subprocess.run(
            [*as_postgres, str(bin_dir / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
            env=env,
            cwd=folder,
        )
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql():
    """The URL pattern of a private PostgreSQL server, one a test process."""
    with private_postgresql(hurry=True) as url:
        yield url
        leave_servers()


def make_database(kind, request, tmp_path_factory):
    """An empty database of a kind: its URL."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('db') / 'hegui.sqlite'}"
    pattern = request.getfixturevalue("postgresql")
    if pattern is None:
        missing("postgresql", "no initdb below /usr/lib/postgresql")
    url = pattern.format(name="t" + uuid.uuid4().hex)
    if not {"engine", "lived"} & set(request.fixturenames):  # else made as a copy, at the first connection
        administer(make_url(url), f"CREATE DATABASE {make_url(url).database}")
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request, tmp_path_factory):
    """An empty database, once of each kind."""
    return make_database(request.param, request, tmp_path_factory)


@pytest.fixture
def engine(database_url):
    """A database with all tables and guards; ``begin_with`` may add rows to it before it is first asked."""
    engine = pending_engine(database_url)
    yield engine
    lent = engine.pool.checkedout()
    engine.dispose()
    assert lent == 0, "a connection was never given back; a later test would be blamed when it is collected"
    remove(database_url)


@pytest.fixture
def clock():
    """A clock that the test moves."""
    return Clock(START)


@pytest.fixture
def queue():
    """The quiet queue."""
    return QuietQueue()


@pytest.fixture
def house(engine, clock, queue):
    """An edge over the database with quiet doors."""
    return open_edge(engine, Ports(blobs=MemoryBlobs(), wake=queue.wake), clock)


@pytest.fixture(scope="session")
def chromium():
    """The one headless Chromium of this test process."""
    from tests.browser import browser_of_this_process, close_browser

    yield browser_of_this_process()
    close_browser()
