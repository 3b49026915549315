"""Unary tests: the cells of decision tables."""

import datetime as dt

import pytest

from webapp.feel import parse_unary


@pytest.mark.parametrize(
    ("cell", "value", "passes"),
    [
        ("-", 5, True),
        ("-", None, True),
        ("5", 5, True),
        ("5", 6, False),
        ("5", "5", False),
        ("-5", -5, True),
        ("1, 2, 3", 2, True),
        ("1, 2, 3", 4, False),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("not(null)", 1, True),
        ("null", None, True),
        ("null", 1, False),
        ("< 10", 9, True),
        ("< 10", 10, False),
        ("<= 10", 10, True),
        ("> 10", None, False),
        (">= 10", "a", False),
        ("!= 5", 4, True),
        ("= 5", 5, True),
        ("[1..3]", 3, True),
        ("[1..3)", 3, False),
        ("]1..3[", 2, True),
        ("(1..3)", 1, False),
        ("< 5, > 10", 7, False),
        ("< 5, > 10", 11, True),
        ('"a", "b"', "b", True),
        ('not("a")', "b", True),
        ("true", True, True),
        ("true", False, False),
        ("false", False, True),
        ("not(true)", False, True),
        ('date("2024-01-01")', dt.date(2024, 1, 1), True),
        ('< date("2024-01-01")', dt.date(2023, 1, 1), True),
        ('@"2024-01-01"', dt.date(2024, 1, 1), True),
        ("? > 5 and ? < limit", 7, True),
        ("? > 5 and ? < limit", 5, False),
        ('contains(?, "x")', "axb", True),
        ('not(contains(?, "x"))', "axb", False),
        ('starts with(?, "a"), "z"', "z", True),
        ("limit", 10, True),
        ("> limit", 11, True),
        ("[limit..20]", 15, True),
        ("listed", 2, True),
        ("listed", 5, False),
        ("[1, 2]", 2, True),
        ("limit > 5", 3, True),
        ("limit > 50", 3, False),
        ("even(?)", 4, True),
        ("?.a > 1", {"a": 2}, True),
        ("count(?) > 1", [1, 2], True),
        ("some i in ? satisfies i > 2", [1, 3], True),
        ("[[1..3], [7..9]]", 8, True),
        ("if limit > 5 then 1 else 2", 1, True),
    ],
)
def test_a_cell_passes(cell, value, passes):
    context = {"limit": 10, "listed": [1, 2, 3]}
    assert parse_unary(cell, names=context).evaluate(value, context) is passes


def test_a_dash_says_so():
    assert parse_unary("-").any
    assert not parse_unary("1").any


def test_a_cell_tells_its_names():
    assert parse_unary("> limit, ? < high").names == ("high", "limit")
