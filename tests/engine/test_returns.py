"""Returns, modifications, restart: the table of the reference (E5)."""

import itertools

import pytest

from tests.engine.drawing import (
    boundary,
    diagram,
    end,
    event,
    flow,
    inc,
    many,
    mapping,
    message,
    node,
    par,
    path,
    process,
    service,
    start,
    sub,
    timer,
    user,
    xor,
    zeebe,
)
from tests.engine.play import Play, Weekdays, no_decision
from webapp.domain.errors import ConflictError, InvalidError
from webapp.engine.errors import GoneError
from webapp.engine.expressions import Outside
from webapp.engine.readings import (
    has_finished,
    open_work,
    preview,
    return_targets,
    root_variables,
    standing,
    tokens_of,
    variables_at,
    variables_of,
)
from webapp.engine.values import Complete, Modify, Restart, Return, SetVariables

LINE = diagram(start(), user("a"), user("b"), user("c"), end(), path("s > a > b > c > e"))
SPLIT = diagram(
    start(), user("a"), par("f"), user("b1"), user("b2"), user("c1"), user("c2"), par("j"), user("d"), user("x"), end(),
    path("s > a > f > b1 > b2 > j > d > x > e"), path("f > c1 > c2 > j"),
)  # fmt: skip


def play(drawn, *done, **variables):
    case = Play(drawn).start(**variables)
    for name in done:
        case.done(name)
    return case


def back(case, source, target, **options):
    return case.do(Return(from_key=case.key(source), to_element=target, **options))


class TestLine:
    def test_goes_back_and_runs_again(self):
        case = play(LINE, "a", "b")
        advance = back(case, "c", "a")
        assert case.open == ["a"]
        assert len(advance.closed) == 1
        for name in "abc":
            case.done(name)
        assert case.ended

    def test_keeps_the_variables(self):
        drawn = diagram(
            start(), user("a", ext=mapping(outputs={"x": "=x"})), user("b"), end(), path("s > a > b > e")
        )
        case = Play(drawn).start()
        case.done("a", x=5)
        back(case, "b", "a")
        assert case.variables == {"x": 5}

    def test_the_new_item_is_another_and_the_old_is_gone(self):
        case = play(LINE)
        first = case.key("a")
        case.done("a")
        old = case.key("b")
        back(case, "b", "a")
        assert case.key("a") != first
        assert case.key("a").round == 2
        with pytest.raises(GoneError):
            case.do(Complete(key=old, variables={}))

    def test_offers_every_finished_step_the_latest_first(self):
        case = play(LINE, "a", "b")
        targets = return_targets(case.spec, case.snapshot, case.key("c"))
        assert [(target.element_id, target.straight) for target in targets] == [("b", True), ("a", True)]

    @pytest.mark.parametrize("target", ["c", "nowhere", "s", "e"])
    def test_refuses_what_does_not_lie_before(self, target):
        case = play(LINE, "a")
        before = case.snapshot
        with pytest.raises(InvalidError):
            back(case, "b", target)
        assert case.snapshot == before

    def test_a_job_behind_is_cancelled_and_the_preview_says_so(self):
        drawn = diagram(
            start(),
            user("a"),
            par("f"),
            service("j1"),
            user("b"),
            end(),
            path("s > a > f > j1 > e"),
            path("f > b > e"),
        )
        case = play(drawn, "a")
        advance = back(case, "b", "a")
        assert case.open == ["a"]
        assert sorted(preview(advance).cancelled) == ["b", "j1"]
        assert preview(advance).opened == ("a",)


class TestParallel:
    def test_inside_a_branch_leaves_the_sibling_alone(self):
        case = play(SPLIT, "a", "b1", "c1")
        back(case, "b2", "b1")
        assert case.open == ["b1", "c2"]
        for name in ("b1", "b2", "c2", "d"):
            case.done(name)
        assert case.open == ["x"]

    def test_inside_a_branch_while_the_sibling_waits_at_the_join(self):
        case = play(SPLIT, "a", "b1", "c1", "c2")
        back(case, "b2", "b1")
        assert case.open == ["b1"]
        case.done("b1")
        case.done("b2")
        assert case.open == ["d"]

    def test_before_the_split_takes_the_siblings_with_it(self):
        case = play(SPLIT, "a", "b1", "c1", "c2")
        advance = back(case, "b2", "a")
        assert case.open == ["a"]
        assert len(advance.closed) == 1
        case.done("a")
        assert case.open == ["b1", "c1"]
        for name in ("b1", "b2"):
            case.done(name)
        assert case.open == ["c1"]
        case.done("c1")
        case.done("c2")
        assert case.open == ["d"]

    def test_from_behind_the_join_into_one_branch(self):
        """Stock: two tokens, the branch's and the one behind the join."""
        case = play(SPLIT, "a", "b1", "b2", "c1", "c2", "d")
        back(case, "x", "b1")
        assert case.open == ["b1"]
        case.done("b1")
        case.done("b2")
        assert case.open == ["d"]
        case.done("d")
        case.done("x")
        assert case.ended

    def test_the_returned_branch_may_have_reached_the_join_itself(self):
        case = play(SPLIT, "a", "b1", "b2", "c1")
        with pytest.raises(InvalidError):
            back(case, "c2", "b1")
        back(case, "c2", "c1")
        assert case.open == ["c1"]
        case.done("c1")
        case.done("c2")
        assert case.open == ["d"]

    def test_into_one_branch_then_into_the_other(self):
        case = play(SPLIT, "a", "b1", "b2", "c1", "c2")
        back(case, "d", "b1")
        case.done("b1")
        case.done("b2")
        back(case, "d", "c2")
        assert case.open == ["c2"]
        case.done("c2")
        assert case.open == ["d"]

    def test_behind_an_inclusive_join(self):
        drawn = diagram(
            start(), inc("f", "f_c"), user("a"), user("b"), user("c"), inc("j"), user("d"), end(),
            flow("s", "f"), flow("f", "a", "=true"), flow("f", "b", "=true"), flow("f", "c"),
            path("a > j > d > e"), path("b > j"), path("c > j"),
        )  # fmt: skip
        case = play(drawn, "a", "b")
        back(case, "d", "a")
        assert case.open == ["a"]
        case.done("a")
        assert case.open == ["d"]

    def test_in_the_second_round_of_a_loop_only_that_round_is_undone(self):
        drawn = diagram(
            start(), xor("m"), user("a"), par("f"), user("b"), user("c"), par("j"), user("d"), xor("g", "g_m"), end(),
            path("s > m > a > f > b > j > d > g"), path("f > c > j"), flow("g", "e", "=over"), flow("g", "m"),
        )  # fmt: skip
        case = play(drawn, "a", "b", "c", "d", "a", "b", "c")
        back(case, "d", "b")
        assert case.open == ["b"]
        case.done("b")
        assert case.open == ["d"]
        case.set(over=True)
        case.done("d")
        assert case.ended


class TestScopes:
    drawn = diagram(
        start(), user("a"),
        sub("u", start("us"), par("uf"), user("b1"), user("b2"), user("c"), par("uj"), user("w"), end("ue"),
            path("us > uf > b1 > b2 > uj > w > ue"), path("uf > c > uj"), ext=mapping(inputs={"own": "=1"})),
        boundary("t", "u", timer("PT1H")), user("late"), user("d"), end(),
        path("s > a > u > d > e"), path("t > late > e"),
    )  # fmt: skip

    def test_out_of_a_subprocess(self):
        case = play(self.drawn, "a", "b1")
        back(case, "b2", "a")
        assert case.open == ["a"]
        assert case.last.timers == ()
        case.done("a")
        assert case.open == ["b1", "c"]
        assert len(case.last.timers) == 1

    def test_into_a_finished_subprocess_opens_it_with_its_boundaries(self):
        case = play(self.drawn, "a", "b1", "b2", "c", "w")
        back(case, "d", "b2")
        assert case.open == ["b2"]
        assert len(case.last.timers) == 1
        assert variables_of(case.spec, case.snapshot, case.key("b2"))["own"] == 1
        case.done("b2")
        assert case.open == ["w"]
        back(case, "w", "b1")
        case.done("b1")
        case.done("b2")
        case.done("w")
        assert case.open == ["d"]
        case.done("d")
        assert case.ended

    def test_to_the_finished_subprocess_itself_runs_it_from_its_start(self):
        case = play(self.drawn, "a", "b1", "b2", "c", "w")
        back(case, "d", "u")
        assert case.open == ["b1", "c"]

    def test_from_a_path_of_a_boundary_back_to_its_host(self):
        case = play(self.drawn, "a")
        case.wait(hours=1)
        assert case.open == ["late"]
        back(case, "late", "u")
        assert case.open == ["b1", "c"]

    def test_out_of_a_multi_instance_and_back_into_all_of_it(self):
        drawn = diagram(
            start(),
            user("a"),
            user("m", many("=[1, 2]", out="r", out_element="=loopCounter")),
            user("d"),
            end(),
            path("s > a > m > d > e"),
        )
        case = play(drawn, "a", "m")
        back(case, "m", "a")
        assert case.open == ["a"]
        for name in ("a", "m", "m"):
            case.done(name)
        back(case, "d", "m")
        assert case.open == ["m", "m"]

    def test_into_a_finished_call_is_refused(self):
        drawn = diagram(
            start(), node("callActivity", "k", ext=zeebe("calledElement", processId="c")), user("d"), end(), path("s > k > d > e"),
            more=process("c", start("cs"), user("x"), end("ce"), path("cs > x > ce")),
        )  # fmt: skip
        case = play(drawn, "c:x")
        with pytest.raises(InvalidError):
            back(case, "d", "c:x")
        assert [target.element_id for target in return_targets(case.spec, case.snapshot, case.key("d"))] == [
            "k"
        ]
        back(case, "d", "k")
        assert case.open == ["c:x"]

    def test_reminders_of_what_is_undone_are_undone(self):
        drawn = diagram(
            start(), user("a"), boundary("t", "a", timer("PT1H"), cancels=False), service("remind"), user("b"), end(),
            path("s > a > b > e"), path("t > remind > e"),
        )  # fmt: skip
        case = play(drawn)
        case.wait(hours=1)
        case.done("a")
        assert case.open == ["b", "remind"]
        back(case, "b", "a")
        assert case.open == ["a"]
        assert len(case.last.timers) == 1


class TestStraightBack:
    def test_the_step_is_done_again_and_the_item_opens_once_more(self):
        case = play(LINE, "a", "b")
        back(case, "c", "a", straight_back=True)
        assert case.open == ["a"]
        case.done("a")
        assert case.open == ["c"]
        assert case.key("c").round == 2
        case.done("c")
        assert case.ended

    def test_leaves_everything_else_alone(self):
        case = play(SPLIT, "a", "b1", "c1")
        back(case, "b2", "a", straight_back=True)
        assert case.open == ["a", "c2"]
        case.done("a")
        case.done("c2")
        assert case.open == ["b2"]
        case.done("b2")
        assert case.open == ["d"]

    def test_a_waiting_item_is_gone_until_it_opens_again(self):
        case = play(LINE, "a", "b")
        old = case.key("c")
        back(case, "c", "a", straight_back=True)
        with pytest.raises(GoneError):
            case.do(Complete(key=old, variables={}))

    def test_returning_further_from_the_step_gives_up_the_detour(self):
        case = play(LINE, "a", "b")
        back(case, "c", "b", straight_back=True)
        back(case, "b", "a")
        assert case.open == ["a"]
        for name in "abc":
            case.done(name)
        assert case.ended

    def test_a_boundary_of_the_step_that_interrupts_gives_up_the_detour(self):
        drawn = diagram(
            start(),
            user("a"),
            boundary("t", "a", timer("PT1H")),
            user("late"),
            user("b"),
            end(),
            path("s > a > b > e"),
            path("t > late > e"),
        )
        case = play(drawn, "a")
        back(case, "b", "a", straight_back=True)
        case.wait(hours=1)
        assert case.open == ["late"]
        case.done("late")
        assert case.ended

    def test_across_a_subprocess_is_refused(self):
        case = play(TestScopes.drawn, "a", "b1")
        with pytest.raises(InvalidError):
            back(case, "b2", "a", straight_back=True)


class TestModify:
    def test_moves_a_token(self):
        case = play(LINE)
        case.do(Modify(add=("c",), withdraw=(case.key("a"),)))
        assert case.open == ["c"]
        case.done("c")
        assert case.ended

    def test_adds_one_inside_a_subprocess_that_is_not_running(self):
        case = play(TestScopes.drawn)
        case.do(Modify(add=("w",)))
        assert case.open == ["a", "w"]
        case.done("w")
        assert case.open == ["a", "d"]

    def test_withdrawing_the_last_token_of_a_scope_withdraws_the_scope(self):
        case = play(TestScopes.drawn, "a", "b1", "b2", "c")
        case.do(Modify(withdraw=(case.key("w"),)))
        assert case.ended

    def test_withdrawing_one_of_many_counts_as_done_without_result(self):
        drawn = diagram(
            start(),
            user("m", many("=[1, 2]", out="r", out_element="=loopCounter")),
            user("d"),
            end(),
            path("s > m > d > e"),
        )
        case = play(drawn)
        case.do(Modify(withdraw=(case.key("m", 0),)))
        case.done("m")
        assert case.variables["r"] == [None, 2]
        assert case.open == ["d"]

    @pytest.mark.parametrize("element", ["nope", "p", "t"])
    def test_refuses_places_where_no_token_can_be(self, element):
        with pytest.raises(InvalidError):
            play(TestScopes.drawn).do(Modify(add=(element,)))

    def test_an_incident_can_be_withdrawn(self):
        drawn = diagram(
            start(),
            xor("g"),
            user("a"),
            user("b"),
            end(),
            flow("s", "g"),
            flow("g", "a", "=x"),
            flow("g", "b", "=y"),
            path("a > e"),
            path("b > e"),
        )
        case = play(drawn)
        case.do(Modify(add=("a",), withdraw=(case.last.incidents[0].key,)))
        assert case.open == ["a"]
        assert case.stuck == []


class TestRestart:
    def test_from_the_start_with_its_variables(self):
        case = play(LINE, "a", "b", "c", x=1)
        assert case.ended
        case.do(Restart(variables={"y": 2}))
        assert case.open == ["a"]
        assert not case.ended
        assert case.variables == {"x": 1, "y": 2}

    def test_before_a_step_of_a_cancelled_case(self):
        case = play(LINE, "a")
        case.cancel()
        case.do(Restart(element="b"))
        assert case.open == ["b"]
        back(case.done("b") and case, "c", "b")
        assert case.open == ["b"]

    def test_only_an_ended_case(self):
        with pytest.raises(ConflictError):
            play(LINE).do(Restart())

    def test_not_in_the_middle_of_a_subprocess(self):
        case = play(TestScopes.drawn)
        case.cancel()
        with pytest.raises(InvalidError):
            case.do(Restart(element="w"))


def test_every_order_of_work_and_one_return_into_each_step_ends_the_same():
    """The invariant of the reference: nothing behind the join is open while a branch is."""
    for order in itertools.permutations(("b1", "b2", "c1", "c2")):
        if order.index("b1") > order.index("b2") or order.index("c1") > order.index("c2"):
            continue
        for target in ("a", "b1", "b2", "c1", "c2"):
            case = play(SPLIT, "a", *order)
            back(case, "d", target)
            while case.open != ["x"]:
                assert not ("d" in case.open and len(case.open) > 1)
                case.done(case.open[0])
            case.done("x")
            assert case.ended


def test_a_message_start_does_not_lead_back():
    drawn = diagram(
        start("s", event("message", "m")),
        user("a"),
        user("b"),
        end(),
        path("s > a > b > e"),
        roots=message("m", "go"),
    )
    case = Play(drawn).start(_message="go")
    case.done("a")
    assert [target.element_id for target in return_targets(case.spec, case.snapshot, case.key("b"))] == ["a"]


class TestReadings:
    def test_tell_every_token_and_its_place(self):
        drawn = diagram(
            start(), par("f"), user("a"), service("b"), sub("u", start("us"), user("c"), end("ue"), path("us > c > ue"), ext=mapping(inputs={"own": "=1"})),
            xor("g"), user("x"), user("y"), par("j"), end(),
            path("s > f > a > j > e"), path("f > b > j"), path("f > u > j"), path("f > g"), flow("g", "x", "=p"), flow("g", "y", "=q"), path("x > j"), path("y > j"),
        )  # fmt: skip
        case = Play(drawn).start()
        case.done("a")
        tokens = {token.element_id: token for token in tokens_of(case.spec, case.snapshot)}
        assert {name: token.state for name, token in tokens.items()} == {
            "j": "join", "b": "job", "u": "scope", "c": "item", "g": "incident",
        }  # fmt: skip
        assert tokens["u"].locals == {"own": 1}
        assert tokens["c"].inside == tokens["u"].key

    def test_open_work_is_evaluated_anew(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a", ext=zeebe("assignmentDefinition", assignee="=boss")),
            service("b"),
            end(),
            path("s > f > a > e"),
            path("f > b > e"),
        )
        case = Play(drawn).start(boss="li")
        case.set(boss="wang")
        outside = Outside(now=case.now, calendar=Weekdays(), decide=no_decision)
        (item,), (job,) = open_work(case.spec, case.snapshot, outside=outside)
        assert (item.key, item.assignee) == (case.key("a"), "wang")
        assert job.variables == {"boss": "wang"}

    def test_a_local_variable_can_be_mended(self):
        case = play(TestScopes.drawn, "a")
        case.do(SetVariables(variables={"own": 5, "new": 6}, at=case.key("b1")))
        assert variables_of(case.spec, case.snapshot, case.key("b1"))["own"] == 5
        assert case.variables == {"new": 6}

    def test_tell_what_was_gone_through_what_waits_and_exact_values(self):
        play = Play(diagram(start(), user("a"), user("b"), end(), path("s > a > b > e"))).start(x=1)
        assert not has_finished(play.spec, play.snapshot, "a")
        play.done("a")
        assert has_finished(play.spec, play.snapshot, "a")
        assert not has_finished(play.spec, play.snapshot, "b")
        assert root_variables(play.spec, play.snapshot) == {"x": 1}
        assert variables_at(play.spec, play.snapshot, play.key("b")) == {"x": 1}
        assert standing(play.spec, play.snapshot).messages == ()
