"""Maternity and the regional kinds: by region and date, refused where the region has no row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Unit
from webapp.domain.leave import (
    Birth,
    DayBasis,
    Grant,
    LeaveType,
    bereavement,
    day_basis,
    grant_ends,
    marriage,
    maternity,
    miscarriage,
    nursing_minutes,
    only_child_care,
    paid,
    parental,
    paternity,
)
from webapp.domain.parameters import MissingParameterError

LAW = seed_law()
ON = date(2026, 3, 2)


class TestMaternity:
    def test_98_days_not_the_90_of_the_labour_law(self):
        got = maternity(Birth(leave_from=ON), region="CN", law=LAW).value
        assert (got.national_days, got.last, got.extra) == (98, date(2026, 6, 7), None)

    def test_dystocia_and_each_further_infant_add_fifteen(self):
        got = maternity(Birth(leave_from=ON, dystocia=True, infants=3), region="CN", law=LAW).value
        assert got.national_days == 98 + 15 + 30

    def test_twins_add_fifteen_and_the_first_child_is_the_default(self):
        assert maternity(Birth(leave_from=ON, infants=2), region="CN", law=LAW).value.national_days == 113
        assert maternity(Birth(leave_from=ON), region="CN-ZJ", law=LAW).value.extra.amount == 60

    def test_shanghais_sixty_days_are_extended_by_statutory_days(self):
        got = maternity(Birth(leave_from=date(2026, 6, 20)), region="CN-SH", law=LAW)
        assert got.value.national_last == date(2026, 9, 25)
        assert got.value.last == date(2026, 11, 27)  # 60 days after 09-25 and three days of National Day
        assert [row.key for row in got.unconfirmed] == ["leave.maternity_extra.day_basis"]

    @pytest.mark.parametrize(("child", "days"), [(1, 60), (2, 90), (3, 90)])
    def test_zhejiang_gives_more_for_the_second_child(self, child, days):
        got = maternity(Birth(leave_from=ON, child_number=child), region="CN-ZJ", law=LAW).value
        assert got.extra == Grant(amount=Decimal(days), unit=Unit.CALENDAR_DAYS, basis=DayBasis.CALENDAR)

    def test_henans_three_months_follow_the_98_days(self):
        got = maternity(Birth(leave_from=ON), region="CN-HA", law=LAW).value
        assert (got.national_last, got.last) == (date(2026, 6, 7), date(2026, 9, 7))

    def test_a_province_without_row_is_refused_by_name(self):
        with pytest.raises(MissingParameterError, match=r"leave\.maternity_extra\.days"):
            maternity(Birth(leave_from=ON), region="CN-YN", law=LAW)

    def test_an_early_birth_moves_the_first_day(self):
        birth = Birth(leave_from=date(2026, 3, 20))
        moved = birth.moved(date(2026, 3, 10))
        assert moved.leave_from == moved.born == date(2026, 3, 10)
        assert birth.moved(date(2026, 4, 1)).leave_from == date(2026, 3, 20)

    def test_leave_that_begins_after_the_birth_is_refused(self):
        with pytest.raises(InvalidError):
            maternity(Birth(leave_from=ON, born=date(2026, 3, 1)), region="CN", law=LAW)

    def test_over_an_unpublished_year_the_extended_days_are_provisional(self):
        assert maternity(Birth(leave_from=date(2026, 11, 1)), region="CN-SH", law=LAW).provisional
        assert not maternity(Birth(leave_from=date(2026, 11, 1)), region="CN-ZJ", law=LAW).provisional

    @pytest.mark.parametrize(("months", "days"), [("2", 15), ("3.9", 15), ("4", 42), ("7", 42)])
    def test_miscarriage_by_months_the_bound_included(self, months, days):
        assert miscarriage(Decimal(months), on=ON, law=LAW).value.amount == days


class TestRegionalKinds:
    @pytest.mark.parametrize(
        ("region", "days"),
        [("CN", 3), ("CN-SH", 10), ("CN-BJ", 10), ("CN-GD", 3), ("CN-GD-SZ", 3), ("CN-SX", 30)],
    )
    def test_marriage(self, region, days):
        assert marriage(on=ON, region=region, law=LAW).value.amount == days

    def test_zhejiangs_marriage_leave_by_date(self):
        assert marriage(on=date(2024, 9, 27), region="CN-ZJ", law=LAW).value.amount == 13
        with pytest.raises(MissingParameterError):
            marriage(on=date(2024, 9, 26), region="CN-ZJ", law=LAW)

    def test_henan_adds_seven_for_the_check(self):
        assert marriage(on=ON, region="CN-HA", law=LAW, checked=True).value.amount == 28
        assert marriage(on=ON, region="CN-HA", law=LAW).value.amount == 21

    def test_sichuan_is_shown_as_disputed_and_unconfirmed(self):
        result = marriage(on=ON, region="CN-SC", law=LAW, checked=True)
        assert result.disputed
        assert {row.region for row in result.unconfirmed} >= {"CN-SC"}

    def test_bereavement(self):
        assert bereavement(on=ON, region="CN", law=LAW).value.amount == 3

    def test_paternity_in_days_or_a_month(self):
        assert paternity(on=ON, region="CN-SH", law=LAW).value.amount == 10
        assert paternity(on=ON, region="CN-HA", law=LAW).value.unit is Unit.MONTHS
        with pytest.raises(MissingParameterError):
            paternity(on=ON, region="CN-YN", law=LAW)

    def test_parental_leave_until_the_third_birthday(self):
        born = date(2023, 3, 2)
        assert parental(born, on=date(2026, 3, 1), region="CN-SH", law=LAW).value.amount == 5
        assert parental(born, on=date(2026, 3, 2), region="CN-SH", law=LAW).value.amount == 0
        assert parental(born, on=date(2023, 3, 1), region="CN-GD", law=LAW).value.amount == 0

    def test_only_child_care(self):
        assert only_child_care(on=ON, region="CN-GD", law=LAW).value.amount == 5
        assert only_child_care(on=ON, region="CN-GD", law=LAW, in_hospital=True).value.amount == 15


class TestNursing:
    def test_an_hour_a_day_and_one_more_each_further_infant(self):
        born = date(2026, 1, 10)
        assert nursing_minutes(born, infants=1, on=ON, law=LAW).value == 60
        assert nursing_minutes(born, infants=2, on=ON, law=LAW).value == 120

    def test_not_on_the_first_birthday_nor_before_birth(self):
        born = date(2026, 1, 10)
        assert nursing_minutes(born, infants=1, on=born, law=LAW).value == 60
        assert nursing_minutes(born, infants=1, on=date(2027, 1, 9), law=LAW).value == 60
        assert nursing_minutes(born, infants=1, on=date(2027, 1, 10), law=LAW).value == 0
        assert nursing_minutes(born, infants=1, on=date(2026, 1, 9), law=LAW).value == 0


class TestBasisAndPay:
    @pytest.mark.parametrize("kind", LeaveType)
    def test_every_kind_has_a_basis_and_a_pay(self, kind):
        assert day_basis(kind, on=ON, region="CN", law=LAW).value in DayBasis
        assert paid(kind, on=ON, region="CN", law=LAW).value in {
            "full",
            "sick_pay",
            "maternity_insurance",
            "none",
        }

    def test_the_basis_differs_by_region(self):
        assert (
            day_basis(LeaveType.MATERNITY_EXTRA, on=ON, region="CN-SH", law=LAW).value
            is DayBasis.CALENDAR_EXTENDED
        )
        assert day_basis(LeaveType.MATERNITY_EXTRA, on=ON, region="CN-ZJ", law=LAW).value is DayBasis.CALENDAR

    def test_a_word_that_is_no_basis_is_refused(self):
        row = replace(LAW.parameters.lookup("leave.annual.day_basis", on=ON), value="moons")
        law = replace(LAW, parameters=LAW.parameters.replaced([row]))
        with pytest.raises(InvalidError, match="moons"):
            day_basis(LeaveType.ANNUAL, on=ON, region="CN", law=law)

    def test_a_grant_of_nothing_ends_before_it_begins(self):
        nothing = Grant(amount=Decimal(0), unit=Unit.WORKING_DAYS, basis=DayBasis.WORKING)
        assert grant_ends(nothing, ON, region="CN", law=LAW).value == date(2026, 3, 1)

    def test_a_grant_of_one_day_ends_on_its_day(self):
        one = Grant(amount=Decimal(1), unit=Unit.WORKING_DAYS, basis=DayBasis.WORKING)
        assert grant_ends(one, ON, region="CN", law=LAW).value == ON

    def test_a_grant_of_working_days(self):
        three = Grant(amount=Decimal(3), unit=Unit.WORKING_DAYS, basis=DayBasis.WORKING)
        assert grant_ends(three, date(2026, 3, 6), region="CN", law=LAW).value == date(2026, 3, 10)
