"""Severance: its years, its base with floor and cap, +1, 2N, the years before 2008, moves inside a group."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.parameters import Confidence, MissingParameterError, Parameter
from webapp.domain.periods import Elapsed
from webapp.domain.rules import ask
from webapp.domain.service import Stint, counted
from webapp.domain.severance import (
    Average,
    Employment,
    average_wage,
    compute_compensation,
    compute_settlement,
    compute_severance,
)

if TYPE_CHECKING:
    from webapp.domain.law import Law

LAW = seed_law()
DAY = timedelta(days=1)


def employment(**changes) -> Employment:
    """Ten thousand a month for some years, far below the cap."""
    given_values = {
        "hired": date(2020, 3, 1),
        "last_day": date(2026, 8, 31),
        "average": Decimal(10000),
        "local_average": Decimal(11000),
        "minimum_wage": Decimal(2540),
    }
    return Employment(**{**given_values, **changes})


def with_rows(*rows: Parameter) -> Law:
    """The shipped law and more rows."""
    return replace(LAW, parameters=LAW.parameters.replaced(rows))


def row(key: str, value, **changes) -> Parameter:
    """A row of Shanghai to vary."""
    given_values = {
        "key": key,
        "region": "CN-SH",
        "valid_from": date(2026, 7, 1),
        "value": value,
        "title": "测试",
        "source": "测试",
        "confidence": Confidence.PAGE,
    }
    return Parameter(**{**given_values, **changes})


class TestYears:
    @pytest.mark.parametrize(
        ("last_day", "months"),
        [
            (date(2026, 3, 1), "0.5"),  # one day
            (date(2026, 8, 30), "0.5"),  # a day short of six months
            (date(2026, 8, 31), "1"),  # six months exactly
            (date(2027, 2, 28), "1"),  # a year exactly
            (date(2027, 3, 1), "1.5"),  # a year and a day
        ],
    )
    def test_short_service_gives_half_a_month_and_six_months_a_whole_one(self, last_day, months):
        asked = employment(hired=date(2026, 3, 1), last_day=last_day)
        assert compute_severance(asked, law=LAW).value.months_paid == Decimal(months)

    def test_the_last_day_counts(self):
        assert compute_severance(employment(), law=LAW).value.service == Elapsed(6, 6, 0)

    @given(
        first=st.dates(date(2008, 1, 1), date(2026, 1, 1)),
        length=st.integers(0, 9000),
    )
    @settings(max_examples=80, deadline=None)
    def test_a_day_more_never_gives_less(self, first, length):
        last = first + length * DAY
        shorter = compute_severance(employment(hired=first, last_day=last), law=LAW).value
        longer = compute_severance(employment(hired=first, last_day=last + DAY), law=LAW).value
        assert longer.service >= shorter.service
        assert longer.severance >= shorter.severance

    def test_an_end_before_the_beginning_is_refused(self):
        with pytest.raises(InvalidError):
            compute_severance(employment(last_day=date(2020, 2, 1)), law=LAW)


class TestMovesInsideAGroup:
    EARLIER = Stint(first=date(2017, 3, 1), last=date(2020, 2, 29))

    def test_years_before_a_move_count(self):
        found = compute_severance(employment(earlier=(self.EARLIER,)), law=LAW)
        assert found.value.service == Elapsed(9, 6, 0)
        assert found.value.months_paid == 10
        assert "劳动合同法实施条例第10条" in found.articles

    def test_years_already_paid_for_do_not(self):
        paid = replace(self.EARLIER, compensated=True)
        assert compute_severance(employment(earlier=(paid,)), law=LAW).value.months_paid == 7

    def test_overlapping_days_count_once_and_order_does_not_matter(self):
        one = Stint(first=date(2017, 3, 1), last=date(2018, 2, 28))
        two = Stint(first=date(2017, 6, 1), last=date(2017, 9, 30))
        gap = Stint(first=date(2018, 5, 1), last=date(2018, 6, 30))
        assert counted([two, gap, one]) == counted([one, two, gap]) == Elapsed(1, 2, 0)

    def test_days_of_separate_stints_make_no_month(self):
        pieces = [Stint(first=date(2020, month, 1), last=date(2020, month, 20)) for month in (1, 3, 5)]
        assert counted(pieces) == Elapsed(0, 0, 60)


class TestCap:
    def test_at_three_times_exactly_nothing_is_capped(self):
        long = employment(hired=date(2008, 1, 1), average=Decimal(33000))
        found = compute_severance(long, law=LAW).value
        assert (found.capped, found.months_paid, found.base) == (False, 19, 33000)

    def test_twelve_years_limit_only_above_three_times(self):
        long = employment(hired=date(2008, 1, 1), average=Decimal("33000.01"))
        found = compute_severance(long, law=LAW).value
        assert (found.capped, found.months_uncapped, found.months_paid) == (True, 19, 12)
        assert found.severance == 396000

    def test_short_service_above_the_line_is_capped_in_base_alone(self):
        found = compute_severance(employment(average=Decimal(50000)), law=LAW).value
        assert (found.base, found.months_paid) == (33000, 7)

    def test_the_local_average_comes_from_the_row_of_the_day(self):
        law = with_rows(row("wage.local_average", Decimal(12000)), row("wage.minimum", Decimal(2740)))
        asked = employment(region="CN-SH", average=Decimal(40000), local_average=None, minimum_wage=None)
        found = compute_severance(asked, law=law)
        assert found.value.base == 36000
        assert {used.key for used in found.parameters if used.region == "CN-SH"} == {
            "wage.local_average",
            "wage.minimum",
        }
        assert not found.provisional

    def test_last_years_row_is_provisional(self):
        law = with_rows(
            row("wage.local_average", Decimal(12000), valid_from=date(2025, 7, 1)),
        )
        asked = employment(region="CN-SH", local_average=None)
        assert compute_severance(asked, law=law).provisional

    def test_a_missing_row_is_named_not_guessed(self):
        with pytest.raises(MissingParameterError) as caught:
            compute_severance(employment(region="CN-XX", local_average=None), law=LAW)
        assert caught.value.key == "wage.local_average"

    def test_an_answer_for_a_past_date_uses_the_row_of_that_date(self):
        old = row(
            "wage.local_average", Decimal(5000), valid_from=date(2025, 7, 1), valid_to=date(2026, 6, 30)
        )
        law = with_rows(old, row("wage.local_average", Decimal(12000)))
        asked = employment(
            region="CN-SH", average=Decimal(40000), local_average=None, last_day=date(2026, 6, 30)
        )
        assert compute_severance(asked, law=law).value.base == 15000


class TestFloor:
    def test_below_the_minimum_wage_the_minimum_counts(self):
        found = compute_severance(employment(average=Decimal(2000)), law=LAW)
        assert found.value.base == 2540
        assert "劳动合同法实施条例第27条" in found.articles

    def test_without_a_region_the_unchecked_floor_is_said(self):
        assert compute_severance(employment(minimum_wage=None), law=LAW).provisional

    def test_with_a_region_a_missing_minimum_wage_is_refused(self):
        with pytest.raises(MissingParameterError, match=r"wage\.minimum"):
            compute_severance(employment(minimum_wage=None, region="CN-XX"), law=LAW)


class TestYearsBefore2008:
    OLD = employment(hired=date(2004, 6, 1), average=Decimal(60000))

    def test_their_months_are_decided_by_a_person(self):
        with pytest.raises(InvalidError) as caught:
            compute_severance(self.OLD, law=LAW)
        assert "months_before_2008" in caught.value.fields

    def test_they_stand_beside_the_twelve_years(self):
        found = compute_severance(replace(self.OLD, months_before_2008=Decimal(4)), law=LAW)
        assert found.value.months_paid == 16
        assert found.value.months_uncapped == 23
        assert found.disputed

    def test_an_earlier_stint_wholly_before_2008_counts_there(self):
        stint = Stint(first=date(2005, 1, 1), last=date(2006, 1, 1))
        asked = employment(earlier=(stint,), months_before_2008=Decimal(1))
        assert compute_severance(asked, law=LAW).value.months_paid == 8

    def test_double_runs_from_the_first_day_of_work(self):
        found = compute_compensation(replace(self.OLD, average=Decimal(10000)), law=LAW).value
        assert found.months_paid == Decimal("22.5")
        assert found.severance == 450000


class TestDouble:
    def test_it_is_twice_and_nothing_on_top(self):
        found = compute_compensation(employment(), law=LAW)
        assert found.value.severance == 140000
        assert "劳动合同法实施条例第25条" in found.articles

    def test_an_odd_fen_is_rounded_once(self):
        odd = employment(average=Decimal("3333.335"), last_day=date(2021, 2, 28))
        assert compute_severance(odd, law=LAW).value.severance == Decimal("3333.34")
        assert compute_compensation(odd, law=LAW).value.severance == Decimal("6666.67")


class TestPlusOne:
    def test_it_is_last_months_wage_not_the_average(self):
        found = compute_settlement(employment(), law=LAW, previous_month_wage=Decimal(9600))
        assert (found.value.pay_in_lieu, found.value.total) == (Decimal(9600), Decimal(79600))
        assert "劳动合同法实施条例第20条" in found.articles

    def test_without_it_only_severance_is_paid(self):
        found = compute_settlement(employment(), law=LAW, previous_month_wage=None)
        assert found.value.total == 70000

    def test_it_exists_for_article_40_alone(self):
        inputs = {
            "ground": "art36",
            "pay_in_lieu_of_notice": True,
            "hired": "2023-01-16",
            "last_day_inclusive": "2026-10-15",
            "avg_12m_gross": 9000,
            "previous_month_wage": 9600,
            "local_avg_monthly_wage_last_year": 11000,
        }
        with pytest.raises(InvalidError):
            ask("severance_n_plus_1", inputs, law=LAW)
        with pytest.raises(InvalidError, match="previous_month_wage"):
            ask("severance_n_plus_1", {**inputs, "ground": "art40", "previous_month_wage": None}, law=LAW)
        assert ask("severance_n_plus_1", {**inputs, "pay_in_lieu_of_notice": False}, law=LAW).value[
            "total"
        ] == Decimal(36000)


def wages(*amounts: int) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


class TestAverage:
    LAST = date(2026, 8, 31)

    def test_shorter_service_is_divided_by_its_months(self):
        found = average_wage(Average(wages=wages(6000, 9000), last_day=self.LAST), law=LAW)
        assert found.value == 7500

    def test_unpaid_months_follow_the_policy_and_are_disputed(self):
        asked = Average(wages=wages(9000, 0, 9000), last_day=self.LAST, unpaid=frozenset({2}))
        found = average_wage(asked, law=LAW)
        assert found.value == 9000
        assert found.disputed
        including = with_rows(
            row("severance.unpaid_leave_months", "include", region="CN", valid_from=date(2008, 1, 1))
        )
        assert average_wage(asked, law=including).value == 6000

    def test_only_unpaid_months_leave_nothing_to_average(self):
        with pytest.raises(InvalidError):
            average_wage(Average(wages=wages(0), last_day=self.LAST, unpaid=frozenset({1})), law=LAW)

    @pytest.mark.parametrize(("region", "average"), [("CN-BJ", 10000), ("CN-GD-SZ", 10000), ("CN-SH", 9000)])
    def test_overtime_pay_in_the_base_is_a_matter_of_region(self, region, average):
        asked = Average(wages=wages(10000, 10000), overtime=wages(2000, 0), last_day=self.LAST, region=region)
        assert average_wage(asked, law=LAW).value == average

    def test_where_the_region_says_nothing_overtime_is_refused(self):
        asked = Average(wages=wages(10000), overtime=wages(2000), last_day=self.LAST, region="CN-ZJ")
        with pytest.raises(MissingParameterError, match="overtime_in_base"):
            average_wage(asked, law=LAW)

    def test_a_years_bonus_counts_with_a_twelfth(self):
        asked = Average(wages=wages(9000), last_day=self.LAST, annual_bonus=Decimal(12000))
        assert average_wage(asked, law=LAW).value == 10000

    @pytest.mark.parametrize(
        "wrong",
        [
            {"wages": ()},
            {"wages": wages(*range(1, 14))},
            {"wages": wages(1, 2), "overtime": wages(1)},
            {"wages": wages(1), "overtime": wages(2)},
            {"wages": wages(1), "unpaid": frozenset({2})},
        ],
    )
    def test_lists_that_do_not_fit_are_refused(self, wrong):
        with pytest.raises(InvalidError):
            Average(last_day=self.LAST, **wrong)

    def test_as_an_area(self):
        answer = ask(
            "twelve_month_average",
            {"monthly_wages": [6000, 9000], "last_day_inclusive": "2026-08-31"},
            law=LAW,
        )
        assert answer.value == {"avg_12m_gross": 7500}


class TestTax:
    def test_three_times_the_annual_average_is_free(self):
        answer = ask(
            "severance_tax",
            {
                "severance": 500000,
                "last_day_inclusive": "2026-08-31",
                "local_avg_annual_wage_last_year": 144000,
            },
            law=LAW,
        )
        assert answer.value == {"exempt": 432000, "taxable": 68000}
        assert answer.unconfirmed

    def test_a_missing_annual_average_is_named(self):
        with pytest.raises(MissingParameterError, match="local_average_year"):
            ask("severance_tax", {"severance": 1, "last_day_inclusive": "2026-08-31"}, law=LAW)


class TestSumsBesideSeverance:
    def test_medical_subsidy_is_unconfirmed_and_regional(self):
        answer = ask("medical_subsidy", {"monthly_wage": 9000, "last_day_inclusive": "2026-08-31"}, law=LAW)
        assert answer.value == {"subsidy": 54000}
        assert answer.unconfirmed

    def test_late_payment_costs_half_to_all_again(self):
        answer = ask("late_payment", {"owed": 70000, "ordered_on": "2026-08-31"}, law=LAW)
        assert answer.value == {"least": 35000, "most": 70000}


class TestAreas:
    INPUTS = {
        "hired": "2020-03-01",
        "last_day_inclusive": "2026-08-31",
        "avg_12m_gross": 10000,
        "local_avg_monthly_wage_last_year": 11000,
        "earlier_service": [{"first": "2019-03-01", "last": "2020-02-29"}],
    }

    def test_earlier_service_is_read(self):
        assert ask("severance", self.INPUTS, law=LAW).value["months_paid"] == 8
        assert ask("unlawful_termination", self.INPUTS, law=LAW).value["compensation"] == 160000

    def test_unknown_inputs_are_refused_deep_down_too(self):
        with pytest.raises(InvalidError, match="colour"):
            ask("severance", {**self.INPUTS, "colour": "red"}, law=LAW)
        with pytest.raises(InvalidError, match="colour"):
            ask("severance", {**self.INPUTS, "earlier_service": [{"colour": 1}]}, law=LAW)
