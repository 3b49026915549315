"""The studio's pages: who gets in, what they answer, two people from draft to release."""

import json

import pytest

from tests.web import csrf, log_in

OLD, NEW = 'name="直属主管审批"', 'name="主管先批"'


def headers(client):
    return {"X-CSRFToken": csrf(client.get("/studio/").text), "Accept": "application/json"}


def start(client):
    answer = client.post("/studio/leave/drafts", data={"csrf_token": headers(client)["X-CSRFToken"]})
    assert answer.status_code == 303
    return answer.location


def save(client, body, *, path="leave.bpmn", version=1):
    return client.post(
        f"/studio/leave/2/save/{path}", json={"xml": body, "version": version}, headers=headers(client)
    )


class TestDoors:
    @pytest.mark.parametrize("who", ["lina", "hr", "head", "boss"])
    def test_others_are_refused(self, app, who):
        client = log_in(app, who)
        for path in (
            "/studio/",
            "/studio/leave/1/review",
            "/studio/leave/1/edit/leave.bpmn",
            "/studio/leave/1/file/leave.bpmn",
        ):
            assert client.get(path).status_code == 403

    def test_nothing_is_written_without_the_token(self, app, studio):
        client = log_in(app, "owner")
        assert client.post("/studio/leave/drafts").status_code == 400
        assert studio.numbers() == [(1, "released")]

    @pytest.mark.parametrize(
        "path", ["leave/9", "gone/1", "leave/1/edit/../x", "leave/1/edit/procedure.toml", "leave/1/file/gone"]
    )
    def test_what_does_not_exist_is_not_found(self, app, path):
        assert log_in(app, "owner").get(f"/studio/{path}").status_code == 404

    def test_whoever_only_releases_sees_no_way_to_draft(self, app):
        client = log_in(app, "hr2")
        assert "起草新版本" not in client.get("/studio/").text
        token = headers(client)["X-CSRFToken"]
        assert client.post("/studio/leave/drafts", data={"csrf_token": token}).status_code == 403


class TestEditor:
    @pytest.mark.parametrize(
        ("path", "mark"),
        [
            ("leave.bpmn", "data-studio-diagram"),
            ("approver.dmn", "data-studio-decision"),
            ("approve.form", "data-studio-form"),
        ],
    )
    def test_each_kind_has_its_editor(self, app, path, mark):
        client = log_in(app, "owner")
        start(client)
        assert mark in client.get(f"/studio/leave/2/edit/{path}").text
        assert "data-readonly" in client.get(f"/studio/leave/1/edit/{path}").text

    @pytest.mark.parametrize(
        ("language", "word"), [("en", "Submit for release"), ("zh-Hant", "提交發佈"), ("zh-Hans", "提交发布")]
    )
    def test_speaks_three_languages(self, app, language, word):
        client = log_in(app, "owner")
        start(client)
        client.set_cookie("language", language)
        assert word in client.get("/studio/leave/2/edit/leave.bpmn").text.replace("釋出", "發佈").replace(
            "發布", "發佈"
        )

    def test_saving_answers_guard_and_problems_in_words(self, app, studio):
        client = log_in(app, "owner")
        start(client)
        body = studio.body(2).replace('candidateGroups="hr"', 'candidateGroups="nobody"', 1)
        answer = save(client, body)
        assert answer.json["version"] == 2
        assert {
            "element": "hr",
            "level": "error",
            "name": "人事审核",
            "message": "没有可以认领任务的角色“nobody”。",
            "path": "leave.bpmn",
        } in answer.json["problems"]
        blocked = client.post(
            "/studio/leave/2/submit", json={"note": "x", "version": 2}, headers=headers(client)
        )
        assert blocked.status_code == 422
        assert blocked.json["message"] == "还有 1 个问题必须先解决，不能发布。"

    def test_a_stale_page_reads_who_saved(self, app, studio):
        client = log_in(app, "owner")
        start(client)
        save(client, studio.body(2).replace(OLD, NEW))
        answer = save(client, studio.body(2).replace(NEW, OLD))
        assert answer.status_code == 409
        assert "吴涛" in answer.json["message"]

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("leave.bpmn", "<!DOCTYPE x><x/>"),
            ("leave.bpmn", "x" * 3_000_000),
            ("../x", "x"),
            ("approver.dmn", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ],
    )
    def test_hostile_files_are_refused_in_words(self, app, studio, path, body):
        client = log_in(app, "owner")
        start(client)
        answer = save(client, body, path=path)
        assert answer.status_code in (404, 422)
        assert answer.json["message"]
        assert studio.version(2).version == 1

    @pytest.mark.parametrize(
        "body",
        [
            [],
            {},
            {"xml": 1, "version": 1},
            {"xml": "x", "version": "-1"},
            {"xml": "x", "version": 1, "more": 1},
        ],
    )
    def test_a_body_of_another_shape_is_refused(self, app, body):
        client = log_in(app, "owner")
        start(client)
        answer = client.post("/studio/leave/2/save/leave.bpmn", json=body, headers=headers(client))
        assert answer.status_code == 422

    def test_checking_keeps_nothing(self, app, studio):
        client = log_in(app, "owner")
        start(client)
        schema = json.loads(studio.body(2, "approve.form"))
        schema["components"][0]["label"] = "=now()"
        answer = client.post(
            "/studio/leave/2/check/approve.form", json={"schema": schema}, headers=headers(client)
        )
        assert answer.json["problems"][0]["element"] == "type"
        assert studio.version(2).version == 1


class TestRelease:
    def test_two_people_take_a_change_to_release(self, app, studio):
        owner, second = log_in(app, "owner"), log_in(app, "hr2")
        start(owner)
        save(owner, studio.body(2).replace(OLD, NEW))
        answer = owner.post(
            "/studio/leave/2/submit", json={"note": "改名", "version": 2}, headers=headers(owner)
        )
        assert answer.json["location"] == "/studio/leave/2/review"
        own = owner.get("/studio/leave/2/review").text
        assert "您参与了起草，须由另一人发布" in own
        page = second.get("/studio/leave/2/review").text
        assert "名称由“直属主管审批”改为“主管先批”。" in page
        assert "发布第 2 版" in page
        form = {"version": 3, "csrf_token": headers(second)["X-CSRFToken"]}
        assert (
            owner.post(
                "/studio/leave/2/release", data={**form, "csrf_token": headers(owner)["X-CSRFToken"]}
            ).status_code
            == 403
        )
        assert second.post("/studio/leave/2/release", data={**form, "more": 1}).status_code == 422
        assert second.post("/studio/leave/2/release", data=form).status_code == 303
        assert "第 2 版在用" in owner.get("/studio/").text
        again = second.post("/studio/leave/2/release", data=form)
        assert again.status_code == 409
        assert "第 2 版已由孙倩发布" in again.text

    def test_sent_back_with_a_reason(self, app, studio):
        owner, second = log_in(app, "owner"), log_in(app, "hr2")
        start(owner)
        save(owner, studio.body(2).replace(OLD, NEW))
        owner.post("/studio/leave/2/submit", json={"note": "改名", "version": 2}, headers=headers(owner))
        form = {"version": 3, "note": "译文没有改", "csrf_token": headers(second)["X-CSRFToken"]}
        assert second.post("/studio/leave/2/send-back", data=form).status_code == 303
        assert studio.version(2).state == "draft"


class TestSuspending:
    def test_its_owner_stops_and_lets_go_on_with_a_reason(self, app):
        client = log_in(app, "owner")
        token = headers(client)["X-CSRFToken"]
        assert "暂停发起" in client.get("/studio/").text
        refused = client.post("/studio/leave/suspend", data={"csrf_token": token, "reason": " "})
        assert refused.status_code == 422
        client.post("/studio/leave/suspend", data={"csrf_token": token, "reason": "新规未定"})
        assert "已暂停发起" in client.get("/studio/").text
        client.post("/studio/leave/resume", data={"csrf_token": token})
        assert "已暂停发起" not in client.get("/studio/").text

    def test_nobody_else_may(self, app):
        client = log_in(app, "hr2")
        token = headers(client)["X-CSRFToken"]
        answer = client.post("/studio/leave/suspend", data={"csrf_token": token, "reason": "x"})
        assert answer.status_code == 403
        assert "暂停发起" not in client.get("/studio/").text
