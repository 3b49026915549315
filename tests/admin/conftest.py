import pytest

from tests.company import Company
from tests.web import make_web


@pytest.fixture
def company(house):
    """The small company with the shipped procedures."""
    return Company(house)


@pytest.fixture
def app(company, tmp_path):
    """The application over it."""
    return make_web(company, tmp_path)
