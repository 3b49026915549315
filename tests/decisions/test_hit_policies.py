"""Promises of each hit policy."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decisions.drawing import rows_of, table_model
from webapp.decisions import (
    DecisionError,
    DisagreementError,
    InputError,
    ModelError,
    NoMatchError,
    OutputError,
    SeveralMatchesError,
)
from webapp.decisions.hits import Aggregator, Hit, HitPolicy, aggregate, choose

AGE = [("年龄", "number")]
BAND = [("档", "string")]
NESTED = [(">= 10", '"一"'), (">= 20", '"二"'), (">= 30", '"三"')]  # 35 matches all, 25 the first two
RANKED = [("档", "string", '"三","二","一"')]


class TestUnique:
    def test_the_one_rule_that_matches_answers(self):
        m = table_model("UNIQUE", AGE, BAND, ("< 18", '"未成年"'), (">= 18", '"成年"'))
        answer = m.evaluate("d", {"年龄": 18})
        assert answer.value == "成年"
        assert [(f.decision_id, f.rule_id, f.index, dict(f.inputs)) for f in answer.fired] == [
            ("d", "r2", 1, {"年龄": 18})
        ]

    def test_several_matches_are_a_typed_error_that_names_the_rules(self):
        m = table_model("UNIQUE", AGE, BAND, *NESTED)
        with pytest.raises(SeveralMatchesError, match="1、2"):
            m.evaluate("d", {"年龄": 25})

    def test_several_matches_are_an_error_even_where_they_agree(self):
        m = table_model("UNIQUE", AGE, BAND, ("> 1", '"x"'), ("> 2", '"x"'))
        with pytest.raises(SeveralMatchesError):
            m.evaluate("d", {"年龄": 3})

    def test_no_match_is_a_typed_error(self):
        with pytest.raises(NoMatchError):
            table_model("UNIQUE", AGE, BAND, *NESTED).evaluate("d", {"年龄": 5})

    def test_no_match_gives_the_default_where_there_is_one(self):
        answer = table_model("UNIQUE", AGE, [("档", "string", "", '"零"')], *NESTED).evaluate(
            "d", {"年龄": 5}
        )
        assert (answer.value, answer.fired) == ("零", ())

    def test_a_table_without_a_policy_is_unique(self):
        from tests.decisions.drawing import decision, given, model, needs, table

        logic = table("UNIQUE", AGE, BAND, *NESTED).replace(' hitPolicy="UNIQUE"', "")
        m = model(given("年龄"), decision("d", logic, needs=needs("年龄")))
        with pytest.raises(SeveralMatchesError):
            m.evaluate("d", {"年龄": 35})

    def test_several_outputs_are_one_context(self):
        m = table_model("UNIQUE", AGE, [("档",), ("天数", "number")], ("-", '"A"', "5"))
        assert m.evaluate("d", {"年龄": 1}).value == {"档": "A", "天数": 5}

    def test_a_rule_may_leave_an_output_empty(self):
        m = table_model("UNIQUE", AGE, [("档",), ("天数", "number")], ("-", '"A"', ""))
        assert m.evaluate("d", {"年龄": 1}).value == {"档": "A", "天数": None}


class TestFirst:
    def test_the_first_in_order_answers_and_alone_fires(self):
        answer = table_model("FIRST", AGE, BAND, *NESTED).evaluate("d", {"年龄": 35})
        assert (answer.value, rows_of(answer)) == ("一", [0])

    def test_later_rules_are_not_looked_at(self):
        m = table_model("FIRST", AGE, BAND, ("-", '"x"'), ("][ no FEEL", '"y"'))
        assert m.evaluate("d", {"年龄": 1}).value == "x"


class TestAny:
    def test_rules_that_agree_answer_once_and_all_fire(self):
        answer = table_model("ANY", AGE, BAND, ("> 1", '"x"'), ("> 2", '"x"'), ("> 9", '"y"')).evaluate(
            "d", {"年龄": 3}
        )
        assert (answer.value, rows_of(answer)) == ("x", [0, 1])

    def test_rules_that_disagree_are_a_typed_error(self):
        with pytest.raises(DisagreementError, match="1、2"):
            table_model("ANY", AGE, BAND, *NESTED).evaluate("d", {"年龄": 25})

    def test_agreement_is_feels_equality(self):
        m = table_model("ANY", AGE, [("n",)], ("-", "1"), ("-", "1.0"))
        assert m.evaluate("d", {"年龄": 3}).value == 1

    def test_two_nulls_agree(self):
        assert (
            table_model("ANY", AGE, BAND, ("-", "null"), ("-", "")).evaluate("d", {"年龄": 3}).value is None
        )


class TestPriority:
    def test_the_output_that_stands_first_among_the_values_answers(self):
        answer = table_model("PRIORITY", AGE, RANKED, *NESTED).evaluate("d", {"年龄": 35})
        assert (answer.value, rows_of(answer)) == ("三", [2])

    def test_the_first_column_weighs_most(self):
        outputs = [("a", "string", '"x","y"'), ("b", "number", "2,1")]
        m = table_model("PRIORITY", AGE, outputs, ("-", '"y"', "2"), ("-", '"x"', "1"), ("-", '"x"', "2"))
        assert m.evaluate("d", {"年龄": 1}).value == {"a": "x", "b": 2}

    def test_values_come_from_the_type_where_the_column_has_none(self):
        kind = '<itemDefinition name="tBand"><typeRef>string</typeRef><allowedValues><text>"三","二","一"</text></allowedValues></itemDefinition>'
        m = table_model("PRIORITY", AGE, [("档", "tBand")], *NESTED, extra=(kind,))
        assert m.evaluate("d", {"年龄": 25}).value == "二"

    def test_equal_priority_is_the_order_of_rules(self):
        answer = table_model("PRIORITY", AGE, RANKED, ("-", '"一"'), ("-", '"一"')).evaluate("d", {"年龄": 1})
        assert rows_of(answer) == [0]


class TestRanking:
    @pytest.mark.parametrize(
        ("value", "place"),
        [
            ("a", 0),
            (Decimal("1.0"), 1),
            (Decimal(5), 2),
            (date(2025, 1, 1), 3),
            (True, 4),
            (Decimal(50), 5),
            ("b", 5),
            (None, 5),
            (("a",), 5),
        ],
    )
    def test_tells_the_first_place_that_takes_a_value(self, value, place):
        from webapp.decisions.language import list_values
        from webapp.decisions.ranking import Ranking
        from webapp.feel import Budget

        text = '"a", 1, [0..9], date("2025-01-01"), true'
        assert Ranking(list_values(text, names=())).place(value, Budget()) == place

    def test_a_range_before_a_value_wins(self):
        m = table_model("PRIORITY", AGE, [("n", "number", "[5..9], 7, 1")], ("-", "1"), ("-", "7"))
        assert m.evaluate("d", {"年龄": 1}).value == 7


class TestRuleOrder:
    def test_all_that_match_in_the_order_of_rules(self):
        answer = table_model("RULE ORDER", AGE, BAND, *NESTED).evaluate("d", {"年龄": 25})
        assert (answer.value, rows_of(answer)) == (("一", "二"), [0, 1])

    def test_no_match_is_an_empty_list(self):
        assert table_model("RULE ORDER", AGE, BAND, *NESTED).evaluate("d", {"年龄": 5}).value == ()


class TestOutputOrder:
    def test_all_that_match_in_the_order_of_the_values(self):
        answer = table_model("OUTPUT ORDER", AGE, RANKED, *NESTED).evaluate("d", {"年龄": 35})
        assert (answer.value, rows_of(answer)) == (("三", "二", "一"), [2, 1, 0])


class TestCollect:
    def test_without_an_aggregator_it_is_the_list(self):
        answer = table_model("COLLECT", AGE, BAND, *NESTED).evaluate("d", {"年龄": 25})
        assert (answer.value, rows_of(answer)) == (("一", "二"), [0, 1])

    @pytest.mark.parametrize(("aggregation", "value"), [("SUM", 60), ("MIN", 10), ("MAX", 30), ("COUNT", 3)])
    def test_aggregators(self, aggregation, value):
        rules = [(">= 1", "10"), (">= 2", "20"), (">= 3", "30")]
        answer = table_model("COLLECT", AGE, [("n", "number")], *rules, aggregation=aggregation).evaluate(
            "d", {"年龄": 9}
        )
        assert (answer.value, rows_of(answer)) == (value, [0, 1, 2])

    @pytest.mark.parametrize(
        ("aggregation", "value"), [("SUM", None), ("MIN", None), ("MAX", None), ("COUNT", 0), ("", ())]
    )
    def test_no_match(self, aggregation, value):
        m = table_model("COLLECT", AGE, [("n", "number")], ("> 9", "1"), aggregation=aggregation)
        assert m.evaluate("d", {"年龄": 1}).value == value

    def test_the_latest_date_may_be_asked_for(self):
        rules = [("-", 'date("2025-01-31")'), ("-", 'date("2025-03-01")')]
        m = table_model("COLLECT", AGE, [("截止", "date")], *rules, aggregation="MAX")
        assert m.evaluate("d", {"年龄": 1}).value == date(2025, 3, 1)

    def test_words_cannot_be_added(self):
        m = table_model("COLLECT", AGE, BAND, ("-", '"a"'), ("-", '"b"'), aggregation="SUM")
        with pytest.raises(DecisionError, match="SUM"):
            m.evaluate("d", {"年龄": 1})


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "value", "matches"),
        [
            ("-", None, True),
            ("", None, True),
            ("[18..60)", 60, False),
            ("[18..60)", 18, True),
            ("1, 2, > 10", 11, True),
            ("not(1, 2)", 2, False),
            ("? > 3 and ? < 5", 4, True),
            ("> 3", None, False),
            ("null", None, True),
        ],
    )
    def test_unary_tests(self, cell, value, matches):
        m = table_model("COLLECT", AGE, BAND, (cell, '"是"'))
        assert m.evaluate("d", {"年龄": value}).value == (("是",) if matches else ())

    def test_a_value_outside_the_columns_values_is_a_typed_error(self):
        m = table_model("UNIQUE", [("性别", "string", '"男","女"')], BAND, ("-", '"x"'))
        assert m.evaluate("d", {"性别": "男"}).value == "x"
        with pytest.raises(InputError, match="性别"):
            m.evaluate("d", {"性别": "？"})

    def test_a_cell_that_cannot_be_read_tells_its_text(self):
        with pytest.raises(DecisionError, match=r"\[1\.\."):
            table_model("UNIQUE", AGE, BAND, ("[1..", '"x"')).evaluate("d", {"年龄": 1})


class TestOutputValues:
    def test_a_result_that_is_none_of_them_is_a_typed_error(self):
        m = table_model("UNIQUE", AGE, [("档", "string", '"高","低"')], ("> 1", '"高"'), ("<= 1", '"中"'))
        assert m.evaluate("d", {"年龄": 2}).value == "高"
        with pytest.raises(OutputError, match="档"):
            m.evaluate("d", {"年龄": 1})

    def test_so_is_such_a_default(self):
        m = table_model("UNIQUE", AGE, [("档", "string", '"高","低"', '"中"')], ("> 1", '"高"'))
        with pytest.raises(OutputError):
            m.evaluate("d", {"年龄": 1})

    def test_of_several_outputs_some_may_have_a_default(self):
        m = table_model("UNIQUE", AGE, [("a", "", "", "1"), ("b",)], ("> 1", "2", "3"))
        assert m.evaluate("d", {"年龄": 1}).value == {"a": 1, "b": None}

    def test_a_result_of_another_type_is_null(self):
        assert (
            table_model("UNIQUE", AGE, [("n", "number")], ("-", '"x"')).evaluate("d", {"年龄": 1}).value
            is None
        )

    def test_an_input_expression_of_another_type_is_null(self):
        from tests.decisions.drawing import decision, given, model, needs, table

        logic = table("UNIQUE", [("年龄", "string")], BAND, ("null", '"x"'))
        assert (
            model(given("年龄", "number"), decision("d", logic, needs=needs("年龄")))
            .evaluate("d", {"年龄": 1})
            .value
            == "x"
        )


class TestBrokenTables:
    def test_an_input_without_an_expression_is_refused(self):
        from tests.decisions.drawing import decision, model

        with pytest.raises(ModelError):
            model(decision("d", '<decisionTable id="t"><input id="i"/><output id="o"/></decisionTable>'))

    def test_too_many_cells_are_refused(self):
        rules = "<rule/>" * 26_000
        from tests.decisions.drawing import decision, model

        with pytest.raises(ModelError, match="50000|50,000"):
            model(
                decision(
                    "d",
                    f'<decisionTable id="t"><input id="i"/><output id="o"/>{rules}</decisionTable>'.replace(
                        '<input id="i"/>',
                        '<input id="i"><inputExpression><text>1</text></inputExpression></input>',
                    ),
                )
            )

    def test_an_unknown_policy_is_refused(self):
        with pytest.raises(ModelError, match="LAST"):
            table_model("LAST", AGE, BAND, ("-", "1"))

    def test_an_unknown_aggregator_is_refused(self):
        with pytest.raises(ModelError, match="MEAN"):
            table_model("COLLECT", AGE, BAND, ("-", "1"), aggregation="MEAN")

    def test_a_row_with_too_few_cells_is_refused_by_number(self):
        with pytest.raises(ModelError, match="第 2 行"):
            table_model("UNIQUE", AGE, BAND, ("-", "1"), ("-",))


HITS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8).map(
    lambda ranks: tuple(Hit(index=i, outputs=(Decimal(r[0]),), ranks=r) for i, r in enumerate(ranks)),
)


class TestOrderIsTotal:
    @given(HITS)
    @settings(max_examples=60)
    def test_output_order_sorts_all_by_rank_and_then_by_rule(self, hits):
        ordered = choose(HitPolicy.OUTPUT_ORDER, hits)
        keys = [(hit.ranks, hit.index) for hit in ordered]
        assert keys == sorted(set(keys))
        assert {hit.index for hit in ordered} == {hit.index for hit in hits}

    @given(HITS)
    @settings(max_examples=60)
    def test_priority_is_the_head_of_output_order_and_first_of_rule_order(self, hits):
        assert choose(HitPolicy.PRIORITY, hits) == choose(HitPolicy.OUTPUT_ORDER, hits)[:1]
        assert choose(HitPolicy.FIRST, hits) == choose(HitPolicy.RULE_ORDER, hits)[:1]

    @given(HITS)
    @settings(max_examples=60)
    def test_any_and_unique_never_answer_with_less_than_they_were_given(self, hits):
        for policy in (HitPolicy.ANY, HitPolicy.UNIQUE):
            try:
                assert choose(policy, hits) == hits
            except (DisagreementError, SeveralMatchesError):
                assert len(hits) > 1

    @given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=6))
    @settings(max_examples=40)
    def test_aggregates_agree_with_arithmetic(self, numbers):
        assert aggregate(Aggregator.SUM, numbers) == sum(numbers)
        assert aggregate(Aggregator.MIN, numbers) == min(numbers)
        assert aggregate(Aggregator.MAX, numbers) == max(numbers)
        assert aggregate(Aggregator.COUNT, numbers) == len(numbers)
