"""Promises of the check before publishing."""

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from tests.decisions.drawing import decision, given, knowledge, knows, model, needs, table, table_model, text
from webapp.decisions import Finding, NoMatchError, SeveralMatchesError, Severity, check
from webapp.decisions.checking.regions import Steps, find_uncovered

AGE = [("年龄", "number")]
OUT = [("档", "string")]


def found(m, *findings):
    wanted = findings or tuple(Finding)
    return [p for p in check(m) if p.finding in wanted]


def told(m, *findings):
    return [str(p.message) for p in found(m, *findings)]


class TestLargeModels:
    def test_one_with_hundreds_of_problems_is_not_checked_to_its_end(self):
        assert (
            300 <= len(check(model(*(decision(f"d{n}", text("[没有, 也没有]")) for n in range(400))))) < 400
        )

    def test_a_table_with_very_many_rules_is_left_alone(self):
        m = table_model("FIRST", AGE, OUT, *((str(n), '"x"') for n in range(1_001)))
        assert [p.finding for p in found(m)] == [Finding.COMPLEX]


class TestTexts:
    def test_a_sound_model_has_no_problems(self):
        m = table_model("UNIQUE", AGE, OUT, ("< 18", '"未成年"'), (">= 18", '"成年"'))
        assert check(m) == ()

    def test_a_cell_that_cannot_be_read_has_its_place(self):
        [problem] = found(table_model("UNIQUE", AGE, OUT, ("-", '"x"'), ("[1..", '"y"')))
        assert (problem.finding, problem.row, problem.column, problem.decision_id, problem.rule_id) == (
            Finding.SYNTAX,
            2,
            1,
            "d",
            "r2",
        )
        assert problem.line == 1
        assert problem.offset > 0

    def test_an_unknown_name_comes_with_a_guess(self):
        m = model(given("工龄", "number"), decision("d", text("工令 + 1"), needs=needs("工龄")))
        [problem] = found(m)
        assert problem.finding is Finding.NAME
        assert "工令" in str(problem.message)

    def test_an_unknown_name_in_an_output_has_its_place(self):
        [problem] = found(table_model("UNIQUE", AGE, OUT, ("-", "别的")), Finding.NAME)
        assert (problem.row, problem.column) == (1, 2)

    def test_an_unknown_function(self):
        assert [p.finding for p in found(model(decision("d", text("summ([1])"))))] == [Finding.FUNCTION]

    def test_wrong_arguments_of_a_knowledge_model(self):
        bkm = knowledge("补偿", [("年限", "number")], text("年限 * 2"))
        assert found(model(bkm, decision("d", text("补偿(1)"), needs=knows("补偿")))) == []
        assert [
            p.finding for p in found(model(bkm, decision("d", text("补偿(1, 2)"), needs=knows("补偿"))))
        ] == [Finding.ARGUMENTS]

    def test_functions_given_to_evaluate_are_known(self):
        from webapp.feel import Function, Parameter

        add = Function(name="工作日", parameters=(Parameter(name="n"),), call=lambda n: n)
        m = model(decision("d", text("工作日(1)")))
        assert check(m, functions={"工作日": add}) == ()
        assert check(m) != ()

    def test_names_of_loops_and_contexts_are_known(self):
        loop = f'<for iteratorVariable="i"><in>{text("[1,2]")}</in><return>{text("i + count(partial)")}</return></for>'
        context = f'<context><contextEntry><variable name="a"/>{text("1")}</contextEntry><contextEntry>{text("a + 1")}</contextEntry></context>'
        assert check(model(decision("d", loop), decision("e", context))) == ()

    def test_an_expression_that_cannot_be_read(self):
        [problem] = found(model(decision("d", text("1 +\n +"))))
        assert (problem.finding, problem.line) == (Finding.SYNTAX, 2)

    def test_what_is_no_knowledge_is_no_function(self):
        need = '<knowledgeRequirement><requiredKnowledge href="#in a"/></knowledgeRequirement>'
        assert found(model(given("a"), decision("d", text("1"), needs=need))) == []


class TestTypes:
    def test_a_column_whose_type_has_unreadable_values_is_told_once(self):
        kind = '<itemDefinition name="t"><typeRef>number</typeRef><allowedValues><text>[1..</text></allowedValues></itemDefinition>'
        m = table_model("UNIQUE", [("a", "t")], OUT, ("-", '"x"'), extra=(kind,))
        assert [p.finding for p in found(m)] == [Finding.SYNTAX]

    def test_a_type_that_nobody_defined(self):
        m = model(given("a", "tA"), decision("d", text("a", type_ref="tB"), needs=needs("a"), type_ref="tC"))
        assert [(p.finding, p.decision_id) for p in found(m)] == [
            (Finding.TYPE, "in a"),
            (Finding.TYPE, "d"),
            (Finding.TYPE, "d"),
        ]

    def test_allowed_values_that_cannot_be_read_or_match(self):
        def kind(ref, allowed):
            return f'<itemDefinition name="t"><typeRef>{ref}</typeRef><allowedValues><text>{allowed}</text></allowedValues></itemDefinition>'

        assert [(p.finding, p.element_id) for p in found(model(kind("number", "[1..")))] == [
            (Finding.SYNTAX, "t")
        ]
        assert [p.finding for p in found(model(kind("number", '"a"')))] == [Finding.TYPE]
        assert [p.finding for p in found(model(kind("tNo", "1")))] == [Finding.TYPE]
        assert found(model(kind("number", "[1..2]"))) == []

    def test_functions_fit_function_types(self):
        kind = '<itemDefinition name="tF"><functionItem outputTypeRef="number"/></itemDefinition>'
        bkm = knowledge("f", [("n", "tF")], "")
        empty = '<businessKnowledgeModel id="g" name="g"/>'
        m = model(
            kind,
            bkm,
            empty,
            decision("d", text("function(x) x"), type_ref="tF"),
            decision("e", "", needs=knows("f", "g")),
        )
        assert found(m) == []

    def test_a_context_without_a_last_value_is_a_context(self):
        logic = f'<context><contextEntry><variable name="a"/>{text("1")}</contextEntry></context>'
        assert [p.finding for p in found(model(decision("d", logic, type_ref="number")))] == [Finding.TYPE]

    def test_a_constraint_is_on_the_whole(self):
        kind = '<itemDefinition name="t" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>'
        assert found(model(kind)) == []

    def test_contexts_that_lack_a_member_do_not_fit(self):
        person = '<itemDefinition name="tP"><itemComponent name="a"><typeRef>number</typeRef></itemComponent></itemDefinition>'
        assert found(model(person, decision("d", text("{a: 1}"), type_ref="tP"))) == []
        assert [p.finding for p in found(model(person, decision("d", text("{b: 1}"), type_ref="tP")))] == [
            Finding.TYPE
        ]

    def test_a_type_that_holds_itself_ends(self):
        tree = '<itemDefinition name="tTree"><itemComponent name="v"><typeRef>number</typeRef></itemComponent><itemComponent name="kids" isCollection="true"><typeRef>tTree</typeRef></itemComponent></itemDefinition>'
        assert (
            found(model(tree, given("x", "tTree"), decision("d", text("x.kids.v"), needs=needs("x")))) == []
        )

    def test_every_boxed_expression_is_looked_into(self):
        bad = text("无此名")
        logics = [
            f"<list>{bad}</list>",
            f'<relation><column name="a"/><row>{bad}</row></relation>',
            f"<functionDefinition>{bad}</functionDefinition>",
            f'<invocation>{text("sum")}<binding><parameter name="list"/>{bad}</binding></invocation>',
            f"<conditional><if>{text('true')}</if><then>{bad}</then><else>{text('1')}</else></conditional>",
            f"<filter><in>{bad}</in><match>{text('true')}</match></filter>",
            f'<some iteratorVariable="i"><in>{text("[1]")}</in><satisfies>{bad}</satisfies></some>',
            f"<context><contextEntry>{bad}</contextEntry></context>",
        ]
        for logic in logics:
            assert [p.finding for p in found(model(decision("d", logic)))] == [Finding.NAME]

    def test_a_filter_knows_its_items(self):
        rows = f'<relation><column name="a"/><row>{text("1")}</row></relation>'
        logic = f"<filter><in>{rows}</in><match>{text('a = 1 and item.a = b')}</match></filter>"
        assert [p.finding for p in found(model(decision("d", logic)))] == [Finding.NAME]

    def test_the_type_of_a_tables_answer(self):
        def typed(policy, type_ref, aggregation="", outputs=(("n", "number"),)):
            cells = ("-", *("1" for _ in outputs))
            return model(
                given("a"),
                decision(
                    "d",
                    table(policy, [("a",)], list(outputs), cells, aggregation=aggregation),
                    needs=needs("a"),
                    type_ref=type_ref,
                ),
            )

        assert found(typed("UNIQUE", "number")) == []
        assert [p.finding for p in found(typed("UNIQUE", "string"))] == [Finding.TYPE]
        assert found(typed("COLLECT", "number", "COUNT")) == []
        assert found(typed("COLLECT", "number", "SUM")) == []
        assert found(typed("COLLECT", "list")) == []
        assert [
            p.finding for p in found(typed("UNIQUE", "number", outputs=(("a", "number"), ("b", "number"))))
        ] == [Finding.TYPE]

    def test_a_lone_table_knows_what_it_tests(self):
        logic = table("UNIQUE", [("工龄", "number")], [("o", "number")], ("> 9", "1"), ("<= 9", "别的"))
        assert [(p.finding, p.row) for p in found(model(decision("d", logic)))] == [(Finding.NAME, 2)]

    def test_knowledge_and_services_are_known_by_name(self):
        bkm = knowledge("f", [("n", "number")], text("if n > 0 then f(n - 1) else 0"), extra=knows("f"))
        service = '<decisionService id="s" name="s"><outputDecision href="#e"/><inputData href="#in a"/></decisionService>'
        e = decision("e", text("a"), needs=needs("a"))
        m = model(given("a"), bkm, service, e, decision("d", text("f(1) + s(2)"), needs=knows("f", "s")))
        assert found(m) == []

    def test_imported_elements_are_known_under_the_imports_name(self):
        from tests.decisions.drawing import definitions
        from webapp.decisions import load

        law = definitions(
            given("a", "number"),
            decision("b", text("a"), needs=needs("a"), type_ref="number"),
            knowledge("f", [], text("1")),
            namespace="urn:law",
        )
        importing = '<import name="law" namespace="urn:law" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        need = '<informationRequirement><requiredDecision href="urn:law#b"/></informationRequirement><knowledgeRequirement><requiredKnowledge href="urn:law#f"/></knowledgeRequirement>'
        good = load(
            definitions(importing, decision("d", text("law.b + law.f()"), needs=need)),
            imports={"urn:law": law},
        )
        bad = load(definitions(importing, decision("d", text("law.c"), needs=need)), imports={"urn:law": law})
        assert found(good) == []
        assert len(found(bad)) == 1

    def test_a_cell_that_can_never_match_its_column(self):
        problems = found(table_model("UNIQUE", AGE, OUT, ('"abc"', '"x"')), Finding.TYPE)
        assert [(p.row, p.column) for p in problems] == [(1, 1)]

    def test_an_output_of_another_type(self):
        problems = found(table_model("UNIQUE", AGE, [("天数", "number")], ("-", '"五"')), Finding.TYPE)
        assert [(p.row, p.column) for p in problems] == [(1, 2)]

    def test_a_decision_of_another_type(self):
        assert [p.finding for p in found(model(decision("d", text('"a"'), type_ref="number")))] == [
            Finding.TYPE
        ]

    @pytest.mark.parametrize(
        ("logic", "type_ref"),
        [
            ("1", "number"),
            ("null", "number"),
            ("[1]", "number"),
            ('date("2025-01-01")', "date and time"),
            ("1", "Any"),
            ("1", ""),
        ],
    )
    def test_what_is_converted_is_no_mismatch(self, logic, type_ref):
        assert check(model(decision("d", text(logic), type_ref=type_ref))) == ()

    def test_a_member_that_the_type_does_not_have(self):
        person = '<itemDefinition name="tP"><itemComponent name="姓名"><typeRef>string</typeRef></itemComponent></itemDefinition>'
        m = model(person, given("人", "tP"), decision("d", text("人.性名"), needs=needs("人")))
        assert len(found(m)) == 1
        assert (
            check(model(person, given("人", "tP"), decision("d", text("人.姓名"), needs=needs("人")))) == ()
        )

    def test_a_condition_that_is_none(self):
        logic = (
            f"<conditional><if>{text('1')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>"
        )
        assert [p.finding for p in found(model(decision("d", logic)))] == [Finding.TYPE]


class TestGaps:
    @pytest.mark.parametrize(
        ("type_ref", "cells", "gap"),
        [
            ("number", ("< 18", "> 18"), "年龄 18"),
            ("number", ("< 18", "[20..60)", ">= 60"), "年龄 [18..20)"),
            ("number", ("[0..10]",), "年龄 < 0, > 10"),
            ("number", ("< 1", "not(< 5)"), "年龄 [1..5)"),
            ("number", ("1, 2", "3"), "年龄 < 1, (1..2), (2..3), > 3"),
            ("number", ("? < 3 or ? > 5", "? between 3 and 4"), "年龄 (4..5]"),
            ("boolean", ("true",), "年龄 false"),
            ("string", ('"a"', '"b"'), '年龄 not("a", "b")'),
            ("date", ('< date("2025-01-01")', '> date("2025-01-02")'), "年龄 [2025-01-01..2025-01-02]"),
            ("time", ('< time("09:00:00")', '>= time("18:00:00")'), "年龄 [09:00:00..18:00:00)"),
            ("days and time duration", ('< duration("P1D")', '> duration("P2D")'), "年龄 [P1D..P2D]"),
            ("years and months duration", ('< duration("P1Y")', '>= duration("P2Y")'), "年龄 [P1Y..P2Y)"),
        ],
    )
    def test_are_told_exactly(self, type_ref, cells, gap):
        m = table_model("FIRST", [("年龄", type_ref)], OUT, *((cell, '"x"') for cell in cells))
        assert told(m, Finding.GAP) == [f"没有规则覆盖这种情形：{gap}"]

    @pytest.mark.parametrize(
        ("type_ref", "cells"),
        [
            ("number", ("< 18", ">= 18")),
            ("number", ("not(1)", "1")),
            ("boolean", ("true", "false")),
            ("string", ('"a"', 'not("a")')),
            ("date", ('<= date("2025-01-01")', '>= date("2025-01-02")')),
            ("years and months duration", ('<= duration("P1Y")', '>= duration("P13M")')),
            ("number", ("-",)),
        ],
    )
    def test_are_not_seen_where_there_are_none(self, type_ref, cells):
        assert check(table_model("UNIQUE", [("a", type_ref)], OUT, *((cell, '"x"') for cell in cells))) == ()

    def test_the_allowed_values_bound_a_column(self):
        clause = [("性别", "string", '"男","女"')]
        assert check(table_model("UNIQUE", clause, OUT, ('"男"', '"x"'), ('"女"', '"y"'))) == ()
        assert told(table_model("UNIQUE", clause, OUT, ('"男"', '"x"')), Finding.GAP) == [
            '没有规则覆盖这种情形：性别 "女"'
        ]

    def test_so_do_those_of_its_type(self):
        kind = '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>'
        m = table_model(
            "UNIQUE", [("年龄", "tAge")], OUT, ("[0..60)", '"x"'), ("[60..150]", '"y"'), extra=(kind,)
        )
        assert check(m) == ()

    def test_over_several_columns(self):
        inputs = [("a", "number"), ("b", "boolean")]
        m = table_model("UNIQUE", inputs, OUT, ("< 1", "-", '"x"'), (">= 1", "true", '"y"'))
        assert told(m, Finding.GAP) == ["没有规则覆盖这种情形：a >= 1; b false"]

    def test_a_default_closes_them(self):
        assert check(table_model("UNIQUE", AGE, [("档", "string", "", '"x"')], ("< 1", '"y"'))) == ()

    def test_lists_of_hits_may_be_empty(self):
        assert check(table_model("COLLECT", AGE, OUT, ("< 1", '"y"'))) == ()

    def test_they_are_warnings(self):
        assert {p.severity for p in found(table_model("UNIQUE", AGE, OUT, ("< 1", '"y"')))} == {
            Severity.WARNING
        }

    @pytest.mark.parametrize(
        "cell",
        [
            "null",
            '[date("0001-01-01")..date("9999-12-31")]',
            '[time("00:00:00")..time("23:59:59.999999")]',
            "[1, [2..3]]",
            "? in (1, [2..3])",
            "5 > ?",
            "-1",
            "60 * 8",
            'date("2025-02-30")',
            "? > 1 + ?",
        ],
    )
    def test_cells_of_every_make_are_read(self, cell):
        m = table_model("FIRST", [("a", "")], OUT, (cell, '"x"'), ("-", '"y"'))
        assert found(m, Finding.GAP, Finding.SYNTAX, Finding.COMPLEX) == []

    @pytest.mark.parametrize(
        "cells",
        [
            ('< time("09:00:00")', '> time("09:00:00Z")'),
            ('< date and time("2025-01-01T00:00:00")', '> date and time("2025-01-01T00:00:00Z")'),
            ("< 1", '"a"'),
            ("[1..2]", "? < b"),
            ('contains(?, "x")', "not(? > b)"),
            ("abs(?) < 1", "? > 0 or b > 1"),
            ("1 < b", "[b..2]"),
            ("true", '1, "a"'),
            ("a = 1", "b > 1 and a < b"),
        ],
    )
    def test_cells_whose_values_have_no_order_are_left_alone(self, cells):
        m = table_model("UNIQUE", [("a", ""), ("b", "")], OUT, *((cell, "-", '"x"') for cell in cells))
        assert found(m, Finding.GAP, Finding.OVERLAP, Finding.UNREACHABLE) == []

    @pytest.mark.parametrize(
        ("type_ref", "cells", "gap"),
        [
            ("time", ('< time("09:00:00")', '> time("09:00:00.001")'), "[09:00:00..09:00:00.001]"),
            ("date", ('> date("0001-01-01")',), "0001-01-01"),
            ("date", ('< date("9999-12-31")',), "9999-12-31"),
            ("days and time duration", ('< duration("PT1S")', '> duration("PT1S")'), "PT1S"),
        ],
    )
    def test_neighbours_and_the_ends_of_the_line(self, type_ref, cells, gap):
        m = table_model("FIRST", [("a", type_ref)], OUT, *((cell, '"x"') for cell in cells))
        assert told(m, Finding.GAP) == [f"没有规则覆盖这种情形：a {gap}"]

    @pytest.mark.parametrize(
        ("low", "high"),
        [
            ('time("09:00:00")', 'time("18:00:00")'),
            ('date and time("2025-01-01T00:00:00Z")', 'date and time("2025-01-02T00:00:00+08:00")'),
        ],
    )
    def test_open_ends_of_times_and_moments(self, low, high):
        m = table_model(
            "UNIQUE", [("a", "")], OUT, (f"< {low}", '"x"'), (f"[{low}..{high}]", '"y"'), (f"> {high}", '"z"')
        )
        assert check(m) == ()

    def test_moments_beside_each_other(self):
        moments = [f'date and time("2025-01-01T00:00:00.00{n}")' for n in (1, 2)]
        m = table_model(
            "FIRST", [("a", "date and time")], OUT, (f"<= {moments[0]}", '"x"'), (f">= {moments[1]}", '"y"')
        )
        assert found(m) == []

    def test_a_cell_that_depends_on_more_is_not_held_against_the_table(self):
        inputs = [("a", "number"), ("b", "number")]
        m = table_model("UNIQUE", inputs, OUT, ("< 5", "-", '"x"'), ("? >= b", "-", '"y"'))
        assert check(m) == ()

    def test_a_table_too_tangled_to_check_says_so(self):
        """Eight pigeons in seven holes: that every case is covered can be proved only by trying nearly all."""
        pigeons, holes = range(8), range(7)
        inputs = [(f"p{i}h{j}", "boolean") for i in pigeons for j in holes]

        def rule(**cells):
            return tuple(cells.get(name, "-") for name, _ in inputs) + ('"x"',)

        rules = [rule(**{f"p{i}h{j}": "false" for j in holes}) for i in pigeons]
        rules += [
            rule(**{f"p{i}h{j}": "true", f"p{k}h{j}": "true"})
            for j in holes
            for i, k in itertools.combinations(pigeons, 2)
        ]
        m = table_model("FIRST", inputs, OUT, *rules)
        assert [(p.finding, p.severity) for p in found(m)] == [(Finding.COMPLEX, Severity.WARNING)]

    def test_only_so_many_are_told(self):
        cells = [(str(n), '"x"') for n in range(40)]
        assert (
            len(
                found(
                    table_model(
                        "UNIQUE", [("a", "number"), ("b", "number")], OUT, *((a, a, o) for a, o in cells)
                    ),
                    Finding.GAP,
                )
            )
            == 20
        )


class TestOverlaps:
    def test_unique_rules_that_meet(self):
        [problem] = found(table_model("UNIQUE", AGE, OUT, ("<= 18", '"x"'), (">= 18", '"y"')))
        assert (problem.finding, problem.severity, problem.row) == (Finding.OVERLAP, Severity.ERROR, 2)
        assert str(problem.message) == "第 1 行与第 2 行会同时匹配：年龄 18"

    def test_any_rules_may_meet_where_they_agree(self):
        assert check(table_model("ANY", AGE, OUT, ("<= 18", '"x"'), (">= 18", '"x"'))) == ()
        assert (
            len(found(table_model("ANY", AGE, OUT, ("<= 18", '"x"'), (">= 18", '"y"')), Finding.OVERLAP)) == 1
        )

    def test_first_rules_may_meet(self):
        assert check(table_model("FIRST", AGE, OUT, ("<= 18", '"x"'), ("-", '"y"'))) == ()

    def test_one_input_in_two_columns_is_one_input(self):
        inputs = [("a", "number"), ("a", "number")]
        m = model(
            given("a", "number"),
            decision(
                "d",
                table(
                    "UNIQUE", inputs, OUT, (">= 1", "< 5", '"x"'), ("< 1", "-", '"y"'), ("-", ">= 5", '"z"')
                ),
                needs=needs("a"),
            ),
        )
        assert told(m) == []


class TestUnreachable:
    def test_only_so_many_overlaps_are_told(self):
        assert len(found(table_model("UNIQUE", AGE, OUT, *[("-", '"x"')] * 9), Finding.OVERLAP)) == 20

    def test_a_first_rule_behind_those_that_cover_it(self):
        m = table_model("FIRST", AGE, OUT, ("< 18", '"x"'), (">= 18", '"y"'), ("> 60", '"z"'))
        [problem] = found(m)
        assert (problem.finding, problem.row) == (Finding.UNREACHABLE, 3)

    def test_a_priority_rule_that_a_better_one_covers(self):
        m = table_model("PRIORITY", AGE, [("档", "string", '"a","b"')], ("> 10", '"b"'), ("-", '"a"'))
        assert [p.row for p in found(m, Finding.UNREACHABLE)] == [1]

    def test_a_cell_that_no_value_passes(self):
        problems = found(
            table_model("UNIQUE", AGE, OUT, ("[5..3]", '"x"'), ("-", '"y"')), Finding.UNREACHABLE
        )
        assert [(p.row, p.column) for p in problems] == [(1, 1)]

    def test_a_word_that_is_not_allowed(self):
        m = table_model(
            "UNIQUE", [("性别", "string", '"男","女"')], OUT, ('"男", "女"', '"x"'), ('"未知"', '"y"')
        )
        assert [p.row for p in found(m)] == [2]


class TestOutputs:
    def test_two_outputs_without_names(self):
        m = table_model("UNIQUE", AGE, [("a",), ("",)], ("-", "1", "2"))
        assert [(p.finding, p.column) for p in found(m)] == [(Finding.NAME, 3)]

    def test_a_default_that_is_not_among_the_values(self):
        m = table_model("UNIQUE", AGE, [("档", "string", '"a"', '"c"')], ("-", '"a"'))
        assert [(p.finding, p.row) for p in found(m)] == [(Finding.RANKING, 0)]

    def test_an_aggregator_without_collect(self):
        m = table_model("RULE ORDER", AGE, [("a", "number")], ("-", "1"), aggregation="SUM")
        assert [(p.finding, p.severity) for p in found(m)] == [(Finding.AGGREGATION, Severity.WARNING)]

    def test_a_priority_that_depends_on_the_inputs_leaves_all_rules_a_chance(self):
        m = table_model("PRIORITY", AGE, [("档", "number", "1,2")], ("-", "年龄"), ("-", "2"))
        assert found(m, Finding.UNREACHABLE) == []

    def test_a_priority_without_output_values(self):
        assert Finding.RANKING in [p.finding for p in found(table_model("PRIORITY", AGE, OUT, ("-", '"x"')))]

    def test_an_output_that_is_not_among_the_values(self):
        m = table_model("UNIQUE", AGE, [("档", "string", '"a","b"')], ("-", '"c"'))
        assert [(p.finding, p.row, p.column) for p in found(m)] == [(Finding.RANKING, 1, 2)]

    def test_an_aggregator_over_two_outputs(self):
        m = table_model(
            "COLLECT", AGE, [("a", "number"), ("b", "number")], ("-", "1", "2"), aggregation="SUM"
        )
        assert [p.finding for p in found(m)] == [Finding.AGGREGATION]

    def test_a_sum_of_words(self):
        assert [
            p.finding for p in found(table_model("COLLECT", AGE, OUT, ("-", '"a"'), aggregation="SUM"))
        ] == [Finding.AGGREGATION]


CELLS = st.sampled_from(
    ["-", "< 2", "<= 2", "> 2", "[1..3]", "(1..3)", "2", "1, 3", "not(2)", "not([1..2))", "null"]
)


class TestAgreementWithRuns:
    """What the check says of a table is what happens when it runs."""

    @each(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
    @settings(max_examples=60, deadline=None)
    def test_gaps_and_overlaps(self, rows):
        inputs = [("a", "number"), ("b", "number")]
        m = table_model("UNIQUE", inputs, OUT, *((a, b, '"x"') for a, b in rows))
        problems = {p.finding for p in check(m)}
        numbers = [Decimal(n) / 2 for n in range(8)]
        missing = doubled = False
        for a, b in itertools.product(numbers, numbers):
            try:
                m.evaluate("d", {"a": a, "b": b})
            except NoMatchError:
                missing = True
            except SeveralMatchesError:
                doubled = True
        nulls = any("null" in row for row in rows)
        assert (Finding.GAP in problems) is missing or (nulls and Finding.GAP in problems)
        assert (Finding.OVERLAP in problems) is doubled or (nulls and Finding.OVERLAP in problems)

    @each(st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=5))
    @settings(max_examples=60, deadline=None)
    def test_unreachable_rules_never_fire(self, rows):
        inputs = [("a", "number"), ("b", "number")]
        m = table_model("FIRST", inputs, OUT, *((a, b, '"x"') for a, b in rows))
        idle = {p.row - 1 for p in check(m) if p.finding is Finding.UNREACHABLE}
        fired = set()
        for a, b in itertools.product([None, *(Decimal(n) / 2 for n in range(8))], repeat=2):
            try:
                fired |= {rule.index for rule in m.evaluate("d", {"a": a, "b": b}).fired}
            except NoMatchError:
                continue
        assert not idle & fired


BOXES = st.lists(st.tuples(*[st.sets(st.integers(0, 3))] * 3), max_size=6)


@each(BOXES)
@settings(max_examples=80, deadline=None)
def test_regions_are_all_that_no_box_covers_and_do_not_overlap(boxes):
    columns = [
        [sum(1 << i for i, box in enumerate(boxes) if place in box[c]) for place in range(4)]
        for c in range(3)
    ]
    points = [
        point
        for region in find_uncovered(columns, (1 << len(boxes)) - 1, steps=Steps())
        for point in itertools.product(*region)
    ]
    assert len(points) == len(set(points))
    assert set(points) == {
        p
        for p in itertools.product(range(4), repeat=3)
        if not any(all(x in s for x, s in zip(p, box, strict=True)) for box in boxes)
    }


def test_dates_have_no_gap_between_one_day_and_the_next():
    cells = ('<= date("2024-12-31")', '[date("2025-01-01")..date("2025-12-31")]', '> date("2025-12-31")')
    m = table_model("UNIQUE", [("日", "date")], OUT, *((cell, '"x"') for cell in cells))
    assert check(m) == ()
    assert m.evaluate("d", {"日": date(2025, 6, 1)}).fired[0].index == 1
