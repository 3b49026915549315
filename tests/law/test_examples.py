"""The worked examples that a lawyer signs: the product gives each expected value, to the cent and the day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.explain import plain_number
from webapp.domain.rules import RULES, ask

EXAMPLES = json.loads(Path(__file__).with_name("labour-law-examples.json").read_text())
LAW = replace(seed_law(), as_of=date(2026, 11, 1))


def test_all_twenty_are_here():
    assert len(EXAMPLES) == 20
    assert len({example["id"] for example in EXAMPLES}) == 20


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_example(example: dict):
    answer = plain_number(ask(example["area"], example["inputs"], law=LAW).value)
    shown = {name: answer.get(name) for name in example["expected"]}
    assert shown == example["expected"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_each_answer_names_an_article(example: dict):
    result = ask(example["area"], example["inputs"], law=LAW)
    assert result.articles
    assert result.steps


def test_every_area_has_a_title_and_inputs():
    for rule in RULES.values():
        assert str(rule.title)
        assert rule.inputs
