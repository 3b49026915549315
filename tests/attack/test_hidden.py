"""What a step hides is nowhere: not on its page, not in the case's history, print, files, search or JSON."""

import io

import pytest

from tests.attack.papers import launch, step, write_procedure
from tests.company import Company
from tests.web import csrf, log_in, make_web
from webapp.services.cases.book import case_book

SECRETS = ("抑郁症", "建议调岗", "诊断书原件", "重度发作")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def company(house, tmp_path):
    return Company(house, write_procedure(tmp_path / "root"))


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


@pytest.fixture
def case(app, company):
    """The first step is done by 陈思远, with everything that the second may not see; the case and the file."""
    case = launch(company)
    task = step(company, case)
    client = log_in(app, "head")
    headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
    files = {"file": (io.BytesIO(PNG), "诊断书原件.png")}
    file = client.post(f"/tasks/{task.id}/files", data=files, headers=headers).json["id"]
    data = {
        "note": "已收到",
        "secret": "抑郁症",
        "comment": "建议调岗",
        "scan": [file],
        "rows": [{"finding": "重度发作"}],
    }
    body = {"data": data, "version": task.version}
    assert client.post(f"/tasks/{task.id}/complete", json=body, headers=headers).status_code == 200
    return case, file


def told(client, case, task):
    """Everything that a person can read about the case, as one text."""
    headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
    pages = [f"/tasks/{task.id}", f"/cases/{case}", "/inbox/", "/cases/own", "/notices/"]
    pages += [f"/inbox/?q={secret}" for secret in SECRETS]
    texts = [client.get(page).text.replace(f'value="{page[-3:]}"', "") for page in pages]
    texts.append(client.post(f"/tasks/{task.id}/fields", data={}, headers=headers).text)
    return texts


class TestHidden:
    def test_is_read_by_whoever_wrote_it(self, app, company, case):
        text = log_in(app, "head").get(f"/cases/{case[0]}").text
        assert [secret for secret in SECRETS if secret not in text] == []

    def test_is_on_no_page_of_the_next_step(self, app, company, case):
        client = log_in(app, "wang")
        task = step(company, case[0])
        task_page, case_page, *lists, fields = told(client, case[0], task)
        assert "已收到" in task_page
        for text in (task_page, case_page, fields):
            assert [secret for secret in SECRETS if secret in text] == []
        for text, secret in zip(lists[3:], SECRETS, strict=True):
            assert f"/tasks/{task.id}" not in text, secret  # a search that finds it would betray it

    def test_is_not_printed_for_them(self, company, case):
        with company.unit("wang") as work:
            printed = repr(case_book(work, case[0], language="zh-Hans"))
        assert "已收到" in printed
        assert [secret for secret in SECRETS if secret in printed] == []
        with company.unit("head") as work:
            printed = repr(case_book(work, case[0], language="zh-Hans"))
        assert [secret for secret in SECRETS if secret not in printed] == []

    def test_is_no_file_that_they_can_fetch(self, app, case):
        assert log_in(app, "wang").get(f"/files/{case[1]}").status_code == 404
        assert log_in(app, "head").get(f"/files/{case[1]}").status_code == 200

    def test_cannot_be_written_or_guessed_by_them(self, app, company, case):
        client = log_in(app, "wang")
        task = step(company, case[0])
        headers = {"X-CSRFToken": csrf(client.get("/inbox/").text), "Accept": "application/json"}
        for name, value in (("secret", "抑郁症"), ("scan", [case[1]]), ("rows", [{"finding": "重度发作"}])):
            body = {"data": {"note": "x", name: value}, "version": task.version}
            answer = client.post(f"/tasks/{task.id}/complete", json=body, headers=headers)
            assert answer.status_code == 422, name
            assert "表单里没有这个字段。" in str(answer.json["errors"]), name

    def test_stays_hidden_when_the_case_is_over(self, app, company, case):
        client = log_in(app, "wang")
        task = step(company, case[0])
        headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
        body = {"data": {"note": "好"}, "version": task.version}
        assert client.post(f"/tasks/{task.id}/complete", json=body, headers=headers).status_code == 200
        for page in (f"/tasks/{task.id}", f"/cases/{case[0]}"):
            text = client.get(page).text
            assert [secret for secret in SECRETS if secret in text] == [], page
