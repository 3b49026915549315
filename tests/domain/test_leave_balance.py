"""Balances: pending requests hold their minutes, pots are drawn in their order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.leave import BalanceError, Pot, available, carry_over, draw

LAW = seed_law()
ON = date(2026, 6, 1)


def pot(name: str, entitled: int, **changes) -> Pot:
    given = {"year": 2026, "usable_from": date(2026, 1, 1), "usable_to": date(2026, 12, 31)}
    return Pot(name=name, entitled=entitled, **{**given, **changes})


class TestAvailable:
    def test_a_second_request_while_the_first_is_pending_sees_less(self):
        assert available([pot("statutory", 2400, taken=480, pending=960)], on=ON) == 960

    def test_a_pot_outside_its_time_gives_nothing(self):
        expired = pot("carried", 480, usable_to=date(2026, 5, 31))
        assert available([expired, pot("statutory", 480)], on=ON) == 480

    def test_the_first_and_last_day_of_a_pot_count(self):
        one = pot("statutory", 480)
        for day in (date(2026, 1, 1), date(2026, 12, 31)):
            assert available([one], on=day) == 480
            assert draw([one], 480, on=day, law=LAW).value[0].minutes == 480
        assert available([one], on=date(2027, 1, 1)) == available([one], on=date(2025, 12, 31)) == 0

    def test_more_taken_than_entitled_is_not_negative(self):
        assert available([pot("statutory", 480, taken=960)], on=ON) == 0


class TestDraw:
    def test_carried_days_go_first_then_statutory_then_the_companys(self):
        pots = [pot("company", 480), pot("statutory", 480), pot("carried", 240)]
        draws = draw(pots, 960, on=ON, law=LAW).value
        assert [(each.pot.name, each.minutes) for each in draws] == [
            ("carried", 240),
            ("statutory", 480),
            ("company", 240),
        ]

    def test_a_half_day_balance_can_be_used(self):
        assert draw([pot("statutory", 240)], 240, on=ON, law=LAW).value[0].minutes == 240

    def test_a_minute_too_many_is_refused(self):
        with pytest.raises(BalanceError, match="1 分钟"):
            draw([pot("statutory", 240)], 241, on=ON, law=LAW)

    def test_what_ends_first_goes_first_within_a_name(self):
        pots = [pot("time_off", 60), pot("time_off", 60, usable_to=date(2026, 7, 31))]
        assert draw(pots, 30, on=ON, law=LAW).value[0].pot.usable_to == date(2026, 7, 31)

    @settings(max_examples=50)
    @given(sizes=st.lists(st.integers(0, 900), min_size=1, max_size=5), data=st.data())
    def test_the_order_of_pots_does_not_matter_and_nothing_is_overdrawn(self, sizes, data):
        names = ["carried", "statutory", "company", "time_off", "other"]
        pots = [pot(name, size) for name, size in zip(names, sizes, strict=False)]
        minutes = data.draw(st.integers(0, sum(sizes)))
        draws = draw(pots, minutes, on=ON, law=LAW).value
        assert sum(each.minutes for each in draws) == minutes
        assert all(each.minutes <= each.pot.free for each in draws)
        assert draws == draw(data.draw(st.permutations(pots)), minutes, on=ON, law=LAW).value


class TestCarryOver:
    def test_with_consent_for_one_year(self):
        carried = carry_over(pot("statutory", 960, taken=480), consented=True, law=LAW).value
        assert (carried.entitled, carried.usable_from, carried.usable_to) == (
            480,
            date(2027, 1, 1),
            date(2027, 12, 31),
        )

    def test_without_consent_or_remainder_nothing_is_carried(self):
        assert carry_over(pot("statutory", 960), consented=False, law=LAW).value is None
        assert carry_over(pot("statutory", 960, taken=960), consented=True, law=LAW).value is None
