"""A request is assessed in one piece: what it costs, from which year and pot, and what stands against it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from webapp.adapters.lawdata import seed_law
from webapp.domain.leave import DayBasis, Half, LeaveRequest, LeaveSpan, LeaveType, Pot, assess_request

LAW = seed_law()
DAY = 480


def span(first: str, last: str, first_half: str = "am", last_half: str = "pm") -> LeaveSpan:
    return LeaveSpan(
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        first_half=Half(first_half),
        last_half=Half(last_half),
    )


def pot(year: int, days: float, name: str = "statutory", **changes) -> Pot:
    given = {"usable_from": date(year, 1, 1), "usable_to": date(year, 12, 31)}
    return Pot(name=name, year=year, entitled=int(days * DAY), **{**given, **changes})


def assess(
    asked: LeaveSpan,
    *pots: Pot,
    kind: LeaveType = LeaveType.ANNUAL,
    standing=(),
    last_day=None,
    region="CN-SH",
):
    request = LeaveRequest(kind=kind, span=asked, region=region, last_day=last_day)
    return assess_request(request, standing=standing, pots=pots or None, law=LAW)


class TestAssessment:
    def test_annual_leave_over_the_may_holiday(self):
        got = assess(span("2026-04-29", "2026-05-09"), pot(2026, 10)).value
        assert (got.days, got.minutes, got.basis, got.objections) == (6, 6 * DAY, DayBasis.WORKING, ())
        assert [(each.pot.year, each.minutes) for each in got.draws] == [(2026, 6 * DAY)]

    def test_over_new_year_each_part_is_drawn_from_its_year(self):
        result = assess(span("2026-12-30", "2027-01-05"), pot(2026, 2), pot(2027, 5))
        got = result.value
        assert [(part.year, part.count.days) for part in got.parts] == [(2026, 2), (2027, 2)]
        assert [(each.pot.year, each.minutes) for each in got.draws] == [(2026, 2 * DAY), (2027, 2 * DAY)]
        assert got.objections == ()
        assert result.provisional

    def test_what_the_first_part_draws_is_gone_for_the_second(self):
        carried = pot(2026, 3, "carried", usable_to=date(2027, 12, 31))
        got = assess(span("2026-12-30", "2027-01-05"), carried, pot(2027, 1)).value
        assert [(each.pot.name, each.minutes) for each in got.draws] == [
            ("carried", 2 * DAY),
            ("carried", DAY),
            ("statutory", DAY),
        ]

    def test_a_short_balance_is_an_objection_and_the_other_year_still_shown(self):
        got = assess(span("2026-12-30", "2027-01-05"), pot(2026, 1), pot(2027, 5)).value
        assert len(got.objections) == 1
        assert [each.pot.year for each in got.draws] == [2027]

    def test_pending_requests_hold_their_days(self):
        got = assess(span("2026-03-02", "2026-03-03"), pot(2026, 5, pending=4 * DAY)).value
        assert len(got.objections) == 1

    def test_a_half_day_balance(self):
        got = assess(span("2026-03-02", "2026-03-02", "pm"), pot(2026, 0.5)).value
        assert (got.days, got.objections) == (Decimal("0.5"), ())

    def test_an_overlap_is_an_objection(self):
        standing = [span("2026-03-02", "2026-03-02", "pm"), span("2026-03-09", "2026-03-09")]
        assert (
            len(assess(span("2026-03-02", "2026-03-03"), pot(2026, 5), standing=standing).value.objections)
            == 1
        )
        assert not assess(
            span("2026-03-02", "2026-03-02", "am", "am"), pot(2026, 5), standing=standing
        ).value.objections

    def test_leave_after_the_last_day_of_employment(self):
        got = assess(span("2026-03-02", "2026-03-06"), pot(2026, 5), last_day=date(2026, 3, 4)).value
        assert "2026-03-04" in str(got.objections[0])
        assert not assess(
            span("2026-03-02", "2026-03-04"), pot(2026, 5), last_day=date(2026, 3, 4)
        ).value.objections

    def test_days_that_cost_nothing_need_no_leave(self):
        assert len(assess(span("2026-03-07", "2026-03-08"), pot(2026, 5)).value.objections) == 1

    def test_sick_leave_has_no_balance_and_counts_every_day(self):
        got = assess(span("2026-03-06", "2026-03-09"), kind=LeaveType.SICK).value
        assert (got.days, got.draws, got.objections) == (4, (), ())
