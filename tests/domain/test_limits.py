"""Limits: until when a claim may be raised, what each event starts, how long papers are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.limits.procedure import TERMS, Event, terms_after
from webapp.domain.limits.retention import Record, keep_until
from webapp.domain.parameters import MissingParameterError
from webapp.domain.rules import ask

LAW = seed_law()


def arbitration(**inputs) -> dict:
    return ask("deadline_arbitration", {"knew_on": "2026-03-16", **inputs}, law=LAW).value


class TestArbitration:
    def test_a_year_ends_on_the_corresponding_day(self):
        assert arbitration()["last_day"] == date(2027, 3, 16)

    def test_a_claim_in_between_starts_the_year_again(self):
        found = arbitration(interrupted_on=["2026-12-01", "2026-06-01"])
        assert found["last_day"] == date(2027, 12, 1)

    def test_a_claim_after_the_year_restarts_nothing(self):
        with pytest.raises(InvalidError):
            arbitration(interrupted_on=["2027-04-01"])
        with pytest.raises(InvalidError):
            arbitration(interrupted_on=["2026-03-01"])

    def test_wages_of_a_running_employment_have_no_limit(self):
        assert arbitration(claim="wages") == {"last_day": None, "unlimited": True}

    def test_wages_end_a_year_after_the_employment(self):
        found = arbitration(claim="wages", employment_ended="2026-06-15")
        assert found["last_day"] == date(2027, 6, 15)

    def test_double_pay_is_counted_by_day_in_beijing_only(self):
        by_day = ask(
            "deadline_arbitration",
            {"knew_on": "2026-03-16", "claim": "double_pay", "region": "CN-BJ"},
            law=LAW,
        )
        assert any("按日" in str(reason) for reason in by_day.disputed)
        assert "CN-BJ" in {row.region for row in by_day.parameters}
        elsewhere = ask("deadline_arbitration", {"knew_on": "2026-03-16", "claim": "double_pay"}, law=LAW)
        assert not any("每一日的差额" in str(reason) for reason in elsewhere.disputed)

    def test_unused_leave_is_marked_disputed(self):
        answer = ask("deadline_arbitration", {"knew_on": "2026-03-16", "claim": "unused_leave"}, law=LAW)
        assert answer.disputed

    def test_an_unpublished_year_makes_it_provisional(self):
        assert ask("deadline_arbitration", {"knew_on": "2026-03-16"}, law=LAW).provisional


class TestProcedure:
    def test_an_award_opens_fifteen_and_thirty_days(self):
        found = terms_after(Event.AWARD_RECEIVED, date(2026, 3, 10), law=LAW).value
        assert found == {"lawsuit_due": date(2026, 3, 25), "set_aside_due": date(2026, 4, 9)}

    def test_a_last_day_on_a_holiday_moves_on(self):
        found = terms_after(Event.JUDGMENT_RECEIVED, date(2026, 9, 18), law=LAW).value
        assert found["appeal_due"] == date(2026, 10, 8)  # 10-03 lies in the National Day week

    def test_before_a_hearing_days_count_backwards_and_never_get_shorter(self):
        found = terms_after(Event.HEARING, date(2026, 5, 11), law=LAW).value
        assert found == {"hearing_notice_due": date(2026, 5, 6), "postponement_due": date(2026, 5, 8)}

    @given(event=st.sampled_from(Event), day=st.integers(0, 700))
    @settings(max_examples=60, deadline=None)
    def test_every_deadline_lies_on_a_working_day(self, event, day):
        start = date(2024, 6, 1) + timedelta(days=day)
        for on in terms_after(event, start, law=LAW).value.values():
            assert LAW.calendar.working(on)

    def test_every_term_names_its_article(self):
        assert all(term.article and LAW.parameters.lookup(term.row, on=date(2026, 1, 1)) for term in TERMS)

    def test_as_an_area(self):
        answer = ask("dispute_procedure", {"event": "accepted", "on": "2026-03-09"}, law=LAW)
        assert answer.value["award_due"] == date(2026, 4, 23)
        assert answer.value["award_extended_due"] == date(2026, 5, 8)


class TestFinalAward:
    @pytest.mark.parametrize(
        ("items", "other", "final"),
        [
            ([30480, 30480], False, True),  # each at the limit, whatever the sum
            ([30480.01], False, False),
            ([100], True, False),
        ],
    )
    def test_each_item_is_held_against_twelve_minimum_wages(self, items, other, final):
        inputs = {"items": items, "decided_on": "2026-08-31", "minimum_wage": 2540, "other": other}
        answer = ask("final_award", inputs, law=LAW)
        assert answer.value == {"limit": 30480, "final": final}
        assert ("劳动争议调解仲裁法第50条" in answer.articles) != final

    def test_a_missing_minimum_wage_is_named(self):
        with pytest.raises(MissingParameterError, match=r"wage\.minimum"):
            ask("final_award", {"items": [1], "decided_on": "2026-08-31"}, law=LAW)


class TestHandover:
    def test_fifteen_days_by_default(self):
        assert ask("deadline_handover", {"contract_ended": "2026-06-15"}, law=LAW).value == {
            "due": date(2026, 6, 30)
        }

    def test_a_last_day_in_the_spring_festival_moves_on(self):
        found = ask("deadline_handover", {"contract_ended": "2026-02-03"}, law=LAW).value
        assert found["due"] == date(2026, 2, 24)

    def test_unknown_inputs_are_refused(self):
        with pytest.raises(InvalidError, match="why"):
            ask("deadline_handover", {"contract_ended": "2026-06-15", "why": "x"}, law=LAW)


def test_without_a_hold_a_record_may_go_in_the_end():
    assert keep_until(Record.CONTRACT, date(2026, 6, 15), law=LAW).value == date(2028, 6, 15)


def retention(record: str, **inputs) -> dict:
    return ask("retention", {"record": record, "since": "2026-06-15", **inputs}, law=LAW).value


class TestRetention:
    @pytest.mark.parametrize(
        ("record", "year"),
        [("contract", 2028), ("wage_record", 2028), ("impact_assessment", 2029), ("dismissal_case", 2028)],
    )
    def test_minimum_years(self, record, year):
        assert retention(record)["keep_until"] == date(year, 6, 15)

    def test_attendance_follows_the_region(self):
        assert retention("attendance", region="CN-GD-SZ")["keep_until"] == date(2028, 6, 15)
        with pytest.raises(MissingParameterError, match="attendance_years"):
            retention("attendance")

    def test_a_legal_hold_stops_deletion(self):
        assert retention("contract", legal_hold=True) == {"keep_until": None, "may_delete": False}
