"""A planned week: a day of rest, 40 hours, limits a day; and what overtime is reckoned from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.overtime import overtime_base
from webapp.domain.roster import check_week
from webapp.domain.rules import ask

LAW = seed_law()
MONDAY = date(2026, 3, 2)


def week(*hours: str, **given):
    planned = {MONDAY + timedelta(days=n): Decimal(one) for n, one in enumerate(hours)}
    return check_week(MONDAY, planned, region="CN", law=LAW, **given)


class TestWeek:
    def test_five_days_of_eight_hours(self):
        got = week("8", "8", "8", "8", "8").value
        assert (got.hours, got.extension, got.rest_days, got.objections) == (40, 0, 2, ())

    def test_without_a_rest_day_it_is_not_lawful_even_under_40_hours(self):
        result = week(*["5"] * 7)
        assert result.value.rest_days == 0
        assert len(result.value.objections) == 1
        assert "劳动法第38条" in result.articles

    def test_one_rest_day_is_enough(self):
        assert week(*["6"] * 6).value.objections == ()

    def test_hours_beyond_40_are_extension(self):
        assert week(*["8"] * 6).value.extension == 8

    def test_nine_hours_are_the_most_without_special_reason(self):
        assert week("9").value.objections == ()
        assert len(week("9.5").value.objections) == 1

    def test_eleven_with_special_reason(self):
        assert week("11", special_reason=True).value.objections == ()
        assert len(week("11.5", special_reason=True).value.objections) == 1

    def test_an_emergency_lifts_the_daily_limit(self):
        assert week("16", emergency=True).value.objections == ()

    def test_a_day_of_another_week_is_refused(self):
        with pytest.raises(InvalidError):
            check_week(MONDAY, {MONDAY + timedelta(days=7): Decimal(8)}, region="CN", law=LAW)
        with pytest.raises(InvalidError):
            check_week(MONDAY, {MONDAY - timedelta(days=1): Decimal(8)}, region="CN", law=LAW)

    def test_by_name(self):
        days = [{"date": f"2026-03-0{n}", "hours": 10} for n in range(2, 9)]
        got = ask("roster_week", {"first": "2026-03-02", "days": days}, law=LAW).value
        assert (got["hours"], got["rest_days"], got["allowed"], len(got["reasons"])) == (70, 0, False, 8)


class TestBase:
    def base(self, paid: int, agreed: int | None = None, minimum: int | None = None):
        return overtime_base(
            Decimal(paid),
            agreed=None if agreed is None else Decimal(agreed),
            minimum_wage=None if minimum is None else Decimal(minimum),
            on=MONDAY,
            region="CN-BJ",
            law=LAW,
        )

    def test_the_wage_agreed(self):
        assert self.base(9000, 8000).value == 8000

    def test_failing_agreement_the_wage_actually_paid_never_the_minimum(self):
        assert self.base(9000, None, 2540).value == 9000

    def test_a_base_agreed_at_the_minimum_wage_is_doubtful(self):
        assert self.base(9000, 2540, 2540).disputed
        assert not self.base(9000, 2541, 2540).disputed
        assert not self.base(2540, 2540, 2540).disputed
        assert not self.base(9000, 2540).disputed

    def test_by_name(self):
        asked = {"wage_paid": 9000, "on": "2026-03-02", "region": "CN-BJ"}
        assert ask("overtime_base", asked, law=LAW).value == {"base": Decimal(9000)}
