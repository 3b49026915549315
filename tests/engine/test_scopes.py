"""Variables live in scopes: what a branch writes, the others see; nothing is merged at joins."""

import pytest

from tests.engine.drawing import diagram, end, mapping, node, par, path, process, start, sub, user, zeebe
from tests.engine.play import Play

BRANCHES = diagram(
    start(),
    user("a", ext=mapping(outputs={"k": '="orig"', "l": "=[1, 2, 3]"})),
    par("f"),
    user("b", ext=mapping(outputs={"k": "=new", "l": "=list"})),
    user("c"),
    par("j"),
    end(),
    path("s > a > f > b > j > e"),
    path("f > c > j"),
)


class TestJoins:
    @pytest.mark.parametrize("order", ["bc", "cb"])
    @pytest.mark.parametrize("new", ["b", None])
    def test_the_branch_that_never_touched_a_name_does_not_undo_it(self, order, new):
        play = Play(BRANCHES).start()
        play.done("a")
        for name in order:
            play.done(name, **({"new": new, "list": [1]} if name == "b" else {}))
        assert play.variables == {"k": new, "l": [1]}

    def test_a_sibling_sees_a_write_at_once(self):
        play = Play(BRANCHES).start()
        play.done("a")
        play.done("b", new="seen", list=[])
        assert play.variables["k"] == "seen"


class TestSubprocess:
    def test_its_inputs_are_gone_when_it_ends_and_inner_writes_to_outer_names_stay(self):
        drawn = diagram(
            start(),
            sub(
                "u",
                start("us"),
                user("b", ext=mapping(outputs={"own": "=v", "outer": "=v"})),
                end("ue"),
                path("us > b > ue"),
                ext=mapping(inputs={"own": "=1"}),
            ),
            end(),
            path("s > u > e"),
        )
        play = Play(drawn).start(outer=0)
        play.done("b", v=7)
        assert play.ended
        assert play.variables == {"outer": 7}

    def test_its_outputs_see_its_locals(self):
        drawn = diagram(
            start(),
            sub(
                "u",
                start("us"),
                user("b", ext=mapping(outputs={"own": "=v"})),
                end("ue"),
                path("us > b > ue"),
                ext=mapping(inputs={"own": "=1"}, outputs={"result": "=own * 2"}),
            ),
            end(),
            path("s > u > e"),
        )
        play = Play(drawn).start()
        play.done("b", v=21)
        assert play.variables == {"result": 42}

    def test_ends_only_when_all_its_branches_have(self):
        drawn = diagram(
            start(),
            sub(
                "u",
                start("us"),
                par("f"),
                user("b"),
                user("c"),
                end("e1"),
                end("e2"),
                path("us > f > b > e1"),
                path("f > c > e2"),
            ),
            user("d"),
            end(),
            path("s > u > d > e"),
        )
        play = Play(drawn).start()
        play.done("b")
        assert play.open == ["c"]
        play.done("c")
        assert play.open == ["d"]


def calling(ext="", **settings):
    return diagram(
        start(),
        node("callActivity", "k", ext=zeebe("calledElement", processId="child", **settings) + ext),
        end(),
        path("s > k > e"),
        more=process(
            "child",
            start("cs"),
            user("b", ext=mapping(outputs={"r": "=r", "x": "=x + 1"})),
            end("ce"),
            path("cs > b > ce"),
        ),
    )


class TestCallActivity:
    def test_copies_all_in_and_hands_back_what_it_changed(self):
        play = Play(calling()).start(x=1, untouched=5)
        assert play.last.children == ("child",)
        assert next(iter(play.items.values())).variables == {"x": 1, "untouched": 5}
        play.done("child:b", r=2) if "child:b" in play.open else play.done("b", r=2)
        assert play.ended
        assert play.variables == {"x": 2, "untouched": 5, "r": 2}

    def test_a_stale_copy_does_not_overwrite_what_another_branch_wrote(self):
        drawn = diagram(
            start(),
            par("f"),
            node("callActivity", "k", ext=zeebe("calledElement", processId="child")),
            user("a", ext=mapping(outputs={"x": "=v"})),
            par("j"),
            end(),
            path("s > f > k > j > e"),
            path("f > a > j"),
            more=process("child", start("cs"), user("b"), end("ce"), path("cs > b > ce")),
        )
        play = Play(drawn).start(x=1)
        play.done("a", v=9)
        play.done("child:b")
        assert play.variables == {"x": 9}

    def test_without_propagation_takes_only_inputs_and_gives_only_outputs(self):
        drawn = calling(
            mapping(inputs={"x": "=outer"}, outputs={"back": "=r"}),
            propagateAllChildVariables="false",
            propagateAllParentVariables="false",
        )
        play = Play(drawn).start(outer=5)
        assert next(iter(play.items.values())).variables == {"x": 5}
        play.done("child:b", r=2)
        assert play.variables == {"outer": 5, "back": 2}

    def test_an_unknown_process_is_an_incident(self):
        play = Play(
            diagram(
                start(),
                node("callActivity", "k", ext=zeebe("calledElement", processId="nope")),
                end(),
                path("s > k > e"),
            )
        ).start()
        assert play.stuck == [("k", "call")]

    def test_recursion_without_end_is_an_incident(self):
        drawn = diagram(
            start(),
            node("callActivity", "k", ext=zeebe("calledElement", processId="p")),
            end(),
            path("s > k > e"),
        )
        play = Play(drawn).start()
        assert [kind for _element, kind in play.stuck] == ["limit"]
