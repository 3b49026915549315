"""The rows of the house: two people's word, places by their codes, a new year beside an open row."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.reference import RegionParameter
from tests.company import make_company
from webapp.adapters.lawdata import seed_law
from webapp.domain.parameters import Confidence
from webapp.domain.permissions import SYSTEM
from webapp.domain.regions import parameter_region
from webapp.services.reference.load import current_law, forget_law
from webapp.services.reference.seed import seed_reference

TODAY = date(2026, 11, 24)


def add(work, **changes):
    given = {
        "key": "wage.minimum",
        "region": "310000",
        "valid_from": date(2026, 7, 1),
        "value": "2800",
        "unit": "yuan_per_month",
        "source": "测试",
        "confidence": "medium",
        "state": "active",
        "changed_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    work.session.add(RegionParameter(**{**given, **changes}))
    work.session.flush()
    forget_law(work.session)


def found(work, key="wage.minimum", region="CN-SH", on=date(2026, 8, 1)):
    return current_law(work.session, TODAY).parameters.find(key, region=region, on=on)


def test_before_anything_is_seeded_the_shipped_law_answers(house):
    with house.unit(SYSTEM) as work:
        law = current_law(work.session, TODAY)
        assert law.parameters == seed_law().parameters
        assert law.calendar.published(2026)
        assert law.as_of == TODAY


def test_a_confirmed_row_counts_for_its_place_and_is_confirmed(house):
    with house.unit(SYSTEM) as work:
        seed_reference(work)
        people = make_company(work.session)
        add(work, confirmed_by_id=people["hr"])
        row = found(work)
        assert (row.value, row.confidence, row.unconfirmed) == (Decimal(2800), Confidence.CONFIRMED, False)
        assert found(work, on=date(2026, 6, 30)) is None


def test_what_nobody_looked_at_twice_stays_unconfirmed(house):
    with house.unit(SYSTEM) as work:
        seed_reference(work)
        add(work)
        assert found(work).unconfirmed
        assert found(work, "contract.open_ended_after_terms").confidence is Confidence.LOW


@pytest.mark.parametrize("state", ["proposed", "replaced", "refused"])
def test_what_one_person_proposed_has_no_effect(house, state):
    with house.unit(SYSTEM) as work:
        seed_reference(work)
        add(work, state=state)
        assert found(work) is None


def test_a_new_row_ends_the_open_one_on_the_day_before_and_nothing_refuses(house):
    with house.unit(SYSTEM) as work:
        seed_reference(work)
        add(work, key="severance.cap_years", region="CN", value="15", valid_from=date(2026, 7, 1))
        assert found(work, "severance.cap_years", on=date(2026, 6, 30)).value == 12
        assert found(work, "severance.cap_years", on=date(2026, 7, 1)).value == 15


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("310000", "CN-SH"),
        ("440300", "CN-GD-SZ"),
        ("440100", "CN-GD-GZ"),
        ("310115", "CN-SH"),
        ("320500", "CN-JS-3205"),
        ("32", "CN-JS"),
        ("990000", "CN"),
        ("CN", "CN"),
        ("CN-SH", "CN-SH"),
        ("", "CN"),
    ],
)
def test_codes_of_places_become_regions(code, region):
    assert parameter_region(code) == region
