"""A trial run: the engine's own steps, nothing in the database, and a scenario to keep."""

import html
import re

import pytest
from sqlalchemy import func, select

from models.case import Case
from models.task import Task
from tests.studio.test_pages import headers, start
from tests.web import log_in
from webapp.domain.errors import HeguiError
from webapp.domain.permissions import SYSTEM
from webapp.services import scenarios, story
from webapp.services.procedures import trial

FIRST = "scenarios/short-annual.toml"


def begin(studio):
    with studio.view("owner") as work:
        return trial.begin(work, "leave", 1, path=FIRST)


def go(studio, run, act, element, **values):
    with studio.view("owner") as work:
        return trial.go_on(work, "leave", 1, text=run.text, choice=(act, element, values))


class TestTrial:
    def test_walks_to_the_end_and_writes_nothing(self, studio):
        run = begin(studio)
        assert ("complete", "approve") in {(w.act, w.element) for w in run.waiting}
        run = go(studio, run, "complete", "approve", outcome="approve")
        run = go(studio, run, "job", "book", ends_at="2026-03-10T23:59:59+08:00")
        run = go(studio, run, "job", "inform")
        run = go(studio, run, "fire", "leave_over")
        assert run.ended
        assert {"approve", "book", "taken"} <= run.passed
        assert {f.decision_id for f in run.fired} == {"leave-proof", "leave-approvers"}
        with studio.house.view(SYSTEM) as work:
            assert work.session.scalar(select(func.count()).select_from(Case)) == 0
            assert work.session.scalar(select(func.count()).select_from(Task)) == 0

    @pytest.mark.parametrize(("act", "element"), [("complete", "hr"), ("start", ""), ("nothing", "approve")])
    def test_refuses_what_nobody_waits_for(self, studio, act, element):
        with pytest.raises(HeguiError, match="此时没有在等待"):
            go(studio, begin(studio), act, element)

    def test_refuses_fields_that_the_step_does_not_write(self, studio):
        with pytest.raises(HeguiError):
            go(studio, begin(studio), "complete", "approve", days="9")

    def test_refuses_a_text_that_is_no_story(self, studio):
        with studio.view("owner") as work:
            for text in ("", "x" * 70_000, "title = 1"):
                with pytest.raises(HeguiError):
                    trial.go_on(work, "leave", 1, text=text, choice=("complete", "approve", {}))

    def test_a_story_written_down_reads_back_the_same(self, studio):
        for file in studio.version(1).files:
            if file.kind == "scenario":
                read = scenarios.load(file.body)
                assert scenarios.load(story.dump(read)) == read


class TestPage:
    def test_a_scenario_is_taken_out_of_a_draft_and_of_nothing_else(self, app, studio):
        client = log_in(app, "owner")
        start(client)
        page = client.get("/studio/leave/2/tests").text
        assert FIRST in page
        version = re.search(r'name="version" value="(\d+)"', page).group(1)
        form = {"path": FIRST, "version": version, "csrf_token": headers(client)["X-CSRFToken"]}
        remove = "/studio/leave/2/scenarios/remove"
        assert client.post(remove, data={**form, "path": "leave.bpmn"}).status_code == 404
        assert client.post(remove, data={**form, "version": "99"}).status_code == 409
        assert client.post("/studio/leave/1/scenarios/remove", data=form).status_code == 409  # released
        assert client.post(remove, data=form).status_code == 303
        assert FIRST not in client.get("/studio/leave/2/tests").text
        assert FIRST in client.get("/studio/leave/1/tests").text
        assert "/scenarios/remove" not in client.get("/studio/leave/1/tests").text

    def test_runs_and_keeps_a_green_scenario(self, app, studio):
        client = log_in(app, "owner")
        start(client)
        token = headers(client)["X-CSRFToken"]
        page = client.post("/studio/leave/2/trial", data={"path": FIRST, "csrf_token": token}).text
        assert "直属主管审批" in page
        text = html.unescape(re.search(r'name="text" value="([^"]*)"', page).group(1))
        step = {
            "text": text,
            "act": "complete",
            "element": "approve",
            "v.outcome": "approve",
            "csrf_token": token,
        }
        page = client.post("/studio/leave/2/trial", data=step).text
        text = html.unescape(re.search(r'name="text" value="([^"]*)"', page).group(1))
        form = {"text": text, "title": "主管同意", "name": "agreed", "version": 1, "csrf_token": token}
        assert client.post("/studio/leave/2/scenarios", data={**form, "name": "../x"}).status_code == 422
        assert client.post("/studio/leave/2/scenarios", data=form).status_code == 303
        page = client.get("/studio/leave/2/tests").text
        assert "主管同意" in page
        assert "没有通过" not in page
