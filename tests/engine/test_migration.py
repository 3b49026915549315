"""Moving running cases to a new version: what stays, what must be mapped, what is blocked."""

from datetime import timedelta

import pytest

from tests.engine.drawing import (
    boundary,
    catch,
    diagram,
    end,
    event,
    many,
    mapping,
    message,
    node,
    par,
    path,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.play import Play, Weekdays, no_decision
from webapp.domain.errors import InvalidError
from webapp.engine import snapshot
from webapp.engine.diagrams import compile_diagram
from webapp.engine.errors import SnapshotError
from webapp.engine.expressions import Outside
from webapp.engine.migration import Verdict, difference, migrate
from webapp.engine.values import Return

LINE = diagram(start(), user("a"), user("b"), end(), path("s > a > b > e"))


def move(play, xml, **names):
    spec = compile_diagram(xml).spec
    outside = Outside(now=play.now, calendar=Weekdays(), decide=no_decision)
    found = migrate(play.spec, spec, play.snapshot, outside=outside, mapping=names)
    if found.fits:
        play.spec, play.snapshot, play.last = spec, found.state, found.advance
    return found


def verdicts(found):
    return {step.element_id: step.verdict for step in found.steps}


def played(xml, *done, **variables):
    play = Play(xml).start(**variables)
    for name in done:
        play.done(name)
    return play


class TestFine:
    def test_a_step_added_ahead_is_run(self):
        play = played(LINE)
        old = play.key("a")
        found = move(
            play, diagram(start(), user("a"), user("n"), user("b"), end(), path("s > a > n > b > e"))
        )
        assert found.fits
        assert [item.key for item in found.items] == [old]
        play.done("a")
        assert play.open == ["n"]

    def test_a_step_added_behind_is_not(self):
        play = played(LINE, "a")
        assert move(
            play, diagram(start(), user("n"), user("a"), user("b"), end(), path("s > n > a > b > e"))
        ).fits
        play.done("b")
        assert play.ended

    def test_a_finished_step_may_go_and_is_no_target_any_more(self):
        """Stock: the migrated instance cannot be loaded any more."""
        play = played(LINE, "a")
        assert move(play, diagram(start(), user("b"), end(), path("s > b > e"))).fits
        with pytest.raises(InvalidError):
            play.do(Return(from_key=play.key("b"), to_element="a"))
        play.done("b")
        assert play.ended

    def test_a_waiting_timer_keeps_its_time(self):
        """Stock: waiting timers start anew."""
        drawn = diagram(
            start(),
            user("a"),
            boundary("t", "a", timer("PT2H")),
            catch("c", timer("PT3H")),
            end(),
            path("s > a > e"),
            path("t > c > e"),
        )
        play = played(drawn)
        due = play.last.timers[0].due_at
        play.now += timedelta(hours=1)
        assert move(play, drawn.replace(b'id="c"', b'id="c" name="x"')).fits
        assert play.last.timers[0].due_at == due

    def test_a_new_boundary_is_armed_and_a_removed_one_is_gone(self):
        with_timer = diagram(
            start(), user("a"), boundary("t", "a", timer("PT2H")), end(), path("s > a > e"), path("t > e")
        )
        without = diagram(start(), user("a"), end(), path("s > a > e"))
        play = played(without)
        assert move(play, with_timer).fits
        assert len(play.last.timers) == 1
        assert move(play, without).fits
        assert play.last.timers == ()

    def test_a_reminder_that_has_fired_does_not_fire_again(self):
        drawn = diagram(
            start(),
            user("a"),
            boundary("t", "a", timer("PT2H"), cancels=False),
            user("r"),
            end(),
            path("s > a > e"),
            path("t > r > e"),
        )
        play = played(drawn)
        play.wait(hours=3)
        assert move(play, drawn.replace(b'id="r"', b'id="r" name="x"')).fits
        assert play.last.timers == ()

    def test_a_new_handler_is_armed(self):
        play = played(LINE, id="7")
        handler = sub(
            "h",
            node("startEvent", "hs", event("message", "m")),
            user("h_do"),
            end("he"),
            path("hs > h_do > he"),
            handler=True,
        )
        assert move(
            play,
            diagram(
                start(),
                user("a"),
                user("b"),
                end(),
                path("s > a > b > e"),
                handler,
                roots=message("m", "stop", "=id"),
            ),
        ).fits
        play.correlate("stop", "7")
        assert "h_do" in play.open

    def test_a_multi_instance_in_progress_goes_on(self):
        drawn = diagram(
            start(),
            user("a", many("=[1, 2, 3]", out="r", out_element="=loopCounter")),
            user("b"),
            end(),
            path("s > a > b > e"),
        )
        play = played(drawn, "a")
        assert move(play, drawn.replace(b'id="b"', b'id="b" name="x"')).fits
        play.done("a")
        play.done("a")
        assert play.variables["r"] == [1, 2, 3]

    def test_arrivals_at_a_join_stay(self):
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
        play = played(drawn, "a")
        assert move(
            play,
            diagram(
                start(),
                par("f"),
                user("a"),
                user("b"),
                user("n"),
                par("j"),
                end(),
                path("s > f > a > j > e"),
                path("f > b > n"),
                '<bpmn:sequenceFlow id="b_j" sourceRef="n" targetRef="j" />',
            ),
        ).fits
        play.done("b")
        play.done("n")
        assert play.ended

    def test_the_new_form_and_label_reach_the_open_item(self):
        play = played(LINE)
        found = move(play, LINE.replace(b'id="a"', b'id="a" name="new"'))
        assert found.items[0].names == {"zh-Hans": "new"}

    def test_a_third_branch_may_be_added_before_the_token_comes_there(self):
        two = diagram(
            start(),
            user("z"),
            par("f"),
            user("a"),
            user("b"),
            par("j"),
            end(),
            path("s > z > f > a > j > e"),
            path("f > b > j"),
        )
        three = diagram(
            start(),
            user("z"),
            par("f"),
            user("a"),
            user("b"),
            user("c"),
            par("j"),
            end(),
            path("s > z > f > a > j > e"),
            path("f > b > j"),
            path("f > c > j"),
        )
        play = played(two)
        assert move(play, three).fits
        play.done("z")
        assert play.open == ["a", "b", "c"]


class TestMapping:
    def test_a_step_that_is_gone_needs_one(self):
        play = played(LINE)
        before = play.snapshot
        found = move(play, diagram(start(), user("x"), user("b"), end(), path("s > x > b > e")))
        assert not found.fits
        assert verdicts(found)["a"] is Verdict.MAPPING
        assert play.snapshot == before

    def test_with_it_the_token_moves_there(self):
        play = played(LINE)
        found = move(play, diagram(start(), user("x"), user("b"), end(), path("s > x > b > e")), a="x")
        assert found.fits
        assert [item.element_id for item in found.items] == ["x"]
        play.items = {item.key: item for item in found.items}
        play.done("x")
        assert play.open == ["b"]
        play.do(Return(from_key=play.key("b"), to_element="x"))
        assert play.open == ["x"]


class TestBlocked:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (LINE, diagram(start(), service("a"), user("b"), end(), path("s > a > b > e"))),
            (LINE, diagram(start(), user("a", many("=[1]")), user("b"), end(), path("s > a > b > e"))),
            (LINE, diagram(start(), sub("u", start("us"), user("a"), end("ue"), path("us > a > ue")), user("b"), end(), path("s > u > b > e"))),
            (LINE, diagram(start(), user("a", ext='<zeebe:assignmentDefinition assignee="=[1, [2]]" />'), user("b"), end(), path("s > a > b > e"))),
            (
                diagram(start(), par("f"), user("a"), user("b"), par("j"), end(), path("s > f > a > j > e"), path("f > b > j")),
                diagram(start(), par("f"), user("a"), user("b"), user("c"), par("j"), end(), path("s > f > a > j > e"), path("f > b > j"), path("f > c > j")),
            ),
        ],
        ids=["another type", "multi-instance now", "in a subprocess now", "an assignee that cannot be", "a branch added inside an active split"],
    )  # fmt: skip
    def test_says_why_and_changes_nothing(self, old, new):
        play = played(old)
        before = play.snapshot
        found = move(play, new)
        assert not found.fits
        (reason, *_more) = [step.message for step in found.steps if step.verdict is Verdict.BLOCKED]
        assert str(reason)
        assert play.snapshot == before

    def test_a_join_with_arrivals_may_not_lose_their_flow(self):
        play = played(
            diagram(
                start(),
                par("f"),
                user("a"),
                user("b"),
                par("j"),
                end(),
                path("s > f > a > j > e"),
                path("f > b > j"),
            ),
            "a",
        )
        found = move(
            play,
            diagram(
                start(),
                par("f"),
                user("a"),
                user("x"),
                user("b"),
                par("j"),
                end(),
                path("s > f > a > x > j > e"),
                path("f > b > j"),
            ),
        )
        assert not found.fits

    def test_a_state_of_another_specification_is_refused(self):
        play = played(LINE)
        outside = Outside(now=play.now, calendar=Weekdays(), decide=no_decision)
        other = compile_diagram(diagram(start(), user("q"), end(), path("s > q > e"))).spec
        with pytest.raises(SnapshotError):
            migrate(other, other, play.snapshot, outside=outside)

    def test_a_state_that_reads_back_with_less_open_is_refused(self, monkeypatch):
        play, restore, read = played(LINE), snapshot.restore, []

        def forget(state, plan, outside):
            case = restore(state, plan, outside)
            read.append(case)
            if len(read) == 3:  # the old one, the moved one, and what was written of it
                for task in case.walk():
                    task.internal_data.pop("open", None)
            return case

        monkeypatch.setattr(snapshot, "restore", forget)
        with pytest.raises(SnapshotError):
            move(play, LINE)
        assert len(read) == 3


class TestDifference:
    def test_tells_added_removed_changed_and_relabelled(self):
        old = diagram(start(), user("a"), user("b"), user("c"), end(), path("s > a > b > c > e"))
        new = diagram(
            start(),
            user("a", ext=mapping(outputs={"x": "=1"})),
            user("c").replace('id="c"', 'id="c" name="n"'),
            xor("n"),
            end(),
            path("s > a > c > n > e"),
        )
        found = difference(compile_diagram(old).spec, compile_diagram(new).spec)
        assert found.added == ("n", "a_c", "c_n", "n_e")
        assert found.removed == ("b", "a_b", "b_c", "c_e")
        assert "a" in found.changed
        assert found.relabelled == ()

    def test_a_new_label_alone_is_no_change(self):
        found = difference(
            compile_diagram(LINE).spec, compile_diagram(LINE.replace(b'id="a"', b'id="a" name="n"')).spec
        )
        assert (found.changed, found.relabelled) == ((), ("a",))
