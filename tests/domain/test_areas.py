"""Areas: what goes in by name and unit, what comes out, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.explain import plain_number
from webapp.domain.parameters import MissingParameterError
from webapp.domain.rules import RULES, ask, find_rule
from webapp.domain.schema import Input, Kind, read
from webapp.domain.text import msg

LAW = replace(seed_law(), as_of=date(2026, 11, 1))

QUESTIONS = [
    ("overtime_days", {"monthly_wage": 8700, "days": [{"date": "2026-02-14", "hours": 10}, {"date": "2026-02-16", "hours": "4.5"}, {"date": "2026-02-21", "hours": 8, "compensated": True}]}, {"workday_h": 2, "rest_day_h": 0, "statutory_holiday_h": 4.5, "overtime_pay": 825.0}),
    ("overtime_irregular", {"monthly_wage": 8700, "statutory_holiday_h": 8, "region": "CN-SH"}, {"overtime_pay": 1200.0}),
    ("all_in_wage", {"total_pay": 5000, "normal_h": 174, "workday_extension_h": 20, "local_min_wage": 2540}, {"minimum_kept": True}),
    ("overtime_cap", {"daily_workday_extensions_h": [2, 2]}, {"total_h": 4, "month_cap_exceeded": False, "days_over_3h": 0, "days_over_limit": 2}),
    ("comprehensive_hours", {"cycle": "month", "basis": "actual_calendar", "monthly_wage": 8700, "actual_h": 138, "first": "2026-02-01"}, {"standard_h": 128, "overtime_150_h": 10, "pay": 750.0}),
    ("comprehensive_hours", {"cycle": "quarter", "monthly_wage": 8700, "actual_h": 10, "first": "2026-01-01", "employed_from": "2026-03-31"}, {"standard_h": 8.41, "overtime_150_h": 1.59, "pay": 119.49}),
    ("comprehensive_standards", {"year_rule": "2024", "cycles": ["half_year"]}, {"half_year": 1000, "year_workdays": 250, "pay_days_per_month": 21.75}),
    ("shift_split", {"on": "2026-09-30", "start": "22:00", "end": "06:00"}, {"pieces": [{"date": "2026-09-30", "minutes": 120, "day_kind": "normal_workday"}, {"date": "2026-10-01", "minutes": 360, "day_kind": "statutory_holiday"}]}),
    ("annual_leave_year", {"year": 2026, "hired": "2015-01-01", "cumulative_since": "2010-01-01", "continuous_since": "2010-01-01"}, {"days": 10, "not_due": []}),
    ("annual_leave_year", {"year": 2026, "hired": "2015-01-01", "cumulative_since": "2010-01-01", "continuous_since": "2010-01-01", "sick_months": 3}, {"days": 0, "days_before_absences": 10}),
    ("annual_leave_unused_pay", {"on": "2026-06-30", "days": 2, "avg_monthly_wage_ex_overtime": 8700, "arranged_by_employer": True, "declined_in_writing": True}, {"total": 800.0, "extra_on_top_of_normal_wage": 0.0}),
    ("leave_day_count", {"leave_type": "sick", "from": "2026-12-30", "to": "2027-01-02", "from_half": "pm"}, {"days": 3.5, "day_basis": "calendar_days", "by_year": {"2026": 1.5, "2027": 2}}),
    ("leave_day_count", {"leave_type": "annual", "from": "2026-03-13", "to": "2026-03-16", "weekly_rest": "Sun"}, {"days": 3, "minutes": 1440}),
    ("medical_period", {"total_service_years": 12, "service_with_this_employer_years": 6, "region": "CN-SH", "on": "2026-03-01"}, {"months": 8, "within_months": None}),
    ("medical_period_use", {"months": 3, "within_months": 6, "sick": [["2026-03-05", "2026-03-10"]], "on": "2026-03-31"}, {"window_last": "2026-09-05", "used_days": 6, "over": False}),
    ("sick_pay_floor", {"on": "2026-03-01", "local_min_wage": 2540}, {"monthly_floor": 2032.0}),
    ("maternity_leave", {"leave_from": "2026-03-02", "region": "CN-HA"}, {"national_days": 98, "extra": 3, "extra_unit": "months", "last_day": "2026-09-07"}),
    ("maternity_leave", {"leave_from": "2026-03-02"}, {"extra": None, "extra_unit": None, "last_day": "2026-06-07"}),
    ("family_leave", {"leave_type": "marriage", "on": "2026-03-02", "region": "CN-BJ"}, {"amount": 10, "pay": "full"}),
    ("family_leave", {"leave_type": "bereavement", "on": "2026-03-02"}, {"amount": 3, "day_basis": "working_days"}),
    ("family_leave", {"leave_type": "paternity", "on": "2026-03-02", "region": "CN-HA"}, {"amount": 1, "unit": "months"}),
    ("family_leave", {"leave_type": "parental", "on": "2026-03-02", "region": "CN-GD", "child_born": "2025-01-01"}, {"amount": 10}),
    ("family_leave", {"leave_type": "only_child_care", "on": "2026-03-02", "region": "CN-GD", "in_hospital": True}, {"amount": 15}),
    ("night_work_overlap", {"shifts": [["19:00", "23:00"]], "worker": "none"}, {"night_h": [1], "shift_allowed": [True]}),
    ("protection_status", {"on": "2026-03-02", "infant_born": "2026-01-01"}, {"protections": ["nursing"]}),
    ("nursing_time", {"on": "2026-03-02", "infant_born": "2026-01-01", "infants": 2}, {"minutes_per_day": 120}),
    ("retirement_month", {"born": "1965-01-01", "group": "man"}, {"age_years": 60, "age_months": 1, "retirement_month": "2025-02"}),
    ("work_injury_leave", {"start": "2026-03-01"}, {"last_day": "2027-02-28"}),
    ("deadline_permit_delivery", {"decided": "2026-09-24"}, {"due": "2026-10-15"}),
    ("permit_renewal", {"valid_to": "2026-11-02"}, {"reminders": ["2026-09-03", "2026-09-18"], "apply_by": "2026-09-30", "falls_back_to_standard_on": "2026-11-03"}),
    ("permit_day_maximum", {"worked_on": "2026-03-02", "hours": 15, "region": "CN-TJ"}, {"allowed": False}),
    ("deadline", {"start": "2026-09-16", "amount": 15, "unit": "calendar_days"}, {"due": "2026-10-08"}),
    ("deadline_before", {"end": "2026-10-09", "amount": 2, "unit": "working_days"}, {"latest": "2026-09-30"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("area", "inputs", "expected"), QUESTIONS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_an_area_answers(area, inputs, expected):
    result = ask(area, inputs, law=LAW)
    answer = plain_number(result.value)
    assert {name: answer[name] for name in expected} == expected
    assert result.steps
    assert result.inputs


class TestPermitsByName:
    PERMIT = {
        "number": "1",
        "entity": "甲",
        "system": "comprehensive",
        "posts": ["客服"],
        "valid_from": "2026-03-01",
        "valid_to": "2027-02-28",
        "cycle": "quarter",
    }

    def ask(self, permit: dict, **changes) -> dict:
        given = {"worked_on": "2026-04-01", "entity": "甲", "post": "客服", "permits": [permit]}
        return ask("permit_valid_on", {**given, **changes}, law=LAW).value

    def test_a_permit_valid_on_the_day_worked(self):
        assert self.ask(self.PERMIT) == {"hours_system": "comprehensive", "permit": "1"}

    def test_the_day_after_it_is_standard_hours(self):
        assert self.ask(self.PERMIT, worked_on="2027-03-01") == {"hours_system": "standard", "permit": None}

    def test_an_irregular_permit_without_cycle(self):
        irregular = {name: value for name, value in self.PERMIT.items() if name != "cycle"}
        assert self.ask({**irregular, "system": "irregular"})["hours_system"] == "irregular"

    def test_a_misspelt_column_of_a_permit_is_refused(self):
        with pytest.raises(InvalidError, match="postz"):
            self.ask({**self.PERMIT, "postz": []})

    def test_documents_by_region(self):
        assert len(ask("permit_materials", {"region": "CN-SH"}, law=LAW).value["materials"]) == 6


class TestRefusals:
    def test_an_unknown_area(self):
        with pytest.raises(NotFoundError, match="moon"):
            find_rule("moon")

    def test_an_unknown_input_is_named(self):
        with pytest.raises(InvalidError, match="monthly_wages") as caught:
            ask("overtime_standard", {"monthly_wage": 1, "monthly_wages": 2}, law=LAW)
        assert list(caught.value.fields) == ["monthly_wages"]

    def test_every_wrong_field_is_named_at_once(self):
        with pytest.raises(InvalidError) as caught:
            ask("annual_leave_new_joiner", {"hired": "1.4.2026", "cumulative_service_years": -1}, law=LAW)
        assert set(caught.value.fields) == {
            "hired",
            "cumulative_service_years",
            "continuous_service_12_months",
        }

    def test_parental_leave_needs_the_child(self):
        with pytest.raises(InvalidError, match="child_born"):
            ask("family_leave", {"leave_type": "parental", "on": "2026-03-02", "region": "CN-GD"}, law=LAW)

    def test_a_year_rule_that_is_no_year(self):
        with pytest.raises(InvalidError, match="year_rule"):
            ask("comprehensive_standards", {"year_rule": "soon", "cycles": ["week"]}, law=LAW)

    def test_the_actual_calendar_needs_the_first_day(self):
        asked = {"cycle": "month", "basis": "actual_calendar", "monthly_wage": 1, "actual_h": 1}
        with pytest.raises(InvalidError, match="first"):
            ask("comprehensive_hours", asked, law=LAW)

    def test_a_year_out_of_range(self):
        asked = {
            "year": 99999,
            "hired": "2020-01-01",
            "cumulative_since": "2020-01-01",
            "continuous_since": "2020-01-01",
        }
        with pytest.raises(InvalidError, match="年度"):
            ask("annual_leave_year", asked, law=LAW)

    def test_a_weekday_that_is_none(self):
        asked = {"leave_type": "annual", "from": "2026-03-13", "to": "2026-03-16", "weekly_rest": "Sat/Moon"}
        with pytest.raises(InvalidError, match="Moon"):
            ask("leave_day_count", asked, law=LAW)

    def test_a_missing_parameter_names_the_row(self):
        with pytest.raises(MissingParameterError, match=r"wage\.minimum"):
            ask("sick_pay_floor", {"on": "2026-03-01", "region": "CN-YN"}, law=LAW)

    def test_without_a_day_and_without_today_it_is_refused(self):
        with pytest.raises(InvalidError, match="on"):
            ask("overtime_standard", {"monthly_wage": 1}, law=replace(LAW, as_of=None))

    def test_a_question_about_the_past_uses_the_rows_of_that_date(self):
        asked = {"cycle": "month", "monthly_wage": 8700, "actual_h": 170, "first": "2024-11-01"}
        assert ask("comprehensive_hours", asked, law=LAW).value["standard_h"] == Decimal("166.64")


class TestReading:
    def read(self, kind: Kind, raw, **given):
        each = Input(name="x", kind=kind, title=msg("x"), **given)
        return read((each,), {"x": raw})["x"]

    @pytest.mark.parametrize(
        ("kind", "raw", "value"),
        [
            (Kind.DATE, "2026-03-09", date(2026, 3, 9)),
            (Kind.DATE, date(2026, 3, 9), date(2026, 3, 9)),
            (Kind.TIME, "22:00", time(22)),
            (Kind.TIME, time(22), time(22)),
            (Kind.NUMBER, 8.1, Decimal("8.1")),
            (Kind.NUMBER, 0, Decimal(0)),
            (Kind.NUMBER, 10**12, Decimal(10**12)),
            (Kind.WHOLE, 10**5, 10**5),
            (Kind.DATE, "1900-01-01", date(1900, 1, 1)),
            (Kind.DATE, "2199-12-31", date(2199, 12, 31)),
            (Kind.NUMBER, "8.10", Decimal("8.10")),
            (Kind.NUMBER, Decimal("0.1"), Decimal("0.1")),
            (Kind.WHOLE, 3.0, 3),
            (Kind.SWITCH, False, False),
            (Kind.WORD, "a", "a"),
            (Kind.REGION, "national", "CN"),
            (Kind.REGION, "CN-GD-SZ", "CN-GD-SZ"),
            (Kind.RECORD, {"a": 1}, {"a": 1}),
        ],
    )
    def test_a_value_is_read(self, kind, raw, value):
        got = self.read(kind, raw)
        assert got == value
        assert type(got) is type(value)

    @pytest.mark.parametrize(
        ("kind", "raw"),
        [
            (Kind.DATE, "2026-02-30"),
            (Kind.DATE, 20260309),
            (Kind.TIME, "25:00"),
            (Kind.TIME, 22),
            (Kind.NUMBER, "eight"),
            (Kind.NUMBER, True),
            (Kind.NUMBER, [1]),
            (Kind.NUMBER, -1),
            (Kind.NUMBER, "NaN"),
            (Kind.NUMBER, "Infinity"),
            (Kind.NUMBER, 10**13),
            (Kind.WHOLE, 10**6),
            (Kind.DATE, "1899-12-31"),
            (Kind.DATE, date(2200, 1, 1)),
            (Kind.WHOLE, 1.5),
            (Kind.SWITCH, 1),
            (Kind.SWITCH, "true"),
            (Kind.WORD, ""),
            (Kind.WORD, 1),
            (Kind.REGION, "SH"),
            (Kind.REGION, "CN-"),
            (Kind.REGION, 31),
            (Kind.REGION, ["CN"]),
            (Kind.RECORD, [1]),
        ],
    )
    def test_a_value_that_cannot_be_read_is_refused_with_the_name(self, kind, raw):
        with pytest.raises(InvalidError, match="x"):
            self.read(kind, raw)

    def test_lists_and_lists_of_pairs(self):
        assert self.read(Kind.WHOLE, [1, 2], many=1) == (1, 2)
        assert self.read(Kind.WHOLE, [[1, 2]], many=2, size=2) == ((1, 2),)
        for wrong in (3, [3], [[1, 2, 3]]):
            with pytest.raises(InvalidError):
                self.read(Kind.WHOLE, wrong, many=2, size=2)

    def test_a_word_outside_the_choices_is_refused(self):
        with pytest.raises(InvalidError, match="甲、乙"):
            self.read(Kind.WORD, "丙", choices=("甲", "乙"))

    def test_null_is_as_good_as_left_out(self):
        assert self.read(Kind.WORD, None, required=False, default="a") == "a"
        with pytest.raises(InvalidError):
            self.read(Kind.WORD, None)


def test_areas_have_one_name_each():
    names = [rule.area for rule in RULES.values()]
    assert len(names) == len(set(names)) >= 30
