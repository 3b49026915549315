"""The traps of the reference, section 5, each as a promise in words; letters as there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.calendar import DayKind
from webapp.domain.errors import InvalidError
from webapp.domain.explain import plain_number
from webapp.domain.hours import CycleKind
from webapp.domain.leave import Birth, maternity
from webapp.domain.overtime import HoursSystem
from webapp.domain.parameters import MissingParameterError
from webapp.domain.permits import Permit, system_on
from webapp.domain.rules import ask

LAW = replace(seed_law(), as_of=date(2026, 11, 1))
SEVERANCE = {
    "hired": "2008-02-01",
    "last_day_inclusive": "2026-07-31",
    "local_avg_monthly_wage_last_year": 12000,
}


def answer(area: str, **inputs):
    return plain_number(ask(area, inputs, law=LAW).value)


def dismissal(ground: str, **inputs):
    return answer("dismissal", ground=ground, on="2026-03-02", **inputs)


def test_a_the_week_has_40_hours_not_the_44_of_the_labour_law():
    assert answer("comprehensive_standards", year_rule="2025+", cycles=["week"])["week"] == 40


def test_b_maternity_leave_is_98_days_not_90():
    assert maternity(Birth(leave_from=date(2026, 3, 2)), region="CN", law=LAW).value.national_days == 98


def test_c_248_days_and_2067_since_2025_with_2175_unchanged():
    now = answer("comprehensive_standards", year_rule="2025+", cycles=["month"])
    before = answer("comprehensive_standards", year_rule="2024", cycles=["month"])
    assert (now["year_workdays"], before["year_workdays"]) == (248, 250)
    assert (now["month"], before["month"]) == (165.36, 166.64)
    assert now["pay_days_per_month"] == before["pay_days_per_month"] == 21.75


def test_d_overtime_comes_on_top_of_the_wage_and_unused_leave_holds_it():
    overtime = answer("overtime_standard", monthly_wage=8700, statutory_holiday_h=8)["overtime_pay"]
    unused = answer("annual_leave_unused_pay", on="2026-06-30", days=1, avg_monthly_wage_ex_overtime=8700)
    assert overtime == unused["total"] == 1200
    assert unused["extra_on_top_of_normal_wage"] == 800


def test_e_the_twelve_year_limit_stands_only_above_three_times_the_average():
    at_line = answer("severance", avg_12m_gross=36000, **SEVERANCE)
    above = answer("severance", avg_12m_gross="36000.01", **SEVERANCE)
    assert (at_line["months_paid"], above["months_paid"]) == (19, 12)


def test_f_the_plus_one_is_last_months_wage():
    got = answer(
        "severance_n_plus_1",
        ground="art40",
        pay_in_lieu_of_notice=True,
        hired="2023-01-16",
        last_day_inclusive="2026-10-15",
        avg_12m_gross=9000,
        previous_month_wage=9600,
        local_avg_monthly_wage_last_year=11000,
    )
    assert got["pay_in_lieu"] == 9600


def test_g_article_42_blocks_40_and_41_and_not_39():
    blocks = {
        ground: [block["article"] for block in dismissal(ground, protections=["maternity"])["blocks"]]
        for ground in ("39(2)", "40(2)", "41")
    }
    assert not any("第42条" in article for article in blocks["39(2)"])
    assert any("第42条" in article for article in blocks["40(2)"])
    assert any("第42条" in article for article in blocks["41"])


@pytest.mark.parametrize("ground", ["39(1)", "39(2)", "39(4)", "40(1)", "40(3)"])
def test_h_the_union_is_told_before_every_unilateral_dismissal(ground):
    blocks = [block["article"] for block in dismissal(ground)["blocks"]]
    assert any("第43条" in article for article in blocks)


def test_i_refusing_a_change_is_no_ground_under_40_3():
    got = dismissal("40(3)", facts={"only_refused_change": True})
    assert got["verdict"] == "blocked"
    assert any("第35条" in block["article"] for block in got["blocks"])


def test_k_statutory_observed_and_in_lieu_days_are_told_apart():
    kinds = [LAW.calendar.day(date(2026, *day)).kind for day in ((10, 3), (10, 5), (4, 6), (2, 20), (2, 14))]
    assert kinds == [DayKind.STATUTORY, DayKind.REST, DayKind.REST, DayKind.REST, DayKind.WORKING]


def test_l_2027_is_never_silently_wrong():
    for area, inputs in (
        ("leave_day_count", {"leave_type": "annual", "from": "2027-02-01", "to": "2027-02-10"}),
        ("deadline_permit", {"accepted": "2027-01-20"}),
        ("overtime_calendar", {"monthly_wage": 8700, "worked_8h_on": ["2027-02-06"]}),
        (
            "comprehensive_hours",
            {
                "cycle": "month",
                "basis": "actual_calendar",
                "monthly_wage": 1,
                "actual_h": 1,
                "first": "2027-02-01",
            },
        ),
    ):
        assert ask(area, inputs, law=LAW).provisional, area


def test_m_a_permit_counts_on_the_day_worked_not_today():
    permit = Permit(
        number="1",
        entity="甲",
        region="CN-SH",
        system=HoursSystem.COMPREHENSIVE,
        posts=frozenset({"客服"}),
        valid_from=date(2025, 1, 1),
        valid_to=date(2025, 12, 31),
        cycle=CycleKind.MONTH,
    )
    where = {"entity": "甲", "post": "客服", "person": "1", "law": LAW}
    assert system_on([permit], on=date(2025, 12, 31), **where).value is HoursSystem.COMPREHENSIVE
    assert system_on([permit], on=date(2026, 1, 1), **where).value is HoursSystem.STANDARD


def test_n_an_evening_shift_can_be_night_work():
    got = answer("night_work_overlap", shifts=[["19:00", "23:00"]], worker="nursing")
    assert (got["night_h"], got["shift_allowed"]) == ([1], [False])


def test_p_parameters_have_validity_and_source():
    for row in LAW.parameters.rows:
        assert row.valid_from
        assert row.source
    with pytest.raises(MissingParameterError, match="2021-12-31"):
        answer("family_leave", leave_type="marriage", on="2021-12-31", region="CN-SH")


def test_q_the_employer_is_the_legal_entity_not_the_group():
    got = dismissal("39(2)", by_contract_employer=False)
    assert got["verdict"] == "blocked"


def test_r_months_of_scattered_sick_leave_are_a_policy_and_shown_as_disputed():
    result = ask(
        "medical_period_use",
        {"months": 3, "within_months": 6, "sick": [["2026-03-05", "2026-03-06"]], "on": "2026-03-31"},
        law=LAW,
    )
    assert any(row.key == "medical_period.month_days" and row.disputed for row in result.parameters)
    assert result.disputed


def test_s_a_clause_of_twice_the_wages_earned_elsewhere_is_void():
    text = "员工兼职的，按兼职期间所得工资的二倍向公司支付违约金。"
    clauses = answer("contract_text", text=text, kind="contract")["void_clauses"]
    assert [clause["article"] for clause in clauses] == ["劳动合同法第25条"]


SHIFT = [["19:00", "23:00"]]


@pytest.mark.parametrize(
    ("at", "shifts", "kept"),
    [
        ("18:50", SHIFT, True),  # a little before the shift is punching in
        ("23:15", SHIFT, True),
        ("12:00", SHIFT, False),  # a lunch hour before an evening shift is private
        ("23:16", SHIFT, False),
        ("02:00", [["22:00", "06:00"]], True),  # a shift over midnight
        ("12:00", [["22:00", "06:00"]], False),
        ("20:30", [["09:00", "18:00"], ["20:00", "21:00"]], True),  # approved overtime is working time
        ("10:00", [], False),  # a day off
    ],
)
def test_j_a_place_is_kept_only_at_a_punch_of_working_time(at, shifts, kept):
    given = {"at": at, "shifts": shifts, "separate_consent": True, "on": "2026-11-24"}
    assert answer("punch_place", **given)["keep_place"] is kept


def test_j_without_separate_consent_no_place_is_kept_and_another_way_is_named():
    given = {"at": "20:00", "shifts": SHIFT, "separate_consent": False, "on": "2026-11-24"}
    result = ask("punch_place", given, law=LAW)
    assert result.value["keep_place"] is False
    assert "其他方式" in str(result.value["reason"])
    assert result.articles == ("个人信息保护法第29条",)


def terms(*versions, **more):
    keys = ("effective_from", "agreed_on", "hours_system")
    rows = [dict(zip(keys, each, strict=True)) for each in versions]
    return answer("cycle_terms", **{"cycle": "quarter", "first": "2026-01-01", "versions": rows, **more})


BASE = ("2025-01-01", "2024-12-20", "comprehensive")


def test_o_a_supplement_counts_from_its_effective_day_in_the_middle_of_a_cycle():
    got = terms(BASE, ("2026-03-01", "2026-02-10", "standard"))
    assert [(s["first"], s["last"], s["hours_system"]) for s in got["spans"]] == [
        ("2026-01-01", "2026-02-28", "comprehensive"),
        ("2026-03-01", "2026-03-31", "standard"),
    ]
    assert got["spans"][0]["standard_h"] < terms(BASE)["spans"][0]["standard_h"] == 496
    assert got["settle_again"] is False


def test_o_one_signed_late_reaches_back_and_the_running_cycle_is_settled_again():
    got = terms(BASE, ("2026-03-01", "2026-03-20", "standard"))
    assert [s["first"] for s in got["spans"]] == ["2026-01-01", "2026-03-01"]
    assert got["settle_again"] is True


def test_o_one_signed_after_the_cycle_reaches_back_into_it_too():
    assert terms(BASE, ("2026-03-01", "2026-05-02", "standard"))["settle_again"] is True
    assert terms(BASE, ("2026-04-01", "2026-05-02", "standard"))["settle_again"] is False


def test_o_of_two_from_one_day_the_later_agreed_counts():
    got = terms(BASE, ("2026-01-01", "2025-12-01", "standard"), ("2026-01-01", "2025-12-20", "irregular"))
    assert [s["hours_system"] for s in got["spans"]] == ["irregular"]


def test_o_before_the_first_agreement_nothing_is_guessed():
    with pytest.raises(InvalidError, match="2026-01-01"):
        terms(("2026-02-01", "2026-01-20", "standard"))
