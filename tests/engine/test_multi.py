"""Multi-instance and loop markers."""

import pytest

from tests.engine.drawing import (
    boundary,
    diagram,
    end,
    many,
    mapping,
    node,
    path,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    zeebe,
)
from tests.engine.play import Play
from webapp.engine.expressions import Limits


def one(task, *more, **options):
    return diagram(start(), task, user("z"), end(), path("s > a > z > e"), *more, **options)


class TestParallel:
    def test_results_are_ordered_by_index_whoever_is_first(self):
        marker = many("=people", element="p", out="votes", out_element="=vote")
        play = Play(one(user("a", marker, ext=mapping(outputs={"vote": "=v"})))).start(people=["x", "y", "z"])
        assert [item.variables["p"] for item in play.items.values()] == ["x", "y", "z"]
        assert [item.variables["loopCounter"] for item in play.items.values()] == [1, 2, 3]
        for index, vote in ((2, "c"), (0, "a"), (0, "b")):
            play.done("a", index, v=vote)
        assert play.open == ["z"]
        assert play.variables == {"people": ["x", "y", "z"], "votes": ["a", "b", "c"]}

    def test_completion_condition_ends_it_and_leaves_nulls(self):
        marker = many(
            "=people",
            element="p",
            out="votes",
            out_element="=vote",
            until="=numberOfCompletedInstances / numberOfInstances >= 0.5",
        )
        play = Play(one(user("a", marker, ext=mapping(outputs={"vote": "=v"})))).start(people=[1, 2, 3, 4])
        play.done("a", 3, v="d")
        advance = play.done("a", 1, v="b")
        assert play.open == ["z"]
        assert len(advance.closed) == 3
        assert play.variables["votes"] == [None, "b", None, "d"]

    def test_an_instance_leaks_nothing_but_its_output_element(self):
        play = Play(one(user("a", many("=[1, 2]", element="p"), ext=mapping(outputs={"x": "=p"})))).start()
        play.done("a")
        play.done("a")
        assert play.variables == {}

    def test_an_empty_collection_passes_with_an_empty_result(self):
        play = Play(one(user("a", many("=[]", out="r")))).start()
        assert play.open == ["z"]
        assert play.variables == {"r": []}

    @pytest.mark.parametrize("people", [None, 5.5, "x", {"a": 1}])
    def test_what_is_no_list_is_an_incident(self, people):
        play = Play(one(user("a", many("=people")))).start(people=people)
        assert play.stuck == [("a", "multi-instance")]
        play.set(people=[1])
        play.retry("a")
        assert play.open == ["a"]

    def test_too_many_instances_are_an_incident(self):
        play = Play(one(user("a", many("=people"))), limits=Limits(instances=3)).start(people=[1, 2, 3, 4])
        assert play.stuck == [("a", "limit")]

    def test_jobs_subprocesses_and_calls_may_be_many(self):
        marker = many("=[1, 2]", element="p", out="r", out_element="=p * 10")
        inner = sub("a", start("us"), user("x"), end("ue"), path("us > x > ue")).replace(
            "</bpmn:subProcess>", marker + "</bpmn:subProcess>"
        )
        call = node("callActivity", "a", marker, ext=zeebe("calledElement", processId="c"))
        child = process("c", start("cs"), user("x"), end("ce"), path("cs > x > ce"))
        for task, name, more in ((service("a", marker), "a", ""), (inner, "x", ""), (call, "c:x", child)):
            play = Play(one(task, more=more)).start()
            assert play.open == [name, name]
            play.done(name)
            assert play.open == [name]
            play.done(name)
            assert play.open == ["z"]
            assert play.variables["r"] == [10, 20]

    def test_a_boundary_lies_on_the_whole(self):
        play = Play(
            one(
                user("a", many("=[1, 2, 3]")), boundary("t", "a", timer("PT1H")), user("b"), path("t > b > e")
            )
        ).start()
        assert len(play.last.timers) == 1
        play.done("a")
        play.wait(hours=1)
        assert play.open == ["b"]

    def test_scripts_need_no_people(self):
        task = script("a", "=p * p", "r").replace(
            "</bpmn:scriptTask>",
            many("=[1, 2, 3]", element="p", out="all", out_element="=r") + "</bpmn:scriptTask>",
        )
        assert Play(one(task)).start().variables == {"all": [1, 4, 9]}

    def test_nested_markers_keep_their_own_elements(self):
        inner = user("x", many("=[1, 2]", element="q", out="row", out_element="=p * q"))
        outer = sub("a", start("us"), inner, end("ue"), path("us > x > ue")).replace(
            "</bpmn:subProcess>",
            many("=[10, 20]", element="p", out="all", out_element="=row") + "</bpmn:subProcess>",
        )
        play = Play(one(outer)).start()
        assert play.open == ["x"] * 4
        for _ in range(4):
            play.done("x")
        assert play.variables["all"] == [[10, 20], [20, 40]]


class TestSequential:
    def test_opens_one_after_the_other(self):
        marker = many("=[7, 8, 9]", element="p", out="r", out_element="=p", sequential=True)
        play = Play(one(user("a", marker))).start()
        for value in (7, 8, 9):
            assert [item.variables["p"] for item in play.items.values()] == [value]
            play.done("a")
        assert play.open == ["z"]
        assert play.variables["r"] == [7, 8, 9]

    def test_completion_condition_stops_it(self):
        marker = many("=[7, 8, 9]", sequential=True, until="=numberOfCompletedInstances = 2")
        play = Play(one(user("a", marker))).start()
        play.done("a")
        play.done("a")
        assert play.open == ["z"]

    def test_a_return_of_the_loop_begins_it_anew(self):
        marker = many("=list", sequential=True, out="r", out_element="=loopCounter")
        play = Play(one(user("a", marker))).start(list=[1, 2])
        play.done("a")
        play.done("a")
        assert play.variables["r"] == [1, 2]


class TestStandardLoop:
    def loop(self, inner="", **given):
        attributes = "".join(f' {key}="{value}"' for key, value in given.items())
        return f"<bpmn:standardLoopCharacteristics{attributes}>{inner}</bpmn:standardLoopCharacteristics>"

    def test_runs_while_its_condition_holds(self):
        marker = self.loop("<bpmn:loopCondition>=again</bpmn:loopCondition>")
        play = Play(one(user("a", marker, ext=mapping(outputs={"again": "=again"})))).start()
        play.done("a", again=True)
        play.done("a", again=True)
        play.done("a", again=False)
        assert play.open == ["z"]

    def test_stops_at_its_maximum(self):
        play = Play(one(user("a", self.loop(loopMaximum="2")))).start()
        play.done("a")
        play.done("a")
        assert play.open == ["z"]

    def test_may_be_tested_before(self):
        marker = self.loop("<bpmn:loopCondition>=x</bpmn:loopCondition>", testBefore="true")
        assert Play(one(user("a", marker))).start(x=False).open == ["z"]
        assert Play(one(user("a", marker))).start(x=True).open == ["a"]
