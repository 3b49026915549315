"""``hegui rule``: the examples' format in, JSON out, refusals in words."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from webapp.cli import main

EXAMPLES = json.loads((Path(__file__).parents[1] / "law" / "labour-law-examples.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_the_answer_contains_the_expected_key_for_key(example: dict, capsys):
    assert main(["rule", example["area"], json.dumps(example["inputs"])]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {name: answer[name] for name in example["expected"]} == example["expected"]


def test_the_list_names_areas_inputs_and_units(capsys):
    assert main(["rule", "--list"]) == 0
    listed = {rule["area"]: rule for rule in json.loads(capsys.readouterr().out)}
    assert {example["area"] for example in EXAMPLES} <= listed.keys()
    wage = next(each for each in listed["overtime_standard"]["inputs"] if each["name"] == "monthly_wage")
    assert wage["unit"] == "yuan_per_month"
    assert wage["required"] is True


def test_an_area_alone_shows_its_inputs(capsys):
    assert main(["rule", "deadline"]) == 0
    assert json.loads(capsys.readouterr().out)["area"] == "deadline"


def test_the_explanation_on_request(capsys):
    assert main(["rule", "deadline_permit", '{"accepted": "2026-03-09"}', "--explain"]) == 0
    explanation = json.loads(capsys.readouterr().out)["explanation"]
    assert explanation["steps"]
    assert explanation["parameters"][0]["source"] == "行政许可法第42条"


def test_inputs_from_standard_input_and_from_a_file(capsys, monkeypatch, tmp_path):
    text = '{"start": "2026-09-16", "amount": 15, "unit": "calendar_days"}'
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main(["rule", "deadline", "-"]) == 0
    file = tmp_path / "inputs.json"
    file.write_text(text)
    assert main(["rule", "deadline", f"@{file}"]) == 0
    assert capsys.readouterr().out.count("2026-10-08") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["deadline_permit", '{"accepted": "2026-03-09", "moon": 1}'], 1, "moon"),
        (["moon", "{}"], 1, "moon"),
        (["moon"], 1, "moon"),
        (["sick_pay_floor", '{"on": "2026-03-01", "region": "CN-YN"}'], 1, "wage.minimum"),
        (["deadline_permit", "{"], 2, "JSON"),
        (["deadline_permit", "[]"], 2, "JSON"),
        ([], 2, "--list"),
        (["deadline_permit", "@/nowhere/at/all.json"], 2, "all.json"),
    ],
)
def test_refusals_are_told_in_words(arguments, code, word, capsys):
    assert main(["rule", *arguments]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert word in shown.err


def test_feel_asks_the_law(capsys):
    text = "overtime_standard(monthly_wage: 6000, workday_extension_h: 1).overtime_pay"
    assert main(["feel", text]) == 0
    assert capsys.readouterr().out.strip() == "51.72"


def test_the_examples_file_is_compared_key_for_key(tmp_path, capsys):
    file = Path(__file__).parents[1] / "law" / "labour-law-examples.json"
    assert main(["rule", "--examples", str(file)]) == 0
    assert "共 20 个算例，0 个不一致。" in capsys.readouterr().out
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps([{**EXAMPLES[0], "expected": {"overtime_pay": 51.73}}, EXAMPLES[1]]))
    assert main(["rule", "--examples", str(wrong)]) == 1
    out = capsys.readouterr().out
    assert "overtime_pay：应得 51.73，系统 51.72" in out
    assert "共 2 个算例，1 个不一致。" in out


def test_the_page_of_the_documentation_says_what_the_rules_take(capsys):
    assert main(["rule", "--list", "--markdown"]) == 0
    page = Path(__file__).parents[2] / "docs" / "rules.md"
    assert capsys.readouterr().out == page.read_text(encoding="utf-8")
