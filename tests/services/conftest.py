import pytest

from tests.company import Company


@pytest.fixture
def company(house):
    """The small company with the shipped procedures."""
    return Company(house)
