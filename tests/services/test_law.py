"""The law that counts now: shipped rows under those that two people confirmed here."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.reference import RegionParameter
from webapp.adapters.lawdata import seed_law
from webapp.domain.parameters import Confidence
from webapp.domain.permissions import SYSTEM
from webapp.services.law import current_law, region_of


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


def found(work, key="wage.minimum", region="CN-SH", on=date(2026, 8, 1)):
    return current_law(work).parameters.find(key, region=region, on=on)


def test_without_rows_of_its_own_the_house_keeps_the_shipped_law(house):
    with house.unit(SYSTEM) as work:
        law = current_law(work)
        assert law.parameters == seed_law().parameters
        assert law.as_of is not None


def test_a_confirmed_row_counts_and_is_confirmed(house):
    with house.unit(SYSTEM) as work:
        add(work)
        row = found(work)
        assert (row.value, row.confidence, row.unconfirmed) == (Decimal(2800), Confidence.CONFIRMED, False)
        assert found(work, on=date(2026, 6, 30)) is None


@pytest.mark.parametrize("state", ["proposed", "replaced", "refused"])
def test_what_one_person_proposed_has_no_effect(house, state):
    with house.unit(SYSTEM) as work:
        add(work, state=state)
        assert found(work) is None


def test_a_later_row_ends_the_shipped_one_on_the_day_before(house):
    with house.unit(SYSTEM) as work:
        add(work, key="severance.cap_years", region="CN", value="15", valid_from=date(2026, 7, 1))
        assert found(work, "severance.cap_years", on=date(2026, 6, 30)).value == 12
        assert found(work, "severance.cap_years", on=date(2026, 7, 1)).value == 15


def test_switches_words_and_tables_are_read(house):
    with house.unit(SYSTEM) as work:
        add(work, key="a", value="true")
        add(work, key="b", value="include")
        add(work, key="c", value=[["0", 1], [36, "6"]])
        add(work, key="d", value=False)
        assert found(work, "a").value is True
        assert found(work, "b").value == "include"
        assert found(work, "c").value == ((Decimal(0), Decimal(1)), (Decimal(36), Decimal(6)))
        assert found(work, "d").value is False


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("310000", "CN-SH"),
        ("440300", "CN-GD-SZ"),
        ("440100", "CN-GD-440100"),
        ("CN", "CN"),
        ("", "CN"),
        ("99x", "99x"),
    ],
)
def test_codes_of_places_become_regions(code, region):
    assert region_of(code) == region
