"""Pages on leave: asked without scripts, seen by whom they concern, exported safely."""

import re

import pytest

from models.leave import LeaveState
from tests.leave.acts import form
from tests.web import csrf, log_in, make_web


@pytest.fixture
def web(company, tmp_path):
    return make_web(company, tmp_path)


def send(client, path, page, **values):
    token = csrf(client.get(page).text)
    return client.post(path, data={"csrf_token": token, **values})


class TestAsking:
    def test_what_the_page_proposes_may_be_sent_as_it_is(self, leave, web):
        client = log_in(web, "lina")
        page = client.get("/leave/ask").text
        assert 'value="2026-11-25"' in page
        answer = send(
            client, "/leave/ask", "/leave/ask", type="annual", start_date="2026-11-25",
            end_date="2026-11-25", part="full", idempotency_key="k1",
        )  # fmt: skip
        assert answer.status_code == 303
        shown = client.get(answer.location).text
        assert "待审批" in shown
        assert "职工带薪年休假条例第3条" in shown

    def test_a_wrong_field_says_so_and_keeps_the_rest(self, leave, web):
        client = log_in(web, "lina")
        answer = send(
            client, "/leave/ask", "/leave/ask",
            **form("sick", "2026-11-25", "2026-11-24", reason="发烧"),
        )  # fmt: skip
        assert answer.status_code == 422
        assert "结束日期早于开始日期。" in answer.text
        assert "发烧" in answer.text

    def test_the_preview_counts_without_writing(self, leave, web):
        client = log_in(web, "lina")
        answer = send(client, "/leave/preview", "/leave/ask", **form(first="2026-12-04", last="2026-12-07"))
        assert re.search(r"<dd>2 <small>", answer.text)
        assert re.search(r"<dd>8 <small>", answer.text)
        assert "还没有请过假" in client.get("/leave/").text

    def test_proof_comes_along_without_scripts(self, leave, web):
        client = log_in(web, "lina")
        token = csrf(client.get("/leave/ask").text)
        png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
        answer = client.post(
            "/leave/ask",
            data={"csrf_token": token, **form("sick", "2026-11-23", "2026-11-25"),
                  "_file.proof": (__import__("io").BytesIO(png), "诊断.png")},
        )  # fmt: skip
        assert answer.status_code == 303, answer.text[:500]
        assert leave.request(1).proof_at is not None


class TestReading:
    @pytest.mark.parametrize(("who", "status"), [("lina", 200), ("head", 200), ("hr", 200)])
    def test_whom_it_concerns(self, leave, web, who, status):
        request_id = leave.approved()
        assert log_in(web, who).get(f"/leave/{request_id}").status_code == status

    @pytest.mark.parametrize("who", ["wang", "stranger", "far_hr"])
    def test_for_others_it_does_not_exist(self, leave, web, who):
        request_id = leave.approved()
        client = log_in(web, who)
        for path in (f"/leave/{request_id}", f"/leave/{request_id}/change", "/leave/99999"):
            assert client.get(path).status_code == 404
        assert send(client, f"/leave/{request_id}/withdraw", "/leave/").status_code == 404
        assert leave.request(request_id).state == LeaveState.APPROVED

    def test_the_balance_explains_itself(self, leave, web):
        leave.approved(first="2026-12-01", last="2026-12-02")
        leave.ask(first="2026-12-10", last="2026-12-10")
        page = log_in(web, "lina").get("/leave/").text
        assert "应有 10 天，已休 2 天，待审批 1 天。" in page
        assert "剩余 = 应有 10 − 已休 2 − 待审批 1 = 7 天" in page


class TestAttendance:
    def test_each_sees_the_own_scope(self, leave, web):
        leave.approved(first="2026-12-01", last="2026-12-01")
        for who, seen in (("hr", True), ("head", True), ("far_hr", False), ("wang", False)):
            page = log_in(web, who).get("/attendance/?month=2026-12").text
            assert ("E0003" in page) is seen, who

    def test_a_file_holds_no_formula(self, leave, web, company):
        from models.person import Person
        from webapp.domain.permissions import SYSTEM

        leave.approved(first="2026-12-01", last="2026-12-01")
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["lina"]).name = "=1+1"
        body = log_in(web, "hr").get("/attendance/export.csv?month=2026-12").text
        assert "E0003,'=1+1,客服部,2026-12-01,年休假,8" in body
