"""A campaign as life is, twenty people of the thousand of `make soak`, on both databases, workers killed."""

import pytest

from tests.change.life import Life, Running, chance
from tests.company import Company
from tests.conftest import make_database
from tests.databases import pending_engine, remove
from tests.pdf.tools import needs_openssl
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services.reference.seed import seed_reference
from webapp.services.work import Ports

pytestmark = needs_openssl

PEOPLE = 20
SIGN = 2  # of those who agree; the others say nothing, as each signature takes its second


@pytest.fixture
def lived(request, tmp_path_factory, authority):
    """The campaign from its list of numbers to the filed report."""
    url = make_database(request.param, request, tmp_path_factory)
    engine = pending_engine(url)
    house = open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), Running())
    company = Company(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    yield Life(company, house.clock, people=PEOPLE, folder=authority, chance=chance(7), sign=SIGN).live()
    engine.dispose()
    remove(url)


@pytest.mark.parametrize(
    "lived", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_everybody_reaches_a_defined_end_and_no_notice_is_lost_or_doubled(lived):
    assert lived.ends() == lived.expected()
    assert sum(lived.ends().values()) == PEOPLE
    made, asked = lived.documents()
    assert made == asked  # a killed worker made no second text
    rows, keys, repeated = lived.notices()
    assert rows == keys  # one row, one message id; a repeat after a kill bears the same
    assert lived.wrong == []
    assert lived.kills > 0
