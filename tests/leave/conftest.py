import pytest

from tests.company import Company
from tests.leave.acts import Leave
from webapp.domain.permissions import SYSTEM
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def company(house):
    """The small company with procedures and the shipped law."""
    made = Company(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    return made


@pytest.fixture
def leave(company, clock):
    """What people do with leave, in one word each."""
    return Leave(company, clock)
