"""Where a fault stands, how deep things may go, what null is: what only exact values show."""

import pytest

from tests.decisions.drawing import (
    decision,
    given,
    knowledge,
    knows,
    model,
    needs,
    relies,
    table,
    table_model,
    text,
)
from webapp.decisions import DecisionLimits, Finding, LimitError, check
from webapp.decisions import errors as classes
from webapp.domain.errors import HeguiError


def problems(m):
    return [(p.finding, p.element_id, p.rule_id, p.row, p.column) for p in check(m)]


class TestWhereAFaultStands:
    def test_an_input_of_another_type_than_its_column_stands_in_the_column(self):
        logic = table("UNIQUE", [("a", "number"), ("b", "string")], [("o", "number")], ("1", '"x"', "2"))
        m = model(given("a", "number"), given("b", "number"), decision("d", logic, needs=needs("a", "b")))
        assert [(p.finding, p.column) for p in check(m) if p.finding is Finding.TYPE] == [(Finding.TYPE, 2)]

    def test_a_cell_of_the_wrong_type_names_its_element_rule_and_place(self):
        m = table_model("FIRST", [("a", "number")], [("o", "number")], ("1", "2"), ('"x"', "3"))
        assert (Finding.TYPE, "c2-0", "r2", 2, 1) in problems(m)

    def test_a_loop_without_an_id_has_none(self):
        loop = f'<for iteratorVariable="i"><in>{text("[1, 2]")}</in><return>{text("i")}</return></for>'
        logic = f"<conditional><if>{loop}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>"
        (problem,) = check(model(decision("d", logic)))
        assert (problem.finding, problem.element_id) == (Finding.TYPE, "")

    def test_the_parts_of_a_type_are_known_three_levels_down(self):
        leaf = '<itemComponent name="{}"><typeRef>number</typeRef></itemComponent>'
        kind = (
            '<itemDefinition name="t"><itemComponent name="a"><itemComponent name="b"><itemComponent name="c">'
            f"{leaf.format('n')}</itemComponent></itemComponent></itemComponent></itemDefinition>"
        )
        m = model(kind, given("x", "t"), decision("d", text('x.a.b.c.n = "z"'), needs=needs("x")))
        assert [p.finding for p in check(m)] == [Finding.TYPE]

    def test_a_list_of_other_items_than_the_type_has_is_found(self):
        names = '<itemDefinition name="tNames" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
        kinds = [
            [p.finding for p in check(model(names, decision("d", text(value), type_ref="tNames")))]
            for value in ("[1, 2]", '["a", "b"]')
        ]
        assert kinds == [[Finding.TYPE], []]


def test_a_fired_rule_tells_its_inputs_by_the_labels_of_the_columns():
    logic = table("FIRST", [("a", "number"), ("b", "number")], [("o",)], ("-", "-", "1"))
    logic = logic.replace('label="a"', 'label="年龄（岁）"').replace(' label="b"', "")
    answer = model(given("a"), given("b"), decision("d", logic, needs=needs("a", "b"))).evaluate(
        "d", {"a": 1, "b": 2}
    )
    assert [dict(f.inputs) for f in answer.fired] == [{"年龄（岁）": 1, "b": 2}]


class TestNothing:
    def test_a_function_type_that_does_not_say_what_it_gives_gives_anything(self):
        kind = '<itemDefinition name="tFn"><functionItem/></itemDefinition>'
        m = model(
            kind,
            knowledge("f", [], text("1"), type_ref="tFn"),
            decision("d", text("f() + 1"), needs=knows("f")),
        )
        assert check(m) == ()
        assert m.evaluate("d", {}).value == 2

    def test_a_filter_over_null_gives_an_empty_list(self):
        logic = f"<filter><in>{text('null')}</in><match>{text('item = null')}</match></filter>"
        assert model(decision("d", logic)).evaluate("d", {}).value == ()

    @pytest.mark.parametrize(
        "kind", [c for c in vars(classes).values() if isinstance(c, type) and issubclass(c, HeguiError)]
    )
    def test_an_error_without_words_of_its_own_has_those_of_its_class(self, kind):
        own = str(kind().message)
        assert own.endswith("。")
        assert own not in {str(base().message) for base in kind.__mro__[1:] if issubclass(base, HeguiError)}


class TestDepth:
    def chain(self, length):
        """Decisions each of which asks the next."""
        first = decision("d1", text("1"))
        return model(
            first,
            *(
                decision(f"d{n}", text(f"d{n - 1} + 1"), needs=relies(f"d{n - 1}"))
                for n in range(2, length + 1)
            ),
        )

    @pytest.mark.parametrize("limits", [None, DecisionLimits(depth=3)])
    def test_as_many_decisions_as_are_allowed_ask_each_other_and_no_more(self, limits):
        most = (limits or DecisionLimits()).depth
        assert most == (3 if limits else 40)
        options = {"limits": limits} if limits else {}
        assert self.chain(most).evaluate(f"d{most}", {}, **options).value == most
        with pytest.raises(LimitError):
            self.chain(most + 1).evaluate(f"d{most + 1}", {}, **options)
