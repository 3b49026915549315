import pytest

from models.account import Grant
from tests.browser import serve
from tests.company import Company
from tests.conftest import START, Clock
from tests.leave.acts import Leave
from tests.web import make_web
from webapp.domain.permissions import Role
from webapp.services.reference.seed import seed_reference

# who stands for which role; the other three are in the small company already
ALSO = {
    "boss": Role.ADMINISTRATOR,
    "wang": Role.AUDITOR,
    "hr2": Role.HR_HEAD,
    "far_hr": Role.LEGAL,
    "stranger": Role.UNION,
}


@pytest.fixture
def clock():
    """09:00 of a Tuesday in Shanghai."""
    return Clock(START)


@pytest.fixture
def company(house):
    """The small company with procedures, the shipped law and a person for every role."""
    made = Company(house)
    made.begin_with("law", seed_reference)
    made.begin_with("roles", lambda work: _give_roles(work, made.ids))
    return made


def _give_roles(work, ids):
    work.session.add_all(Grant(person_id=ids[who], role=role) for who, role in ALSO.items())


@pytest.fixture
def leave(company, clock):
    """What people do with leave, in one word each."""
    return Leave(company, clock)


@pytest.fixture
def address(company, tmp_path):
    """Where the real application answers."""
    with serve(make_web(company, tmp_path)) as address:
        yield address
