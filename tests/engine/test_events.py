"""Events: timers, messages, signals, errors, escalations, conditions, links, ends."""

import pytest

from tests.engine.drawing import (
    boundary,
    catch,
    condition,
    diagram,
    end,
    error,
    escalation,
    event,
    flow,
    inc,
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
from webapp.domain.errors import InvalidError
from webapp.engine.errors import EarlyError, GoneError
from webapp.engine.values import Correlate, Fire


def hosted(*bounds, host=None, roots="", tail="b"):
    """``a`` with boundary events, each leading to a user task of its own name and an end."""
    names = [text.split('id="')[1].split('"')[0] for text in bounds]
    return diagram(
        start(),
        host or user("a"),
        user(tail),
        end(),
        path(f"s > a > {tail} > e"),
        *bounds,
        *(
            user(f"{name}_do") + end(f"{name}_end") + path(f"{name} > {name}_do > {name}_end")
            for name in names
        ),
        roots=roots,
    )


class TestBoundaryTimer:
    def test_interrupting_takes_the_work_away(self):
        play = Play(hosted(boundary("t", "a", timer("PT1H")))).start()
        key = play.key("a")
        play.wait(minutes=59)
        assert play.open == ["a"]
        play.wait(minutes=2)
        assert play.open == ["t_do"]
        assert ("a", "cancelled") in play.path
        with pytest.raises(GoneError):
            play.do(Fire(key=key))

    def test_cannot_be_fired_early_or_twice(self):
        play = Play(hosted(boundary("t", "a", timer("PT1H"), cancels=False))).start()
        key = play.last.timers[0].key
        with pytest.raises(EarlyError):
            play.do(Fire(key=key))
        play.wait(hours=2)
        with pytest.raises(GoneError):
            play.do(Fire(key=key))

    def test_non_interrupting_cycle_fires_as_often_as_it_says(self):
        """Stock fires once only."""
        play = Play(hosted(boundary("t", "a", timer("R3/PT1H", "timeCycle"), cancels=False))).start()
        for count in (1, 2, 3, 3):
            play.wait(hours=1)
            assert play.open == ["a", *["t_do"] * count]
        assert play.last.timers == ()

    def test_missed_cycles_are_skipped(self):
        play = Play(hosted(boundary("t", "a", timer("R/PT1H", "timeCycle"), cancels=False))).start()
        play.wait(hours=5, minutes=30)
        assert play.open == ["a", "t_do"]
        (left,) = play.last.timers
        assert (left.due_at - play.now).total_seconds() == 1800

    def test_a_reminder_branch_outlives_the_task(self):
        play = Play(hosted(boundary("t", "a", timer("PT1H"), cancels=False))).start()
        play.wait(hours=1)
        play.done("a")
        assert play.open == ["b", "t_do"]
        assert play.last.timers == ()
        play.done("b")
        assert not play.ended
        play.done("t_do")
        assert play.ended

    def test_on_a_multi_instance_or_subprocess_stops_all_of_it(self):
        host = sub(
            "a",
            start("us"),
            par("f"),
            user("x"),
            service("y"),
            end("ue"),
            path("us > f > x > ue"),
            path("f > y > ue"),
        )
        play = Play(hosted(boundary("t", "a", timer("PT1H")), host=host)).start()
        assert play.open == ["x", "y"]
        play.wait(hours=1)
        assert play.open == ["t_do"]
        assert len(play.last.cancelled_jobs) == 1


class TestBoundaryMessageAndSignal:
    roots = message("m", "withdraw", "=id") + signal("g", "stop")

    def test_message_carries_variables_along_its_path(self):
        play = Play(hosted(boundary("t", "a", event("message", "m")), roots=self.roots)).start(id="7")
        play.correlate("withdraw", "7", why="late")
        assert play.open == ["t_do"]
        assert play.variables["why"] == "late"

    def test_message_without_interruption_comes_again_and_again(self):
        play = Play(hosted(boundary("t", "a", event("message", "m"), cancels=False), roots=self.roots)).start(
            id="7"
        )
        for count in range(1, 5):
            play.correlate("withdraw", "7")
            assert play.open == ["a", *["t_do"] * count]
        wait = play.last.messages[0]
        play.done("a")
        with pytest.raises(GoneError):
            play.do(Correlate(key=wait.key, name="withdraw", variables={}))

    def test_another_name_does_not_reach_it(self):
        play = Play(hosted(boundary("t", "a", event("message", "m")), roots=self.roots)).start(id="7")
        with pytest.raises(GoneError):
            play.do(Correlate(key=play.last.messages[0].key, name="other", variables={}))

    @pytest.mark.parametrize("cancels", [True, False])
    def test_signal_reaches_all_that_wait(self, cancels):
        play = Play(
            hosted(boundary("t", "a", event("signal", "g"), cancels=cancels), roots=self.roots)
        ).start()
        assert [wait.name for wait in play.last.signals] == ["stop"]
        assert play.last.messages == ()
        play.signal("stop")
        assert play.open == (["t_do"] if cancels else ["a", "t_do"])
        play.signal("stop")
        assert play.open == (["t_do"] if cancels else ["a", "t_do", "t_do"])

    def test_a_signal_nobody_waits_for_changes_nothing(self):
        play = Play(hosted(boundary("t", "a", event("signal", "g")), roots=self.roots)).start()
        before = play.snapshot
        play.signal("other")
        assert play.snapshot == before


class TestConditional:
    def test_boundary_fires_when_a_variable_makes_it_true(self):
        play = Play(hosted(boundary("t", "a", condition("=x > 5")))).start(x=1)
        play.set(x=5)
        assert play.open == ["a"]
        play.set(x=6)
        assert play.open == ["t_do"]

    def test_without_interruption_fires_each_time_it_becomes_true(self):
        play = Play(hosted(boundary("t", "a", condition("=x > 5"), cancels=False))).start(x=1)
        for x, count in ((6, 1), (7, 1), (1, 1), (9, 2)):
            play.set(x=x)
            assert play.open.count("t_do") == count

    def test_catch_sees_what_another_branch_writes(self):
        """Stock: never, since plain task data is not shared."""
        drawn = diagram(
            start(),
            par("f"),
            catch("c", condition("=x = 1")),
            user("a", ext=mapping(outputs={"x": "=x"})),
            user("b"),
            end(),
            path("s > f > c > b > e"),
            path("f > a > e"),
        )
        play = Play(drawn).start()
        assert play.open == ["a"]
        play.done("a", x=1)
        assert play.open == ["b"]


class TestErrors:
    roots = error("e1", "E1") + error("e2", "E2")

    def test_a_worker_error_goes_to_the_boundary_of_its_code(self):
        bounds = [boundary("any", "a", event("error")), boundary("one", "a", event("error", "e1"))]
        for code, way in (("E1", "one_do"), ("E9", "any_do")):
            play = Play(hosted(*bounds, host=service("a"), roots=self.roots)).start()
            play.fail("a", code, detail="d")
            assert play.open == [way]
            assert play.variables == {"detail": "d"}

    def test_it_climbs_to_the_subprocess_around(self):
        host = sub("a", start("us"), service("x"), end("ue"), path("us > x > ue"))
        play = Play(hosted(boundary("one", "a", event("error", "e1")), host=host, roots=self.roots)).start()
        play.fail("x", "E1")
        assert play.open == ["one_do"]

    def test_uncaught_is_an_incident_and_retry_gives_the_job_again(self):
        play = Play(
            hosted(boundary("one", "a", event("error", "e1")), host=service("a"), roots=self.roots)
        ).start()
        old = play.key("a")
        play.fail("a", "E2")
        assert play.stuck == [("a", "error")]
        assert play.open == []
        play.retry("a")
        assert play.open == ["a"]
        assert play.key("a") != old
        play.fail("a", "E1")
        assert play.open == ["one_do"]

    def test_an_error_end_does_not_reach_the_sibling(self):
        """Stock fires the same-code boundary of the sibling subprocess too (reference E2)."""

        def branch(name):
            return (
                sub(
                    name,
                    start(f"{name}s"),
                    user(f"{name}u"),
                    end(f"{name}e", event("error", "e1")),
                    path(f"{name}s > {name}u > {name}e"),
                )
                + boundary(f"{name}b", name, event("error", "e1"))
                + user(f"{name}h")
                + path(f"{name} > j")
                + path(f"{name}b > {name}h > end")
            )

        drawn = diagram(
            start(),
            par("f"),
            branch("P"),
            branch("Q"),
            par("j"),
            end(),
            end("end"),
            path("s > f > P"),
            path("f > Q"),
            path("j > e"),
            roots=self.roots,
        )
        play = Play(drawn).start()
        play.done("Pu")
        assert play.open == ["Ph", "Qu"]

    def test_an_uncaught_error_end_is_an_incident(self):
        play = Play(diagram(start(), end("e", event("error", "e1")), path("s > e"), roots=self.roots)).start()
        assert play.stuck == [("e", "error")]
        assert not play.ended

    def test_an_error_crosses_a_call_activity(self):
        from tests.engine.drawing import process, zeebe

        drawn = diagram(
            start(),
            node("callActivity", "a", ext=zeebe("calledElement", processId="child")),
            end(),
            path("s > a > e"),
            boundary("t", "a", event("error", "e1")),
            user("h"),
            path("t > h > e"),
            roots=self.roots,
            more=process("child", start("cs"), end("ce", event("error", "e1")), path("cs > ce")),
        )
        assert Play(drawn).start().open == ["h"]

    def test_a_person_cannot_throw_what_nobody_catches(self):
        play = Play(hosted(boundary("one", "a", event("error", "e1")), roots=self.roots)).start()
        before = play.snapshot
        with pytest.raises(InvalidError):
            play.fail("a", "E9")
        assert play.snapshot == before


class TestEscalations:
    roots = escalation("x1", "X1")

    def test_goes_on_beside_the_work_when_it_does_not_interrupt(self):
        play = Play(
            hosted(boundary("t", "a", event("escalation", "x1"), cancels=False), roots=self.roots)
        ).start()
        play.fail("a", "X1", "escalation")
        play.fail("a", "X1", "escalation")
        assert play.open == ["a", "t_do", "t_do"]

    @pytest.mark.parametrize(("cancels", "opened"), [(True, ["t_do"]), (False, ["t_do", "x"])])
    def test_thrown_inside_a_subprocess_is_caught_at_its_edge(self, cancels, opened):
        host = sub(
            "a",
            start("us"),
            throw("th", event("escalation", "x1")),
            user("x"),
            end("ue"),
            path("us > th > x > ue"),
        )
        play = Play(
            hosted(
                boundary("t", "a", event("escalation", "x1"), cancels=cancels), host=host, roots=self.roots
            )
        ).start()
        assert play.open == opened

    def test_uncaught_is_told_and_the_token_goes_on(self):
        play = Play(
            diagram(
                start(),
                throw("t", event("escalation", "x1")),
                user("a"),
                end(),
                path("s > t > a > e"),
                roots=self.roots,
            )
        ).start()
        assert play.open == ["a"]
        assert [(thrown.kind, thrown.name) for thrown in play.last.thrown] == [("escalation", "X1")]

    def test_an_escalation_end_ends_its_branch(self):
        host = sub("a", start("us"), end("ue", event("escalation", "x1")), path("us > ue"))
        play = Play(
            hosted(boundary("t", "a", event("escalation", "x1"), cancels=False), host=host, roots=self.roots)
        ).start()
        assert play.open == ["b", "t_do"]


class TestIntermediate:
    def test_timer_waits_its_time(self):
        play = Play(
            diagram(start(), catch("t", timer('=duration("P1D")')), user("a"), end(), path("s > t > a > e"))
        ).start()
        assert play.open == []
        play.wait(days=1)
        assert play.open == ["a"]

    def test_message_and_its_key_are_told_and_met(self):
        drawn = diagram(
            start(),
            catch("c", event("message", "m"), ext=mapping(outputs={"got": "=v"})),
            user("a"),
            end(),
            path("s > c > a > e"),
            roots=message("m", "reply", "=id"),
        )
        play = Play(drawn).start(id="k")
        play.correlate("reply", "k", v=1, rest=2)
        assert play.variables == {"id": "k", "got": 1}

    def test_a_key_without_value_is_an_incident(self):
        drawn = diagram(
            start(),
            catch("c", event("message", "m")),
            end(),
            path("s > c > e"),
            roots=message("m", "reply", "=id"),
        )
        play = Play(drawn).start()
        assert play.stuck == [("c", "message")]
        play.set(id="7")
        play.retry("c")
        assert play.last.messages[0].correlation_key == "7"

    def test_links_lead_from_any_throw_to_the_catch(self):
        """Stock: the instance never ends."""
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            user("b"),
            throw("t1", event("link", name="L")),
            throw("t2", event("link", name="L")),
            catch("c", event("link", name="L")),
            user("d"),
            end(),
            path("s > f > a > t1"),
            path("f > b > t2"),
            path("c > d > e"),
        )
        play = Play(drawn).start()
        play.done("a")
        play.done("b")
        assert play.open == ["d", "d"]
        play.done("d")
        play.done("d")
        assert play.ended

    def test_an_inclusive_join_sees_a_token_come_by_link(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            user("b"),
            throw("t", event("link", name="L")),
            catch("c", event("link", name="L")),
            inc("j"),
            user("d"),
            end(),
            path("s > f > a > j > d > e"),
            path("f > b > t"),
            path("c > j"),
        )
        play = Play(drawn).start()
        play.done("a")
        assert play.open == ["b"]
        play.done("b")
        assert play.open == ["d"]

    def test_a_message_throw_tells_and_goes_on(self):
        drawn = diagram(
            start(),
            throw("t", event("message", "m"), ext=mapping(inputs={"x": "=1"})),
            end(),
            path("s > t > e"),
            roots=message("m", "tell"),
        )
        play = Play(drawn).start()
        assert [(thrown.name, thrown.variables) for thrown in play.last.thrown] == [("tell", {"x": 1})]
        assert play.ended

    def test_a_message_throw_with_a_job_type_is_a_job(self):
        from tests.engine.drawing import zeebe

        drawn = diagram(
            start(),
            throw("t", event("message", "m"), ext=zeebe("taskDefinition", type="send")),
            end(),
            path("s > t > e"),
            roots=message("m", "tell"),
        )
        play = Play(drawn).start()
        assert play.open == ["t"]
        play.done("t")
        assert play.ended


class TestEventGateway:
    drawn = diagram(
        start(),
        node("eventBasedGateway", "g"),
        catch("m", event("message", "mm")),
        catch("t1", timer("PT1H")),
        catch("t2", timer("PT2H")),
        catch("x", event("signal", "sg")),
        user("a"),
        user("b"),
        user("c"),
        user("d"),
        end(),
        path("s > g > m > a > e"),
        path("g > t1 > b > e"),
        path("g > t2 > c > e"),
        path("g > x > d > e"),
        roots=message("mm", "reply", "=id") + signal("sg", "go"),
    )

    def test_the_first_event_wins_and_the_others_are_given_up(self):
        play = Play(self.drawn).start(id="1")
        assert len(play.last.timers) == 2
        play.correlate("reply", "1")
        assert play.open == ["a"]
        assert (play.last.timers, play.last.messages) == ((), ())

    def test_two_timers_have_each_their_own_time(self):
        """Stock: they share one due time."""
        play = Play(self.drawn).start(id="1")
        due = sorted(timer.due_at for timer in play.last.timers)
        assert (due[1] - due[0]).total_seconds() == 3600
        play.wait(hours=1)
        assert play.open == ["b"]

    def test_a_signal_may_win(self):
        play = Play(self.drawn).start(id="1")
        play.signal("go")
        assert play.open == ["d"]


class TestEnds:
    def test_terminate_ends_everything_in_its_scope_only(self):
        drawn = diagram(
            start(),
            par("f"),
            sub(
                "u",
                start("us"),
                par("uf"),
                user("x"),
                user("y"),
                end("ut", event("terminate")),
                end("ue"),
                path("us > uf > x > ut"),
                path("uf > y > ue"),
            ),
            user("z"),
            user("after"),
            end(),
            path("s > f > u > after > e"),
            path("f > z > e"),
        )
        play = Play(drawn).start()
        play.done("x")
        assert play.open == ["after", "z"]

    def test_terminate_at_the_top_ends_the_case(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            user("b"),
            end("t", event("terminate")),
            end(),
            path("s > f > a > t"),
            path("f > b > e"),
        )
        play = Play(drawn).start()
        play.done("a")
        assert play.ended
        assert play.open == []
        assert play.path[-2:] == [("t", "completed"), ("b", "cancelled")]
        with pytest.raises(GoneError):
            play.retry("b")

    def test_a_signal_end_is_thrown_and_heard_in_its_own_case(self):
        """Stock ignores a signal end."""
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            end("x", event("signal", "g")),
            catch("c", event("signal", "g")),
            user("b"),
            end(),
            path("s > f > a > x"),
            path("f > c > b > e"),
            roots=signal("g", "done"),
        )
        play = Play(drawn).start()
        play.done("a")
        assert [(thrown.kind, thrown.name) for thrown in play.last.thrown] == [("signal", "done")]
        assert play.open == ["b"]

    def test_cancel_ends_all_jobs_items_and_timers(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            service("b"),
            catch("t", timer("PT1H")),
            end(),
            path("s > f > a > e"),
            path("f > b > e"),
            path("f > t > e"),
        )
        play = Play(drawn).start()
        advance = play.cancel()
        assert (play.open, play.ended) == ([], True)
        assert (len(advance.closed), len(advance.cancelled_jobs), advance.timers) == (1, 1, ())


class TestStarts:
    drawn = diagram(
        start(),
        start("sm", event("message", "m")),
        start("st", timer("R/P1D", "timeCycle")),
        start("sc", condition("=x = 1")),
        user("a"),
        user("b"),
        user("c"),
        user("d"),
        end(),
        path("s > a > e"),
        path("sm > b > e"),
        path("st > c > e"),
        path("sc > d > e"),
        roots=message("m", "hire"),
    )

    def test_the_plain_start_is_the_default(self):
        assert Play(self.drawn).start().open == ["a"]

    def test_a_message_starts_at_its_event(self):
        play = Play(self.drawn).start(_message="hire", who="li")
        assert play.open == ["b"]
        assert play.variables == {"who": "li"}

    def test_an_unknown_message_is_refused(self):
        with pytest.raises(InvalidError):
            Play(self.drawn).start(_message="fire")

    def test_a_chosen_start_is_taken(self):
        assert Play(self.drawn).start("st").open == ["c"]

    def test_an_unknown_start_is_refused(self):
        with pytest.raises(InvalidError):
            Play(self.drawn).start("nope")

    def test_a_conditional_start_waits_until_it_holds(self):
        play = Play(self.drawn).start("sc", x=0)
        assert play.open == []
        play.set(x=1)
        assert play.open == ["d"]


def test_flow_ids_do_not_matter():
    drawn = diagram(start(), user("a"), end(), flow("s", "a", name="Flow_1"), flow("a", "e", name="Flow_2"))
    assert Play(drawn).start().open == ["a"]
