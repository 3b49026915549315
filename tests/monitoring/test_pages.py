"""The pages of monitoring: written, assessed, confirmed; read by whom it concerns; handed in by systems."""

import io
import re

import pytest

from tests.monitoring.conftest import FIRST, LEARNT, NOW, PDF, POST
from tests.web import csrf, log_in, make_web

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WEEK = ("2026-11-16", "2026-11-17", "2026-11-18")


@pytest.fixture
def web(watch, tmp_path):
    return make_web(watch, tmp_path)


def send(client, path, page, **values):
    text = client.get(page).text
    version = re.search(r'name="version" value="(\d+)"', text)
    given = {"csrf_token": csrf(text), "version": version.group(1) if version else "0", **values}
    return client.post(path, data=given)


class TestAProfile:
    def test_is_written_assessed_confirmed_and_then_read_by_the_people_at_the_post(self, watch, web):
        watch.clock.now = FIRST
        head, legal, lina = log_in(web, "hr2"), log_in(web, "boss"), log_in(web, "lina")
        values = {
            "title": "外勤核对", "entity_id": watch.entity, "posts": POST, "watches": ["punch"], "keep_days": "60",
            "purpose": "证明约定地点的工时和外勤", "necessity": "没有其他办法证明在门店的工时", "zones": "门店",
            "procedure_key": "alert-triage", "valid_from": "2026-11-02", "valid_to": "2027-10-31",
        }  # fmt: skip
        assert send(head, "/monitoring/new", "/monitoring/new", **{**values, "posts": ""}).status_code == 422
        made = send(head, "/monitoring/new", "/monitoring/new", **values)
        page = made.location
        assert "待影响评估，不收集" in head.get(page).text
        assert "外勤核对" not in lina.get("/privacy/").text
        answers = {"lawful": LEARNT, "impact": LEARNT, "measures": LEARNT, "assessed_to": "2027-10-31"}
        file = (io.BytesIO(PDF), "影响评估.pdf")
        assert send(head, f"{page}/assess", page, **answers, file=file).status_code == 303
        assert "待另一人确认" in head.get(page).text
        assert send(head, f"{page}/confirm", page).status_code == 403
        assert send(legal, f"{page}/confirm", page).status_code == 303
        assert legal.get(f"{page}/report/1").data == PDF
        told = lina.get("/privacy/").text
        assert "外勤核对" in told
        assert "60 天后逐条删除" in told
        assert lina.get("/monitoring/").status_code == 403
        assert lina.get(page).status_code == 404
        assert send(head, f"{page}/end", page, reason="").status_code == 422
        assert send(head, f"{page}/end", page, reason="不再需要").status_code == 303
        assert "外勤核对" not in lina.get("/privacy/").text


class TestConsent:
    def test_is_given_and_taken_back_on_the_persons_own_page(self, watch, web):
        lina = log_in(web, "lina")
        given = send(lina, f"/privacy/consents/{watch.text()}", "/privacy/")
        assert given.status_code == 303
        assert "已同意" in lina.get("/privacy/").text
        assert send(lina, f"/privacy/consents/{watch.text()}", "/privacy/").status_code == 409
        assert send(lina, "/privacy/consents/withdraw", "/privacy/", purpose="location").status_code == 303
        assert "已撤回" in lina.get("/privacy/").text
        assert send(lina, "/privacy/consents/withdraw", "/privacy/", purpose="location").status_code == 409
        assert send(lina, "/privacy/consents/withdraw", "/privacy/", purpose="mood").status_code == 404


class TestAnAlert:
    def test_shows_data_doubt_and_rule_and_is_settled_in_its_triage(self, watch, web):
        watch.profile()
        watch.agrees("lina")
        watch.outside(*WEEK)
        watch.night()
        head, lina = log_in(web, "hr2"), log_in(web, "lina")
        listed = head.get("/alerts/").text
        assert "一周有 3 天在工作时间的打卡不在许可区域内" in listed
        assert "没有预警" in head.get("/alerts/?state=discarded").text
        page = head.get("/alerts/1").text
        for words in ("2026-11-16 10:05 打卡", "还可能是什么", "外勤", "alert-outside-zone-1", "这不是结论"):
            assert words in page
        assert "业绩变化" not in page  # not what this rule asks about
        assert lina.get("/alerts/").status_code == 403
        assert lina.get("/alerts/1").status_code == 404
        task = re.search(r'href="(/tasks/\d+)"', head.get("/inbox/?tab=claimable").text).group(1)
        shown = head.get(task).text
        assert "还可能是什么" in shown
        assert lina.get(task).status_code == 404
        data = {
            "csrf_token": csrf(shown),
            "_version": "1",
            "outcome": "discard",
            "reason": "派工单齐全，有合理解释。",
        }
        assert head.post(f"{task}/complete", data=data).status_code == 303
        assert "派工单齐全" in head.get("/alerts/1").text


class TestASystem:
    def test_hands_in_with_its_token_and_is_told_row_by_row(self, watch, web):
        watch.profile()
        watch.clock.now = NOW
        head = log_in(web, "hr2")
        answer = send(head, "/sources/", "/sources/", entity_id=watch.entity, name="钉钉", kinds=["reports"])
        token = re.search(r'data-copy="([^"]+)"', answer.text).group(1)
        machine = web.test_client()
        call = {"headers": {"Authorization": f"Bearer {token}"}}
        row = {"employee_number": "E0003", "date": "2026-11-16", "kind": "daily"}
        taken = machine.post("/sources/rows/reports", json={"rows": [row]}, **call)
        assert (taken.status_code, taken.json["counts"]["new"]) == (200, 1)
        wrong = machine.post("/sources/rows/reports", json={"rows": [{**row, "mood": 1}]}, **call)
        assert wrong.status_code == 422
        assert "情绪" in wrong.json["faults"][0]["message"]
        assert machine.post("/sources/rows/reports", json={"rows": [row], "x": 1}, **call).status_code == 422
        for bad in ({}, {"headers": {"Authorization": "Bearer x"}}):
            assert machine.post("/sources/rows/reports", json={"rows": [row]}, **bad).status_code == 404
        deep = {"data": "[" * 100_000, "content_type": "application/json"}
        assert machine.post("/sources/rows/reports", **deep, **call).status_code == 422
        stranger = {"headers": {"Authorization": "Bearer x"}}
        for body in (deep, {"json": {"x": 1}}):
            assert machine.post("/sources/rows/reports", **body, **stranger).status_code == 404
        assert send(head, "/sources/1/end", "/sources/").status_code == 200
        assert machine.post("/sources/rows/reports", json={"rows": [row]}, **call).status_code == 404
