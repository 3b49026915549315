"""The saved state: values that JSON does not know, limits, threads, purity."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.drawing import diagram, end, flow, mapping, par, path, script, start, user, xor
from tests.engine.play import Play
from webapp.domain.errors import InvalidError
from webapp.engine import specs
from webapp.engine.diagrams import compile_diagram
from webapp.engine.encoding import clean, decode, encode
from webapp.engine.errors import SnapshotError, StuckError, TooLargeError
from webapp.engine.expressions import Limits
from webapp.feel import DaysTimeDuration, YearsMonthsDuration

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.datetimes(timezones=st.sampled_from([UTC, ZoneInfo("Asia/Shanghai"), timezone(timedelta(hours=2))]))
    | st.builds(DaysTimeDuration, st.integers())
    | st.builds(YearsMonthsDuration, st.integers())
)
KEYS = st.text(max_size=8).filter(lambda key: key != "typename") | st.sampled_from(
    ["~decimal", "~map", "~", "a"]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


def same(one, two):
    if isinstance(one, dict):
        return (
            isinstance(two, dict) and list(one) == list(two) and all(same(one[key], two[key]) for key in one)
        )
    if isinstance(one, list):
        return isinstance(two, list) and len(one) == len(two) and all(map(same, one, two))
    return type(one) is type(two) and repr(one) == repr(two)


class TestValues:
    @settings(max_examples=150, deadline=None)
    @given(VALUES)
    def test_come_back_as_they_were(self, value):
        cleaned = clean(value)
        assert same(decode(json.loads(json.dumps(encode(cleaned)))), cleaned)

    def test_money_keeps_its_places(self):
        assert str(decode(encode(clean(Decimal("3.10"))))) == "3.10"
        assert clean(0.1) == Decimal("0.1")
        assert clean(Decimal(7)) == 7
        assert isinstance(clean(Decimal(7)), int)

    @pytest.mark.parametrize(
        "value",
        [
            object(),
            {1: 2},
            {"typename": 1},
            [{"a": {"typename": 1}}],
            float("nan"),
            float("inf"),
            Decimal("NaN"),
            {1, 2},
            b"x",
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, value):
        with pytest.raises(StuckError):
            clean(value)

    def test_endless_nesting_is_refused(self):
        value = []
        value.append(value)
        with pytest.raises(StuckError):
            clean(value)

    def test_survive_a_case(self):
        play = Play(diagram(start(), user("a"), end(), path("s > a > e")))
        given_values = {
            "d": date(2026, 1, 1),
            "t": time(9, 30),
            "m": Decimal("12.50"),
            "w": datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
        }
        play.start(**given_values)
        play.set(x=1)
        assert play.variables == {**given_values, "x": 1}
        assert str(play.variables["w"].tzinfo) == "Asia/Shanghai"

    def test_a_script_result_that_cannot_be_kept_is_an_incident(self):
        play = Play(diagram(start(), script("a", "=function(x) x", "f"), end(), path("s > a > e"))).start()
        assert play.stuck == [("a", "value")]


class TestIncidents:
    def test_an_output_that_cannot_be_computed_keeps_what_the_person_entered(self):
        drawn = diagram(
            start(),
            user("a", ext=mapping(outputs={"y": "=x", "f": "=function(q) q"})),
            end(),
            path("s > a > e"),
        )
        play = Play(drawn).start()
        advance = play.done("a", x=5)
        assert play.stuck == [("a", "value")]
        assert len(advance.closed) == 1
        assert not play.ended
        assert play.variables == {}
        incident = advance.incidents[0]
        assert incident.key is not None
        assert str(incident.message)

    def test_a_sibling_branch_runs_on(self):
        drawn = diagram(
            start(), par("f"), xor("g"), user("a"), user("b"), user("c"), end(),
            path("s > f > g"), flow("g", "a", "=x"), flow("g", "b", "=y"), path("a > e"), path("b > e"), path("f > c > e"),
        )  # fmt: skip
        play = Play(drawn).start()
        assert play.open == ["c"]
        play.done("c")
        assert play.stuck == [("g", "condition")]
        assert not play.ended
        play.set(y=True)
        play.retry("g")
        play.done("b")
        assert play.ended

    def test_outputs_are_written_once_even_when_leaving_must_be_retried(self):
        drawn = diagram(
            start(), user("a", ext=mapping(outputs={"n": "=n + 1"})), user("b"), user("c"), end(),
            path("s > a"), flow("a", "b", "=go"), flow("a", "c", "=stop"), path("b > e"), path("c > e"),
        )  # fmt: skip
        play = Play(drawn).start(n=1)
        play.done("a")
        assert play.stuck == [("a", "condition")]
        play.set(go=True)
        play.retry("a")
        assert play.open == ["b"]
        assert play.variables["n"] == 2


class TestLimits:
    def test_a_case_that_grows_too_large_is_refused_and_the_old_state_holds(self):
        play = Play(
            diagram(start(), user("a"), end(), path("s > a > e")), limits=Limits(snapshot_bytes=2_000)
        ).start()
        before = play.snapshot
        with pytest.raises(TooLargeError):
            play.set(x="x" * 3_000)
        assert play.snapshot == before

    def test_too_many_tokens_are_an_incident(self):
        drawn = diagram(
            start(), xor("m"), par("f"), user("a"), end(), path("s > m > f > a > e"), path("f > m")
        )
        play = Play(drawn, limits=Limits(tokens=30)).start()
        assert {kind for _element, kind in play.stuck} == {"limit"}

    def test_a_deep_history_needs_no_recursion(self):
        drawn = diagram(
            start(),
            xor("m"),
            user("a"),
            xor("g", "g_m"),
            end(),
            path("s > m > a > g"),
            flow("g", "e", "=x"),
            flow("g", "m"),
        )
        play = Play(drawn).start()
        play._reads_back = lambda _advance: None  # costs as much again; other tests do it
        for _ in range(sys.getrecursionlimit() // 2):
            play.done("a")
        assert play.open == ["a"]

    @pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": 99}', "nonsense"])
    def test_a_broken_snapshot_is_told(self, text):
        play = Play(diagram(start(), user("a"), end(), path("s > a > e"))).start()
        play.snapshot = text
        with pytest.raises(SnapshotError):
            play.set(x=1)


class TestCache:
    def test_many_threads_share_a_specification(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            user("b"),
            par("j"),
            end(),
            path("s > f > a > j > e"),
            path("f > b > j"),
        )
        spec = compile_diagram(drawn).spec

        def one(_number):
            play = Play(spec).start(x=_number)
            play.done("a")
            play.done("b")
            return play.ended and play.variables["x"] == _number

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(one, range(200)))

    def test_the_same_text_gives_the_same_plan(self):
        spec = compile_diagram(diagram(start(), end(), path("s > e"))).spec
        assert specs.load(spec) is specs.load("".join(list(spec)))

    def test_a_diagram_compiles_to_the_same_text_each_time(self):
        drawn = diagram(start(), user("a"), end(), path("s > a > e"))
        assert compile_diagram(drawn) == compile_diagram(drawn)

    def test_a_broken_specification_is_told(self):
        with pytest.raises(SnapshotError):
            specs.load('{"format": 1}')

    def test_a_start_that_cannot_be_kept_is_invalid(self):
        with pytest.raises(InvalidError):
            Play(diagram(start(), end(), path("s > e"))).start(x=object())
