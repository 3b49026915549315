"""Cases at the end of an employment; each test begins from a copy of one SQLite file."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from models import metadata
from tests.change.conftest import open_house
from tests.company import ROOT, Company
from tests.ending.acts import Ending
from tests.ending.stories import KEYS
from webapp.domain.permissions import SYSTEM
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.reference.seed import seed_reference


@cache
def shipped():
    """A root that ships these procedures alone."""
    root = Path(tempfile.mkdtemp(prefix="hegui-ending-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for key in KEYS:
        for top in ("bpmn", "forms"):
            shutil.copytree(ROOT / top / key, root / top / key)
    return root


@pytest.fixture(scope="session")
def peopled(tmp_path_factory):
    path = tmp_path_factory.mktemp("ending") / "hegui.sqlite"
    house = open_house(path)
    with house.engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    company = Company(house, shipped())
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    Ending.populate(company)
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
    return company.house.clock


@pytest.fixture
def ending(company, clock):
    return Ending(company, clock)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Keys of one trial authority a test process."""
    return tmp_path_factory.mktemp("trial-ca")


@pytest.fixture
def sealing(ending, authority):
    """The same, with people who can sign and a keeper of the seal."""
    ending.opens_signing(authority)
    return ending
