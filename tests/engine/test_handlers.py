"""Event subprocesses: withdraw, resign, remind, recover."""

import pytest

from tests.engine.drawing import (
    condition,
    diagram,
    end,
    error,
    escalation,
    event,
    many,
    mapping,
    message,
    node,
    par,
    path,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.play import Play

ROOTS = message("m", "withdraw", "=id") + signal("g", "stop") + error("e1", "E1") + escalation("x1", "X1")


def handler(definition, *, interrupts=True, name="h"):
    return sub(
        name,
        node("startEvent", f"{name}s", definition, interrupts=str(interrupts).lower()),
        user(f"{name}_do"),
        end(f"{name}e"),
        path(f"{name}s > {name}_do > {name}e"),
        handler=True,
    )


def body(*handlers):
    return diagram(
        start(),
        par("f"),
        user("a"),
        service("b"),
        par("j"),
        user("c"),
        end(),
        path("s > f > a > j > c > e"),
        path("f > b > j"),
        *handlers,
        roots=ROOTS,
    )


class TestInterrupting:
    def test_a_message_ends_all_work_and_the_handler_sees_the_variables(self):
        """Stock: isInterrupting is ignored everywhere."""
        play = Play(body(handler(event("message", "m")))).start(id="7")
        advance = play.correlate("withdraw", "7", why="changed my mind")
        assert play.open == ["h_do"]
        assert (len(advance.closed), len(advance.cancelled_jobs)) == (1, 1)
        assert next(iter(play.items.values())).variables == {"id": "7", "why": "changed my mind"}
        assert advance.messages == ()
        play.done("h_do")
        assert play.ended

    def test_an_error_does_not_start_it_before_it_is_thrown(self):
        """Stock runs an error start at once."""
        play = Play(body(handler(event("error", "e1")))).start()
        assert play.open == ["a", "b"]
        play.fail("b", "E1")
        assert play.open == ["h_do"]

    def test_a_timer_ends_the_body_when_it_comes(self):
        play = Play(body(handler(timer("P3D")))).start()
        play.wait(days=2)
        assert play.open == ["a", "b"]
        play.wait(days=1)
        assert play.open == ["h_do"]

    def test_a_waiting_handler_does_not_keep_the_case_open(self):
        """Stock: a pending timer keeps the instance open."""
        play = Play(body(handler(timer("P3D")), handler(event("message", "m"), name="k"))).start(id="1")
        for name in "abc":
            play.done(name)
        assert play.ended
        assert play.last.timers == ()

    @pytest.mark.parametrize("definition", [event("signal", "g"), condition("=x = 1")])
    def test_signals_and_conditions_start_it_too(self, definition):
        play = Play(body(handler(definition))).start()
        play.signal("stop") if "signal" in definition else play.set(x=1)
        assert play.open == ["h_do"]

    def test_an_escalation_thrown_in_the_body_starts_it(self):
        drawn = diagram(
            start(),
            throw("t", event("escalation", "x1")),
            user("a"),
            end(),
            path("s > t > a > e"),
            handler(event("escalation", "x1")),
            roots=ROOTS,
        )
        assert Play(drawn).start().open == ["h_do"]

    def test_inside_a_subprocess_only_that_is_interrupted(self):
        drawn = diagram(
            start(),
            par("f"),
            sub("u", start("us"), user("x"), end("ue"), path("us > x > ue"), handler(event("message", "m"))),
            user("z"),
            user("after"),
            end(),
            path("s > f > u > after > e"),
            path("f > z > e"),
            roots=ROOTS,
        )
        play = Play(drawn).start(id="7")
        play.correlate("withdraw", "7")
        assert play.open == ["h_do", "z"]
        play.done("h_do")
        assert play.open == ["after", "z"]

    def test_a_multi_instance_in_the_body_goes_with_it(self):
        drawn = diagram(
            start(),
            user("a", many("=[1, 2, 3]")),
            end(),
            path("s > a > e"),
            handler(event("message", "m")),
            roots=ROOTS,
        )
        play = Play(drawn).start(id="7")
        assert play.open == ["a", "a", "a"]
        play.correlate("withdraw", "7")
        assert play.open == ["h_do"]

    def test_an_error_in_its_own_handler_is_not_caught_by_it_again(self):
        drawn = diagram(
            start(),
            service("a"),
            end(),
            path("s > a > e"),
            sub(
                "h",
                start("hs", event("error", "e1")),
                service("h_do"),
                end("he"),
                path("hs > h_do > he"),
                handler=True,
            ),
            roots=ROOTS,
        )
        play = Play(drawn).start()
        play.fail("a", "E1")
        play.fail("h_do", "E1")
        assert play.stuck == [("h_do", "error")]


class TestNonInterrupting:
    def test_runs_beside_the_body_as_often_as_the_message_comes(self):
        play = Play(body(handler(event("message", "m"), interrupts=False))).start(id="7")
        for count in (1, 2, 3):
            play.correlate("withdraw", "7", n=count)
            assert play.open == ["a", "b", *["h_do"] * count]

    def test_the_scope_waits_for_it(self):
        play = Play(body(handler(event("message", "m"), interrupts=False))).start(id="7")
        play.correlate("withdraw", "7")
        for name in "abc":
            play.done(name)
        assert not play.ended
        play.done("h_do")
        assert play.ended

    def test_a_cycle_reminds_again_and_again(self):
        play = Play(body(handler(timer("R2/P1D", "timeCycle"), interrupts=False))).start()
        play.wait(days=1)
        play.wait(days=1)
        play.wait(days=1)
        assert play.open == ["a", "b", "h_do", "h_do"]

    def test_an_output_of_its_start_event_maps_the_message(self):
        inner = sub(
            "h",
            node(
                "startEvent",
                "hs",
                event("message", "m"),
                ext=mapping(outputs={"reason": "=why"}),
                interrupts="false",
            ),
            user("h_do"),
            end("he"),
            path("hs > h_do > he"),
            handler=True,
        )
        play = Play(body(inner)).start(id="7")
        play.correlate("withdraw", "7", why="w", rest="r")
        assert play.variables == {"id": "7", "reason": "w"}
