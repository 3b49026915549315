"""Whoever adds an example sees at once whether the product agrees."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.examples import judge, read_example, read_examples

LAW = replace(seed_law(), as_of=date(2026, 11, 1))
FILE = json.loads(Path(__file__).with_name("labour-law-examples.json").read_text())
ONE = {"id": "X", "area": "deadline_handover", "inputs": {}, "expected": {"due": "2026-06-30"}}
OVERTIME = {
    "id": "Y",
    "area": "overtime_standard",
    "inputs": {"monthly_wage": 6000, "workday_extension_h": 1},
    "expected": {"overtime_pay": 51.72},
}


def test_the_file_of_twenty_is_read_and_agreed_with():
    examples = read_examples(FILE)
    assert len(examples) == 20
    assert all(judge(example, law=LAW).agrees for example in examples)


def test_a_fen_of_difference_is_shown():
    verdict = judge(read_example({**OVERTIME, "expected": {"overtime_pay": 51.73}}), law=LAW)
    assert not verdict.agrees
    assert [(each.expected, each.found) for each in verdict.differences] == [(51.73, 51.72)]


def test_a_key_that_the_answer_lacks_is_a_difference():
    verdict = judge(read_example({**OVERTIME, "expected": {"overtime_pay": 51.72, "moon": None}}), law=LAW)
    assert [each.name for each in verdict.differences] == ["moon"]


def test_an_example_that_the_product_refuses_says_why():
    verdict = judge(read_example({**OVERTIME, "inputs": {"monthly_wage": 6000, "moon": 1}}), law=LAW)
    assert not verdict.agrees
    assert "moon" in str(verdict.refused)


def test_the_verdict_holds_the_working():
    verdict = judge(read_example(OVERTIME), law=LAW)
    assert verdict.result is not None
    assert verdict.result.articles


@pytest.mark.parametrize(
    "wrong",
    [
        {**ONE, "expect": {}},
        {**ONE, "expected": {}},
        {name: value for name, value in ONE.items() if name != "area"},
        {**ONE, "confidence": "sure"},
    ],
)
def test_a_misshapen_example_is_refused(wrong):
    with pytest.raises(InvalidError):
        read_example(wrong)


def test_a_file_that_is_no_list_or_repeats_an_id_is_refused():
    for wrong in ({}, [1], [ONE, ONE]):
        with pytest.raises(InvalidError):
            read_examples(wrong)
