"""Promises of requirement graphs, boxed expressions and types."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.decisions.drawing import (
    decision,
    definitions,
    given,
    knowledge,
    knows,
    model,
    needs,
    relies,
    table,
    text,
)
from webapp.decisions import (
    DecisionError,
    DecisionLimits,
    ExpressionError,
    InputError,
    LimitError,
    ModelError,
    UnknownDecisionError,
    load,
    load_file,
    load_together,
)
from webapp.decisions.elements import Ref
from webapp.decisions.names import Names
from webapp.decisions.reading.models import NAMESPACES


def context(*entries):
    parts = "".join(
        f'<contextEntry>{f"""<variable name="{n}"/>""" if n else ""}{e}</contextEntry>' for n, e in entries
    )
    return f"<context>{parts}</context>"


def ask(logic, *parts, inputs=None, extra=""):
    names = tuple(inputs or ())
    m = model(*(given(n) for n in names), *parts, decision("d", logic, needs=needs(*names) + extra))
    return plain(m.evaluate("d", inputs or {}).value)


def plain(value):
    """Lists for tuples, all the way down."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


class TestVersions:
    @pytest.mark.parametrize("version", NAMESPACES)
    def test_every_version_from_1_1_to_1_5_is_read(self, version):
        assert model(decision("d", text("1 + 1")), version=version).evaluate("d", {}).value == 2

    def test_another_namespace_is_refused(self):
        with pytest.raises(ModelError):
            model(decision("d", text("1")), version="urn:other")


class TestLanguages:
    @pytest.mark.parametrize("language", ["", "feel", "https://www.omg.org/spec/DMN/20230324/FEEL/"])
    def test_feel_by_any_of_its_names(self, language):
        logic = f'<literalExpression expressionLanguage="{language}"><text>1 + 1</text></literalExpression>'
        assert model(decision("d", logic)).evaluate("d", {}).value == 2

    def test_another_language_is_refused_in_words(self):
        logic = '<literalExpression expressionLanguage="juel"><text>1 + 1</text></literalExpression>'
        with pytest.raises(ExpressionError, match="juel"):
            model(decision("d", logic)).evaluate("d", {})

    def test_so_are_its_cells(self):
        logic = table("FIRST", [("1",)], [("o",)], ("1", "2")).replace(
            "<inputEntry ", '<inputEntry expressionLanguage="javascript" '
        )
        with pytest.raises(ExpressionError, match="javascript"):
            model(decision("d", logic)).evaluate("d", {})


class TestNames:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("月 工资 + 1", {"月 工资"}),
            ("月 工资条 + 1", set()),
            ("a+b", {"a+b"}),
            ("a + b", {"a+b"}),
            ("x.Person's age", {"Person's age"}),
            ("月 工资 总 额", {"月 工资", "月 工资 总 额"}),
            ("plain", set()),
            ("", set()),
        ],
    )
    def test_those_that_stand_in_a_text_are_found(self, text, found):
        names = Names(["月 工资", "月 工资 总 额", "a+b", "Person's age", "plain", "w " * 50])
        assert names.within(text) == found

    def test_nothing_is_found_among_none(self):
        assert Names(()).within("a b") == set()


class TestRequirements:
    def test_a_lone_table_sees_every_input_by_name(self):
        m = model(
            decision("d", table("UNIQUE", [("工龄", "number")], [("o",)], ("> 9", "10"), ("<= 9", "5")))
        )
        assert m.evaluate("d", {"工龄": 12}).value == 10
        assert m.input_names == ()

    def test_a_requirement_without_anything_in_it_is_passed_over(self):
        assert model(decision("d", text("1"), needs="<informationRequirement/>")).evaluate("d", {}).value == 1

    def test_a_decision_sees_what_it_requires(self):
        m = model(
            given("工龄", "number"),
            decision("天数", text("if 工龄 >= 10 then 10 else 5"), needs=needs("工龄")),
            decision("d", text("天数 * 2"), needs=relies("天数")),
        )
        assert m.evaluate("d", {"工龄": 12}).value == 20

    def test_a_decision_does_not_see_what_it_does_not_require(self):
        m = model(given("a"), decision("d", text("a = null")))
        assert m.evaluate("d", {"a": 1}).value is True

    def test_names_may_hold_spaces_and_signs(self):
        assert ask(text("月 工资 - 社保+公积金"), inputs={"月 工资": 100, "社保+公积金": 10}) == 90

    def test_a_decision_is_found_by_id_or_name(self):
        m = model(
            '<decision id="x1" name="应发工资"><literalExpression><text>1</text></literalExpression></decision>'
        )
        assert m.evaluate("x1", {}).value == m.evaluate("应发工资", {}).value == 1

    def test_an_unknown_decision_is_a_typed_error(self):
        with pytest.raises(UnknownDecisionError, match="nope"):
            model(decision("d", text("1"))).evaluate("nope", {})

    def test_a_missing_input_is_null(self):
        m = model(given("a", "number"), decision("d", text("a = null"), needs=needs("a")))
        assert m.evaluate("d", {}).value is True

    def test_a_decision_without_logic_is_null(self):
        assert model(decision("d", "")).evaluate("d", {}).value is None

    def test_rules_of_all_decisions_on_the_way_are_told_in_order(self):
        first = table("UNIQUE", [("a",)], [("o",)], ("-", "a + 1"))
        second = table("UNIQUE", [("b",)], [("o",)], ("> 100", "0"), ("<= 100", "b * 2"))
        m = model(
            given("a"), decision("b", first, needs=needs("a")), decision("d", second, needs=relies("b"))
        )
        answer = m.evaluate("d", {"a": 1})
        assert answer.value == 4
        assert [(f.decision_id, f.rule_id, dict(f.inputs)) for f in answer.fired] == [
            ("b", "r1", {"a": 1}),
            ("d", "r2", {"b": 2}),
        ]

    def test_the_error_of_a_required_decision_is_the_answers_error(self):
        logic = table("UNIQUE", [("a",)], [("o",)], ("1", "1"))
        m = model(
            given("a"),
            decision("b", logic, needs=needs("a")),
            decision("d", text("b = null"), needs=relies("b")),
        )
        with pytest.raises(DecisionError):
            m.evaluate("d", {"a": 2})

    def test_now_is_passed_in(self):
        m = model(decision("d", text("today()")))
        assert m.evaluate("d", {}, now=datetime(2025, 1, 31, 17, tzinfo=UTC)).value == date(2025, 2, 1)

    def test_functions_are_passed_in(self):
        from webapp.feel import Function, Parameter

        double = Function(name="double", parameters=(Parameter(name="n"),), call=lambda n: n * 2)
        assert (
            model(decision("d", text("double(4)"))).evaluate("d", {}, functions={"double": double}).value == 8
        )

    def test_the_same_model_answers_many_times_alike(self):
        m = model(given("a"), decision("d", text("a + 1"), needs=needs("a")))
        assert [m.evaluate("d", {"a": n}).value for n in (1, 2, 1)] == [2, 3, 2]


class TestBoxedExpressions:
    def test_ranges_and_single_values_are_gone_through_too(self):
        def loop(source):
            return f'<for iteratorVariable="i"><in>{text(source)}</in><return>{text("i * 2")}</return></for>'

        assert [ask(loop(s)) for s in ("(1..3]", "5", "null", '["a".."c"]')] == [[4, 6], [10], [], []]
        with pytest.raises(ExpressionError):
            ask(loop("[1..1000000]"))

    def test_an_empty_expression_is_null(self):
        assert ask(text("")) is None

    def test_logic_nested_too_deeply_is_refused(self):
        with pytest.raises(ModelError, match="嵌套"):
            ask("<list>" * 60 + "</list>" * 60)

    def test_a_filter_that_is_no_condition_is_null(self):
        assert ask(f"<filter><in>{text('[1]')}</in><match>{text('1')}</match></filter>") is None

    def test_a_conditional_on_no_condition_is_null(self):
        assert (
            ask(
                f"<conditional><if>{text('1')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>"
            )
            is None
        )

    def test_an_argument_of_another_type_is_not_let_into_a_function(self):
        function = f'<functionDefinition><formalParameter name="x" typeRef="number"/>{text("1")}</functionDefinition>'
        assert ask(context(("f", function), ("", text('f("a")')))) is None

    def test_types_of_entries_columns_and_items(self):
        entry = f'<context><contextEntry><variable name="a" typeRef="number"/>{text("[5]")}</contextEntry></context>'
        relation = f'<relation><column name="a" typeRef="number"/><row>{text("[5]")}</row></relation>'
        loop = (
            f'<for iteratorVariable="i"><in typeRef="list">{text("5")}</in><return>{text("i")}</return></for>'
        )
        assert ask(entry) == {"a": 5}
        assert ask(relation) == [{"a": 5}]
        assert ask(loop) == [5]

    def test_entries_of_a_context_see_those_above(self):
        assert ask(context(("a", text("1")), ("b", text("a + 1")))) == {"a": 1, "b": 2}

    def test_an_entry_without_a_name_is_the_value(self):
        assert ask(context(("基数", text("100")), ("", text("基数 * 2")))) == 200

    def test_a_relation_is_a_list_of_contexts(self):
        logic = (
            '<relation><column name="城市"/><column name="最低 工资"/>'
            + "".join(f"<row>{text(a)}{text(b)}</row>" for a, b in [('"上海"', "1"), ('"北京"', "2")])
            + "</relation>"
        )
        assert ask(context(("表", logic), ("", text('表[城市 = "北京"].最低 工资')))) == [2]

    def test_a_list(self):
        assert ask(f"<list>{text('1')}{text('1 + 1')}</list>") == [1, 2]

    def test_a_conditional(self):
        logic = f"<conditional><if>{text('a > 1')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>"
        assert [ask(logic, inputs={"a": n}) for n in (2, 1, None)] == [1, 2, 2]

    def test_a_filter(self):
        logic = f"<filter><in>{text('a')}</in><match>{text('item > 1')}</match></filter>"
        assert ask(logic, inputs={"a": [1, 2, 3]}) == [2, 3]

    def test_a_filter_sees_the_items_entries(self):
        logic = f"<filter><in>{text('a')}</in><match>{text('级别 = 2')}</match></filter>"
        assert ask(logic, inputs={"a": [{"级别": 1}, {"级别": 2}]}) == [{"级别": 2}]

    def test_a_loop_sees_its_results_so_far(self):
        logic = f'<for iteratorVariable="i"><in>{text("[1..4]")}</in><return>{text("i + sum(partial)")}</return></for>'
        got = ask(logic.replace("i + sum(partial)", "if i = 1 then 1 else i + sum(partial)"))
        assert got == [1, 3, 7, 15]

    def test_quantifiers(self):
        some = f'<some iteratorVariable="i"><in>{text("a")}</in><satisfies>{text("i > 1")}</satisfies></some>'
        every = some.replace("some", "every")
        assert [ask(some, inputs={"a": v}) for v in ([1, 2], [1], [])] == [True, False, False]
        assert [ask(every, inputs={"a": v}) for v in ([1, 2], [2], [])] == [False, True, True]

    def test_a_quantifier_over_the_unknown_is_null(self):
        some = f'<some iteratorVariable="i"><in>{text("a")}</in><satisfies>{text("i > 1")}</satisfies></some>'
        assert ask(some, inputs={"a": [None]}) is None

    def test_a_function_definition_keeps_its_scope(self):
        function = f'<functionDefinition><formalParameter name="x"/>{text("x * 倍数")}</functionDefinition>'
        assert ask(context(("倍数", text("3")), ("f", function), ("", text("f(2)")))) == 6

    def test_a_tables_answer_may_be_an_entry(self):
        logic = context(
            ("档", table("FIRST", [("a",)], [("o",)], ("> 1", '"高"'), ("-", '"低"'))),
            ("", text('档 = "高"')),
        )
        assert ask(logic, inputs={"a": 2}) is True


class TestKnowledge:
    BKM = knowledge("补偿", [("年限", "number"), ("月工资", "number")], text("年限 * 月工资"))

    def test_is_called_by_position_and_by_name(self):
        assert ask(text("补偿(2, 100)"), self.BKM, extra=knows("补偿")) == 200
        assert ask(text("补偿(月工资: 100, 年限: 3)"), self.BKM, extra=knows("补偿")) == 300

    def test_is_called_by_an_invocation(self):
        binding = "".join(
            f'<binding><parameter name="{n}"/>{text(v)}</binding>'
            for n, v in [("月工资", "100"), ("年限", "4")]
        )
        assert ask(f"<invocation>{text('补偿')}{binding}</invocation>", self.BKM, extra=knows("补偿")) == 400

    def test_an_argument_of_another_type_gives_null(self):
        assert ask(text('补偿("2", 100)'), self.BKM, extra=knows("补偿")) is None

    def test_wrong_parameter_names_give_null(self):
        binding = f'<binding><parameter name="别的"/>{text("1")}</binding>'
        assert ask(f"<invocation>{text('补偿')}{binding}</invocation>", self.BKM, extra=knows("补偿")) is None

    def test_may_be_asked_directly(self):
        assert model(self.BKM).evaluate("补偿", {"年限": 2, "月工资": 10}).value == 20

    def test_rules_of_its_table_are_told_under_its_id(self):
        bkm = knowledge("档", [("n", "number")], table("FIRST", [("n",)], [("o",)], ("> 1", "1"), ("-", "0")))
        m = model(bkm, decision("d", text("档(5) + 档(0)"), needs=knows("档")))
        answer = m.evaluate("d", {})
        assert [(f.decision_id, f.index) for f in answer.fired] == [("档", 0), ("档", 1)]

    def test_a_parameter_may_have_a_dot_in_its_name(self):
        bkm = knowledge("f", [("人.姓名", "string")], text('人.姓名 + "!"'))
        binding = f'<binding><parameter name="人.姓名"/>{text("人.姓名")}</binding>'
        logic = f"<invocation>{text('f')}{binding}</invocation>"
        assert ask(logic, bkm, inputs={"人": {"姓名": "王"}}, extra=knows("f")) == "王!"

    def test_a_list_type_is_that_of_its_result(self):
        kind = '<itemDefinition name="tL" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
        bkm = knowledge("f", [], text("1"), type_ref="tL")
        assert model(kind, bkm, decision("d", text("f()"), needs=knows("f"))).evaluate("d", {}).value == (1,)

    def test_may_call_itself(self):
        bkm = knowledge("f", [("n", "number")], text("if n <= 1 then 1 else n * f(n - 1)"), extra=knows("f"))
        assert model(bkm, decision("d", text("f(5)"), needs=knows("f"))).evaluate("d", {}).value == 120

    def test_without_logic_is_null(self):
        bkm = '<businessKnowledgeModel id="f" name="f"/>'
        assert model(bkm, decision("d", text("f()"), needs=knows("f"))).evaluate("d", {}).value is None

    def test_has_a_type_of_its_result(self):
        bkm = knowledge("f", [], text('"x"'), type_ref="number")
        assert model(bkm, decision("d", text("f()"), needs=knows("f"))).evaluate("d", {}).value is None

    def test_or_that_of_its_function_type(self):
        kind = '<itemDefinition name="tF"><functionItem outputTypeRef="number"/></itemDefinition>'
        bkm = knowledge("f", [], text("[1]"), type_ref="tF")
        assert model(kind, bkm, decision("d", text("f()"), needs=knows("f"))).evaluate("d", {}).value == 1

    def test_is_a_value_of_its_function_type(self):
        kind = '<itemDefinition name="tF"><functionItem outputTypeRef="number"/></itemDefinition>'
        bkm = knowledge("f", [], text("1"))
        assert (
            model(kind, bkm, decision("d", text("f"), needs=knows("f"), type_ref="tF"))
            .evaluate("d", {})
            .value
            is not None
        )
        assert model(kind, decision("d", text("1"), type_ref="tF")).evaluate("d", {}).value is None

    def test_written_for_java_is_refused_in_words(self):
        bkm = knowledge("f", [], text('"java.lang.Math"'), kind="Java")
        with pytest.raises(ExpressionError, match="Java"):
            model(bkm, decision("d", text("f()"), needs=knows("f"))).evaluate("d", {})

    def test_does_not_see_the_callers_names(self):
        bkm = knowledge("f", [], text("a = null"))
        m = model(given("a"), bkm, decision("d", text("f()"), needs=needs("a") + knows("f")))
        assert m.evaluate("d", {"a": 1}).value is True


class TestServices:
    PARTS = (
        given("a", "number"),
        decision("b", text("a + 1"), needs=needs("a")),
        decision("c", text("b * 10"), needs=relies("b")),
        '<decisionService id="s" name="s"><outputDecision href="#c"/><encapsulatedDecision href="#b"/><inputData href="#in a"/></decisionService>',
        '<decisionService id="t" name="t"><outputDecision href="#c"/><inputDecision href="#b"/></decisionService>',
        '<decisionService id="u" name="u"><outputDecision href="#b"/><outputDecision href="#c"/><inputData href="#in a"/></decisionService>',
    )

    def test_one_output_is_its_value(self):
        assert model(*self.PARTS).evaluate("s", {"a": 1}).value == 20

    def test_an_input_decision_is_given_and_not_found_out(self):
        assert model(*self.PARTS).evaluate("t", {"b": 7}).value == 70

    def test_several_outputs_are_a_context(self):
        assert model(*self.PARTS).evaluate("u", {"a": 1}).value == {"b": 2, "c": 20}

    def test_is_called_as_a_function_apart_from_the_callers_data(self):
        m = model(*self.PARTS, decision("d", text("[s(1), t(1), a]"), needs=needs("a") + knows("s", "t")))
        assert m.evaluate("d", {"a": 5}).value == (20, 10, 5)


class TestImports:
    LAW = definitions(
        '<itemDefinition name="tDays"><typeRef>number</typeRef><allowedValues><text>[0..15]</text></allowedValues></itemDefinition>',
        given("工龄", "number"),
        decision("年假", text("if 工龄 >= 10 then 10 else 5"), needs=needs("工龄"), type_ref="tDays"),
        knowledge("折算", [("天", "number")], text("天 / 2")),
        namespace="urn:law",
    )
    IMPORT = (
        '<import name="law" namespace="urn:law" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    )

    def importing(self, logic, *, type_ref="", name="law"):
        need = '<informationRequirement><requiredDecision href="urn:law#年假"/></informationRequirement><knowledgeRequirement><requiredKnowledge href="urn:law#折算"/></knowledgeRequirement>'
        xml = definitions(
            self.IMPORT.replace('"law"', f'"{name}"'),
            decision("d", text(logic), needs=need, type_ref=type_ref),
        )
        return load(xml, imports={"urn:law": self.LAW})

    def test_elements_are_seen_under_the_imports_name(self):
        assert self.importing("law.折算(law.年假)").evaluate("d", {"工龄": 12}).value == 5

    def test_or_without_one(self):
        assert self.importing("折算(年假)", name="").evaluate("d", {"工龄": 12}).value == 5

    def test_types_are_seen_under_the_imports_name(self):
        assert self.importing("100", type_ref="law.tDays").evaluate("d", {"工龄": 1}).value is None
        assert self.importing("15", type_ref="law.tDays").evaluate("d", {"工龄": 1}).value == 15

    def test_a_missing_file_is_told(self):
        with pytest.raises(ModelError, match="urn:law"):
            load(definitions(self.IMPORT))

    def test_circles_are_refused(self):
        other = definitions(self.IMPORT.replace("urn:law", "urn:m"), namespace="urn:law")
        with pytest.raises(ModelError, match="循环"):
            load(definitions(self.IMPORT), imports={"urn:law": other, "urn:m": definitions(self.IMPORT)})

    def test_files_of_one_procedure_may_import_each_other(self):
        need = '<informationRequirement><requiredDecision href="urn:law#年假"/></informationRequirement>'
        first, law = load_together(
            [definitions(self.IMPORT, decision("d", text("law.年假"), needs=need)), self.LAW]
        )
        assert (first.evaluate("d", {"工龄": 12}).value, law.name) == (10, "m")

    def test_two_files_of_one_namespace_stand_beside_each_other_but_are_not_imported(self):
        assert len(load_together([definitions(), definitions()])) == 2
        with pytest.raises(ModelError):
            load_together([definitions(self.IMPORT), self.LAW, self.LAW])

    def test_files_beside_it_are_found(self, tmp_path):
        (tmp_path / "law.dmn").write_bytes(self.LAW)
        (tmp_path / "broken.dmn").write_bytes(b"<")
        need = '<informationRequirement><requiredDecision href="urn:law#年假"/></informationRequirement>'
        (tmp_path / "m.dmn").write_bytes(
            definitions(self.IMPORT, decision("d", text("law.年假"), needs=need))
        )
        assert load_file(tmp_path / "m.dmn").evaluate("d", {"工龄": 1}).value == 5


class TestBrokenModels:
    def test_an_element_that_is_not_there_cannot_be_resolved(self):
        with pytest.raises(ModelError, match="没有"):
            model().resolve(Ref(namespace="urn:m", id="没有"))

    def test_calls_from_deep_logic_end_in_words(self):
        def deep(inner):
            return "<list>" * 30 + inner + "</list>" * 30

        models = [
            knowledge(f"f{n}", [], deep(text(f"f{n + 1}()")), extra=knows(f"f{n + 1}")) for n in range(38)
        ]
        m = model(*models, knowledge("f38", [], text("1")), decision("d", text("f0()"), needs=knows("f0")))
        with pytest.raises(DecisionError):
            m.evaluate("d", {})

    def test_knowledge_that_is_no_function_is_not_called(self):
        m = model(
            given("a"),
            decision(
                "d",
                text("a = null"),
                needs='<knowledgeRequirement><requiredKnowledge href="#in a"/></knowledgeRequirement>',
            ),
        )
        assert m.evaluate("d", {"a": 1}).value is True

    def test_an_unknown_element_of_an_import_is_refused(self):
        need = '<informationRequirement><requiredDecision href="urn:law#没有"/></informationRequirement>'
        with pytest.raises(ModelError, match="没有"):
            load(
                definitions(TestImports.IMPORT, decision("d", text("1"), needs=need)),
                imports={"urn:law": TestImports.LAW},
            )

    def test_an_import_whose_file_is_another_is_refused(self):
        with pytest.raises(ModelError, match="urn:law"):
            load(definitions(TestImports.IMPORT), imports={"urn:law": definitions(namespace="urn:other")})

    def test_imports_of_other_kinds_are_passed_over(self):
        pmml = '<import name="p" namespace="urn:p" importType="http://www.dmg.org/PMML-4_3"/>'
        assert load(definitions(pmml, decision("d", text("1")))).evaluate("d", {}).value == 1

    def test_too_many_elements_are_refused(self):
        with pytest.raises(ModelError):
            model(*(f'<inputData id="i{n}" name="i{n}"/>' for n in range(5_001)))

    def test_a_circle_of_decisions_and_services_is_refused(self):
        service = '<decisionService id="s" name="s"><outputDecision href="#d"/></decisionService>'
        with pytest.raises(ModelError, match="循环"):
            model(service, decision("d", text("s()"), needs=knows("s")))

    def test_a_service_points_at_what_there_is(self):
        with pytest.raises(ModelError):
            model('<decisionService id="s" name="s"><outputDecision href="#没有"/></decisionService>')

    def test_a_conditional_without_a_branch_gives_null(self):
        assert ask(f"<conditional><if>{text('true')}</if></conditional>") is None

    def test_what_is_too_large_or_has_a_doctype_is_refused(self):
        with pytest.raises(ModelError, match="2 MB"):
            load(definitions("<!--" + "x" * 2**21 + "-->"))
        with pytest.raises(ModelError, match="DOCTYPE"):
            load(b"<!DOCTYPE d>" + definitions()[38:])


class TestTypes:
    def test_a_component_may_be_referred_to_by_its_path(self):
        assert self.read("tPerson.性别", "男") == "男"
        assert self.read("tPeople", None) is None
        with pytest.raises(InputError):
            self.read("tPerson.性别", "？")

    def test_a_path_that_leads_nowhere_takes_anything(self):
        assert self.read("tPerson.无", 1) == 1

    def test_a_type_defined_by_nothing_but_itself_is_refused(self):
        with pytest.raises(ModelError, match="tA"):
            model(
                '<itemDefinition name="tA"><typeRef>tB</typeRef></itemDefinition><itemDefinition name="tB"><typeRef>tA</typeRef></itemDefinition>'
            )

    def test_a_list_is_no_date_and_time(self):
        kind = (
            '<itemDefinition name="tL" isCollection="true"><typeRef>date and time</typeRef></itemDefinition>'
        )
        m = model(kind, given("x", "tL"), decision("d", text("x"), needs=needs("x")))
        with pytest.raises(InputError):
            m.evaluate("d", {"x": date(2025, 1, 1)})

    DEFINITIONS = (
        '<itemDefinition name="tGender"><typeRef>string</typeRef><allowedValues><text>"男","女"</text></allowedValues></itemDefinition>',
        '<itemDefinition name="tPerson"><itemComponent name="姓名"><typeRef>string</typeRef></itemComponent><itemComponent name="性别"><typeRef>tGender</typeRef></itemComponent></itemDefinition>',
        '<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>',
        '<itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>',
    )

    def read(self, type_ref, value):
        m = model(*self.DEFINITIONS, given("x", type_ref), decision("d", text("x"), needs=needs("x")))
        return plain(m.evaluate("d", {"x": value}).value)

    @pytest.mark.parametrize(
        ("type_ref", "value"),
        [
            ("number", Decimal("1.5")),
            ("string", "a"),
            ("boolean", True),
            ("date", date(2025, 1, 1)),
            ("tGender", "男"),
            ("tPerson", {"姓名": "王", "性别": "女"}),
            ("tPerson", {"姓名": "王", "性别": None, "更多": 1}),
            ("tPeople", [{"姓名": "王", "性别": "女"}]),
            ("tFew", [1, 2]),
            ("Any", [1, "a"]),
            ("tGender", None),
        ],
    )
    def test_values_of_the_type_pass(self, type_ref, value):
        assert self.read(type_ref, value) == value

    @pytest.mark.parametrize(
        ("type_ref", "value"),
        [
            ("number", "1"),
            ("number", True),
            ("string", 1),
            ("date", datetime(2025, 1, 1, tzinfo=UTC)),
            ("tGender", "？"),
            ("tPerson", {"姓名": "王"}),
            ("tPerson", {"姓名": "王", "性别": "？"}),
            ("tPeople", [{"姓名": 1, "性别": "女"}]),
            ("tFew", [1, 2, 3]),
            ("number", [1, 2]),
        ],
    )
    def test_an_input_that_is_not_is_a_typed_error(self, type_ref, value):
        with pytest.raises(InputError, match="x"):
            self.read(type_ref, value)

    def test_a_list_of_one_and_its_item_stand_for_each_other(self):
        assert self.read("number", [1]) == 1
        assert self.read("tFew", 1) == [1]

    def test_a_date_becomes_its_first_moment(self):
        assert self.read("date and time", date(2025, 1, 1)) == datetime(2025, 1, 1, tzinfo=UTC)

    def test_a_result_of_another_type_is_null(self):
        assert model(decision("d", text('"a"'), type_ref="number")).evaluate("d", {}).value is None

    def test_feel_knows_the_type_by_its_name(self):
        assert [str(kind) for kind in model(*self.DEFINITIONS).types.for_feel().values()] == [
            "tGender",
            "tPerson",
            "tPeople",
            "tFew",
        ]

    def test_a_type_tells_structure_and_not_allowed_values(self):
        kinds = model(*self.DEFINITIONS).types.for_feel()
        assert kinds["tPerson"].holds({"姓名": "王", "性别": "？"})
        assert not kinds["tPerson"].holds({"姓名": "王"})
        assert not kinds["tPerson"].holds(None)

    def test_feel_may_ask_for_the_type(self):
        logic = text(
            '[{姓名: "王", 性别: "女"} instance of tPerson, "男" instance of tGender, 1 instance of tPerson]'
        )
        assert model(*self.DEFINITIONS, decision("d", logic)).evaluate("d", {}).value == (True, True, False)

    def test_a_type_may_hold_itself(self):
        tree = '<itemDefinition name="tTree"><itemComponent name="v"><typeRef>number</typeRef></itemComponent><itemComponent name="kids" isCollection="true"><typeRef>tTree</typeRef></itemComponent></itemDefinition>'
        m = model(tree, given("x", "tTree"), decision("d", text("x.kids.v"), needs=needs("x")))
        assert m.evaluate("d", {"x": {"v": 1, "kids": [{"v": 2, "kids": []}]}}).value == (2,)
        with pytest.raises(InputError):
            m.evaluate("d", {"x": {"v": 1, "kids": [{"v": "2", "kids": []}]}})


class TestLimits:
    def test_a_value_of_a_type_may_not_be_endlessly_deep(self):
        tree = '<itemDefinition name="tTree"><itemComponent name="kid"><typeRef>tTree</typeRef></itemComponent></itemDefinition>'
        m = model(tree, given("x", "tTree"), decision("d", text("1"), needs=needs("x")))
        deep = None
        for _ in range(60):
            deep = {"kid": deep}
        with pytest.raises(InputError):
            m.evaluate("d", {"x": deep})

    def test_a_cell_that_costs_too_much_is_told(self):
        m = model(
            given("a"),
            decision(
                "d",
                table("FIRST", [("a",)], [("o",)], ("count(for i in 1..9000000 return i) > ?", "1")),
                needs=needs("a"),
            ),
        )
        with pytest.raises(ExpressionError, match="count"):
            m.evaluate("d", {"a": 1})

    def test_output_values_that_are_no_constants_rank_nothing(self):
        m = model(
            given("a"),
            decision("d", table("PRIORITY", [("a",)], [("o", "", "][")], ("-", "null")), needs=needs("a")),
        )
        assert m.evaluate("d", {"a": 1}).value is None

    def test_steps(self):
        loop = f'<for iteratorVariable="i"><in>{text("[1..1000]")}</in><return>{text("i")}</return></for>'
        with pytest.raises(LimitError):
            model(decision("d", loop)).evaluate("d", {}, limits=DecisionLimits(steps=500))

    def test_depth(self):
        bkm = knowledge("f", [("n", "number")], text("f(n + 1)"), extra=knows("f"))
        with pytest.raises(DecisionError):
            model(bkm, decision("d", text("f(1)"), needs=knows("f"))).evaluate("d", {})

    def test_all_texts_share_feels_limits(self):
        m = model(decision("d", "<list>" + text("count(for i in 1..100000 return i)") * 60 + "</list>"))
        with pytest.raises(ExpressionError):
            m.evaluate("d", {})


def test_a_model_lists_its_decisions_in_the_order_of_the_file():
    m = model(decision("second", text("1")), knowledge("f", [], text("1")), decision("first", text("2")))
    assert m.decision_ids == ("second", "first")
