"""Promises: contract change as it ships is sound, and each of its stories comes true on the engine."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from webapp.engine.diagrams import compile_diagram
from webapp.services import forms, scenarios
from webapp.services.procedures.files import read_folder, read_settings

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("contract-change", "contract-change-batch")
STORIES = [(key, path) for key in KEYS for path in sorted((ROOT / "bpmn" / key / "scenarios").glob("*.toml"))]
XML = {key: (ROOT / "bpmn" / key / f"{key}.bpmn").read_bytes() for key in KEYS}
DIAGRAMS = {key: compile_diagram(xml) for key, xml in XML.items()}


class Weekdays:
    def is_working_day(self, day):
        return day.weekday() < 5

    def add_working_days(self, start, days):
        while days:
            start += timedelta(days=1)
            days -= self.is_working_day(start)
        return start


def play(key, path):
    story = scenarios.load(path.read_text())
    return scenarios.run(story, DIAGRAMS[key].spec, calendar=Weekdays(), decide=lambda *_: ((), ()))


class TestStories:
    @pytest.mark.parametrize(("key", "path"), STORIES, ids=lambda p: getattr(p, "stem", p))
    def test_come_true(self, key, path):
        failure = play(key, path).failure
        assert failure is None, f"{failure.step} {failure.element}: {failure.message}"

    @pytest.mark.parametrize("key", KEYS)
    def test_go_through_every_element_of_the_diagram(self, key):
        drawn = {e.id for e in DIAGRAMS[key].elements if e.type not in {"process", "sequenceFlow"}}
        seen = frozenset().union(*(play(k, path).passed for k, path in STORIES if k == key))
        assert drawn - seen == set()


class TestAsShipped:
    @pytest.mark.parametrize("key", KEYS)
    def test_speaks_three_languages(self, key):
        named = [e for e in DIAGRAMS[key].elements if e.names.get("zh-Hans")]
        assert [e.id for e in named if {"en", "zh-Hant"} - set(e.names)] == []
        for path in (ROOT / "forms" / key).glob("*.form"):
            assert list(forms.untranslated(json.loads(path.read_text()))) == []

    def test_refusal_never_leads_to_a_dismissal(self):
        ends = {e.id for e in DIAGRAMS["contract-change"].elements if e.type == "endEvent"}
        assert "unchanged" in ends
        words = "解除|辞退|开除|终止劳动合同"
        names = [e.names.get("zh-Hans", "") for e in DIAGRAMS["contract-change"].elements]
        assert [n for n in names if any(w in n for w in words.split("|"))] == []

    def test_nobody_decides_or_signs_for_the_employee(self):
        own = {
            e.id: e.properties.get("personal")
            for e in DIAGRAMS["contract-change"].elements
            if e.id in {"answer", "sign", "ask_separate"}
        }
        assert own == dict.fromkeys(("answer", "sign", "ask_separate"), "true")

    def test_no_code_knows_the_procedure(self):
        sources = [
            *ROOT.glob("webapp/**/*.py"),
            *ROOT.glob("webapp/**/templates/**/*.html"),
            *ROOT.glob("models/*.py"),
        ]
        assert [str(p) for p in sources if "contract-change" in p.read_text() and "demo" not in p.parts] == []

    @pytest.mark.parametrize("key", KEYS)
    def test_says_in_its_settings_only_what_is_drawn(self, key):
        settings = read_settings(key, read_folder(ROOT, key))
        drawn = {e.id for e in DIAGRAMS[key].elements}
        campaign = settings.campaign
        if campaign is not None:
            assert [s.key for s in campaign.stages if s.aside] == ["negotiating", "consenting"]
            assert {e for s in campaign.stages for e in s.elements} <= drawn
