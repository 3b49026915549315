"""What no table of examples reaches: limits that strike late, values without a budget, names taken back."""

from decimal import Decimal

import pytest

from tests.feel.tables import agree, table, value_of
from webapp.feel import (
    DEFAULT_LIMITS,
    TYPES,
    Context,
    ContextType,
    FeelLimitError,
    Function,
    Limits,
    ListType,
    Parameter,
    Range,
    parse,
    parse_unary,
)
from webapp.feel.errors import FeelError
from webapp.feel.names import Names
from webapp.feel.parser import Parser
from webapp.feel.temporal import Date, Time, zone_offset

NUMBER = TYPES["number"]


@table("""
    3 in (< 5) => true
    7 in (< 5) => false
    7 in (> 5) => true
    [3, 7][item in (> 5)] => [7]
    {a: 1, b: "x"} instance of context<a: number, b: string> => true
    {a: 1} instance of context<a: number, b: string> => false
    for i in "a".."b" return i => null
    for i in [1], j in "a".."b" return i => null
    some i in "a".."b" satisfies i = 1 => null
""")
def test_corners(left, right):
    agree(left, right)


@pytest.mark.parametrize(
    ("operator", "low", "high", "held"), [("<", None, 5, 3), (">", 5, None, 7), ("<", None, 5, 7)]
)
def test_a_range_open_at_one_end_is_a_value_like_others(operator, low, high, held):
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    span = Range(low=ends[0], high=ends[1], low_included=False, high_included=False, operator=operator)
    found = parse(f"{held} in r").evaluate({"r": span})
    assert found is ((held < 5) == (operator == "<"))


def test_a_cell_that_only_begins_like_a_negation_is_a_condition():
    cell = parse_unary("not(? > 3) or (? = 9)")
    assert [cell.evaluate(Decimal(n), {}) for n in (2, 5, 9)] == [True, False, True]


def test_a_function_that_eats_all_memory_is_an_error_of_the_expression():
    def eat(*_given):
        raise MemoryError

    functions = {"eat": Function(name="eat", parameters=(Parameter(name="x"),), call=eat)}
    with pytest.raises(FeelLimitError):
        parse("eat(1)").evaluate({}, functions=functions)


@pytest.mark.parametrize("read", [parse, parse_unary])
def test_nesting_beyond_pythons_own_stack_is_refused_in_words(read):
    deep = Limits(nesting=10**6)
    with pytest.raises(FeelError) as refused:
        read("(" * 9_000 + "1" + ")" * 9_000, limits=deep)
    assert str(refused.value.message)


def test_a_range_in_text_keeps_the_limits_of_its_expression():
    with pytest.raises(FeelLimitError):
        value_of(f'range("[{"(" * 400}1{")" * 400}..2]")')


def test_a_name_taken_back_leaves_its_like():
    names = Names()
    names.add("a b")
    names.add("a c")
    names.remove("a b")
    assert Parser("a c", limits=DEFAULT_LIMITS, known=names, types={}).whole().name == "a c"


def test_reading_on_at_the_end_stays_at_the_end():
    parser = Parser("1", limits=DEFAULT_LIMITS, known=Names(), types={})
    parser.advance()
    at = parser.token
    parser.advance()
    assert parser.token is at


def test_an_unknown_zone_has_no_offset():
    assert zone_offset("Nowhere/At_All", Date(2026, 1, 1), Time(1, 2, 3, 0)) is None


def test_types_hold_values_without_a_budget_too():
    assert ListType(NUMBER).holds((Decimal(1), Decimal(2)))
    assert not ListType(NUMBER).holds(("a",))
    assert ContextType({"a": NUMBER}).holds(Context({"a": Decimal(1)}))
    assert not ContextType({"a": NUMBER}).holds(Context({}))
