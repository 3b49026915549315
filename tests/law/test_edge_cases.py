"""Edge cases of the reference (2i) that no room of the domain tests by itself, each as a promise in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from webapp.adapters.lawdata import seed_law
from webapp.domain.explain import plain_number
from webapp.domain.hours import Session, merge
from webapp.domain.rules import ask

LAW = replace(seed_law(), as_of=date(2026, 11, 1))
EVENING = [["19:00", "23:00"]]


def answer(area: str, **inputs):
    return plain_number(ask(area, inputs, law=LAW).value)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def test_a_shift_over_midnight_into_a_statutory_day_is_cut_there():
    pieces = answer("shift_split", on="2026-09-30", start="22:00", end="06:00")["pieces"]
    assert [(p["date"], p["minutes"], p["day_kind"]) for p in pieces] == [
        ("2026-09-30", 120, "normal_workday"),
        ("2026-10-01", 360, "statutory_holiday"),
    ]


def test_a_status_told_after_the_roster_came_out_counts_for_the_shifts_that_are_left():
    told = answer("protection_status", on="2026-08-03", pregnant_since="2026-01-02")["protections"]
    assert told == ["late_pregnant"]
    assert answer("night_work_overlap", shifts=EVENING, worker="none")["shift_allowed"] == [True]
    assert answer("night_work_overlap", shifts=EVENING, worker=told[0])["shift_allowed"] == [False]


def test_a_second_role_that_overlaps_the_main_shift_is_not_counted_twice():
    shop = Session(start=at(1), end=at(10))
    chats = Session(start=at(9, 30), end=at(12))
    assert sum((s.end - s.start for s in merge([shop, chats])), timedelta()) == timedelta(hours=11)


def test_time_off_that_was_not_taken_in_time_is_paid_as_rest_day_overtime():
    saturday = {"monthly_wage": 8700, "worked_8h_on": ["2026-03-07"]}
    assert answer("overtime_calendar", **saturday, time_off_in_lieu=True)["extra_pay"] == 0
    assert answer("overtime_calendar", **saturday, time_off_in_lieu=False)["extra_pay"] == 800


def test_a_correction_after_the_cycle_was_settled_says_the_lower_figure_too():
    cycle = {"cycle": "month", "basis": "statutory_average", "monthly_wage": 8700, "first": "2026-03-01"}
    settled = answer("comprehensive_hours", **cycle, actual_h="180.36")["pay"]
    corrected = answer("comprehensive_hours", **cycle, actual_h="176.36")["pay"]
    assert (settled, corrected) == (1125, 825)


def test_sick_days_inside_annual_leave_count_for_the_medical_period_with_their_holidays():
    count = answer("leave_day_count", leave_type="annual", **{"from": "2026-04-29", "to": "2026-05-09"})[
        "days"
    ]
    used = answer(
        "medical_period_use", months=3, within_months=6, sick=[["2026-05-01", "2026-05-05"]], on="2026-05-09"
    )
    assert (count, used["used_days"]) == (6, 5)


def test_the_year_of_a_cycle_that_crosses_new_year_is_said_where_the_standard_changed():
    over = {"basis": "statutory_average", "monthly_wage": 8700, "actual_h": 2000}
    changed = ask("comprehensive_hours", {"cycle": "year", "first": "2024-07-01", **over}, law=LAW)
    same = ask("comprehensive_hours", {"cycle": "year", "first": "2025-07-01", **over}, law=LAW)
    assert changed.disputed
    assert not same.disputed
