"""Types: ``instance of``, typed parameters, conversions."""

import datetime as dt

import pytest

from tests.feel.tables import agree, table
from webapp.feel import MISSING, TYPES, ContextType, FunctionType, ListType, RangeType, admits, coerce, parse
from webapp.feel.types import conforms

NUMBER, STRING, ANY = TYPES["number"], TYPES["string"], TYPES["Any"]


@table("""
    1 instance of number => true
    1 instance of string => false
    true instance of number => false
    null instance of Any => false
    null instance of Null => true
    "a" instance of Any => true
    @"2024-01-01" instance of date => true
    @"2024-01-01" instance of date and time => false
    @"2024-01-01T00:00:00" instance of date and time => true
    @"10:00:00" instance of time => true
    @"P1D" instance of days and time duration => true
    @"P1D" instance of years and months duration => false
    [1, 2] instance of list<number> => true
    [1, "a"] instance of list<number> => false
    [] instance of list<string> => true
    [[1]] instance of list<list<number>> => true
    {a: 1} instance of context<a: number> => true
    {a: 1, b: 2} instance of context<a: number> => true
    {a: "x"} instance of context<a: number> => false
    {} instance of context<a: number> => false
    {a: {b: 1}} instance of context<a: context<b: number>> => true
    [1..2] instance of range<number> => true
    ["a".."b"] instance of range<number> => false
    (function(x: number) x) instance of function<number> -> Any => true
    (function(x) x) instance of function<number, number> -> Any => false
    abs instance of function<number> -> number => true
    abs instance of function => true
    {} instance of context<> => true
    1 instance of function<> -> Any => false
    1 + 1 instance of number => null
    (1 + 1) instance of number => true
""")
def test_instance_of(left, right):
    agree(left, right)


@pytest.mark.parametrize(
    ("narrow", "wide", "wanted"),
    [
        (NUMBER, ANY, True),
        (NUMBER, NUMBER, True),
        (NUMBER, STRING, False),
        (ListType(NUMBER), ListType(ANY), True),
        (ListType(ANY), ListType(NUMBER), False),
        (RangeType(NUMBER), RangeType(NUMBER), True),
        (RangeType(NUMBER), RangeType(ANY), True),
        (RangeType(NUMBER), RangeType(STRING), False),
        (ContextType({"a": NUMBER, "b": STRING}), ContextType({"a": NUMBER}), True),
        (ContextType({"a": NUMBER}), ContextType({"a": NUMBER, "b": STRING}), False),
        (FunctionType((ANY,), NUMBER), FunctionType((NUMBER,), ANY), True),
        (FunctionType((NUMBER,), NUMBER), FunctionType((ANY,), ANY), False),
        (FunctionType((), NUMBER), FunctionType((NUMBER,), ANY), False),
        (TYPES["function"], FunctionType((NUMBER,), ANY), False),
        (FunctionType((NUMBER,), ANY), TYPES["function"], True),
        (TYPES["days and time duration"], RangeType(ANY), False),
        (TYPES["Null"], NUMBER, True),
    ],
    ids=str,
)
def test_conformance(narrow, wide, wanted):
    assert conforms(narrow, wide) is wanted


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        (1, NUMBER, 1),
        ([1], NUMBER, 1),
        ([1, 2], NUMBER, MISSING),
        (1, ListType(NUMBER), (1,)),
        ("a", ListType(NUMBER), MISSING),
        (dt.date(2024, 1, 1), TYPES["date and time"], dt.datetime(2024, 1, 1, tzinfo=dt.UTC)),
        ("a", NUMBER, MISSING),
        (None, NUMBER, None),
        (["a"], ListType(STRING), ("a",)),
    ],
)
def test_implicit_conversions(value, kind, wanted):
    assert coerce(value, kind) == wanted


def test_types_can_be_given_by_name():
    types = {"tAge": NUMBER, "my type": ListType(STRING)}
    assert parse("1 instance of tAge", types=types).evaluate({}) is True
    assert parse('["a"] instance of my type', types=types).evaluate({}) is True
    assert parse('(function(x: tAge) x)("a")', types=types).evaluate({}) is None


def test_a_type_admits_null():
    assert admits(NUMBER, None)
    assert admits(NUMBER, 1.5)
    assert not admits(NUMBER, "a")


@pytest.mark.parametrize(
    "text", ["number", "list<number>", "range<date>", "context<a: number>", "function<number, string> -> Any"]
)
def test_a_type_is_written_as_it_is_read(text):
    node = parse(f"x instance of {text}").node
    assert str(node.type) == text
