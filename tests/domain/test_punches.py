"""Punches become sessions; what does not fit becomes a doubt for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.errors import InvalidError
from webapp.domain.hours.clock import LOCAL, Session, merge
from webapp.domain.hours.punches import Direction, Punch, match_overtime, one_source_only, pair_punches

LONGEST = timedelta(hours=14)


def punch(at: str, direction: str, source: str = "pc") -> Punch:
    return Punch(
        at=datetime.fromisoformat(at).replace(tzinfo=LOCAL), direction=Direction(direction), source=source
    )


def session(start: str, end: str) -> Session:
    return Session(
        start=datetime.fromisoformat(start).replace(tzinfo=LOCAL),
        end=datetime.fromisoformat(end).replace(tzinfo=LOCAL),
    )


def minutes(sessions) -> int:
    return sum(each.minutes for each in sessions)


START = datetime(2026, 3, 2, tzinfo=UTC)
SESSIONS = st.lists(
    st.builds(
        lambda first, length: Session(
            start=START + timedelta(minutes=first), end=START + timedelta(minutes=first + length)
        ),
        st.integers(0, 600),
        st.integers(1, 200),
    ),
    max_size=5,
)


class TestPairing:
    def test_an_evening_at_home(self):
        paired = pair_punches(
            [punch("2026-03-02 19:00", "in"), punch("2026-03-02 23:00", "out")], longest=LONGEST
        )
        assert minutes(paired.sessions) == 240
        assert paired.doubts == ()

    def test_two_sources_of_one_shift_count_once(self):
        paired = pair_punches(
            [
                punch("2026-03-02 19:00", "in"),
                punch("2026-03-02 19:02", "in", "phone"),
                punch("2026-03-02 23:00", "out"),
                punch("2026-03-02 23:01", "out", "phone"),
            ],
            longest=LONGEST,
        )
        assert [each.minutes for each in paired.sessions] == [241]

    def test_a_punch_missing_on_one_source_is_a_doubt_and_the_other_source_stands(self):
        paired = pair_punches(
            [
                punch("2026-03-02 19:00", "in"),
                punch("2026-03-02 19:02", "in", "phone"),
                punch("2026-03-02 23:00", "out"),
            ],
            longest=LONGEST,
        )
        assert minutes(paired.sessions) == 240
        assert [doubt.punch.source for doubt in paired.doubts] == ["phone"]

    def test_a_punch_out_forgotten_until_next_morning_invents_no_night_shift(self):
        paired = pair_punches(
            [punch("2026-03-02 09:00", "in"), punch("2026-03-03 09:00", "out")], longest=LONGEST
        )
        assert paired.sessions == ()
        assert len(paired.doubts) == 2

    def test_a_second_in_makes_the_first_a_doubt(self):
        paired = pair_punches(
            [
                punch("2026-03-02 09:00", "in"),
                punch("2026-03-02 13:00", "in"),
                punch("2026-03-02 18:00", "out"),
            ],
            longest=LONGEST,
        )
        assert minutes(paired.sessions) == 300
        assert [doubt.punch.at.hour for doubt in paired.doubts] == [9]

    def test_an_out_without_in_is_a_doubt(self):
        paired = pair_punches([punch("2026-03-02 18:00", "out")], longest=LONGEST)
        assert paired.sessions == ()
        assert len(paired.doubts) == 1

    def test_the_longest_shift_itself_is_accepted(self):
        paired = pair_punches(
            [punch("2026-03-02 06:00", "in"), punch("2026-03-02 20:00", "out")], longest=LONGEST
        )
        assert minutes(paired.sessions) == 840

    def test_a_punch_without_zone_is_refused(self):
        with pytest.raises(InvalidError):
            Punch(at=datetime(2026, 3, 2, 9), direction=Direction.IN, source="pc")

    @settings(max_examples=50)
    @given(data=st.data())
    def test_the_order_of_arrival_does_not_matter(self, data):
        punches = [
            punch("2026-03-02 09:00", "in"),
            punch("2026-03-02 12:00", "out"),
            punch("2026-03-02 13:00", "in"),
            punch("2026-03-02 13:05", "in", "phone"),
            punch("2026-03-02 18:00", "out"),
        ]
        assert pair_punches(data.draw(st.permutations(punches)), longest=LONGEST) == pair_punches(
            punches, longest=LONGEST
        )


class TestTwoSources:
    def test_time_that_only_one_source_shows(self):
        only = one_source_only(
            [session("2026-03-02 19:00", "2026-03-02 23:00")],
            [session("2026-03-02 19:30", "2026-03-02 23:10")],
        )
        assert [each.minutes for each in only] == [30, 10]


class TestRequests:
    def test_requested_but_not_worked_and_worked_but_not_requested(self):
        matched = match_overtime(
            [session("2026-03-02 18:00", "2026-03-02 20:00")],
            [session("2026-03-02 19:00", "2026-03-02 21:00")],
        )
        assert [minutes(part) for part in (matched.confirmed, matched.not_worked, matched.not_requested)] == [
            60,
            60,
            60,
        ]

    def test_a_request_covered_in_two_parts(self):
        matched = match_overtime(
            [session("2026-03-02 18:00", "2026-03-02 22:00")],
            [
                session("2026-03-02 18:30", "2026-03-02 19:00"),
                session("2026-03-02 20:00", "2026-03-02 23:00"),
            ],
        )
        assert [each.minutes for each in matched.confirmed] == [30, 120]
        assert [each.minutes for each in matched.not_worked] == [30, 60]

    @settings(max_examples=80)
    @given(requested=SESSIONS, worked=SESSIONS)
    def test_nothing_is_lost_and_nothing_counts_twice(self, requested, worked):
        matched = match_overtime(requested, worked)
        assert minutes(matched.confirmed) + minutes(matched.not_worked) == minutes(merge(requested))
        assert minutes(matched.confirmed) + minutes(matched.not_requested) == minutes(merge(worked))
