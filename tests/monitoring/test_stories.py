"""The triage as it ships: its stories come true, on its own tables, through every element."""

import json
from datetime import timedelta

import pytest

from tests.company import ROOT
from webapp import decisions
from webapp.engine.diagrams import compile_diagram
from webapp.services import forms, scenarios
from webapp.services.procedures.files import read_folder, read_settings

KEY = "alert-triage"
FILES = read_folder(ROOT, KEY)
STORIES = sorted((ROOT / "bpmn" / KEY / "scenarios").glob("*.toml"))
DIAGRAM = compile_diagram((ROOT / "bpmn" / KEY / f"{KEY}.bpmn").read_bytes())
MODELS = [decisions.load(f.body.encode()) for f in FILES if f.kind == "decision"]
FIRED = set()


class Weekdays:
    def is_working_day(self, day):
        return day.weekday() < 5

    def add_working_days(self, start, days):
        while days:
            start += timedelta(days=1)
            days -= self.is_working_day(start)
        return start


def decide(decision, values, now):
    model = next(m for m in MODELS if decision in m.decision_ids)
    answer = model.evaluate(decision, values, now=now)
    FIRED.update(f.rule_id for f in answer.fired)
    return answer.value, ()


def play(path):
    return scenarios.run(scenarios.load(path.read_text()), DIAGRAM.spec, calendar=Weekdays(), decide=decide)


class TestStories:
    @pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
    def test_come_true(self, path):
        failure = play(path).failure
        assert failure is None, f"{failure.step} {failure.element}: {failure.message}"

    def test_go_through_every_element_of_the_diagram_and_both_answers_of_every_rule(self):
        drawn = {e.id for e in DIAGRAM.elements if e.type not in {"process", "sequenceFlow"}}
        seen = frozenset().union(*(play(path).passed for path in STORIES))
        assert drawn - seen == set()
        rules = read_settings(KEY, FILES).alerts.rules
        assert {f"{rule.decision}-{row}" for rule in rules for row in (1, 2)} <= FIRED

    def test_a_table_that_says_something_else_fails_its_story(self):
        story = scenarios.load((ROOT / "bpmn" / KEY / "scenarios" / "rules.toml").read_text())
        wrong = scenarios.run(story, DIAGRAM.spec, calendar=Weekdays(), decide=lambda *_: (False, ()))
        assert (wrong.failure.step, wrong.failure.element) == (1, "alert-outside-zone")

    def test_speak_three_languages(self):
        named = [e for e in DIAGRAM.elements if e.names.get("zh-Hans")]
        assert [e.id for e in named if {"en", "zh-Hant"} - set(e.names)] == []
        for path in (ROOT / "forms" / KEY).glob("*.form"):
            assert list(forms.untranslated(json.loads(path.read_text()))) == []

    def test_no_way_leads_to_a_measure_and_every_doubt_has_words(self):
        names = [e.names.get("zh-Hans", "") for e in DIAGRAM.elements]
        assert [n for n in names if any(w in n for w in ("解除", "辞退", "处罚", "扣"))] == []
        body = next(f.body for f in FILES if f.path == "alert-doubts.dmn")
        explains = read_settings(KEY, FILES).alerts.explains
        assert [key for key in explains if f'"{key}"' not in body and f"&quot;{key}&quot;" not in body] == []
