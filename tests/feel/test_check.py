"""The static check: what it finds, and what it leaves alone."""

import pytest

from webapp.domain.text import msg
from webapp.feel import TYPES, ContextType, Function, ListType, Parameter, check, parse, parse_unary

NAMES = {
    "days": TYPES["number"],
    "kind": TYPES["string"],
    "agree": TYPES["boolean"],
    "start": TYPES["date"],
    "moment": TYPES["date and time"],
    "rows": ListType(ContextType({"x": TYPES["number"], "label": TYPES["string"]})),
    "person": ContextType({"name": TYPES["string"], "born": TYPES["date"]}),
    "anything": None,
    "first name": TYPES["string"],
}
WORKING_DAYS = Function(
    name="working days",
    parameters=(
        Parameter(name="from", type=TYPES["date"]),
        Parameter(name="to", type=TYPES["date"]),
        Parameter(name="region", type=TYPES["string"], optional=True),
    ),
    call=lambda _from, _to, _region: 5,
    result=TYPES["number"],
)
FUNCTIONS = {"working days": WORKING_DAYS}


def problems(text):
    return check(parse(text, names=[*NAMES, *FUNCTIONS]), NAMES, functions=FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "kind", "column", "words"),
    [
        ("dayz > 3", "name", 1, "days"),
        ("days > 3 and unheard", "name", 14, "unheard"),
        ("frst name = 1", "name", 1, "first name"),
        ("sume([1])", "function", 1, "sum"),
        ("zzzz(1)", "function", 1, "zzzz"),
        ("count()", "arguments", 1, "count(list)"),
        ("count([1], 2)", "arguments", 1, "count(list)"),
        ("abs(number: 1)", "arguments", 1, "abs(n)"),
        ("working days(start)", "arguments", 1, "region?"),
        ("working days(start, days)", "type", 1, "working days"),
        ("substring(kind, kind)", "type", 1, "substring"),
        ("sum(kind, 1) + upper case(days)", "type", 16, "upper case"),
        ("days > kind", "type", 1, "数字值"),
        ('days = "3"', "type", 1, "文本值"),
        ("start > moment", "type", 1, "日期"),
        ("agree < true", "type", 1, "真假值"),
        ("rows > 1", "type", 1, "列表值"),
        ('days + "1"', "type", 8, "+"),
        ("start + 1", "type", 9, "日期值"),
        ("start * 2", "type", 9, "*"),
        ("-kind", "type", 1, "文本值"),
        ("if days then 1 else 2", "type", 4, "条件"),
        ("agree and days", "type", 11, "条件"),
        ("some r in rows satisfies r.x", "type", 26, "条件"),
        ("days between 1 and kind", "type", 20, "数字值"),
        ('days in ("a", 1)', "type", 10, "文本值"),
        ("kind in [1..2]", "type", 9, "数字值"),
        ("days in (< kind)", "type", 10, "文本值"),
        ('[1.."a"]', "type", 5, "文本值"),
        ("start.yer", "name", 1, "year"),
        ("person.nam", "name", 1, "name"),
        ('"a" + @"P1D" * days', "type", 7, "+"),
        ("moment + days", "type", 10, "+"),
        ("rows.lable", "name", 1, "label"),
        ("rows[lable = kind]", "name", 6, "label"),
        ("rows[kind]", "type", 6, "序号"),
        ("{a: 1}.b", "name", 1, "b"),
        ("for i in rows return i.y", "name", 22, "y"),
        ("(function(a) a + b)(1)", "name", 18, "b"),
        (r'matches(kind, "(a)\1")', "pattern", 15, "反向引用"),
        ('replace(kind, "(", "x")', "pattern", 15, "正则"),
        ('matches(kind, "a", "q")', "pattern", 15, "正则"),
        ('split(delimiter: "(", string: kind)', "pattern", 18, "正则"),
        (r'replace(replacement: "x", pattern: "(a)\1", input: kind)', "pattern", 36, "反向引用"),
        ("{a: 1, b: a + kind}", "type", 15, "+"),
    ],
)
def test_it_finds(text, kind, column, words):
    found = problems(text)
    assert [(p.kind, p.line, p.column) for p in found if p.kind == kind] == [(kind, 1, column)]
    shown = [str(p.message) for p in found if p.kind == kind]
    assert any(words in sentence for sentence in shown)


@pytest.mark.parametrize(
    "text",
    [
        'days > 3 and kind = "annual"',
        "anything + 1",
        "anything.whatever.else",
        "anything[price > 10].name",
        "rows[x > 1].label",
        "rows[1].x + days",
        "rows[item.x = days]",
        "for r in rows return r.x * partial[-1]",
        "every r in rows satisfies r.x > 0",
        'start + @"P1D" > start',
        'start - start > @"P1D"',
        'moment - @"PT1H"',
        '@"P1D" * days',
        '@"P1D" / @"PT1H" > days',
        "date(moment) = start",
        "working days(start, date(moment)) > days",
        "working days(from: start, to: start)",
        "sort(rows, function(a, b) a.x < b.x)",
        "null = days",
        "if anything then 1 else 2",
        'kind in ("a", "b")',
        "days in [[1..2], 5]",
        "days in [1..5]",
        "min(1, 2) + max([1, 2])",
        '@"P1D" + start = start',
        'days * @"P1D" = @"P2D"',
        "(function(x) x)(days) + days",
        "anything[unheard(price)]",
        "matches(kind, kind)",
        'matches(kind, "a[ ]b ( ", kind)',
        r'matches(kind, "\p{ IsBasicLatin}+", "x")',
        'matches(kind, "a", null)',
        'matches(pattern: "a b", input: kind, flags: "x")',
        'replace(flags: "i", input: kind, pattern: "a", replacement: "b")',
        "[1, 2][-1] + 1",
        "sum(rows.x) / count(rows)",
        "upper case([kind])",
        "{a: 1, b: a + days}.b > 1",
        "{f: function(x) x + 1, r: f(2)}.r",
        "list contains(rows.label, kind)",
        "person.born.year > 2000",
        "start instance of date",
        "[1, kind, null]",
        "abs",
        "(< 5)",
    ],
)
def test_it_leaves_alone(text):
    assert problems(text) == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("< 10", []),
        ("-", []),
        ("> kind", ["type"]),
        ('"a", "b"', ["type", "type"]),
        ("[1..5], > 7", []),
        ("? > days and ? < 10", []),
        ("? + 1", ["type"]),
        ("unheard", ["name"]),
        ("not(1, 2)", []),
    ],
)
def test_cells_are_checked_against_the_type_of_their_input(text, kinds):
    cell = parse_unary(text, names=NAMES)
    assert [p.kind for p in check(cell, NAMES, input_type=TYPES["number"])] == kinds


def test_a_place_in_a_long_text_has_line_and_column():
    (problem,) = problems('days > 3\n  and kynd = "a"')
    assert (problem.line, problem.column) == (2, 7)


def test_it_stops_after_a_hundred():
    assert len(problems("[" + ", ".join(f"unheard{i}" for i in range(500)) + "]")) == 100


def test_plain_names_are_enough():
    assert check(parse("a + b c"), ["a", "b c"]) == ()


def test_a_function_that_checks_its_own_calls_is_asked_instead():
    told = []

    def check_call(call):
        told.append(call.names)
        yield msg("第 {n} 次。", n=len(told))

    own = {"own": Function(name="own", parameters=(), call=int, result=TYPES["number"], check=check_call)}
    found = check(parse("own(1, 2) + own(x: 3)"), {}, functions=own)
    assert [(p.kind, p.column, str(p.message)) for p in found] == [
        ("arguments", 1, "第 1 次。"),
        ("arguments", 13, "第 2 次。"),
    ]
    assert told == [None, ("x",)]
