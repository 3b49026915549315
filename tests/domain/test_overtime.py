"""Overtime: three kinds of days, on top of the monthly wage, with caps that allow exactly 36."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.overtime import (
    DayWork,
    OvertimeHours,
    check_all_in_wage,
    check_caps,
    classify,
    irregular_pay,
    overtime_pay,
)

LAW = seed_law()
ON = date(2026, 3, 2)
HOURS = st.decimals(0, 60, places=1)


def work(day: str, hours: str, *, compensated: bool = False) -> DayWork:
    return DayWork(date=date.fromisoformat(day), hours=Decimal(hours), compensated=compensated)


def classified(*works: DayWork, law=LAW, agreed: str | None = None) -> OvertimeHours:
    agreed_hours = None if agreed is None else Decimal(agreed)
    return classify(works, law=law, region="CN", agreed_hours=agreed_hours).value


def with_row(key: str, value):
    row = LAW.parameters.lookup(key, on=ON)
    return replace(LAW, parameters=LAW.parameters.replaced([replace(row, value=value)]))


class TestKinds:
    def test_beyond_eight_hours_on_a_working_day(self):
        assert classified(work("2026-03-02", "10.5")) == OvertimeHours(workday=Decimal("2.5"))

    def test_a_make_up_saturday_is_a_working_day(self):
        assert classified(work("2026-02-14", "8")) == OvertimeHours()

    def test_a_day_off_in_lieu_is_a_rest_day(self):
        assert classified(work("2026-10-05", "8")) == OvertimeHours(rest=Decimal(8))

    def test_time_off_in_lieu_replaces_rest_day_pay(self):
        assert classified(work("2026-03-07", "8", compensated=True)) == OvertimeHours()

    def test_time_off_in_lieu_never_replaces_statutory_day_pay(self):
        assert classified(work("2026-10-01", "8", compensated=True)) == OvertimeHours(statutory=Decimal(8))

    def test_an_agreed_short_shift_counts_by_policy_alone(self):
        assert classified(work("2026-03-02", "5"), agreed="4") == OvertimeHours()
        law = with_row("overtime.threshold_source", "agreement")
        assert classified(work("2026-03-02", "5"), law=law, agreed="4") == OvertimeHours(workday=Decimal(1))
        assert classified(work("2026-03-02", "9"), law=law) == OvertimeHours(workday=Decimal(1))
        assert classified(work("2026-03-02", "11"), law=law, agreed="10") == OvertimeHours(workday=Decimal(3))

    def test_the_working_shows_each_days_overtime(self):
        works = [work("2026-03-02", "10"), work("2026-03-07", "3"), work("2026-10-01", "4")]
        assert [step.figure for step in classify(works, law=LAW, region="CN").steps] == [2, 3, 4]

    def test_an_unpublished_year_is_provisional(self):
        assert classify([work("2027-02-05", "8")], law=LAW, region="CN").provisional

    def test_no_days_need_a_date_from_the_caller(self):
        with pytest.raises(InvalidError):
            classify([], law=LAW, region="CN")
        assert classify([], law=replace(LAW, as_of=ON), region="CN").value == OvertimeHours()

    @settings(max_examples=40)
    @given(data=st.data())
    def test_the_order_of_days_does_not_matter(self, data):
        works = [
            work("2026-02-14", "9"),
            work("2026-02-16", "4"),
            work("2026-02-20", "8"),
            work("2026-03-02", "10"),
        ]
        assert classified(*data.draw(st.permutations(works))) == classified(*works)


class TestPay:
    def test_all_three_kinds(self):
        worked = OvertimeHours(workday=Decimal(10), rest=Decimal(8), statutory=Decimal(8))
        assert overtime_pay(Decimal(8700), worked, on=ON, region="CN", law=LAW).value == Decimal("2750.00")

    def test_the_hourly_wage_is_shown_rounded_and_not_used_rounded(self):
        hour = OvertimeHours(workday=Decimal(1))
        result = overtime_pay(Decimal(6000), hour, on=ON, region="CN", law=LAW)
        assert result.steps[0].figure == Decimal("34.48")
        assert result.value == Decimal("51.72")
        many = overtime_pay(Decimal(6000), OvertimeHours(workday=Decimal(1000)), on=ON, region="CN", law=LAW)
        assert many.value == Decimal("51724.14")  # not 1000 x 34.48 x 1.5

    def test_no_overtime_no_pay(self):
        assert overtime_pay(Decimal(8700), OvertimeHours(), on=ON, region="CN", law=LAW).value == 0

    def test_half_a_fen_is_rounded_up_once(self):
        # 174 paid hours: 1.16 x 1.5 / 174 = 0.01 exactly; 0.58 x 1.5 / 174 = 0.005
        hour = OvertimeHours(workday=Decimal(1))
        assert overtime_pay(Decimal("0.58"), hour, on=ON, region="CN", law=LAW).value == Decimal("0.01")

    @settings(max_examples=60)
    @given(
        wage=st.integers(0, 60000),
        one=st.builds(OvertimeHours, workday=HOURS, rest=HOURS, statutory=HOURS),
        more=HOURS,
    )
    def test_pay_never_falls_when_hours_rise(self, wage, one, more):
        pay = [
            overtime_pay(Decimal(wage), hours, on=ON, region="CN", law=LAW).value
            for hours in (one, one + OvertimeHours(workday=more))
        ]
        assert pay[0] <= pay[1]


class TestIrregular:
    def test_nationally_nothing(self):
        assert irregular_pay(Decimal(8700), Decimal(8), on=ON, region="CN", law=LAW).value == 0

    @pytest.mark.parametrize("region", ["CN-SH", "CN-GD-SZ"])
    def test_shanghai_and_shenzhen_pay_statutory_days_unconfirmed(self, region):
        result = irregular_pay(Decimal(8700), Decimal(8), on=ON, region=region, law=LAW)
        assert result.value == Decimal("1200.00")
        assert result.unconfirmed

    def test_the_rest_of_guangdong_does_not(self):
        assert irregular_pay(Decimal(8700), Decimal(8), on=ON, region="CN-GD", law=LAW).value == 0


class TestCaps:
    def check(self, *hours: str, law=LAW, **given):
        each = [Decimal(one) for one in hours]
        return check_caps(each, on=ON, region="CN", law=law, **given).value

    def test_exactly_36_is_allowed(self):
        assert not self.check(*["3"] * 12, special_reason=True).exceeded

    def test_a_tenth_more_is_not(self):
        got = self.check(*["3"] * 12, "0.1", special_reason=True)
        assert got.exceeded
        assert got.over_by == Decimal("0.1")

    def test_the_daily_limit_is_one_hour_without_special_reason(self):
        assert self.check("1", "1.5", "3").days_over == 2
        assert self.check("1", "1.5", "3", "3.5", special_reason=True).days_over == 1

    def test_whether_rest_days_count_is_a_policy_and_disputed(self):
        result = check_caps([Decimal(30)], on=ON, region="CN", law=LAW, other_hours=Decimal(8))
        assert result.value.exceeded
        assert result.disputed
        law = with_row("overtime.cap_counts", "workdays")
        assert not self.check("30", law=law, other_hours=Decimal(8)).exceeded


class TestAllInWage:
    def test_it_keeps_the_minimum_or_does_not(self):
        worked = OvertimeHours(workday=Decimal(20), rest=Decimal(16))
        keep = [
            check_all_in_wage(
                Decimal(total),
                Decimal(174),
                worked,
                on=ON,
                region="CN-BJ",
                law=LAW,
                minimum_wage=Decimal(2540),
            ).value
            for total in (3450, 3445)  # 2540 / 174 x (174 + 30 + 32) = 3445.06
        ]
        assert keep == [True, False]

    @pytest.mark.parametrize(
        ("worked", "weighted"),
        [
            (OvertimeHours(workday=Decimal(10)), 189),
            (OvertimeHours(rest=Decimal(10)), 194),
            (OvertimeHours(statutory=Decimal(10)), 204),
            (OvertimeHours(workday=Decimal(10), rest=Decimal(10), statutory=Decimal(10)), 239),
        ],
    )
    def test_each_kind_of_hours_weighs_by_its_multiplier(self, worked, weighted):
        for total, kept in ((weighted, True), (Decimal(weighted) - Decimal("0.01"), False)):
            got = check_all_in_wage(
                Decimal(total), Decimal(174), worked, on=ON, region="CN", law=LAW, minimum_wage=Decimal(174)
            )
            assert got.value is kept

    def test_without_the_minimum_wage_it_is_refused_by_name(self):
        with pytest.raises(InvalidError, match="wage.minimum"):
            check_all_in_wage(Decimal(1), Decimal(1), OvertimeHours(), on=ON, region="CN-XX", law=LAW)
