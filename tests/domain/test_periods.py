"""Periods are counted as the Civil Code counts them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Unit
from webapp.domain.periods import (
    Elapsed,
    add_months,
    add_working_days,
    add_years,
    deadline,
    elapsed,
    latest_before,
    next_working_day,
    previous_working_day,
    raw_end,
    subtract_working_days,
)

LAW = seed_law()
CALENDAR = LAW.calendar
DATES = st.dates(min_value=date(2023, 1, 1), max_value=date(2028, 12, 31))


class TestMonthsAndYears:
    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2026-03-05", 6, "2026-09-05"),  # the official sample of 236号
            ("2026-11-30", 3, "2027-02-28"),
            ("2026-03-31", -1, "2026-02-28"),
        ],
    )
    def test_they_end_on_the_corresponding_day_or_the_months_last(self, start, months, end):
        assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)

    def test_a_year_from_29_february_ends_on_28(self):
        assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)

    def test_arbitration_one_year(self):
        assert deadline(date(2026, 3, 16), 1, unit=Unit.YEARS, law=LAW).value == date(2027, 3, 16)


class TestService:
    @pytest.mark.parametrize(
        ("first", "last", "length"),
        [
            ("2020-03-01", "2026-08-31", (6, 6, 0)),
            ("2008-02-01", "2026-07-31", (18, 6, 0)),
            ("2023-01-16", "2026-10-15", (3, 9, 0)),
            ("2026-05-01", "2026-05-01", (0, 0, 1)),
            ("2026-05-02", "2026-05-01", (0, 0, 0)),
            ("2026-05-02", "2026-04-01", (0, 0, 0)),
            ("2024-02-29", "2025-02-27", (1, 0, 0)),
        ],
    )
    def test_both_ends_count(self, first, last, length):
        assert elapsed(date.fromisoformat(first), date.fromisoformat(last)) == Elapsed(*length)

    def test_whole_months(self):
        assert Elapsed(6, 6, 0).whole_months == 78

    @given(first=DATES, days=st.integers(0, 900))
    def test_adding_a_day_never_shortens_service(self, first, days):
        last = first + timedelta(days=days)
        assert elapsed(first, last) < elapsed(first, last + timedelta(days=1))

    @given(first=DATES, days=st.integers(0, 900))
    def test_starting_a_day_earlier_never_shortens_whole_months(self, first, days):
        last = first + timedelta(days=days)
        earlier = first - timedelta(days=1)
        assert elapsed(earlier, last).whole_months >= elapsed(first, last).whole_months


class TestWorkingDays:
    def test_the_first_day_is_not_counted_and_holidays_are_left_out(self):
        assert add_working_days(date(2026, 3, 9), 20, calendar=CALENDAR) == date(2026, 4, 7)

    def test_five_working_days_over_the_may_holiday_with_a_make_up_saturday_after(self):
        assert add_working_days(date(2026, 4, 27), 5, calendar=CALENDAR) == date(2026, 5, 7)

    @settings(max_examples=60)
    @given(start=DATES, days=st.integers(1, 40))
    def test_there_and_back(self, start, days):
        end = add_working_days(start, days, calendar=CALENDAR)
        back = subtract_working_days(end, days, calendar=CALENDAR)
        assert back <= start
        assert CALENDAR.working_days(back, end) == days + 1

    @pytest.mark.parametrize("unit", [Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS])
    @pytest.mark.parametrize("amount", [10_000_000, -10_000_000])
    def test_an_end_beyond_the_calendar_is_refused(self, unit, amount):
        with pytest.raises(InvalidError, match="日历"):
            raw_end(date(2026, 1, 1), amount, unit=unit, calendar=CALENDAR)

    def test_a_period_in_yuan_is_refused(self):
        with pytest.raises(InvalidError):
            raw_end(date(2026, 1, 1), 1, unit=Unit.YUAN, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("unit", "article"),
    [
        (Unit.WORKING_DAYS, "行政许可法第82条"),
        (Unit.CALENDAR_DAYS, "民法典第201条"),
        (Unit.MONTHS, "民法典第202条"),
        (Unit.YEARS, "民法典第202条"),
    ],
)
def test_each_way_of_counting_names_its_article(unit: Unit, article: str):
    result = deadline(date(2026, 3, 9), 1, unit=unit, law=LAW, articles=("甲",))
    assert result.steps[0].articles == ("甲", article)


class TestRollOver:
    def test_a_last_day_on_a_holiday_moves_to_the_next_working_day(self):
        result = deadline(date(2026, 9, 16), 15, unit=Unit.CALENDAR_DAYS, law=LAW)
        assert result.value == date(2026, 10, 8)
        assert "民法典第203条" in result.articles
        assert "法定休假日" in str(result.steps[-1].message)

    def test_a_last_day_on_a_rest_day_moves_too(self):
        result = deadline(date(2026, 3, 6), 15, unit=Unit.CALENDAR_DAYS, law=LAW)
        assert result.value == date(2026, 3, 23)
        assert "休息日" in str(result.steps[-1].message)

    def test_a_make_up_saturday_is_a_permitted_last_day(self):
        assert deadline(date(2026, 4, 24), 15, unit=Unit.CALENDAR_DAYS, law=LAW).value == date(2026, 5, 9)

    def test_it_can_be_left_out(self):
        result = deadline(date(2026, 9, 16), 15, unit=Unit.CALENDAR_DAYS, law=LAW, roll=False)
        assert result.value == date(2026, 10, 1)

    @settings(max_examples=150)
    @given(
        start=DATES,
        amount=st.integers(1, 40),
        unit=st.sampled_from([Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS]),
    )
    def test_every_deadline_lies_on_a_permitted_day(self, start, amount, unit):
        end = deadline(start, amount, unit=unit, law=LAW).value
        assert CALENDAR.working(end)
        assert end > start

    @settings(max_examples=60)
    @given(start=DATES, amount=st.integers(1, 60))
    def test_a_longer_period_never_ends_earlier(self, start, amount):
        ends = [
            deadline(start, length, unit=Unit.CALENDAR_DAYS, law=LAW).value for length in (amount, amount + 1)
        ]
        assert ends[0] <= ends[1]

    def test_next_and_previous(self):
        assert next_working_day(date(2026, 10, 1), calendar=CALENDAR) == date(2026, 10, 8)
        assert previous_working_day(date(2026, 10, 7), calendar=CALENDAR) == date(2026, 9, 30)


class TestBackwards:
    def test_an_act_before_an_end_moves_back_to_a_working_day(self):
        result = latest_before(date(2026, 11, 2), 30, unit=Unit.CALENDAR_DAYS, law=LAW)
        assert result.value == date(2026, 9, 30)  # 10-03 is a holiday

    def test_working_days_before_an_end(self):
        result = latest_before(date(2026, 10, 9), 2, unit=Unit.WORKING_DAYS, law=LAW)
        assert result.value == date(2026, 9, 30)

    @settings(max_examples=60)
    @given(end=DATES, amount=st.integers(1, 60))
    def test_it_never_shortens_the_period(self, end, amount):
        day = latest_before(end, amount, unit=Unit.CALENDAR_DAYS, law=LAW).value
        assert CALENDAR.working(day)
        assert (end - day).days >= amount


class TestProvisional:
    def test_an_end_in_an_unpublished_year_is_provisional(self):
        result = deadline(date(2026, 3, 16), 1, unit=Unit.YEARS, law=LAW)
        assert "2027" in str(result.provisional[0])

    def test_working_days_through_an_unpublished_year_are_provisional(self):
        assert deadline(date(2026, 12, 28), 10, unit=Unit.WORKING_DAYS, law=LAW).provisional

    def test_a_period_inside_published_years_is_not(self):
        assert not deadline(date(2026, 3, 9), 20, unit=Unit.WORKING_DAYS, law=LAW).provisional

    def test_only_the_end_counts_for_calendar_periods_and_the_whole_span_for_working_days(self):
        assert not deadline(date(2023, 6, 1), 1, unit=Unit.YEARS, law=LAW).provisional
        assert deadline(date(2023, 12, 28), 10, unit=Unit.WORKING_DAYS, law=LAW).provisional

    def test_backwards_from_an_unpublished_year(self):
        assert latest_before(date(2027, 2, 20), 10, unit=Unit.WORKING_DAYS, law=LAW).provisional
        assert not latest_before(date(2027, 1, 5), 30, unit=Unit.CALENDAR_DAYS, law=LAW).provisional
