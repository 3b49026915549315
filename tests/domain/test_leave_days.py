"""Leave is counted day by day between half-day points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.calendar import Calendar
from webapp.domain.errors import InvalidError
from webapp.domain.leave import (
    DayBasis,
    Half,
    LeaveSpan,
    changed_days,
    clip,
    count_leave,
    find_overlaps,
    last_day_of,
    overlaps,
    split_by_year,
    subtract,
)

LAW = seed_law()
DATES = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 12, 31))


@st.composite
def spans(draw) -> LeaveSpan:
    first = draw(DATES)
    last = first + timedelta(days=draw(st.integers(0, 40)))
    halves = (draw(st.sampled_from(Half)), draw(st.sampled_from(Half)))
    if first == last and halves == (Half.AFTERNOON, Half.MORNING):
        halves = (Half.MORNING, Half.MORNING)
    return LeaveSpan(first=first, last=last, first_half=halves[0], last_half=halves[1])


def span(first: str, last: str, first_half: str = "am", last_half: str = "pm") -> LeaveSpan:
    return LeaveSpan(
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        first_half=Half(first_half),
        last_half=Half(last_half),
    )


def days(given_span: LeaveSpan, basis: DayBasis = DayBasis.WORKING) -> Decimal:
    return count_leave(given_span, basis=basis, law=LAW, region="CN").value.days


class TestCounting:
    def test_holidays_and_weekends_inside_annual_leave_cost_nothing(self):
        assert days(span("2026-04-29", "2026-05-09")) == 6

    def test_a_holiday_inside_sick_leave_counts(self):
        assert days(span("2026-04-29", "2026-05-09"), DayBasis.CALENDAR) == 11

    def test_statutory_days_alone_extend_the_extended_basis(self):
        assert days(span("2026-04-29", "2026-05-09"), DayBasis.CALENDAR_EXTENDED) == 9

    def test_a_half_day_on_a_make_up_saturday(self):
        assert days(span("2026-05-09", "2026-05-09", "pm")) == Decimal("0.5")

    def test_an_afternoon_to_a_morning(self):
        assert days(span("2026-03-10", "2026-03-12", "pm", "am")) == 2

    def test_minutes_are_kept_inside(self):
        counted = count_leave(
            span("2026-03-10", "2026-03-10", "pm"), basis=DayBasis.WORKING, law=LAW, region="CN"
        )
        assert counted.value.minutes == 240

    def test_each_day_is_kept_for_the_ledger(self):
        counted = count_leave(
            span("2026-05-08", "2026-05-10"), basis=DayBasis.WORKING, law=LAW, region="CN"
        ).value
        assert [(each.date.day, each.counted) for each in counted.each] == [(8, 1), (9, 1), (10, 0)]

    def test_over_an_unpublished_year_it_is_provisional(self):
        result = count_leave(span("2026-12-30", "2027-01-05"), basis=DayBasis.WORKING, law=LAW, region="CN")
        assert result.provisional
        calendar = count_leave(
            span("2026-12-30", "2027-01-05"), basis=DayBasis.CALENDAR, law=LAW, region="CN"
        )
        assert not calendar.provisional

    def test_the_end_before_the_start_is_refused(self):
        with pytest.raises(InvalidError):
            span("2026-03-10", "2026-03-10", "pm", "am")

    def test_a_span_of_more_than_ten_years_is_a_slip_of_the_pen(self):
        assert span("2026-01-01", "2035-12-31").last == date(2035, 12, 31)
        with pytest.raises(InvalidError):
            span("2026-01-01", "2062-01-01")

    def test_days_change_when_the_calendar_changes(self):
        asked = span("2026-05-08", "2026-05-10")
        bare = replace(LAW, calendar=Calendar())
        before = count_leave(asked, basis=DayBasis.WORKING, law=bare, region="CN").value
        after = count_leave(asked, basis=DayBasis.WORKING, law=LAW, region="CN").value
        assert [(old.date, old.counted, new.counted) for old, new in changed_days(before, after)] == [
            (date(2026, 5, 9), 0, 1)
        ]


class TestOverlap:
    def test_morning_and_afternoon_of_one_day_do_not_overlap(self):
        assert not overlaps(
            span("2026-03-10", "2026-03-10", "am", "am"), span("2026-03-10", "2026-03-10", "pm")
        )

    def test_a_shared_half_day_overlaps(self):
        assert overlaps(span("2026-03-09", "2026-03-10"), span("2026-03-10", "2026-03-11", "pm"))

    def test_those_that_overlap_are_found_in_order_of_time(self):
        others = [
            span("2026-03-12", "2026-03-12"),
            span("2026-03-09", "2026-03-10"),
            span("2026-03-20", "2026-03-20"),
        ]
        found = find_overlaps(span("2026-03-10", "2026-03-12"), others)
        assert [each.first.day for each in found] == [9, 12]
        assert found == find_overlaps(span("2026-03-10", "2026-03-12"), others[::-1])


class TestCutting:
    def test_a_request_over_new_year_is_cut_there(self):
        parts = split_by_year(span("2026-12-30", "2027-01-05", "pm"))
        assert [(part.first, part.last) for part in parts] == [
            (date(2026, 12, 30), date(2026, 12, 31)),
            (date(2027, 1, 1), date(2027, 1, 5)),
        ]
        assert parts[0].first_half is Half.AFTERNOON

    @settings(max_examples=80)
    @given(asked=spans(), basis=st.sampled_from(DayBasis))
    def test_the_parts_cost_what_the_whole_costs(self, asked, basis):
        assert sum(days(part, basis) for part in split_by_year(asked)) == days(asked, basis)

    def test_sick_leave_inside_annual_leave_gives_the_rest_back(self):
        rest = subtract(span("2026-03-09", "2026-03-13"), span("2026-03-10", "2026-03-11", "pm", "am"))
        assert [days(part) for part in rest] == [Decimal("1.5"), Decimal("2.5")]

    def test_nothing_is_left_of_a_span_wholly_covered(self):
        assert subtract(span("2026-03-10", "2026-03-10"), span("2026-03-09", "2026-03-13")) == ()

    @settings(max_examples=80)
    @given(one=spans(), other=spans())
    def test_what_remains_shares_nothing_and_loses_nothing(self, one, other):
        rest = subtract(one, other)
        assert not any(overlaps(part, other) for part in rest)
        lost = max(0, min(one.end, other.end) - max(one.start, other.start) + 1)
        assert sum(part.end - part.start + 1 for part in rest) == one.end - one.start + 1 - lost

    def test_leave_after_the_last_day_of_employment_is_cut_off(self):
        assert clip(span("2026-03-09", "2026-03-13"), date(2026, 3, 11)) == span("2026-03-09", "2026-03-11")
        assert clip(span("2026-03-09", "2026-03-13"), date(2026, 3, 6)) is None
        assert clip(span("2026-03-09", "2026-03-13"), date(2026, 3, 31)) == span("2026-03-09", "2026-03-13")


def test_a_half_day_on_the_last_day_of_employment_stays():
    for half in ("am", "pm"):
        asked = span("2026-03-09", "2026-03-09", half, half)
        assert clip(asked, date(2026, 3, 9)) == asked


class TestLastDay:
    def test_statutory_days_extend_the_extended_basis(self):
        first = date(2026, 9, 25)
        assert last_day_of(first, 60, basis=DayBasis.CALENDAR, calendar=LAW.calendar) == date(2026, 11, 23)
        assert last_day_of(first, 60, basis=DayBasis.CALENDAR_EXTENDED, calendar=LAW.calendar) == date(
            2026, 11, 27
        )

    def test_a_single_day_ends_where_it_begins_or_on_the_next_day_that_counts(self):
        assert last_day_of(date(2026, 3, 2), 1, basis=DayBasis.CALENDAR, calendar=LAW.calendar) == date(
            2026, 3, 2
        )
        assert last_day_of(date(2026, 3, 7), 1, basis=DayBasis.WORKING, calendar=LAW.calendar) == date(
            2026, 3, 9
        )

    def test_no_days_are_refused(self):
        with pytest.raises(InvalidError):
            last_day_of(date(2026, 1, 1), 0, basis=DayBasis.CALENDAR, calendar=LAW.calendar)
