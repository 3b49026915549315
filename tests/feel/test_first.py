"""The language in a handful of sentences."""

from decimal import Decimal

import pytest

from webapp.feel import FeelError, parse, parse_unary

CASES = [
    ("1 + 2 * 3", {}, Decimal(7)),
    ("Base Vacation Days + extra 1", {"Base Vacation Days": 22, "extra 1": 1}, Decimal(23)),
    ('if x > 5 then "a" else "b"', {"x": 6}, "a"),
    ("for i in 1..3 return i * i", {}, (Decimal(1), Decimal(4), Decimal(9))),
    ("[1, 2, 3][item > 1]", {}, (Decimal(2), Decimal(3))),
    ("{a: 1, b: a + 1}.b", {}, Decimal(2)),
    ("x in [1..3)", {"x": 2}, True),
]


@pytest.mark.parametrize(("text", "context", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_an_expression_has_its_value(text, context, wanted):
    assert parse(text, names=context).evaluate(context) == wanted


def test_a_cell_passes_what_it_names():
    assert parse_unary("< 10, [20..30]").evaluate(25, {})
    assert not parse_unary('not("a")').evaluate("a", {})


def test_an_error_says_where():
    with pytest.raises(FeelError) as caught:
        parse("1 +\n * 2")
    assert (caught.value.line, caught.value.column) == (2, 2)
