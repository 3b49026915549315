"""Tests of these procedures that are cheap enough to run on both databases."""

import pytest

from tests.clock import START, Clock
from tests.company import Company
from tests.ending.acts import Ending
from webapp.services.reference.seed import seed_reference


class OnBoth:
    """Each test runs on SQLite and on PostgreSQL, with all shipped procedures."""

    @pytest.fixture
    def clock(self):
        return Clock(START)

    @pytest.fixture
    def company(self, house):
        made = Company(house)
        made.begin_with("law", seed_reference)
        Ending.populate(made)
        return made
