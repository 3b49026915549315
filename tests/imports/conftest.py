import pytest

from tests.company import Company
from tests.web import make_web


@pytest.fixture
def firm(house):
    """The small company with the shipped procedures."""
    return Company(house)


@pytest.fixture
def app(firm, tmp_path):
    """The application over it."""
    return make_web(firm, tmp_path)
