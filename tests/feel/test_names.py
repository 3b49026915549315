"""Names with spaces, signs and other scripts."""

import pytest

from tests.feel.tables import value_of
from webapp.feel import FeelError, parse


@pytest.mark.parametrize(
    ("text", "context", "wanted"),
    [
        ("first name", {"first name": 1}, 1),
        ("first   name", {"first name": 1}, 1),
        ("first\nname + 1", {"first name": 1}, 2),
        ("a-b", {"a-b": 7, "a": 5, "b": 1}, 7),
        ("a - b", {"a": 5, "b": 1}, 4),
        ("a+b*2", {"a+b": 3}, 6),
        ("date and time of birth", {"date and time of birth": 5}, 5),
        ("rate 2.1", {"rate 2.1": 3}, 3),
        ("员工 姓名", {"员工 姓名": "李"}, "李"),
        ("天数 > 3", {"天数": 5}, True),
        ("x's y", {"x's y": 2}, 2),
        ("days in weekend[1]", {"days in weekend": [6, 7]}, 6),
        ("a.b c", {"a": {"b c": 4}}, 4),
        ("a.total-cost", {"a": {"total-cost": 4}, "total-cost": None}, 4),
        ("for days", {"for days": 9}, 9),
        ("date", {"date": 3}, 3),
        ('date("2024-01-01").year', {"date": 3}, 2024),
        ("null value", {"null value": 1}, 1),
        ("if true value then 1 else 2", {"true value": True}, 1),
    ],
)
def test_the_longest_known_name_wins(text, context, wanted):
    assert value_of(text, context) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Extra days case 1 + 2",
        "loan amount * 2 in [1..9]",
        "some thing else true",
        "an unknown thing . its part",
    ],
)
def test_words_side_by_side_are_one_name_though_nobody_declared_it(text):
    if "else" in text:
        with pytest.raises(FeelError):
            parse(text)
    else:
        assert parse(text).names


def test_an_expression_shows_its_text_in_logs():
    assert repr(parse("a + 1")) == "Expression('a + 1')"


def test_the_expression_tells_its_names():
    assert parse("a + for i in list return i * rate").names == ("a", "i", "list", "rate")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{a b: 1, c: a b + 1}.c", 2),
        ("{a+b: 1, c: a+b + 1}.c", 2),
        ("[{x-y: 1}, {x-y: 2}][x-y > 1].x-y", (2,)),
        ("for a-b in [1, 2] return a-b * 2", (2, 4)),
        ("(function(a-b) a-b * 2)(3)", 6),
        ("{a-b: 1}.a-b", 1),
    ],
)
def test_names_made_in_the_text_are_known_after_it(text, wanted):
    assert value_of(text) == wanted


def test_a_name_goes_out_of_scope_again():
    assert value_of("[{a-b: 9}, a-b]", {"a": 5, "b": 2})[1] == 3
