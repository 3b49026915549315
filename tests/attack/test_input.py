"""Rubbish in addresses and forms is refused in words, on both databases."""

import pytest

from tests.company import ask, open_task
from tests.web import csrf, log_in

NUL, HUGE, LONG = "a\x00b", "9" * 31, "9" * 5000  # Python reads no number of more than 4,300 digits


class TestRubbish:
    def test_in_addresses(self, app, company):
        ask(company)
        client = log_in(app, "hr_head")
        for path in ("/inbox/", "/cases/", "/admin/people/", "/admin/people/export.csv"):
            for name in ("q", "entity_id", "start", "page", "saved", "tab", "state"):
                for value in (NUL, HUGE, LONG, "-1", "x", "0001-01-01T00:00:00+23:59~1"):
                    answer = client.get(path, query_string={name: value})
                    assert answer.status_code < 500, (path, name, value)

    def test_in_forms(self, app, company):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
        for path in ("comments", "transfer", "return", "complete", "fields", "claim", "release"):
            for value in (NUL, HUGE, "-1", ""):
                names = ("text", "to", "reason", "version", "_version", "element", "outcome")
                answer = client.post(
                    f"/tasks/{task.id}/{path}", data=dict.fromkeys(names, value), headers=headers
                )
                assert answer.status_code < 500, (path, value)
        for path, data in (
            ("/notices/read", {"id": HUGE}),
            ("/inbox/bulk", {"act": "claim", "id": f"{HUGE}:1"}),
            ("/inbox/bulk", {"act": "claim", "id": f"{LONG}:1"}),
            ("/campaigns/new/contract-change", {"who_entity_id": LONG}),
            ("/campaigns/new/contract-change", {"who_department_id": HUGE}),
        ):
            assert client.post(path, data=data, headers=headers).status_code < 500, path

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ('{"data":{"comment":1.5}}', 200),
            ('{"data":{"comment":"\\u0000"}}', 422),
            ('{"data":{"comment":"\\ud800"}}', 422),
            ('{"data":{"a":' + "[" * 900 + "]" * 900 + "}}", 422),
            ('{"data":{"a":1,"a":2}}', 422),
            ('{"data":{"a":1e400}}', 422),
            ("[]", 422),
            ("", 422),
        ],
    )
    def test_in_drafts(self, app, company, body, status):
        task = open_task(company, ask(company))
        client = log_in(app, "head")
        headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
        path = f"/tasks/{task.id}"
        assert client.post(f"{path}/draft", data=body, headers=headers).status_code == status
        assert client.get(path).status_code == 200

    @pytest.mark.parametrize("depth", [900, 100_000])
    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_nested_deeper_than_anybody_writes(self, app, depth):
        deep = "[" * depth + "]" * depth
        client = log_in(app, "owner")
        headers = {"X-CSRFToken": csrf(client.get("/inbox/").text), "Accept": "application/json"}
        body = '{"version":1,"note":"x","seen":"x","pages":1,"answer":' + deep + "}"
        for path in (
            "/sign/1/pages",
            "/sign/1/will",
            "/sign/1/passkey",
            "/seals/batches/1/passkey",
            "/studio/leave/1/submit",
            "/studio/leave/1/save/leave.bpmn",
            "/studio/leave/1/check/leave.bpmn",
            "/studio/leave/1/trial",
            "/monitoring/sources/rows/login",
            "/login",
        ):
            sent = {**headers, "Authorization": "Bearer x"}
            answer = client.post(path, data=body, headers=sent, content_type="application/json")
            assert answer.status_code < 500, path
        for path, data in (
            ("/sign/1/finish", {"stroke": deep, "seen": "x", "version": 1}),
            ("/examples/", {"inputs": '{"a":' + deep + "}", "area": "leave"}),
        ):
            answer = client.post(path, data=data, headers=headers)
            assert answer.status_code < 500, path
            assert answer.json["message"], path

    @pytest.mark.parametrize(
        "to", ["//evil.cn", "https://evil.cn", "/\\evil.cn", "/\tevil", "javascript:alert(1)"]
    )
    def test_nobody_is_sent_elsewhere(self, app, to):
        client = app.test_client()
        token = csrf(client.get("/login").text)
        data = {"locale": "en", "next": to, "csrf_token": token}
        assert client.post("/language", data=data).location == "/"
        data = {"username": "head", "password": "correct horse battery", "csrf_token": token}
        answer = client.post("/login", query_string={"next": to}, data=data, headers={"Host": "evil.cn"})
        assert "evil" not in (answer.location or "")


class TestSession:
    def test_a_kept_cookie_ends_with_the_log_out(self, app):
        client = log_in(app, "head")
        kept = client.get_cookie("session").value
        client.post("/logout", headers={"X-CSRFToken": csrf(client.get("/inbox/").text)})
        thief = app.test_client()
        thief.set_cookie("session", kept)
        assert thief.get("/inbox/").status_code == 302

    def test_a_cookie_from_before_the_log_in_stays_nobody(self, app):
        victim, thief = app.test_client(), app.test_client()
        token = csrf(victim.get("/login").text)
        thief.set_cookie("session", victim.get_cookie("session").value)
        data = {"username": "head", "password": "correct horse battery", "csrf_token": token}
        victim.post("/login", data=data)
        assert victim.get("/inbox/").status_code == 200
        assert thief.get("/inbox/").status_code == 302
