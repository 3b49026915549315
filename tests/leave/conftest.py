import pytest

from tests.company import Company
from tests.leave.acts import Leave
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def company(house):
    """The small company with procedures and the shipped law."""
    made = Company(house)
    made.begin_with("law", seed_reference)
    return made


@pytest.fixture
def leave(company, clock):
    """What people do with leave, in one word each."""
    return Leave(company, clock)
