"""The law in expressions and timers: the same answers, and refusals instead of guesses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from webapp.adapters import lawfeel
from webapp.adapters.lawdata import seed_law
from webapp.adapters.lawfeel import Bench, WorkingCalendar, law_functions
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Step, Unit, plain_number
from webapp.domain.rules import RULES
from webapp.domain.text import Message
from webapp.feel import parse

LAW = replace(seed_law(), as_of=date(2026, 11, 1))
FUNCTIONS = law_functions(Bench(law=lambda: LAW))
EXAMPLES = json.loads(Path(__file__).with_name("labour-law-examples.json").read_text())


def evaluate(text: str, **context):
    return parse(text, names=(*FUNCTIONS, *context)).evaluate(context, functions=FUNCTIONS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_every_example_answers_in_feel(example: dict):
    answer = plain_number(evaluate(f"{example['area']}(inputs)", inputs=example["inputs"]))
    assert {name: answer[name] for name in example["expected"]} == example["expected"]


def test_dates_and_numbers_of_feel_are_taken_as_they_are():
    text = 'leave_day_count({leave_type: "annual", from: date("2026-04-29"), to: date("2026-05-09")}).days'
    assert evaluate(text) == 6
    assert evaluate(
        "overtime_standard({monthly_wage: 6000, workday_extension_h: 1}).overtime_pay"
    ) == Decimal("51.72")


def test_a_date_of_the_answer_is_a_date():
    text = 'rule("deadline", {start: date("2026-09-16"), amount: 15, unit: "calendar_days"}).due + duration("P1D")'
    assert evaluate(text) == date(2026, 10, 9)


def test_values_of_the_domain_become_contexts_and_text():
    text = 'dismissal({ground: "40(3)", on: date("2026-03-02"), facts: {only_refused_change: true}})'
    assert evaluate(f"{text}.verdict") == "blocked"
    assert any("第35条" in article for article in evaluate(f"{text}.blocks.article"))


def test_the_working_stands_beside_the_answer_line_by_line_with_its_articles():
    inputs = '{monthly_wage: 10000, last_day_inclusive: date("2026-04-10")}'
    worked = evaluate(f'working("medical_subsidy", {inputs})')
    assert worked["value"] == evaluate(f'rule("medical_subsidy", {inputs})')
    (line,) = worked["steps"]
    assert "6 个月" in line
    assert "60000.00 元" in line
    assert all(article in line for article in worked["articles"])
    assert worked["doubts"] == ()


@pytest.mark.parametrize(
    ("sentence", "figure", "unit", "line"),
    [
        ("2023 年起计算。", 3, Unit.MONTHS, "2023 年起计算：3 个月"),
        ("按 3.5 倍计算。", 3, Unit.MONTHS, "按 3.5 倍计算：3 个月"),
        ("共 3 个月。", 3, Unit.MONTHS, "共 3 个月。"),
        ("按工作日计算", "working_days", Unit.NONE, "按工作日计算"),
        ("达到规定的人数", 4, Unit.NONE, "达到规定的人数：4"),
        ("期满", date(2026, 4, 10), Unit.DATE, "期满：2026-04-10"),
    ],
)
def test_a_line_of_the_working_holds_its_figure_once_and_no_code(sentence, figure, unit, line):
    assert lawfeel._line(Step(message=Message(sentence, {}), figure=figure, unit=unit)) == line


def test_every_area_is_a_function():
    assert FUNCTIONS.keys() >= RULES.keys()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('rule("overtime_standard", {monthly_wage: 1, moon: 2})', "moon"),
        ('sick_pay_floor({on: date("2026-03-01"), region: "CN-YN"})', "wage.minimum"),
        ('rule("deadline", 3)', "上下文"),
        ('rule("moon", {})', "moon"),
        ('working("moon", {})', "moon"),
    ],
)
def test_a_refusal_is_raised_and_not_null(text, word):
    with pytest.raises(Exception, match=word):
        evaluate(text)


class TestTimers:
    CALENDAR = WorkingCalendar(LAW)

    def test_working_days_forward_and_back(self):
        assert self.CALENDAR.add_working_days(date(2026, 4, 27), 5) == date(2026, 5, 7)
        assert self.CALENDAR.add_working_days(date(2026, 5, 7), -5) == date(2026, 4, 27)
        assert self.CALENDAR.add_working_days(date(2026, 5, 7), 0) == date(2026, 5, 7)

    def test_a_make_up_saturday_is_a_working_day(self):
        assert self.CALENDAR.is_working_day(date(2026, 5, 9))


def test_inputs_must_be_a_context():
    with pytest.raises(InvalidError):
        FUNCTIONS["deadline"].call(3)
