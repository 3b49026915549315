"""The small company with contracts, terms and permits."""

import pytest

from tests.documents.conftest import Papers
from webapp.domain.permissions import SYSTEM
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def company(house):
    made = Papers(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    return made
