"""Annual leave: what a year gives, and what is owed for days not taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.leave import (
    Absences,
    AnnualService,
    entitlement,
    joiner,
    leaver,
    not_due,
    sick_months,
    unused_pay,
)
from webapp.domain.periods import add_years

LAW = seed_law()
ON = date(2026, 6, 1)


def policy(key: str, value: str):
    """The law with another choice of policy."""
    row = LAW.parameters.lookup(key, on=ON)
    return replace(LAW, parameters=LAW.parameters.replaced([replace(row, value=value)]))


def service(
    hired: str, cumulative: str, continuous: str | None = None, last: str | None = None
) -> AnnualService:
    return AnnualService(
        hired=date.fromisoformat(hired),
        cumulative_since=date.fromisoformat(cumulative),
        continuous_since=date.fromisoformat(continuous or cumulative),
        last_day=None if last is None else date.fromisoformat(last),
    )


def days(year: int, who: AnnualService, law=LAW) -> int:
    return entitlement(year, who, law=law).value.days


class TestTiers:
    @pytest.mark.parametrize(
        ("years", "expected"),
        [("0.9", 0), ("1", 5), ("9.9", 5), ("10", 10), ("19.9", 10), ("20", 15), ("41", 15)],
    )
    def test_the_lower_bound_is_inclusive(self, years, expected):
        got = joiner(date(2026, 1, 1), Decimal(years), continuous=True, law=LAW).value
        assert got.full_year_days == got.days == expected


class TestJoinersAndLeavers:
    def test_the_hire_day_counts_and_the_fraction_is_dropped(self):
        got = joiner(date(2026, 4, 1), Decimal(6), continuous=True, law=LAW).value
        assert (got.calendar_days, got.days) == (275, 3)

    def test_without_twelve_continuous_months_nothing_is_due(self):
        result = joiner(date(2026, 4, 1), Decimal(6), continuous=False, law=LAW)
        assert result.value.days == 0
        assert "12 个月" in str(result.steps[1].message)

    def test_hired_on_the_last_day_of_the_year(self):
        assert joiner(date(2026, 12, 31), Decimal(25), continuous=True, law=LAW).value.days == 0

    def test_a_leap_year_never_gives_more_than_a_full_year(self):
        assert joiner(date(2028, 1, 1), Decimal(25), continuous=True, law=LAW).value.days == 15

    def test_a_leaver_of_the_year_of_hire_counts_from_the_hire_date(self):
        assert (
            leaver(date(2026, 6, 30), Decimal(12), law=LAW, hired=date(2026, 5, 1)).value.calendar_days == 61
        )

    def test_that_starting_day_is_a_policy(self):
        law = policy("annual_leave.leaver_counts_from", "year_start")
        assert (
            leaver(date(2026, 6, 30), Decimal(12), law=law, hired=date(2026, 5, 1)).value.calendar_days == 181
        )

    def test_a_leaver_has_the_right_unless_said_otherwise(self):
        got = leaver(date(2026, 6, 30), Decimal(12), law=LAW).value
        assert (got.full_year_days, got.calendar_days, got.days) == (10, 181, 4)

    def test_a_leaver_without_the_right_gets_nothing(self):
        assert leaver(date(2026, 6, 30), Decimal(12), law=LAW, continuous=False).value.days == 0

    def test_leaving_before_the_hire_date_gives_nothing(self):
        got = leaver(date(2026, 4, 29), Decimal(12), law=LAW, hired=date(2026, 5, 1)).value
        assert (got.calendar_days, got.days) == (0, 0)


class TestAYear:
    def test_a_full_year_gives_the_tier(self):
        assert days(2026, service("2015-01-01", "2010-01-01")) == 10

    def test_a_tier_crossed_in_mid_year_is_prorated_by_segments(self):
        result = entitlement(2026, service("2015-01-01", "2016-07-02"), law=LAW)
        assert [(each.first, each.full_year_days) for each in result.value.segments] == [
            (date(2026, 1, 1), 5),
            (date(2026, 7, 2), 10),
        ]
        assert [each.length for each in result.value.segments] == [182, 183]
        assert result.value.days == 7  # 182/365 x 5 + 183/365 x 10 = 7.5
        assert result.disputed  # there is no national formula

    def test_another_policy_keeps_the_first_tier_until_the_year_ends(self):
        law = policy("annual_leave.tier_change", "start_of_year")
        assert days(2026, service("2015-01-01", "2016-07-02"), law) == 5

    def test_the_first_right_begins_after_twelve_continuous_months(self):
        result = entitlement(2026, service("2025-07-01", "2025-07-01"), law=LAW)
        assert [each.full_year_days for each in result.value.segments] == [0, 5]
        assert result.value.days == 2  # 184/365 x 5 = 2.52

    def test_the_other_policy_does_not_take_the_first_right_away(self):
        law = policy("annual_leave.tier_change", "start_of_year")
        assert days(2026, service("2025-07-01", "2025-07-01"), law) == 2

    def test_a_break_takes_the_continuous_months_back_to_nought(self):
        assert days(2026, service("2026-02-01", "2010-01-01", "2026-02-01")) == 0

    def test_two_turns_in_one_year(self):
        who = service("2026-03-01", "2016-09-01", "2025-05-01")
        segments = entitlement(2026, who, law=LAW).value.segments
        assert [(each.first.isoformat(), each.full_year_days) for each in segments] == [
            ("2026-03-01", 0),
            ("2026-05-01", 5),
            ("2026-09-01", 10),
        ]

    def test_hired_later_or_left_before_gives_nothing(self):
        assert days(2026, service("2027-01-01", "2010-01-01")) == 0
        assert days(2026, service("2015-01-01", "2010-01-01", last="2025-12-31")) == 0

    def test_a_leaver_gets_the_part(self):
        assert days(2026, service("2015-01-01", "2010-01-01", last="2026-06-30")) == 4

    @settings(max_examples=80)
    @given(
        hired=st.dates(date(2010, 1, 1), date(2026, 12, 31)),
        earlier=st.integers(0, 9000),
        last=st.dates(date(2026, 1, 1), date(2026, 12, 30)),
    )
    def test_working_a_day_longer_never_gives_fewer_days(self, hired, earlier, last):
        who = AnnualService(
            hired=hired,
            cumulative_since=hired - timedelta(days=earlier),
            continuous_since=hired - timedelta(days=earlier),
            last_day=last,
        )
        longer = replace(who, last_day=last + timedelta(days=1))
        assert 0 <= days(2026, who) <= days(2026, longer) <= 15

    @settings(max_examples=60)
    @given(hired=st.dates(date(2000, 1, 1), date(2026, 12, 31)), more=st.integers(1, 25))
    def test_longer_service_never_gives_fewer_days(self, hired, more):
        who = AnnualService(hired=hired, cumulative_since=hired, continuous_since=hired)
        earlier = add_years(hired, -more)
        senior = replace(who, cumulative_since=earlier, continuous_since=earlier)
        assert days(2026, who) <= days(2026, senior)


class TestNotDue:
    def test_nothing_takes_it_away_by_itself(self):
        assert not_due(Decimal(5), Absences(), on=ON, law=LAW).value == ()

    def test_longer_school_holidays(self):
        assert len(not_due(Decimal(5), Absences(school_holiday_longer=True), on=ON, law=LAW).value) == 1

    def test_twenty_days_of_paid_personal_leave_the_bound_included(self):
        assert not_due(Decimal(5), Absences(paid_personal_days=Decimal(20)), on=ON, law=LAW).value
        assert not not_due(Decimal(5), Absences(paid_personal_days=Decimal("19.5")), on=ON, law=LAW).value

    @pytest.mark.parametrize(("years", "months"), [(1, 2), (9, 2), (10, 3), (19, 3), (20, 4)])
    def test_sick_months_by_tier(self, years, months):
        assert not_due(Decimal(years), Absences(sick_months=Decimal(months)), on=ON, law=LAW).value
        less = Absences(sick_months=Decimal(months) - Decimal("0.1"))
        assert not not_due(Decimal(years), less, on=ON, law=LAW).value

    def test_under_one_year_sick_months_mean_nothing(self):
        assert not not_due(Decimal("0.5"), Absences(sick_months=Decimal(9)), on=ON, law=LAW).value

    def test_what_makes_a_sick_month_is_a_policy_and_says_so(self):
        result = sick_months(45, on=ON, law=LAW)
        assert result.value == Decimal("1.5")
        assert result.disputed


class TestUnusedPay:
    def test_three_hundred_per_cent_holds_the_normal_wage(self):
        got = unused_pay(Decimal(1), Decimal(8700), on=ON, law=LAW).value
        assert (got.total, got.extra) == (Decimal("1200.00"), Decimal("800.00"))

    def test_normal_wage_only_needs_both_arrangement_and_written_refusal(self):
        one = unused_pay(Decimal(1), Decimal(8700), on=ON, law=LAW, declined_in_writing=True).value
        other = unused_pay(Decimal(1), Decimal(8700), on=ON, law=LAW, arranged=True).value
        both = unused_pay(
            Decimal(1), Decimal(8700), on=ON, law=LAW, arranged=True, declined_in_writing=True
        ).value
        assert one.total == other.total == Decimal("1200.00")
        assert (both.total, both.extra) == (Decimal("400.00"), Decimal("0.00"))

    def test_money_is_rounded_once_at_the_end(self):
        assert unused_pay(Decimal(3), Decimal(10000), on=ON, law=LAW).value.total == Decimal("4137.93")
