import pytest

from tests.change.acts import Change
from tests.company import Company
from webapp.domain.permissions import SYSTEM
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def company(house):
    """The small company with the shipped procedures and the shipped law."""
    made = Company(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
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
