"""Functions that the house gives in."""

import datetime as dt
from decimal import Decimal

import pytest

from webapp.feel import TYPES, Context, FeelLimitError, Function, Limits, ListType, Parameter, parse

SEEN = []


def given(call, *parameters, **rest):
    return Function(name="given", parameters=parameters, call=call, **rest)


def run(text, function, context=None):
    return parse(text, names=["given"]).evaluate(context or {}, functions={"given": function})


DATE, NUMBER = TYPES["date"], TYPES["number"]


class TestValues:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("1", Decimal(1)),
            ('"a"', "a"),
            ('@"2024-02-29"', dt.date(2024, 2, 29)),
            ('@"2024-02-29T10:00:00Z"', dt.datetime(2024, 2, 29, 10, tzinfo=dt.UTC)),
            ("[1, [2]]", (Decimal(1), (Decimal(2),))),
            ('{a: @"2024-02-29"}', {"a": dt.date(2024, 2, 29)}),
            ("null", None),
        ],
    )
    def test_arguments_are_pythons_values(self, text, wanted):
        seen = []
        run(f"given({text})", given(lambda x: seen.append(x), Parameter(name="x")))
        assert seen == [wanted]
        assert type(seen[0]) in (type(wanted), Context)

    @pytest.mark.parametrize(
        ("value", "text", "wanted"),
        [
            (3, "given() + 1", Decimal(4)),
            (dt.date(2024, 2, 29), "given().year", Decimal(2024)),
            ([1, 2], "given()[2]", Decimal(2)),
            ({"a": {"b": 1}}, "given().a.b", Decimal(1)),
            (None, "given() = null", True),
        ],
    )
    def test_results_are_feel_values(self, value, text, wanted):
        assert run(text, given(lambda: value)) == wanted

    def test_a_foreign_result_is_an_error(self):
        with pytest.raises(Exception, match="object"):
            run("given()", given(object))


class TestBinding:
    FUNCTION = given(
        lambda a, b, c: [a, b, c],
        Parameter(name="a", type=NUMBER),
        Parameter(name="b b", type=DATE),
        Parameter(name="c", type=NUMBER, optional=True),
    )

    @pytest.mark.parametrize(
        ("arguments", "fits"),
        [
            ('1, @"2024-01-01"', True),
            ('1, @"2024-01-01", 2', True),
            ('b b: @"2024-01-01", a: 1', True),
            ('[1], @"2024-01-01"', True),
            ('null, @"2024-01-01"', True),
            ("1", False),
            ('1, @"2024-01-01", 2, 3', False),
            ('"1", @"2024-01-01"', False),
            ('a: 1, b: @"2024-01-01"', False),
            ('a: 1, a: 1, b b: @"2024-01-01"', False),
            ("1, 2", False),
        ],
    )
    def test_arguments_must_fit_or_the_call_is_null(self, arguments, fits):
        assert (run(f"given({arguments})", self.FUNCTION) is not None) is fits

    def test_a_variadic_function_takes_any_number(self):
        function = given(lambda *x: len(x), Parameter(name="x", type=NUMBER), variadic=True)
        assert run("given(1, 2, 3)", function) == 3
        assert run('given(1, "2")', function) is None

    def test_a_result_of_the_wrong_type_is_null(self):
        assert run("given()", given(lambda: "a", result=NUMBER)) is None
        assert run("given()", given(lambda: [1], result=NUMBER)) == 1
        assert run("given()", given(lambda: 1, result=ListType(NUMBER))) == (1,)


class TestPlace:
    def test_a_function_may_be_a_variable(self):
        program = parse("f(2)")
        assert program.evaluate({"f": given(lambda x: x * 2, Parameter(name="x"))}) == 4

    def test_a_given_function_wins_over_a_built_in(self):
        assert parse("abs(1)").evaluate({}, functions={"abs": given(lambda _: 9, Parameter(name="n"))}) == 9

    def test_a_variable_that_is_no_function_does_not_hide_a_function(self):
        assert parse("count([1]) + count").evaluate({"count": 5}) == 6

    def test_functions_come_out_and_go_in_again(self):
        double = parse("function(x) x * 2").evaluate({})
        assert isinstance(double, Function)
        assert parse("f(21)").evaluate({"f": double}) == 42

    def test_a_function_pays_from_the_budget_of_its_caller(self):
        loop = parse("function(x) count(for i in 1..x return i)").evaluate({}, limits=Limits(seconds=-1.0))
        assert parse("f(1000)").evaluate({"f": loop}) == 1000
        with pytest.raises(FeelLimitError):
            parse("f(1000)").evaluate({"f": loop}, limits=Limits(steps=100))

    def test_built_ins_are_values(self):
        assert parse("(function(f) f(-2))(abs)").evaluate({}) == 2
        assert parse("abs instance of function<number> -> number").evaluate({}) is True
        assert parse("sort([1, 2], f)").evaluate({"f": parse("function(a, b) a > b").evaluate({})}) == (2, 1)
