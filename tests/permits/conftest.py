"""The small company with contracts, terms and permits."""

import pytest

from tests.documents.conftest import Papers
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def company(house):
    made = Papers(house)
    made.begin_with("law", seed_reference)
    return made
