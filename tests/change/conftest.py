"""A contract change of the small company; each test begins from a copy of one SQLite file."""

import shutil

import pytest

from models import metadata
from models.session import open_engine
from tests.change.acts import Change
from tests.company import Company
from tests.conftest import Clock
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.reference.seed import seed_reference
from webapp.services.work import Ports


def open_house(path):
    engine = open_engine(f"sqlite:///{path}")
    return open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), Clock())


@pytest.fixture(scope="session")
def peopled(tmp_path_factory):
    """The company with the shipped procedures, the shipped law and a night shift; and who has which id."""
    path = tmp_path_factory.mktemp("change") / "hegui.sqlite"
    house = open_house(path)
    with house.engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    company = Company(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    Change.populate(company)
    with house.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    house.engine.dispose()
    return path, company.ids


@pytest.fixture
def company(peopled, tmp_path):
    """The company on a SQLite file of its own."""
    path, ids = peopled
    shutil.copy(path, tmp_path / "hegui.sqlite")
    forget_bundles()  # another room's company may have had the same ids
    made = object.__new__(Company)
    made.house, made.ids = open_house(tmp_path / "hegui.sqlite"), dict(ids)
    yield made
    made.house.engine.dispose()


@pytest.fixture
def clock(company):
    """The clock that the test moves."""
    return company.house.clock


@pytest.fixture
def change(company, clock):
    """A contract change of the small company, in one word each."""
    return Change(company, clock)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Keys of one trial authority a test process."""
    return tmp_path_factory.mktemp("trial-ca")


@pytest.fixture
def signing(change, authority):
    """The contract change, with people who can sign and a seal holder."""
    change.opens_signing(authority)
    return change
