import pytest

from tests.browser import Desk, serve
from tests.company import Company
from tests.web import make_web


@pytest.fixture
def company(house):
    """The small company."""
    return Company(house)


@pytest.fixture
def app(company, tmp_path):
    """The application over it."""
    return make_web(company, tmp_path)


@pytest.fixture
def desk(chromium, app):
    """Open a screen: ``desk(phone=True)``."""
    opened = []
    with serve(app) as address:

        def start(**how):
            made = Desk(chromium, address, **how)
            opened.append(made)
            return made

        yield start
        for made in opened:
            made.context.close()
