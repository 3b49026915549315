"""What may not stand in a form's condition, because the browser could answer otherwise."""

import pytest

from webapp.feel import check_browser, parse, parse_unary

NAMES = ["days", "amount", "kind", "tags", "rows", "first name"]


def refused(text):
    found = check_browser(parse(text, names=NAMES), integers=("days",))
    return [(problem.column, str(problem.message)) for problem in found]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("amount * 2 > 3", 1, "浮点"),
        ("days / 2 > 3", 1, "浮点"),
        ("days ** 2 > 3", 1, "浮点"),
        ("days + 0.5 > 3", 1, "浮点"),
        ("kind + kind = kind", 1, "浮点"),
        ("days > 1 and days - amount > 0", 14, "浮点"),
        ("sum([days, amount]) > 1", 1, "浮点"),
        ("round up(amount, 1) = 1", 1, "浮点"),
        ("1e2 > days", 1, "精确"),
        ("days < 1234567890123456", 8, "精确"),
        ("is defined(kind)", 1, "没有此函数"),
        ("days > count(tags) and today() > kind", 24, "没有此函数"),
        ("days instance of number", 1, "没有此函数"),
        ("substring(kind, -1) = kind", 1, "没有此函数"),
        ("substring(kind, days) = kind", 1, "没有此函数"),
        ("substring(start position: 1, string: kind) = kind", 1, "没有此函数"),
        ("max(tags) = kind", 1, "排序"),
        ("sort(tags) = tags", 1, "排序"),
        ("some r in rows satisfies r = 1", 1, "some/every"),
        ("every r in rows satisfies r = 1", 1, "some/every"),
        ("days in [1..5]", 9, ">= 和 <="),
        ("days in < 5", 1, ">= 和 <="),
        ("days between amount and 5", 1, ">= 和 <="),
        ("days between 5 and 1", 1, ">= 和 <="),
        ('days between 1 and "5"', 1, ">= 和 <="),
        ('if "x" then true else false', 1, "写明比较"),
        ("if days + 1 then true else false", 1, "写明比较"),
        ("if upper case(kind) then true else false", 1, "写明比较"),
        ('1 = "1"', 1, "不同类型"),
        ("tags = []", 1, "不同类型"),
        ("matches(kind, kind)", 1, "正则"),
        (r'matches(kind, "\d+")', 1, "正则"),
        ('matches(kind, "a", "i", "x")', 1, "正则"),
        ('matches(kind, "a.b")', 1, "正则"),
        ("matches(kind)", 1, "正则"),
        ("kind in tags and days > 1", 1, "in (...)"),
        ("days > 1 and kind in tags or days > 2", 1, "in (...)"),
        ("rows[days].x = 1", 1, "筛选"),
        ("rows[first name].x = 1", 1, "筛选"),
        ("rows[count(tags)].x = 1", 1, "筛选"),
    ],
)
def test_it_refuses(text, column, words):
    found = refused(text)
    assert any(place == column and words in sentence for place, sentence in found), found


@pytest.mark.parametrize(
    "text",
    [
        "days + 1 > 3",
        "days * 2 - -3 > 0",
        "count(tags) + string length(kind) > 3",
        "sum([days, 1]) > 1",
        "max(days, amount) > 1",
        "round up(days, 0) = 1",
        'kind + "x" = "yx"',
        '"x" + kind + kind = "y"',
        "days < 123456789012345",
        "amount >= 0.5",
        "substring(kind, 2) = kind",
        "days in (1, 5)",
        "days in (< 1, > 5)",
        "days between 1 and 5",
        "days between -5 and -1",
        "if days > 1 then true else false",
        "if contains(kind, kind) then true else false",
        "if days = 1 and kind = null then 1 else 2",
        "days = null",
        "tags[1] = kind",
        "tags[-1] = kind",
        "rows[x > 1].x = tags",
        "rows[not(x)].x = tags",
        'matches(kind, "^[A-Z]+[0-9]*$")',
        'replace(kind, "a|b", "c") = kind',
        'matches(kind, "a", "i")',
        "days > 1 and kind in tags",
        'kind in ("a", "b") and days > 1',
        "kind in tags",
        "not(kind in tags) or days > 1",
        "sort(tags, function(a, b) a < b) = tags",
        "f(days)",
    ],
)
def test_it_lets_pass(text):
    assert refused(text) == []


def test_cells_are_looked_at_too():
    assert check_browser(parse_unary("[1..5]"))
    assert check_browser(parse_unary("not(? / 2 > 1)"))
    assert check_browser(parse_unary('"a", "b"')) == ()


def test_a_fault_is_told_once():
    assert len(refused("days in [1..5] and amount / 2 > 1 and amount / 2 > 1")) == 3
