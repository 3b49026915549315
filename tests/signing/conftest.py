"""People who sign. Most tests begin from a copy of one SQLite file in which two documents wait already."""

import copy
import os
import shutil

import pytest

from models import metadata
from models.session import open_engine
from tests.conftest import Clock
from tests.signing.desk import Signers
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.edge import open_edge
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.work import Ports

SIGNERS = ("lina", "wang", "boss")


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """One trial authority a test process."""
    return tmp_path_factory.mktemp("trial-ca")


def _house(path, blobs):
    engine = open_engine(f"sqlite:///{path}")
    return open_edge(engine, Ports(blobs=blobs, wake=QuietQueue().wake), Clock())


@pytest.fixture(scope="session")
def waiting_room(tmp_path_factory, authority):
    """The firm with a document for each of two people."""
    path, blobs = tmp_path_factory.mktemp("waiting") / "hegui.sqlite", MemoryBlobs()
    house = _house(path, blobs)
    with house.engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    made = Signers(house, authority)
    made.accounts(*SIGNERS)
    made.ready = {who: made.begin(who) for who in ("lina", "wang")}
    with house.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    house.engine.dispose()
    return path, blobs, made


def open_firm(waiting_room, authority, folder):
    """The firm on a SQLite file of its own in a folder."""
    path, blobs, made = waiting_room
    shutil.copy(path, folder / "hegui.sqlite")
    forget_bundles()  # another room's company may have had the same ids
    mine = copy.copy(made)
    mine.ready, mine.keys = dict(made.ready), copy.deepcopy(made.keys)
    mine.attach(_house(folder / "hegui.sqlite", copy.deepcopy(blobs)), authority)
    return mine


@pytest.fixture
def firm(waiting_room, authority, tmp_path):
    """The firm as two documents wait."""
    made = open_firm(waiting_room, authority, tmp_path)
    yield made
    made.house.engine.dispose()


@pytest.fixture
def both(house, authority):
    """The firm on a new database of each kind."""
    made = Signers(house, authority)
    made.accounts(*SIGNERS)
    return made


@pytest.fixture
def pictures():
    """Where screenshots go; empty: none are taken."""
    return os.environ.get("HEGUI_PICTURES", "")
