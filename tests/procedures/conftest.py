"""The small company with the shipped procedures, its law and the people who decide; one copy a test."""

import shutil

import pytest

from models import metadata
from models.session import open_engine
from tests.company import Company
from tests.conftest import Clock
from tests.procedures.acts import Play
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.adapters.signing import open_trial
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge, utc_now
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.reference.seed import seed_reference
from webapp.services.work import Ports


def open_house(path, clock):
    engine = open_engine(f"sqlite:///{path}")
    return open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), clock)


@pytest.fixture(scope="session")
def staffed(tmp_path_factory):
    """A file with the company, and who has which id."""
    path = tmp_path_factory.mktemp("procedures") / "hegui.sqlite"
    house = open_house(path, Clock())
    with house.engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    company = Company(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    Play.populate(company)
    with house.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    house.engine.dispose()
    return path, company.ids


@pytest.fixture
def company(staffed, tmp_path):
    path, ids = staffed
    shutil.copy(path, tmp_path / "hegui.sqlite")
    forget_bundles()  # another room's company may have had the same ids
    made = object.__new__(Company)
    made.house, made.ids = open_house(tmp_path / "hegui.sqlite", Clock()), dict(ids)
    yield made
    made.house.engine.dispose()


@pytest.fixture
def play(company):
    """Cases of this company."""
    return Play(company)


@pytest.fixture(scope="session")
def trial_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("trial-ca")


@pytest.fixture
def doors(company, trial_folder):
    """The trial authority: its clock is the real one."""
    company.house.clock.now = utc_now()
    found = open_trial(trial_folder, now=utc_now(), organisation="云衫")
    object.__setattr__(company.house.ports, "doors", lambda: found)
    return found
