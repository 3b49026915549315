"""The pages of the day: inbox, task, case, print; and what they refuse."""

import hashlib
import io
import json

import pytest
from sqlalchemy import select

from models.event import Event
from models.task import Attachment, Task, TaskDraft, TaskState
from tests.company import ask, open_task
from tests.web import csrf, log_in
from webapp.domain.permissions import SYSTEM
from webapp.views.home import COOKIE

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def headers(client, path="/inbox/"):
    return {"X-CSRFToken": csrf(client.get(path).text), "Accept": "application/json"}


def task_state(company, task_id):
    with company.house.view(SYSTEM) as work:
        return work.session.get_one(Task, task_id).state


class TestInbox:
    def test_shows_what_about_whom_and_by_when(self, app, company):
        ask(company)
        text = log_in(app, "head").get("/inbox/").text
        assert "李娜" in text
        assert "直属主管审批" in text
        assert "年休假 12-01 至 12-02" in text

    def test_speaks_english_and_traditional_chinese(self, app, company):
        ask(company)
        client = log_in(app, "head")
        client.set_cookie("language", "en")
        assert "Approval by line manager" in client.get("/inbox/").text
        client.set_cookie("language", "zh-Hant")
        assert "直屬主管審批" in client.get("/inbox/").text

    @pytest.mark.parametrize("query", ["tab=none", "start=x", "due=never", "entity_id=-1", "saved=99"])
    def test_nonsense_is_refused_in_words(self, app, query):
        answer = log_in(app, "head").get(f"/inbox/?{query}")
        assert answer.status_code in (404, 422)
        assert "<h1" in answer.text

    def test_a_two_character_name_is_found(self, app, company):
        ask(company)
        ask(company, "wang")
        text = log_in(app, "head").get("/inbox/?q=李娜").text
        assert "李娜" in text
        assert "王芳" not in text

    def test_bulk_tells_each_result(self, app, company):
        one, two = open_task(company, ask(company)), open_task(company, ask(company, "wang"))
        client = log_in(app, "head")
        ids = [f"{one.id}:{one.version}", f"{two.id}:{two.version + 5}"]
        answer = client.post("/inbox/bulk", data={"act": "approve", "id": ids}, headers=headers(client))
        assert "成功 1 项" in answer.text
        assert task_state(company, one.id) == TaskState.COMPLETED
        assert task_state(company, two.id) == TaskState.OPEN


class TestTask:
    def test_speaks_the_readers_language_in_its_form(self, app, company):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        client.set_cookie(COOKIE, "en")
        text = client.get(f"/tasks/{task.id}").text
        assert ">Leave type<" in text
        assert ">Annual leave<" in text

    def test_submitting_goes_on_to_the_next(self, app, company):
        task = open_task(company, ask(company))
        other = open_task(company, ask(company, "wang"))
        client = log_in(app, "head")
        body = {"data": {"outcome": "approve"}, "version": task.version}
        answer = client.post(f"/tasks/{task.id}/complete", json=body, headers=headers(client))
        assert answer.json["location"] == f"/tasks/{other.id}"

    def test_without_scripts_a_refused_form_keeps_what_was_typed(self, app, company):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        form = {
            "_version": task.version,
            "outcome": "reject",
            "refusal": "",
            "csrf_token": headers(client)["X-CSRFToken"],
        }
        answer = client.post(f"/tasks/{task.id}/complete", data=form)
        assert answer.status_code == 422
        assert 'value="reject"' in answer.text
        assert task_state(company, task.id) == TaskState.OPEN

    def test_the_same_key_twice_answers_twice_and_acts_once(self, app, company):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        sent = {**headers(client), "Idempotency-Key": "k" * 32}
        body = {"data": {"outcome": "approve"}, "version": task.version}
        assert client.post(f"/tasks/{task.id}/complete", json=body, headers=sent).status_code == 200
        assert client.post(f"/tasks/{task.id}/complete", json=body, headers=sent).status_code == 200

    def test_without_csrf_nothing_happens(self, app, company):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        answer = client.post(
            f"/tasks/{task.id}/complete", json={"data": {"outcome": "approve"}, "version": task.version}
        )
        assert answer.status_code == 400
        assert task_state(company, task.id) == TaskState.OPEN

    @pytest.mark.parametrize("who", ["stranger", "far_hr", "wang"])
    @pytest.mark.parametrize(
        "what", ["", "/draft", "/complete", "/claim", "/urge", "/comments", "/files", "/fields"]
    )
    def test_other_peoples_tasks_look_missing(self, app, company, who, what):
        task = open_task(company, ask(company))
        client = log_in(app, who)
        token = headers(client)
        if not what:
            answer = client.get(f"/tasks/{task.id}")
        elif what in ("/draft", "/complete"):
            answer = client.post(f"/tasks/{task.id}{what}", json={"data": {}, "version": 1}, headers=token)
        else:
            data = {"version": 1, "text": "x", "file": (io.BytesIO(PNG), "a.png")}
            answer = client.post(f"/tasks/{task.id}{what}", data=data, headers=token)
        assert answer.status_code == 404

    def test_a_draft_is_kept_and_shown_again(self, app, company):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        client.post(f"/tasks/{task.id}/draft", json={"data": {"comment": "等排班"}}, headers=headers(client))
        assert "等排班" in client.get(f"/tasks/{task.id}").text
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(TaskDraft)).one().values == {"comment": "等排班"}

    def test_a_file_is_kept_under_its_hash(self, app, company):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        answer = client.post(
            f"/tasks/{task.id}/files", data={"file": (io.BytesIO(PNG), "证明.png")}, headers=headers(client)
        )
        assert answer.status_code == 200, answer.text
        got = client.get(f"/files/{answer.json['id']}")
        assert got.data == PNG
        assert log_in(app, "stranger").get(f"/files/{answer.json['id']}").status_code == 404
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Attachment)).one().media_type == "image/png"

    def test_a_step_back_reopens_it(self, app, company):
        case_id = ask(company, type="sick", days=3, has_proof=True)
        first = open_task(company, case_id)
        client = log_in(app, "head")
        body = {"data": {"outcome": "approve"}, "version": first.version}
        client.post(f"/tasks/{first.id}/complete", json=body, headers=headers(client))
        second = open_task(company, case_id)
        hr = log_in(app, "hr")
        data = {"version": second.version, "element": "approve", "reason": "证明看不清"}
        answer = hr.post(f"/tasks/{second.id}/return", data=data, headers=headers(hr))
        assert answer.status_code == 303, answer.text
        again = open_task(company, case_id)
        assert (again.element_id, again.round) == ("approve", 2)


class TestCase:
    def test_shows_path_timeline_and_values(self, app, company):
        task = open_task(company, ask(company, days=5))
        client = log_in(app, "head")
        body = {"data": {"outcome": "approve", "comment": "同意，已排班"}, "version": task.version}
        client.post(f"/tasks/{task.id}/complete", json=body, headers=headers(client))
        text = log_in(app, "lina").get(f"/cases/{task.case_id}").text
        assert "<svg" in text
        assert "同意，已排班" in text

    def test_prints_as_a_pdf(self, app, company):
        case_id = ask(company)
        answer = log_in(app, "lina").get(f"/cases/{case_id}/book.pdf")
        assert answer.data.startswith(b"%PDF-")
        with company.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "case.printed")).one()
            said = json.loads(event.payload.body)
        assert said["subject"] == f"case/{case_id}"
        assert said["data"]["book_sha256"] == hashlib.sha256(answer.data).hexdigest()

    @pytest.mark.parametrize("path", ["", "/book.pdf"])
    def test_other_peoples_cases_look_missing(self, app, company, path):
        case_id = ask(company)
        assert log_in(app, "stranger").get(f"/cases/{case_id}{path}").status_code == 404

    @pytest.mark.parametrize("path", ["/cases/", "/cases/own", "/notices/", "/cases/?state=active"])
    def test_lists_open(self, app, company, path):
        ask(company)
        assert log_in(app, "hr").get(path).status_code == 200

    def test_hr_suspends_and_resumes_with_a_reason(self, app, company):
        task = open_task(company, ask(company))
        hr, head = log_in(app, "hr"), log_in(app, "head")
        path = f"/cases/{task.case_id}/operate"
        assert hr.post(path, data={"act": "suspend", "reason": ""}, headers=headers(hr)).status_code == 422
        assert (
            hr.post(path, data={"act": "suspend", "reason": "核对排班"}, headers=headers(hr)).status_code
            == 303
        )
        body = {"data": {"outcome": "approve"}, "version": task.version}
        assert head.post(f"/tasks/{task.id}/complete", json=body, headers=headers(head)).status_code == 409
        assert hr.post(path, data={"act": "resume"}, headers=headers(hr)).status_code == 303
        assert head.post(f"/tasks/{task.id}/complete", json=body, headers=headers(head)).status_code == 200

    @pytest.mark.parametrize("who", ["wang", "stranger", "far_hr"])
    def test_others_do_not_operate_it(self, app, company, who):
        case_id = ask(company)
        client = log_in(app, who)
        data = {"act": "cancel", "reason": "x"}
        answer = client.post(f"/cases/{case_id}/operate", data=data, headers=headers(client))
        assert answer.status_code in (403, 404)
