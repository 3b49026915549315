"""Permits count on the day worked, for the entity, the post and the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.hours import CycleKind
from webapp.domain.overtime import HoursSystem
from webapp.domain.parameters import MissingParameterError
from webapp.domain.permits import (
    Permit,
    PermitState,
    Post,
    check_day_maximum,
    correction_deadline,
    decision_deadlines,
    delivery_deadline,
    granted_to,
    materials,
    permit_on,
    renewal,
    silence_day,
    state_on,
    system_on,
    system_spans,
)

LAW = seed_law()


def permit(**changes) -> Permit:
    given = {
        "number": "沪人社工时〔2026〕1号",
        "entity": "甲公司",
        "region": "CN-SH",
        "system": HoursSystem.COMPREHENSIVE,
        "posts": frozenset({"客服"}),
        "valid_from": date(2026, 3, 1),
        "valid_to": date(2027, 2, 28),
        "cycle": CycleKind.QUARTER,
    }
    return Permit(**{**given, **changes})


def system(
    on: str, *permits: Permit, entity: str = "甲公司", post: str = "客服", person: str = "1"
) -> HoursSystem:
    day = date.fromisoformat(on)
    return system_on(permits, entity=entity, post=post, person=person, on=day, law=LAW).value


class TestTheDayWorked:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            ("2026-02-28", HoursSystem.STANDARD),
            ("2026-03-01", HoursSystem.COMPREHENSIVE),
            ("2027-02-28", HoursSystem.COMPREHENSIVE),
            ("2027-03-01", HoursSystem.STANDARD),
        ],
    )
    def test_both_ends_count(self, day, expected):
        assert system(day, permit()) is expected

    def test_another_post_falls_back_to_standard_hours(self):
        assert system("2026-04-01", permit(), post="仓管") is HoursSystem.STANDARD

    def test_a_sister_company_is_another_employer(self):
        assert system("2026-04-01", permit(), entity="乙公司") is HoursSystem.STANDARD

    def test_a_list_of_persons_covers_these_alone(self):
        named = permit(persons=frozenset({"2"}))
        assert system("2026-04-01", named) is HoursSystem.STANDARD
        assert system("2026-04-01", named, person="2") is HoursSystem.COMPREHENSIVE

    def test_a_revoked_permit_ends_that_day(self):
        revoked = permit(revoked_on=date(2026, 5, 1))
        assert system("2026-04-30", revoked) is HoursSystem.COMPREHENSIVE
        assert system("2026-05-01", revoked) is HoursSystem.STANDARD

    def test_the_states(self):
        one = permit(revoked_on=date(2026, 12, 1))
        states = [state_on(one, date(2026, month, 1)) for month in (2, 4, 12)]
        assert states == [PermitState.NOT_YET, PermitState.VALID, PermitState.REVOKED]
        assert state_on(permit(), date(2027, 3, 1)) is PermitState.EXPIRED

    def test_the_permit_granted_last_answers_whatever_the_order(self):
        old, new = permit(), permit(number="2", valid_from=date(2026, 6, 1), cycle=CycleKind.YEAR)
        for order in ((old, new), (new, old)):
            found = permit_on(order, entity="甲公司", post="客服", person="1", on=date(2026, 7, 1))
            assert found == new


class TestSpans:
    def spans(self, posts, *permits, last="2026-06-30"):
        return [
            (span.first.isoformat(), span.last.isoformat(), span.system.value)
            for span in system_spans(
                permits,
                posts,
                entity="甲公司",
                person="1",
                first=date(2026, 4, 1),
                last=date.fromisoformat(last),
            )
        ]

    def test_a_transfer_in_mid_cycle_cuts_it(self):
        posts = [Post(since=date(2026, 5, 11), post="仓管"), Post(since=date(2025, 1, 1), post="客服")]
        assert self.spans(posts, permit()) == [
            ("2026-04-01", "2026-05-10", "comprehensive"),
            ("2026-05-11", "2026-06-30", "standard"),
        ]

    def test_a_permit_that_ends_in_mid_cycle_cuts_it(self):
        posts = [Post(since=date(2025, 1, 1), post="客服")]
        assert self.spans(posts, permit(valid_to=date(2026, 4, 30))) == [
            ("2026-04-01", "2026-04-30", "comprehensive"),
            ("2026-05-01", "2026-06-30", "standard"),
        ]

    def test_without_permits_all_is_standard(self):
        assert self.spans([Post(since=date(2025, 1, 1), post="客服")]) == [
            ("2026-04-01", "2026-06-30", "standard")
        ]

    def test_without_a_post_on_the_first_day_it_is_refused(self):
        with pytest.raises(InvalidError):
            self.spans([Post(since=date(2026, 4, 2), post="客服")])
        with pytest.raises(InvalidError):
            self.spans([])


class TestRefusals:
    def test_a_permit_that_ends_before_it_begins(self):
        with pytest.raises(InvalidError):
            permit(valid_to=date(2026, 2, 28))

    def test_a_permit_for_standard_hours(self):
        with pytest.raises(InvalidError):
            permit(system=HoursSystem.STANDARD)

    def test_a_comprehensive_permit_without_cycle(self):
        with pytest.raises(InvalidError):
            permit(cycle=None)

    def test_an_irregular_permit_needs_none(self):
        assert permit(system=HoursSystem.IRREGULAR, cycle=None).cycle is None


class TestDeadlines:
    def test_decision_twenty_working_days_and_ten_more(self):
        got = decision_deadlines(date(2026, 3, 9), law=LAW, region="CN")
        assert got.value == (date(2026, 4, 7), date(2026, 4, 21))
        assert "行政许可法第82条" in got.articles

    def test_a_region_can_be_faster(self):
        assert decision_deadlines(date(2026, 3, 9), law=LAW, region="CN-SD-JN").value[0] == date(2026, 3, 16)

    def test_correction_notice_over_the_may_holiday(self):
        assert correction_deadline(date(2026, 4, 27), law=LAW, region="CN").value == (
            date(2026, 5, 7),
            date(2026, 4, 27),
        )

    def test_silence_speaks_on_the_working_day_after(self):
        assert silence_day(date(2026, 4, 27), law=LAW, region="CN").value == date(2026, 5, 8)

    def test_delivery_ten_working_days_after_the_decision(self):
        assert delivery_deadline(date(2026, 9, 24), law=LAW, region="CN").value == date(2026, 10, 15)

    def test_the_new_year_makes_it_provisional(self):
        assert decision_deadlines(date(2026, 12, 15), law=LAW, region="CN").provisional


class TestRenewal:
    def test_thirty_days_before_expiry_moved_back_never_forward(self):
        got = renewal(date(2026, 11, 2), law=LAW, region="CN").value
        assert got.apply_by == date(2026, 9, 30)
        assert got.falls_back_on == date(2026, 11, 3)

    @settings(max_examples=40)
    @given(end=st.dates(date(2025, 6, 1), date(2026, 12, 31)))
    def test_reminders_come_before_the_last_day_to_apply(self, end):
        got = renewal(end, law=LAW, region="CN").value
        assert sorted(got.reminders) == list(got.reminders)
        assert got.reminders[-1] <= got.apply_by <= end - timedelta(days=30)
        assert all(LAW.calendar.working(day) for day in (*got.reminders, got.apply_by))


class TestRegions:
    def test_the_usual_validity_where_it_is_known(self):
        assert granted_to(date(2026, 3, 1), law=LAW, region="CN-CENTRAL").value == date(2029, 2, 28)

    def test_elsewhere_the_missing_row_is_named(self):
        with pytest.raises(MissingParameterError, match=r"permit\.first_months"):
            granted_to(date(2026, 3, 1), law=LAW, region="CN-SH")
        with pytest.raises(MissingParameterError, match=r"permit\.renewal_months"):
            granted_to(date(2026, 3, 1), law=LAW, region="CN-SH", renewed=True)

    @pytest.mark.parametrize("region", ["CN-SH", "CN-BJ", "CN-GD", "CN-GD-SZ", "CN-CENTRAL"])
    def test_documents_by_region(self, region):
        assert len(materials(on=date(2026, 3, 1), region=region, law=LAW).value) > 4

    def test_a_region_without_list_is_refused(self):
        with pytest.raises(MissingParameterError):
            materials(on=date(2026, 3, 1), region="CN-YN", law=LAW)

    def test_tianjins_daily_maximum(self):
        on = date(2026, 3, 2)
        assert check_day_maximum(Decimal(15), on=on, region="CN-TJ", law=LAW).value
        assert not check_day_maximum(Decimal(14), on=on, region="CN-TJ", law=LAW).value
        assert not check_day_maximum(Decimal(15), on=on, region="CN-SH", law=LAW).value

    def test_heavy_labour_stops_at_eleven_hours(self):
        on = date(2026, 3, 2)
        assert check_day_maximum(Decimal(12), on=on, region="CN", law=LAW, heavy_labour=True).value
        assert not check_day_maximum(Decimal(11), on=on, region="CN", law=LAW, heavy_labour=True).value


def test_a_permit_is_changed_by_making_another():
    one = permit()
    assert replace(one, number="2").number == "2"
    assert one.number != "2"
