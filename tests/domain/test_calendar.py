"""The calendar answers day by day as the official notices do."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.calendar import Calendar, DayKind, YearArrangement, provisional_reason
from webapp.domain.errors import InvalidError

CALENDAR = seed_law().calendar
PUBLISHED = (2024, 2025, 2026)


def days_of(*years: int) -> list[date]:
    """All days of the years."""
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


class TestDayByDay:
    def test_working_days_agree_with_chinesecalendar(self):
        differing = [
            day for day in days_of(*PUBLISHED) if CALENDAR.working(day) != chinese_calendar.is_workday(day)
        ]
        assert differing == []

    def test_working_days_agree_with_holidays(self):
        other = holidays.China(years=PUBLISHED, language="en_US")
        differing = [day for day in days_of(*PUBLISHED) if CALENDAR.working(day) != other.is_working_day(day)]
        assert differing == []

    @pytest.mark.parametrize("year", [*PUBLISHED, 2027])
    def test_statutory_days_agree_with_holidays(self, year: int):
        other = holidays.China(years=year, language="en_US")
        theirs = {day for day, name in other.items() if "observed" not in name and "Day off" not in name}
        ours = {day for day in days_of(year) if CALENDAR.day(day).kind is DayKind.STATUTORY}
        assert ours == theirs

    @pytest.mark.parametrize(("year", "number"), [(2024, 11), (2025, 13), (2026, 13), (2027, 13)])
    def test_thirteen_statutory_days_since_2025(self, year: int, number: int):
        assert CALENDAR.count(date(year, 1, 1), date(year, 12, 31), kind=DayKind.STATUTORY) == number

    def test_248_working_days_in_2025_and_2026(self):
        for year in (2025, 2026):
            assert CALENDAR.working_days(date(year, 1, 1), date(year, 12, 31)) == 248


class TestThreeKindsAreToldApart:
    @pytest.mark.parametrize(
        ("day", "kind"),
        [
            ("2026-02-14", DayKind.WORKING),  # make-up Saturday
            ("2026-02-16", DayKind.STATUTORY),  # 除夕, since 2025
            ("2026-02-20", DayKind.REST),  # day off in lieu
            ("2026-02-21", DayKind.REST),
            ("2026-10-03", DayKind.STATUTORY),
            ("2026-10-05", DayKind.REST),  # only an observed day
            ("2026-04-06", DayKind.REST),  # observed for 04-05, a Sunday
            ("2024-02-09", DayKind.WORKING),  # 除夕 before 2025
        ],
    )
    def test_kind(self, day: str, kind: DayKind):
        assert CALENDAR.day(date.fromisoformat(day)).kind is kind

    def test_a_make_up_day_says_so(self):
        day = CALENDAR.day(date(2026, 2, 14))
        assert day.makeup
        assert day.working

    def test_a_statutory_day_has_its_name(self):
        assert CALENDAR.day(date(2026, 9, 25)).name == "中秋节"

    def test_each_day_names_the_notice(self):
        assert "国办发明电〔2025〕7号" in CALENDAR.day(date(2026, 9, 25)).source


class TestUnpublishedYears:
    def test_2027_is_provisional_and_has_no_make_up_days(self):
        day = CALENDAR.day(date(2027, 2, 5))
        assert day.provisional
        assert day.kind is DayKind.STATUTORY
        assert not CALENDAR.published(2027)

    def test_a_year_without_data_knows_only_the_fixed_days(self):
        assert CALENDAR.day(date(2031, 10, 1)).kind is DayKind.STATUTORY
        assert CALENDAR.day(date(2031, 10, 1)).provisional
        assert CALENDAR.day(date(2031, 10, 4)).kind is DayKind.REST  # a Saturday
        assert CALENDAR.day(date(2031, 10, 6)).kind is DayKind.WORKING
        assert CALENDAR.arrangement(2031) is None

    def test_published_days_are_not_provisional(self):
        assert not CALENDAR.day(date(2026, 5, 9)).provisional
        assert CALENDAR.day(date(2026, 5, 9)).makeup
        assert not CALENDAR.day(date(2026, 5, 8)).makeup

    def test_the_unpublished_years_of_a_span_are_named(self):
        assert CALENDAR.unpublished(date(2026, 12, 1), date(2028, 1, 2)) == (2027, 2028)
        assert "2027" in str(provisional_reason(2027))


class TestOtherWeeks:
    def test_an_agreed_six_day_week_rests_on_sunday_alone(self):
        six = CALENDAR.resting({6})
        assert six.working(date(2026, 3, 14))
        assert not six.working(date(2026, 3, 15))

    def test_no_days_when_last_is_before_first(self):
        assert list(CALENDAR.span(date(2026, 3, 2), date(2026, 3, 1))) == []


class TestRefusals:
    def test_a_day_of_another_year_is_refused(self):
        with pytest.raises(InvalidError):
            YearArrangement(year=2026, source="x", statutory={date(2025, 1, 1): "元旦"})

    def test_a_day_both_free_and_worked_is_refused(self):
        days = frozenset({date(2026, 1, 4), date(2026, 2, 14)})
        with pytest.raises(InvalidError, match="2026-01-04"):
            YearArrangement(year=2026, source="x", statutory={}, off=days, makeup=days)

    def test_two_arrangements_of_one_year_are_refused(self):
        one = YearArrangement(year=2026, source="x", statutory={})
        with pytest.raises(InvalidError):
            Calendar(years=(one, one))
