"""The list of HR, and the gateway's receipts, over HTTP."""

from __future__ import annotations

import json

import pytest

from models.delivery import Delivery
from tests.web import csrf, log_in, make_web
from webapp.adapters.messages.sms import signature
from webapp.domain.permissions import SYSTEM

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


def bring(app, report, *, moment, secret="s3cret", body=None):
    body = json.dumps(report).encode() if body is None else body
    signed = {"X-Time": str(moment), "X-Signature": signature(secret, str(moment), body)}
    return app.test_client().post("/messages/receipts/sms", data=body, headers=signed)


class TestTheList:
    def test_it_says_who_was_not_reached_and_takes_a_new_number(self, app, company, say):
        number = say(who="wang")
        client = log_in(app, "hr")
        page = client.get("/messages/").text
        assert "王芳" in page
        assert "没有可用的联系方式" in page
        answer = client.post(
            f"/messages/{number}/correct",
            data={"csrf_token": csrf(page), "channel": "sms", "address": "12"},
        )
        assert answer.status_code == 422
        assert "请填写 11 位手机号码。" in answer.text
        assert 'value="12"' in answer.text
        answer = client.post(
            f"/messages/{number}/correct",
            data={"csrf_token": csrf(page), "channel": "sms", "address": "13900139000"},
            follow_redirects=True,
        )
        assert "没有未送达的消息" in answer.text

    def test_it_leads_to_the_case_that_a_message_is_about(self, app, company, say):
        from tests.company import ask
        from webapp.services.jobs.queue import lock_case

        case_id = ask(company)
        with company.house.unit(SYSTEM) as work:
            case = lock_case(work, case_id)
        say(who="wang", case=case)
        page = log_in(app, "hr").get("/messages/").text
        assert f'href="/cases/{case_id}"' in page

    def test_addresses_are_masked(self, app, say):
        say()
        page = log_in(app, "hr").get("/messages/?all=1").text
        assert "138****8000" in page
        assert "13800138000" not in page

    @pytest.mark.parametrize("who", ["lina", "owner"])
    def test_it_is_not_for_others(self, app, who):
        assert log_in(app, who).get("/messages/").status_code == 403

    def test_a_forged_post_is_refused(self, app, company, say):
        number = say(who="wang")
        client = log_in(app, "hr")
        assert client.post(f"/messages/{number}/settle", data={"how": "当面交付"}).status_code == 400


class TestReceipts:
    @pytest.fixture
    def sent(self, company, say):
        number = say()
        company.worker.sweep()
        return number

    def state(self, company, number):
        with company.house.view(SYSTEM) as work:
            return work.session.get_one(Delivery, number).state

    def test_a_signed_receipt_counts_and_a_repeat_changes_nothing(self, app, company, sent, clock):
        moment = int(clock.now.timestamp())
        for _ in range(2):
            assert bring(app, {"id": "k1", "state": "delivered"}, moment=moment).status_code == 204
        assert self.state(company, sent) == "delivered"
        assert bring(app, {"id": "k1", "state": "failed"}, moment=moment).status_code == 204
        assert self.state(company, sent) == "delivered"

    def test_a_wrong_or_old_signature_is_refused(self, app, company, sent, clock):
        moment = int(clock.now.timestamp())
        assert bring(app, {"id": "k1", "state": "delivered"}, moment=moment, secret="x").status_code == 403
        assert bring(app, {"id": "k1", "state": "delivered"}, moment=moment - 900).status_code == 403
        assert self.state(company, sent) == "sent"

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"{", b'{"id": "k1"}', b'{"id":"k1","state":"read"}', b"\xff"],
        ids=["empty", "list", "half", "no-state", "other-state", "not-utf8"],
    )
    def test_a_report_that_cannot_be_read_is_refused(self, app, company, sent, clock, body):
        assert bring(app, None, moment=int(clock.now.timestamp()), body=body).status_code == 422
        assert self.state(company, sent) == "sent"

    def test_a_message_of_somebody_else_is_not_found(self, app, clock):
        moment = int(clock.now.timestamp())
        assert bring(app, {"id": "other", "state": "delivered"}, moment=moment).status_code == 404
