"""A contract change of the small company; each test begins from a copy of one SQLite file."""

import pytest

from tests.change.acts import Change
from tests.company import Company
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def database_url(tmp_path):
    """One kind is enough for a whole story: what differs between the two has tests in the rooms of services."""
    return f"sqlite:///{tmp_path / 'hegui.sqlite'}"


@pytest.fixture
def company(house):
    """The company with the shipped procedures, the shipped law and a night shift."""
    made = Company(house)
    made.begin_with("law", seed_reference)
    Change.populate(made)
    return made


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
