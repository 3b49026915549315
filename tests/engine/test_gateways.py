"""Gateways: the ways a token takes, and the joins that wait."""

import itertools

import pytest

from tests.engine.drawing import diagram, end, flow, inc, mapping, par, path, start, user, xor
from tests.engine.play import Play
from webapp.engine.expressions import Limits


class TestExclusive:
    drawn = diagram(
        start(),
        xor("g", "g_c"),
        user("a"),
        user("b"),
        user("c"),
        end(),
        flow("s", "g"),
        flow("g", "a", "=x > 5"),
        flow("g", "b", "=x > 3"),
        flow("g", "c"),
        path("a > e"),
        path("b > e"),
        path("c > e"),
    )

    @pytest.mark.parametrize(("x", "way"), [(9, "a"), (4, "b"), (1, "c"), (None, "c"), ("9", "c")])
    def test_takes_the_first_that_holds_else_the_default(self, x, way):
        assert Play(self.drawn).start(x=x).open == [way]

    def test_a_missing_variable_does_not_hold(self):
        assert Play(self.drawn).start().open == ["c"]

    def test_without_match_or_default_is_an_incident_that_a_mended_variable_resolves(self):
        drawn = diagram(
            start(),
            xor("g"),
            user("a"),
            user("b"),
            end(),
            flow("s", "g"),
            flow("g", "a", "=x = 1"),
            flow("g", "b", "=x = 2"),
            path("a > e"),
            path("b > e"),
        )
        play = Play(drawn).start(x=3)
        assert play.stuck == [("g", "condition")]
        assert not play.ended
        play.set(x=2)
        play.retry("g")
        assert play.open == ["b"]
        assert play.stuck == []


class TestParallel:
    drawn = diagram(
        start(),
        par("f"),
        user("a"),
        user("b"),
        user("c"),
        par("j"),
        user("d"),
        end(),
        path("s > f > a > j > d > e"),
        path("f > b > j"),
        path("f > c > j"),
    )

    @pytest.mark.parametrize("order", list(itertools.permutations("abc")))
    def test_joins_once_after_all_in_any_order(self, order):
        play = Play(self.drawn).start()
        assert play.open == ["a", "b", "c"]
        for name in order[:2]:
            play.done(name)
            assert "d" not in play.open
        play.done(order[2])
        assert play.open == ["d"]

    def test_in_a_loop_waits_for_both_in_every_round(self):
        """Stock SpiffWorkflow counts the first round's arrivals again (reference E4, defect 1)."""
        drawn = diagram(
            start(),
            xor("m"),
            par("f"),
            user("a"),
            user("b"),
            par("j"),
            user("d", ext=mapping(outputs={"again": "=again"})),
            xor("g", "g_e"),
            end(),
            path("s > m > f > a > j > d > g"),
            path("f > b > j"),
            flow("g", "m", "=again"),
            flow("g", "e"),
        )
        play = Play(drawn).start()
        for order in ("ab", "ba", "ab"):
            play.done(order[0])
            assert play.open == [order[1]]
            play.done(order[1])
            assert play.open == ["d"]
            play.done("d", again=True)
            assert play.open == ["a", "b"]
        play.done("a")
        play.done("b")
        play.done("d", again=False)
        assert play.ended

    def test_a_long_loop_does_not_slow_to_a_stop_or_lose_its_token(self):
        """Stock: invisible beyond 500 rounds, RecursionError with a parallel gateway at 245."""
        drawn = diagram(
            start(),
            xor("m"),
            par("f"),
            user("a"),
            user("b"),
            par("j"),
            xor("g", "g_m"),
            end(),
            path("s > m > f > a > j > g"),
            path("f > b > j"),
            flow("g", "e", "=done"),
            flow("g", "m"),
        )
        play = Play(drawn).start()
        play._reads_back = lambda _advance: None  # costs as much again; other tests do it
        for _ in range(260):
            play.done("a")
            play.done("b")
        assert play.open == ["a", "b"]
        play.set(done=True)
        play.done("a")
        play.done("b")
        assert play.ended

    def test_two_tokens_on_one_flow_do_not_stand_for_two_flows(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            user("b"),
            xor("m"),
            user("c"),
            par("j"),
            end(),
            path("s > f > a > m > j > e"),
            path("f > b > m"),
            path("f > c > j"),
        )
        play = Play(drawn).start()
        play.done("a")
        play.done("b")
        assert not play.ended
        play.done("c")
        assert not play.ended  # one arrival by m is left over, as in Camunda 8

    def test_an_implicit_split_takes_all_flows(self):
        drawn = diagram(
            start(), user("a"), user("b"), user("c"), end(), path("s > a > b > e"), path("a > c > e")
        )
        play = Play(drawn).start()
        play.done("a")
        assert play.open == ["b", "c"]

    def test_a_conditional_flow_of_a_task_is_heeded(self):
        drawn = diagram(
            start(),
            user("a", default="a_c"),
            user("b"),
            user("c"),
            end(),
            flow("s", "a"),
            flow("a", "b", "=x"),
            flow("a", "c"),
            path("b > e"),
            path("c > e"),
        )
        for x, way in ((True, "b"), (False, "c")):
            play = Play(drawn).start(x=x)
            play.done("a")
            assert play.open == [way]


class TestInclusive:
    drawn = diagram(
        start(),
        inc("f", "f_c"),
        user("a"),
        user("b"),
        user("c"),
        inc("j"),
        user("d"),
        end(),
        flow("s", "f"),
        flow("f", "a", "=x > 1"),
        flow("f", "b", "=x > 2"),
        flow("f", "c"),
        path("a > j"),
        path("b > j"),
        path("c > j > d > e"),
    )

    @pytest.mark.parametrize(("x", "ways"), [(3, ["a", "b"]), (2, ["a"]), (1, ["c"])])
    def test_takes_all_that_hold_else_the_default_and_joins_those(self, x, ways):
        play = Play(self.drawn).start(x=x)
        assert play.open == ways
        for name in ways[:-1]:
            play.done(name)
            assert "d" not in play.open
        play.done(ways[-1])
        assert play.open == ["d"]

    def test_in_a_loop_waits_in_every_round(self):
        drawn = diagram(
            start(),
            xor("m"),
            inc("f", "f_c"),
            user("a"),
            user("b"),
            user("c"),
            inc("j"),
            user("d", ext=mapping(outputs={"again": "=again"})),
            xor("g", "g_e"),
            end(),
            path("s > m > f"),
            flow("f", "a", "=true"),
            flow("f", "b", "=true"),
            flow("f", "c"),
            path("a > j"),
            path("b > j"),
            path("c > j"),
            path("j > d > g"),
            flow("g", "m", "=again"),
            flow("g", "e"),
        )
        play = Play(drawn).start()
        for order in ("ab", "ba", "ab"):
            play.done(order[0])
            assert play.open == [order[1]]
            play.done(order[1])
            assert play.open == ["d"]
            play.done("d", again=True)

    def test_waits_for_a_token_that_may_still_come_round(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            user("b", ext=mapping(outputs={"k": "=k"})),
            xor("g", "g_j"),
            user("r"),
            inc("j"),
            user("d"),
            end(),
            path("s > f > a > j > d > e"),
            path("f > b > g"),
            flow("g", "r", "=k"),
            flow("g", "j"),
            path("r > b"),
        )
        play = Play(drawn).start()
        play.done("a")
        play.done("b", k=True)
        play.done("r")
        assert play.open == ["b"]
        play.done("b", k=False)
        assert play.open == ["d"]


class TestEndlessLoop:
    def test_stops_at_the_step_limit_with_an_incident_and_can_be_run_on(self):
        drawn = diagram(
            start(), xor("m"), xor("g", "g_m"), end(), path("s > m > g"), flow("g", "e", "=x"), flow("g", "m")
        )
        play = Play(drawn, limits=Limits(steps=50)).start()
        assert [kind for _element, kind in play.stuck] == ["limit"]
        play.set(x=True)
        play.retry(play.stuck[0][0])
        assert play.ended
