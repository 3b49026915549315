"""Timer arithmetic: calendar months, cycles, missed cycles, zones."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.drawing import boundary, catch, diagram, end, path, start, timer, user
from tests.engine.play import EPOCH, Play
from webapp.engine.errors import StuckError
from webapp.engine.timers import (
    LOCAL,
    Cycle,
    Length,
    cycle_of,
    length_of,
    moment_of,
    next_occurrence,
    occurrence,
    parse_length,
    parse_moment,
)
from webapp.feel import DaysTimeDuration, YearsMonthsDuration


def local(*parts):
    return datetime(*parts, tzinfo=LOCAL).astimezone(UTC)


class TestLengths:
    @pytest.mark.parametrize(
        ("text", "months", "seconds"),
        [
            ("PT5M", 0, 300), ("P1D", 0, 86400), ("P1M", 1, 0), ("P1Y2M", 14, 0), ("P1W", 0, 604800),
            ("PT1.5H", 0, 5400), ("P1DT2H", 0, 93600), ("P0.5D", 0, 43200), ("PT0S", 0, 0), ("P1W2D", 0, 777600),
        ],
    )  # fmt: skip
    def test_iso_durations(self, text, months, seconds):
        assert parse_length(text) == Length(months=months, seconds=Decimal(seconds))

    @pytest.mark.parametrize(
        "text", ["", "P", "PT", "5 minutes", "-PT5M", "P1H", "PT1D", "P1DT", "p1d", "P999999Y", "P1M5"]
    )
    def test_what_is_none_is_refused(self, text):
        with pytest.raises(StuckError):
            parse_length(text)

    @pytest.mark.parametrize(
        ("begin", "length", "then"),
        [
            (local(2026, 1, 31, 9), "P1M", local(2026, 2, 28, 9)),
            (local(2024, 1, 31, 9), "P1M", local(2024, 2, 29, 9)),
            (local(2024, 2, 29, 9), "P1Y", local(2025, 2, 28, 9)),
            (local(2026, 12, 15, 9), "P2M", local(2027, 2, 15, 9)),
            (local(2026, 1, 31, 23), "P1MT2H", local(2026, 3, 1, 1)),
        ],
    )
    def test_months_are_calendar_months_in_shanghai(self, begin, length, then):
        """Stock: 31 January and a month is 3 March."""
        assert parse_length(length).after(begin) == then

    def test_feel_durations(self):
        assert length_of(YearsMonthsDuration(14)) == Length(months=14)
        assert length_of(DaysTimeDuration(90 * 10**9)) == Length(seconds=Decimal(90))

    @pytest.mark.parametrize("value", [None, 5, True, YearsMonthsDuration(-1), DaysTimeDuration(-1), []])
    def test_other_values_are_refused(self, value):
        with pytest.raises(StuckError):
            length_of(value)


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "then"),
        [
            ("2026-12-01", local(2026, 12, 1)),
            ("2026-12-01T10:00", local(2026, 12, 1, 10)),
            ("2026-12-01T10:00:00Z", datetime(2026, 12, 1, 10, tzinfo=UTC)),
            ("2026-12-01T10:00:00+02:00", datetime(2026, 12, 1, 8, tzinfo=UTC)),
            ("2026-07-01T09:00:00[Europe/Berlin]", datetime(2026, 7, 1, 7, tzinfo=UTC)),
            ("2026-07-01T09:00:00@Europe/Berlin", datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ],
    )
    def test_dates_without_zone_are_meant_in_shanghai(self, text, then):
        assert parse_moment(text) == then

    @pytest.mark.parametrize(
        "value", ["", "tomorrow", "2026-13-01", None, 5, "2026-01-01T00:00:00[Nowhere/Land]"]
    )
    def test_others_are_refused(self, value):
        with pytest.raises(StuckError):
            moment_of(value)

    def test_feel_dates(self):
        assert moment_of(date(2026, 12, 1)) == local(2026, 12, 1)
        assert moment_of(datetime(2026, 12, 1, 5)) == local(2026, 12, 1, 5)


class TestCycles:
    def test_begin_one_interval_after_now(self):
        cycle = cycle_of("R3/PT1H", EPOCH)
        assert [occurrence(cycle, k) for k in range(4)] == [EPOCH + timedelta(hours=k) for k in (1, 2, 3)] + [
            None
        ]

    def test_begin_at_their_start(self):
        cycle = cycle_of("R2/2026-03-05T00:00:00Z/P1D", EPOCH)
        assert occurrence(cycle, 0) == datetime(2026, 3, 5, tzinfo=UTC)

    def test_stop_at_their_end(self):
        cycle = cycle_of("R/PT1H/2026-03-02T03:30:00Z", EPOCH)
        assert occurrence(cycle, 1) is not None
        assert occurrence(cycle, 2) is None

    def test_an_occurrence_at_the_very_end_still_counts(self):
        cycle = cycle_of("R/PT1H/2026-03-02T03:00:00Z", EPOCH)
        assert occurrence(cycle, 1) == datetime(2026, 3, 2, 3, tzinfo=UTC)

    def test_months_keep_the_day_of_the_anchor(self):
        cycle = Cycle(anchor=local(2026, 1, 31), length=Length(months=1), repetitions=None)
        assert [occurrence(cycle, k) for k in (0, 1)] == [local(2026, 2, 28), local(2026, 3, 31)]

    @pytest.mark.parametrize(
        "text",
        ["0 0 9 * * MON-FRI", "R3", "PT1H", "R-1/PT1H", "R3/PT0S", "R3/a/PT1H", "R1/PT1H/PT1H/x", None, 7],
    )
    def test_what_is_none_is_refused(self, text):
        with pytest.raises(StuckError):
            cycle_of(text, EPOCH)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(1, 10**6), st.integers(0, 40), st.integers(0, 10**8), st.none() | st.integers(1, 50))
    def test_the_next_is_the_first_that_still_lies_ahead(self, seconds, number, passed, count):
        cycle = Cycle(anchor=EPOCH, length=Length(seconds=Decimal(seconds)), repetitions=count)
        now = EPOCH + timedelta(seconds=passed)
        found = next_occurrence(cycle, number, now)
        expected = max(number, passed // seconds)
        if count is not None and expected >= count:
            assert found is None
        else:
            assert found == (expected, EPOCH + timedelta(seconds=seconds * (expected + 1)))


class TestInCases:
    def test_a_date_from_a_variable_is_kept_over_reload(self):
        play = Play(diagram(start(), catch("t", timer("=when", "timeDate")), end(), path("s > t > e"))).start(
            when=date(2026, 3, 5)
        )
        play.set(when=date(2030, 1, 1))
        assert play.last.timers[0].due_at == local(2026, 3, 5)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [("=nothing", "timeDuration"), ("=5", "timeDate"), ('="x"', "timeDuration"), ('="x"', "timeCycle")],
    )
    def test_a_bad_value_is_an_incident_that_retry_resolves(self, text, kind):
        """Stock: the second call returns normally and the branch is lost."""
        drawn = diagram(
            start(),
            user("a"),
            boundary("t", "a", timer(text, kind), cancels=False),
            end(),
            path("s > a > e"),
            path("t > e"),
        )
        play = Play(drawn).start()
        assert play.stuck == [("a", "timer")]
        assert play.open == []
        if text == "=nothing":
            play.set(nothing="PT1H")
            play.retry("a")
            assert play.open == ["a"]
            assert len(play.last.timers) == 1

    def test_working_days_of_the_calendar_that_is_handed_in(self):
        drawn = diagram(
            start(),
            catch("t", timer("=working days after(today(), 5)", "timeDate")),
            end(),
            path("s > t > e"),
        )
        play = Play(drawn).start()
        assert play.last.timers[0].due_at == local(2026, 3, 9)

    def test_a_feel_cycle(self):
        drawn = diagram(
            start(),
            user("a"),
            boundary("t", "a", timer('=cycle(2, duration("PT1H"))', "timeCycle"), cancels=False),
            end(),
            path("s > a > e"),
            path("t > e"),
        )
        play = Play(drawn).start()
        play.wait(hours=1)
        play.wait(hours=1)
        assert play.path.count(("t", "completed")) == 2
        assert play.last.timers == ()
