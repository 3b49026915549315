"""Promises: leave as it ships is sound, and each of its stories comes true on the engine."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from webapp import decisions
from webapp.domain.errors import InvalidError
from webapp.domain.leave.family import LeaveType
from webapp.engine import lint
from webapp.engine.diagrams import compile_diagram
from webapp.services import forms, scenarios

LEAVE = Path(__file__).resolve().parents[2] / "bpmn" / "leave"
FORMS = LEAVE.parents[1] / "forms" / "leave"
XML = (LEAVE / "leave.bpmn").read_bytes()
STORIES = sorted((LEAVE / "scenarios").glob("*.toml"))
SPECIFICATION = compile_diagram(XML).spec
MODELS = [decisions.load(path.read_bytes()) for path in sorted(LEAVE.glob("*.dmn"))]


class Weekdays:
    def is_working_day(self, day):
        return day.weekday() < 5

    def add_working_days(self, start, days):
        while days:
            start += timedelta(days=1)
            days -= self.is_working_day(start)
        return start


def decide(decision_id, inputs, now):
    model = next(m for m in MODELS if decision_id in m.elements)
    answer = model.evaluate(decision_id, inputs, now=now)
    return answer.value, tuple(fired.rule_id for fired in answer.fired)


def play(text):
    return scenarios.run(scenarios.load(text), SPECIFICATION, calendar=Weekdays(), decide=decide)


class TestLeaveAsShipped:
    def test_has_no_fault_that_the_linter_knows(self):
        raw = {p.stem: json.loads(p.read_text()) for p in FORMS.glob("*.form")}
        fields = {r["id"]: [c["key"] for c in r["components"]] for r in raw.values()}
        assert lint.check(XML, forms=fields, decisions=["leave-approvers", "leave-proof"]) == ()

    def test_names_only_fields_that_the_forms_have(self):
        known = {forms.load(p.read_text()).id: forms.load(p.read_text()) for p in FORMS.glob("*.form")}
        for element in compile_diagram(XML).elements:
            if element.form_id:
                assert forms.access_problems(known[element.form_id], element.properties) == ()

    def test_speaks_three_languages(self):
        named = [e for e in compile_diagram(XML).elements if e.names.get("zh-Hans")]
        assert [e.id for e in named if {"en", "zh-Hant"} - set(e.names)] == []

    def test_offers_the_leave_types_that_the_law_room_knows(self):
        kinds = json.loads((FORMS / "request.form").read_text())["components"][0]["values"]
        assert {k["value"] for k in kinds} == set(LeaveType)

    def test_refuses_self_approval_at_every_step_that_approves(self):
        steps = [e for e in compile_diagram(XML).elements if "approval.mode" in e.properties]
        assert len(steps) == 5
        assert {e.properties["approval.self"] for e in steps} == {"refuse"}


class TestStories:
    @pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
    def test_come_true(self, path):
        assert play(path.read_text()).failure is None

    def test_go_through_every_element_of_the_diagram(self):
        drawn = {e.id for e in compile_diagram(XML).elements if e.type not in {"process", "sequenceFlow"}}
        seen = frozenset().union(*(play(path.read_text()).passed for path in STORIES))
        assert drawn - seen == set()

    def test_that_do_not_come_true_say_where(self):
        text = (LEAVE / "scenarios" / "half-day-more.toml").read_text()
        failure = play(text.replace('assignee = "p5"', 'assignee = "p6"')).failure
        assert (failure.step, failure.element) == (2, "approve")
        assert str(failure.message) == "办理人应为 p6，实际为 p5。"

    def test_that_wait_for_nothing_say_so(self):
        text = (
            (LEAVE / "scenarios" / "short-annual.toml")
            .read_text()
            .replace('element = "inform"', 'element = "hr"')
        )
        assert str(play(text).failure.message) == "“hr”此时没有在等待。"

    @pytest.mark.parametrize("text", ["", "title = 1", "now = 2026-01-01T00:00:00\n", "step = 7"])
    def test_that_cannot_be_read_are_refused(self, text):
        with pytest.raises(InvalidError):
            scenarios.load(text)
