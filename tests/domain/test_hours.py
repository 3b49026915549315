"""Working hours: the clock splits at local midnight, the cycle counts nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.calendar import Calendar
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Working
from webapp.domain.hours import (
    LOCAL,
    Basis,
    Cycle,
    CycleKind,
    Session,
    Window,
    average_standard,
    merge,
    night_window,
    settle_cycle,
    shift_session,
    split_at_midnight,
    standard_hours,
    window_minutes,
)

LAW = seed_law()
NIGHT = Window(start=time(22), end=time(6))
WAGE = Decimal(8700)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def session(start: str, end: str) -> Session:
    return Session(start=local(start), end=local(end))


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
SESSIONS = st.builds(
    lambda start, minutes: Session(start=start, end=start + timedelta(minutes=minutes)),
    MOMENTS,
    st.integers(0, 3000),
)


class TestMidnight:
    def test_a_night_shift_into_national_day_has_hours_on_both_days(self):
        pieces = split_at_midnight(session("2026-09-30 22:00", "2026-10-01 06:00"))
        assert [(piece.date, piece.minutes) for piece in pieces] == [
            (date(2026, 9, 30), 120),
            (date(2026, 10, 1), 360),
        ]

    def test_local_midnight_counts_not_utc(self):
        start = datetime(2026, 9, 30, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
        pieces = split_at_midnight(Session(start=start, end=start + timedelta(hours=1)))
        assert [(piece.date.day, piece.minutes) for piece in pieces] == [(30, 30), (1, 30)]

    def test_a_shift_that_ends_at_midnight_stays_on_its_day(self):
        assert len(split_at_midnight(session("2026-03-02 19:00", "2026-03-03 00:00"))) == 1

    def test_an_empty_session_has_no_pieces(self):
        assert split_at_midnight(session("2026-03-02 19:00", "2026-03-02 19:00")) == ()

    @settings(max_examples=60)
    @given(one=SESSIONS)
    def test_no_minute_is_lost(self, one):
        assert sum(piece.minutes for piece in split_at_midnight(one)) == one.minutes

    def test_times_without_zone_are_refused(self):
        with pytest.raises(InvalidError):
            Session(start=datetime(2026, 3, 2, 9), end=datetime(2026, 3, 2, 18))
        with pytest.raises(InvalidError):
            Session(start=local("2026-03-02 09:00"), end=datetime(2026, 3, 2, 18))

    def test_an_end_before_the_start_is_refused(self):
        with pytest.raises(InvalidError):
            session("2026-03-02 19:00", "2026-03-02 18:59")


class TestNight:
    @pytest.mark.parametrize(
        ("start", "end", "minutes"),
        [
            ("2026-03-02 19:00", "2026-03-02 23:00", 60),
            ("2026-03-02 22:00", "2026-03-03 06:00", 480),
            ("2026-03-02 14:00", "2026-03-02 22:00", 0),
            ("2026-03-02 05:00", "2026-03-02 09:00", 60),
            ("2026-03-02 06:00", "2026-03-02 14:00", 0),
            ("2026-03-02 12:00", "2026-03-04 12:00", 960),
            ("2026-03-02 23:59", "2026-03-03 00:01", 2),
        ],
    )
    def test_overlap(self, start, end, minutes):
        assert window_minutes(session(start, end), NIGHT) == minutes

    def test_a_window_by_day(self):
        assert (
            window_minutes(
                session("2026-03-02 08:00", "2026-03-02 20:00"), Window(start=time(9), end=time(17))
            )
            == 480
        )

    @settings(max_examples=60)
    @given(one=SESSIONS)
    def test_never_more_than_the_session_and_day_plus_night_is_all(self, one):
        day = Window(start=time(6), end=time(22))
        assert window_minutes(one, NIGHT) + window_minutes(one, day) == one.minutes

    def test_the_window_comes_from_rows(self):
        assert night_window(Working(LAW, region="CN", on=date(2026, 1, 1))) == NIGHT


class TestMerging:
    def test_a_second_role_over_the_main_shift_is_not_counted_twice(self):
        main, second = (
            session("2026-03-02 09:00", "2026-03-02 18:00"),
            session("2026-03-02 17:30", "2026-03-02 19:00"),
        )
        assert [each.minutes for each in merge([second, main])] == [600]

    def test_separate_sessions_stay_apart(self):
        assert (
            len(
                merge(
                    [
                        session("2026-03-02 09:00", "2026-03-02 12:00"),
                        session("2026-03-02 13:00", "2026-03-02 18:00"),
                    ]
                )
            )
            == 2
        )

    def test_sessions_that_touch_become_one(self):
        touching = [
            session("2026-03-02 09:00", "2026-03-02 12:00"),
            session("2026-03-02 12:00", "2026-03-02 13:00"),
        ]
        assert [each.minutes for each in merge(touching)] == [240]

    def test_a_session_inside_another_adds_nothing(self):
        merged = merge(
            [session("2026-03-02 09:00", "2026-03-02 18:00"), session("2026-03-02 10:00", "2026-03-02 11:00")]
        )
        assert [each.minutes for each in merged] == [540]

    @settings(max_examples=60)
    @given(sessions=st.lists(SESSIONS, max_size=6), data=st.data())
    def test_the_order_does_not_matter(self, sessions, data):
        shuffled = data.draw(st.permutations(sessions))
        assert merge(sessions) == merge(shuffled)
        assert merge(merge(sessions)) == merge(sessions)


class TestShift:
    def test_an_end_not_after_the_start_lies_on_the_next_day(self):
        assert shift_session(date(2026, 3, 2), time(22), time(6)).minutes == 480
        assert shift_session(date(2026, 3, 2), time(9), time(9)).minutes == 1440


def cycle(kind: CycleKind, first: str, **given) -> Cycle:
    return Cycle(kind=kind, first=date.fromisoformat(first), **given)


def standard(one: Cycle) -> Decimal:
    return standard_hours(one, law=LAW, region="CN").value


class TestStandards:
    @pytest.mark.parametrize(
        ("kind", "since_2025", "before"),
        [
            (CycleKind.WEEK, "40", "40"),
            (CycleKind.MONTH, "165.36", "166.64"),
            (CycleKind.QUARTER, "496", "500"),
            (CycleKind.HALF_YEAR, "992", "1000"),
            (CycleKind.YEAR, "1984", "2000"),
        ],
    )
    def test_the_average_by_year(self, kind, since_2025, before):
        for day, hours in ((date(2025, 1, 1), since_2025), (date(2024, 12, 31), before)):
            assert average_standard(kind, Working(LAW, region="CN", on=day)) == Decimal(hours)

    def test_the_actual_calendar_counts_the_cycles_working_days(self):
        assert standard(cycle(CycleKind.MONTH, "2026-02-01", basis=Basis.ACTUAL_CALENDAR)) == 16 * 8
        assert standard(cycle(CycleKind.YEAR, "2026-01-01", basis=Basis.ACTUAL_CALENDAR)) == 1984

    @pytest.mark.parametrize(
        ("kind", "last"),
        [
            (CycleKind.WEEK, "2026-01-07"),
            (CycleKind.MONTH, "2026-01-31"),
            (CycleKind.QUARTER, "2026-03-31"),
            (CycleKind.HALF_YEAR, "2026-06-30"),
            (CycleKind.YEAR, "2026-12-31"),
        ],
    )
    def test_each_cycle_ends_on_its_last_day(self, kind, last):
        assert cycle(kind, "2026-01-01").last == date.fromisoformat(last)

    def test_leave_lowers_the_standard(self):
        assert standard(cycle(CycleKind.MONTH, "2026-03-01", leave_workdays=Decimal("2.5"))) == Decimal(
            "145.36"
        )

    def test_more_leave_than_hours_gives_nought(self):
        assert standard(cycle(CycleKind.WEEK, "2026-03-02", leave_workdays=Decimal(9))) == 0

    def test_a_joiner_on_the_cycles_last_day(self):
        one = cycle(CycleKind.QUARTER, "2026-01-01", employed_from=date(2026, 3, 31))
        assert standard(one) == Decimal(496) / 59
        assert standard(replace(one, basis=Basis.ACTUAL_CALENDAR)) == 8

    def test_a_leaver_in_mid_cycle(self):
        one = cycle(CycleKind.MONTH, "2026-03-01", employed_to=date(2026, 3, 13), basis=Basis.ACTUAL_CALENDAR)
        assert standard(one) == 80

    def test_not_employed_in_the_cycle_at_all(self):
        one = cycle(CycleKind.MONTH, "2026-03-01", employed_from=date(2026, 5, 1))
        assert standard(one) == 0

    def test_a_cycle_without_working_days(self):
        rest = replace(LAW, calendar=Calendar(years=LAW.calendar.years, weekly_rest=frozenset(range(7))))
        one = cycle(CycleKind.WEEK, "2026-03-02", employed_from=date(2026, 3, 4))
        assert standard_hours(one, law=rest, region="CN").value == 0

    def test_a_cycle_from_2024_into_2025_says_that_the_standard_changed(self):
        assert standard_hours(cycle(CycleKind.YEAR, "2024-07-01"), law=LAW, region="CN").disputed
        assert not standard_hours(cycle(CycleKind.YEAR, "2025-07-01"), law=LAW, region="CN").disputed

    def test_the_actual_calendar_of_an_unpublished_year_is_provisional(self):
        one = cycle(CycleKind.QUARTER, "2027-01-01", basis=Basis.ACTUAL_CALENDAR)
        assert standard_hours(one, law=LAW, region="CN").provisional
        assert not standard_hours(
            replace(one, basis=Basis.STATUTORY_AVERAGE), law=LAW, region="CN"
        ).provisional


def settled(kind: CycleKind, actual: str, statutory: str = "0"):
    return settle_cycle(
        cycle(kind, "2026-01-01"),
        Decimal(actual),
        statutory=Decimal(statutory),
        monthly_wage=WAGE,
        law=LAW,
        region="CN",
    ).value


class TestSettling:
    def test_statutory_hours_are_taken_out_before_comparing(self):
        got = settled(CycleKind.MONTH, "190.36", "8")
        assert (got.excess, got.statutory, got.pay) == (17, 8, Decimal("2475.00"))

    def test_below_the_standard_statutory_hours_alone_are_paid(self):
        got = settled(CycleKind.MONTH, "100", "8")
        assert (got.excess, got.pay) == (0, Decimal("1200.00"))

    @pytest.mark.parametrize(
        ("kind", "cap"),
        [(CycleKind.MONTH, 36), (CycleKind.QUARTER, 108), (CycleKind.HALF_YEAR, 216), (CycleKind.YEAR, 432)],
    )
    def test_the_cap_is_36_a_month_on_average_and_exactly_that_is_allowed(self, kind, cap):
        hours = average_standard(kind, Working(LAW, region="CN", on=date(2026, 1, 1))) + cap
        assert settled(kind, str(hours)).cap == cap
        assert not settled(kind, str(hours)).cap_exceeded
        over = settled(kind, str(hours + 1))
        assert over.cap_exceeded
        assert over.excess == cap + 1  # all hours remain payable

    def test_a_year_total_of_2416_is_the_most(self):
        assert not settled(CycleKind.YEAR, "2416").cap_exceeded
        assert settled(CycleKind.YEAR, "2416.1").cap_exceeded

    def test_a_week_has_no_monthly_cap(self):
        assert settled(CycleKind.WEEK, "90").cap is None

    def test_more_statutory_hours_than_hours_are_refused(self):
        with pytest.raises(InvalidError):
            settled(CycleKind.WEEK, "7", "8")

    @settings(max_examples=80)
    @given(
        kind=st.sampled_from(CycleKind),
        statutory=st.integers(0, 60),
        rest=st.integers(0, 2600),
        more=st.integers(0, 80),
        more_statutory=st.integers(0, 20),
    )
    def test_pay_never_falls_when_hours_rise(self, kind, statutory, rest, more, more_statutory):
        before = settled(kind, str(statutory + rest), str(statutory))
        after = settled(kind, str(statutory + rest + more), str(statutory + min(more, more_statutory)))
        assert before.pay <= after.pay
