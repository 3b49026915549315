"""No figure that a law, a year, a city or a policy can change stands in the code: it is a parameter row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

DOMAIN = Path(__file__).resolve().parents[2] / "webapp" / "domain"
# A module of the law reads one of these; pages, packs and pictures in the same floor do not.
LAW = re.compile(
    r"webapp\.domain\.(explain|parameters|law|calendar|periods|schema|wages|hours|leave|overtime|service|limits)"
)
CORE = {"parameters.py", "law.py", "explain.py", "calendar.py"}
ROOMS = ("areas", "contracts", "dismissal", "hours", "leave", "limits", "papers", "severance")
# Neutral: nothing, one more, one less, first.
NEUTRAL = {0, 1, -1}
# Each with its reason; a figure of law has no reason to stand here.
REASONED = {
    ("calendar.py", 5): "Saturday in datetime's numbering",
    ("calendar.py", 6): "Sunday in datetime's numbering",
    ("periods.py", 12): "months of a Gregorian year",
    ("leave/annual.py", 12): "December, the last month",
    ("leave/annual.py", 31): "the last day of December",
    ("areas/hours.py", 2): "shape of an input: [from, to]",
    ("hours/place.py", 2): "before and after the shift",
    ("contracts/content.py", 100): "per cent",
    ("schema.py", 2): "digits of a province in GB/T 2260",
    ("areas/leave.py", 12): "December, the last month",
    ("areas/leave.py", 31): "the last day of December",
    ("areas/leave.py", 2): "shape of an input: [from, to]",
    ("areas/protection.py", 2): "shape of an input: [start, end]",
    ("leave/days.py", 2): "a day has two halves",
    ("leave/days.py", 3660): "guard of the machine: the longest span that is counted",
    ("schema.py", 1900): "guard of the machine: the earliest date that is read",
    ("schema.py", 2199): "guard of the machine: the latest date that is read",
    ("schema.py", 12): "December, the last month",
    ("schema.py", 31): "the last day of December",
    ("schema.py", 100_000): "guard of the machine: the largest whole number that is read",
    ("schema.py", 1_000_000_000_000): "guard of the machine: the largest number that is read",
    ("leave/days.py", 60): "minutes of an hour",
    ("protection.py", 60): "minutes of an hour",
    ("hours/cycle.py", 7): "days of a week",
    ("roster.py", 7): "days of a week",
    ("monitoring.py", 7): "days of a week",
    ("monitoring.py", 100): "per cent",
    ("hours/cycle.py", 3): "months of a quarter",
    ("hours/cycle.py", 6): "months of half a year",
    ("hours/cycle.py", 12): "months of a year",
    ("areas/dismissal.py", 2): "shape of an input: [to cut, headcount]",
    ("regions.py", 2): "digits of a province in GB/T 2260",
    ("regions.py", 4): "digits of a city in GB/T 2260",
    ("severance/employment.py", 2008): "the year in which the Labour Contract Law came into force",
}
DECIMALS = {("wages.py", "0.01"): "the fen, the smallest unit of money"}
# Digits in sentences: examples of how to write an input, and names of articles or documents.
SENTENCES = re.compile(
    r"2026-03-09|22:00(-06:00)?|2025\+|CN-[A-Z-]+|[0-9]+ ?年以前|第[0-9 、]+条(第[0-9]+项)?|〔[0-9]{4}〕[0-9]+号|N\+1|2N"
)
DIGITS = re.compile(r"\d")
# Figures in words, as Chinese sentences and patterns write them.
IN_WORDS = re.compile(
    "[一二两三四五六七八九十百千半]+(?:个?月|年|日|天|倍|小时|周岁|周|人|成|元|分钟|次|份)"
    "|[一二三四五六七八九十百]+分之[一二三四五六七八九十百]+"
)
# Words with a numeral that are no figure a law may change; each with its reason.
NO_FIGURES = {
    "二倍工资": "the name of the claim in 劳动合同法 art. 82",
    "十二个月": "the name of the average in 劳动合同法 art. 47",
    "上一个月": "the month before, LCL-R art. 20",
    "一周": "the week itself",
    "每满一年": "for each year; how much is a parameter",
    "不少于一天": "nothing is less than one day",
    "最后一日": "the last day",
    "同一日": "the same day",
    "哪一天": "which day",
    "每一日": "each day",
    "首尾两日": "first and last day",
    "同一年": "the same year",
    "两份": "two arrangements of one year contradict each other",
    "两人分别": "four eyes",
    "半年": "the name of a cycle",
    "各执一份|各持一份": "a copy for each party",
    "一次": "one time, the first time",
    "两次": "before and after training",
    "第二次": "the second appraisal",
}


def modules() -> list[Path]:
    """The modules of the domain that hold rules of law."""
    found = sorted(DOMAIN.rglob("*.py"))
    return [
        path
        for path in found
        if path.name in CORE
        or path.relative_to(DOMAIN).parts[0] in ROOMS
        or LAW.search(path.read_text(encoding="utf-8"))
    ]


def numbers(path: Path) -> set[tuple[str, float]]:
    """All bare numbers of a module that are not neutral."""
    tree, name = ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(DOMAIN))
    return {
        (name, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value not in NEUTRAL
    }


def decimal_texts(path: Path) -> set[tuple[str, str]]:
    """Numbers written as text for Decimal."""
    tree, name = ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(DOMAIN))
    return {
        (name, node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Decimal"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def sentences(path: Path) -> set[tuple[str, str]]:
    """Sentences for users that hold a digit outside the examples and article names."""
    tree, name = ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(DOMAIN))
    texts = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "msg"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    return {(name, text) for text in texts if DIGITS.search(SENTENCES.sub("", text))}


def words(path: Path) -> set[tuple[str, str]]:
    """Texts of a module, docstrings apart, that hold a figure in Chinese words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    }
    allowed = re.compile("|".join(map(re.escape, NO_FIGURES)))
    return {(path.name, text) for text in texts if IN_WORDS.search(allowed.sub("", text))}


def test_no_figure_in_words_without_a_reason():
    found = {each for path in modules() for each in words(path)}
    assert sorted(found) == []


def test_no_reason_for_words_that_nobody_uses():
    texts = "".join(path.read_text(encoding="utf-8") for path in modules())
    assert [word for word in NO_FIGURES if word not in texts] == []


def test_the_walk_reads_numerals_in_words(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text('A = "试用期最长六个月。"\nB = "十五日内"\nC = "年终奖按十二分之一"\nD = "二倍工资"\n')
    assert {text for _, text in words(bad)} == {"试用期最长六个月。", "十五日内", "年终奖按十二分之一"}


def test_no_bare_number_without_a_reason():
    found = set().union(*(numbers(path) for path in modules()))
    assert sorted(found - REASONED.keys()) == []


def test_no_decimal_text_without_a_reason():
    found = {each for path in modules() for each in decimal_texts(path)}
    assert sorted(found - DECIMALS.keys()) == []


def test_no_reason_without_its_number():
    found = set().union(*(numbers(path) for path in modules()))
    assert sorted(REASONED.keys() - found) == []


def test_no_figure_of_law_hides_in_a_sentence():
    found = set().union(*(sentences(path) for path in modules()))
    assert sorted(found) == []


def test_the_walk_sees_the_law_and_its_numbers():
    names = {str(path.relative_to(DOMAIN)) for path in modules()}
    assert names >= {"overtime.py", "leave/annual.py", "hours/cycle.py", "severance/base.py", "permits.py"}
    bad = DOMAIN / "calendar.py"
    assert ("calendar.py", 5) in numbers(bad)
    assert decimal_texts(DOMAIN / "wages.py") == {("wages.py", "0.01")}
