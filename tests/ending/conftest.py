"""Cases at the end of an employment; each test begins from a copy of one SQLite file."""

import pytest

from tests.change.conftest import database_url  # noqa: F401
from tests.company import Company, shipped_alone
from tests.ending.acts import Ending
from tests.ending.stories import KEYS
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def company(house):
    """The company with these procedures and the shipped law."""
    made = Company(house, shipped_alone(*KEYS))
    made.begin_with("law", seed_reference)
    Ending.populate(made)
    return made


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
