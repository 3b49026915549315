"""Sick leave: medical period by table and region, its window, pay floor, work injury."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.leave import (
    Half,
    LeaveSpan,
    MedicalPeriod,
    injury_leave,
    medical_period,
    medical_use,
    sick_pay_floor,
)
from webapp.domain.parameters import MissingParameterError

LAW = seed_law()
ON = date(2026, 6, 1)


def period(total: str, here: str, region: str = "CN"):
    return medical_period(Decimal(total), Decimal(here), on=ON, region=region, law=LAW)


def sick(first: str, last: str, **halves) -> LeaveSpan:
    return LeaveSpan(first=date.fromisoformat(first), last=date.fromisoformat(last), **halves)


class TestTable:
    @pytest.mark.parametrize(
        ("total", "here", "months", "within"),
        [
            ("9.9", "4.9", 3, 6),
            ("0", "0", 3, 6),
            ("9", "5", 6, 12),
            ("10", "4.9", 6, 12),
            ("12", "6", 9, 15),
            ("10", "5", 9, 15),
            ("10", "10", 12, 18),
            ("30", "15", 18, 24),
            ("30", "19.9", 18, 24),
            ("20", "20", 24, 30),
        ],
    )
    def test_lower_bounds_are_inclusive(self, total, here, months, within):
        assert period(total, here).value == MedicalPeriod(months=months, within_months=within)

    def test_more_service_here_than_in_all_is_refused(self):
        with pytest.raises(InvalidError):
            period("3", "4")

    def test_a_scale_with_a_gap_names_the_row(self):
        row = LAW.parameters.lookup("medical_period.scale", on=ON)
        gap = replace(LAW, parameters=LAW.parameters.replaced([replace(row, value=row.numbers[2:])]))
        with pytest.raises(MissingParameterError, match="medical_period.scale"):
            medical_period(Decimal(3), Decimal(2), on=ON, region="CN", law=gap)

    @pytest.mark.parametrize(
        ("here", "months"), [("0.5", 3), ("1", 3), ("1.9", 3), ("2", 4), ("10", 12), ("22", 24), ("40", 24)]
    )
    def test_shanghai_adds_a_month_a_full_year_up_to_24(self, here, months):
        result = period("40", here, "CN-SH")
        assert result.value == MedicalPeriod(months=months, within_months=None)
        assert result.unconfirmed

    def test_a_city_without_its_own_rule_takes_the_nations(self):
        assert period("12", "6", "CN-GD-SZ").value.months == 9


class TestWindow:
    THREE = MedicalPeriod(months=3, within_months=6)

    def test_the_official_sample_runs_from_5_march_to_5_september(self):
        got = medical_use(self.THREE, [sick("2026-03-05", "2026-03-10")], on=date(2026, 3, 31), law=LAW).value
        assert (got.window_first, got.window_last) == (date(2026, 3, 5), date(2026, 9, 5))

    def test_rest_days_and_holidays_count(self):
        got = medical_use(self.THREE, [sick("2026-04-30", "2026-05-06")], on=date(2026, 5, 31), law=LAW).value
        assert got.used_days == 7

    def test_it_is_over_the_day_after_the_last(self):
        spans = [sick("2026-03-05", "2026-12-31")]
        assert not medical_use(self.THREE, spans, on=date(2026, 6, 2), law=LAW).value.over
        assert medical_use(self.THREE, spans, on=date(2026, 6, 3), law=LAW).value.over

    def test_sick_days_after_the_window_open_a_new_one(self):
        spans = [sick("2026-01-05", "2026-02-05"), sick("2026-08-03", "2026-08-04")]
        got = medical_use(self.THREE, spans, on=date(2026, 8, 31), law=LAW).value
        assert (got.window_first, got.used_days) == (date(2026, 8, 3), 2)

    def test_the_order_of_notes_does_not_matter(self):
        spans = [sick("2026-01-05", "2026-02-05"), sick("2026-03-03", "2026-03-04")]
        one = medical_use(self.THREE, spans, on=ON, law=LAW).value
        assert one == medical_use(self.THREE, spans[::-1], on=ON, law=LAW).value

    def test_overlapping_notes_count_a_day_once(self):
        spans = [sick("2026-03-03", "2026-03-05"), sick("2026-03-05", "2026-03-06")]
        assert medical_use(self.THREE, spans, on=ON, law=LAW).value.used_days == 4

    def test_a_note_that_begins_today_counts_today(self):
        got = medical_use(self.THREE, [sick("2026-06-01", "2026-06-30")], on=ON, law=LAW).value
        assert (got.window_first, got.used_days) == (ON, 1)

    def test_half_days_count_half(self):
        spans = [sick("2026-03-03", "2026-03-03", first_half=Half.AFTERNOON)]
        assert medical_use(self.THREE, spans, on=ON, law=LAW).value.used_days == Decimal("0.5")

    def test_a_place_without_window_counts_all(self):
        spans = [sick("2025-01-05", "2025-01-06"), sick("2026-03-03", "2026-03-04")]
        got = medical_use(MedicalPeriod(months=4, within_months=None), spans, on=ON, law=LAW).value
        assert (got.window_last, got.used_days) == (None, 4)

    def test_without_sick_leave_there_is_no_period(self):
        with pytest.raises(InvalidError):
            medical_use(self.THREE, [sick("2026-07-01", "2026-07-02")], on=ON, law=LAW)

    def test_the_length_of_a_cumulated_month_is_disputed(self):
        assert medical_use(self.THREE, [sick("2026-03-03", "2026-03-04")], on=ON, law=LAW).disputed


class TestSickPay:
    def test_eighty_per_cent_of_the_minimum_wage_given(self):
        result = sick_pay_floor(on=ON, region="CN-BJ", law=LAW, minimum_wage=Decimal(2540))
        assert result.value == Decimal("2032.00")
        assert result.unconfirmed

    def test_without_the_row_it_is_refused_by_name(self):
        with pytest.raises(MissingParameterError, match="wage.minimum"):
            sick_pay_floor(on=ON, region="CN-XX", law=LAW)


class TestWorkInjury:
    def test_twelve_months_and_twelve_more_after_appraisal(self):
        assert injury_leave(date(2026, 3, 1), law=LAW).value == date(2027, 2, 28)
        assert injury_leave(date(2026, 3, 1), law=LAW, appraised=True).value == date(2028, 2, 29)
