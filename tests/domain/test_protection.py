"""Special protection: statuses by dates, shifts held against the night, retirement by birth month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.hours import Window, shift_session
from webapp.domain.parameters import MissingParameterError
from webapp.domain.periods import add_months
from webapp.domain.protection import (
    Protection,
    Retiree,
    Worker,
    check_shift,
    duties,
    protections,
    read_window,
    retirement,
)

LAW = seed_law()
ON = date(2026, 3, 2)


def statuses(worker: Worker, on: date = ON) -> frozenset[Protection]:
    return protections(worker, on=on, law=LAW, region="CN").value


class TestStatuses:
    def test_seven_months_the_day_included(self):
        worker = Worker(pregnant_since=date(2025, 8, 2))
        assert statuses(worker, date(2026, 3, 1)) == {Protection.PREGNANT}
        assert statuses(worker, date(2026, 3, 2)) == {Protection.LATE_PREGNANT}

    def test_not_before_and_not_after_the_pregnancy(self):
        assert statuses(Worker(pregnant_since=date(2026, 3, 3))) == frozenset()
        assert statuses(Worker(pregnant_since=date(2025, 8, 1), pregnancy_ended=ON)) == frozenset()

    def test_birth_ends_the_pregnancy_and_begins_nursing(self):
        worker = Worker(pregnant_since=date(2025, 6, 1), infant_born=date(2026, 3, 1))
        assert statuses(worker) == {Protection.NURSING}
        assert statuses(worker, date(2026, 2, 28)) == {Protection.LATE_PREGNANT}

    def test_nursing_until_the_first_birthday(self):
        worker = Worker(infant_born=date(2025, 3, 3))
        assert statuses(worker, date(2026, 3, 2)) == {Protection.NURSING}
        assert statuses(worker, date(2026, 3, 3)) == frozenset()

    @pytest.mark.parametrize(
        ("born", "status"),
        [
            ("2010-03-03", Protection.CHILD),
            ("2010-03-02", Protection.MINOR),
            ("2008-03-03", Protection.MINOR),
            ("2008-03-02", None),
        ],
    )
    def test_age_turns_on_the_birthday(self, born, status):
        assert statuses(Worker(born=date.fromisoformat(born))) == (
            frozenset() if status is None else {status}
        )

    def test_nothing_told_nothing_known(self):
        assert statuses(Worker()) == frozenset()

    def test_each_status_brings_its_duties_with_article(self):
        for status in (Protection.PREGNANT, Protection.LATE_PREGNANT, Protection.NURSING, Protection.MINOR):
            assert all(article for _, article in duties(frozenset({status})))
            assert duties(frozenset({status}))
        assert duties(frozenset()) == ()


class TestShifts:
    def check(self, start: int, end: int, *who: Protection, law=LAW, **given):
        shift = shift_session(ON, time(start), time(end))
        return check_shift(shift, frozenset(who), law=law, region="CN", **given)

    @pytest.mark.parametrize("who", [Protection.LATE_PREGNANT, Protection.NURSING])
    def test_an_evening_shift_that_touches_the_night_is_blocked(self, who):
        result = self.check(19, 23, who)
        assert not result.value.allowed
        assert result.value.night_hours == 1
        assert any("女职工劳动保护特别规定" in article for article in result.articles)

    @pytest.mark.parametrize("who", [Protection.LATE_PREGNANT, Protection.NURSING])
    def test_a_day_shift_is_allowed_but_not_overtime(self, who):
        assert self.check(14, 22, who).value.allowed
        assert not self.check(14, 22, who, overtime_hours=Decimal("0.5")).value.allowed

    def test_early_pregnancy_alone_does_not_bar_the_night(self):
        assert self.check(22, 6, Protection.PREGNANT).value.allowed

    def test_a_child_may_not_work_at_all(self):
        assert not self.check(9, 17, Protection.CHILD).value.allowed

    def test_the_night_of_minors_is_a_regional_switch(self):
        assert self.check(22, 6, Protection.MINOR).value.allowed
        row = LAW.parameters.lookup("protection.minor_night_ban", on=ON)
        law = replace(LAW, parameters=LAW.parameters.replaced([replace(row, value=True)]))
        assert not self.check(22, 6, Protection.MINOR, law=law).value.allowed
        assert self.check(9, 17, Protection.MINOR, law=law).value.allowed

    def test_another_window_can_be_given(self):
        assert self.check(
            19, 23, Protection.NURSING, window=Window(start=time(23), end=time(5))
        ).value.allowed

    def test_a_window_is_read_from_text(self):
        assert read_window("22:00-06:00") == Window(start=time(22), end=time(6))
        for wrong in ("22:00", "22:00-25:00", "a-b-c"):
            with pytest.raises(InvalidError):
                read_window(wrong)


class TestRetirement:
    @pytest.mark.parametrize(
        ("born", "group", "age", "month"),
        [
            ("1964-12-31", Retiree.MAN, (60, 0), "2024-12"),
            ("1965-01-01", Retiree.MAN, (60, 1), "2025-02"),
            ("1965-04-30", Retiree.MAN, (60, 1), "2025-05"),
            ("1965-05-01", Retiree.MAN, (60, 2), "2025-07"),
            ("1976-09-01", Retiree.MAN, (63, 0), "2039-09"),
            ("1990-01-31", Retiree.MAN, (63, 0), "2053-01"),
            ("1970-01-15", Retiree.WOMAN_CADRE, (55, 1), "2025-02"),
            ("1981-09-01", Retiree.WOMAN_CADRE, (58, 0), "2039-09"),
            ("1975-01-15", Retiree.WOMAN_WORKER, (50, 1), "2025-02"),
            ("1975-03-01", Retiree.WOMAN_WORKER, (50, 2), "2025-05"),
            ("1984-11-01", Retiree.WOMAN_WORKER, (55, 0), "2039-11"),
        ],
    )
    def test_by_birth_month(self, born, group, age, month):
        result = retirement(date.fromisoformat(born), group, on=ON, law=LAW)
        assert (result.value.age.years, result.value.age.months) == age
        assert f"{result.value.month:%Y-%m}" == month
        assert result.unconfirmed  # the tables were not read

    def test_before_the_reform_its_rows_are_missing_by_name(self):
        with pytest.raises(MissingParameterError, match="retirement"):
            retirement(date(1965, 1, 1), Retiree.MAN, on=date(2024, 12, 31), law=LAW)

    @settings(max_examples=60)
    @given(born=st.dates(date(1955, 1, 1), date(2000, 12, 31)), group=st.sampled_from(Retiree))
    def test_the_younger_never_retire_earlier(self, born, group):
        one = retirement(born, group, on=ON, law=LAW).value
        other = retirement(add_months(born, 1), group, on=ON, law=LAW).value
        assert one.month < other.month
        assert one.age <= other.age
