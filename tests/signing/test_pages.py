"""The signing page and the seal desk by HTTP: one step a screen, without a script, in three languages."""

import json
import re

import pytest

from tests.pdf.tools import needs_openssl
from tests.signing.desk import PASSWORD, STROKE
from tests.web import csrf, log_in, make_settings
from webapp.app import create_app
from webapp.domain.signing import FlowState
from webapp.services.signing import will
from webapp.views.home import COOKIE

pytestmark = needs_openssl


@pytest.fixture
def app(firm, tmp_path):
    made = create_app(make_settings(tmp_path), house=firm.house)
    made.testing = False
    return made


class Browser:
    """A person without a script: reads a page, sends the form that stands on it."""

    def __init__(self, app, who):
        self.client = log_in(app, who, PASSWORD)
        self.text = ""

    def get(self, path, expect=200):
        answer = self.client.get(path)
        assert answer.status_code == expect, answer.text
        self.text = answer.text
        return answer

    def post(self, action, expect=303, **values):
        """Send the form of the page that goes to ``action``."""
        form = re.search(rf'<form[^>]*action="({re.escape(action)})"[^>]*>(.*?)</form>', self.text, re.DOTALL)
        assert form, f"no form to {action} in {self.text}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group(2))
        data = {}
        for name, value in hidden:
            data.setdefault(name, []).append(value)
        answer = self.client.post(form.group(1), data={**data, **values})
        assert answer.status_code == expect, answer.text
        self.text = answer.text
        if expect == 303:
            self.get(answer.headers["Location"])
        return answer

    @property
    def title(self):
        return re.search(r"<h1>(.*?)</h1>", self.text, re.DOTALL).group(1)


def until_will(lina, task_id):
    lina.get(f"/tasks/{task_id}", expect=302)
    lina.get(f"/sign/{task_id}")
    titles = [lina.title]
    for step, values in (
        ("notice", {}),
        ("consent", {"agreed": "1"}),
        ("identity", {}),
        ("changes", {}),
        ("pages", {}),
    ):
        lina.post(f"/sign/{task_id}/{step}", **values)
        titles.append(lina.title)
    return titles


class TestWithoutScript:
    def test_a_person_signs_by_code_and_downloads(self, firm, app):
        task_id, lina = firm.begin(), Browser(app, "lina")
        titles = until_will(lina, task_id)
        assert titles == [
            "签署前告知",
            "同意电子形式",
            "核对身份",
            "变更前后对照",
            "阅读全文",
            "确认签署意愿",
        ]
        lina.post(f"/sign/{task_id}/code")
        lina.post(f"/sign/{task_id}/confirm", code=firm.code_sent("lina"))
        assert lina.title == "手写签名"
        lina.post(f"/sign/{task_id}/finish", skip="1")
        assert "您已确认签署" in lina.text
        firm.worker.sweep()
        lina.get(f"/sign/{task_id}")
        assert "您已签署" in lina.text
        answer = lina.client.get(f"/sign/{task_id}/document.pdf")
        assert answer.data == firm.bytes_of(firm.editions(task_id)[-1].sha256)
        assert firm.kinds(firm.task(task_id).case_id)[-1] == "document.downloaded"

    @pytest.mark.parametrize("outcome", ["refused", "negotiate"])
    def test_refusing_and_negotiating_stand_on_every_screen(self, firm, app, outcome):
        task_id, lina = firm.begin(), Browser(app, "lina")
        lina.get(f"/sign/{task_id}")
        for step, values in (("notice", {}), ("consent", {"agreed": "1"}), ("identity", {})):
            assert f"/sign/{task_id}/answer/{outcome}" in lina.text
            lina.post(f"/sign/{task_id}/{step}", **values)
        lina.get(f"/sign/{task_id}/answer/{outcome}")
        lina.post(f"/sign/{task_id}/answer/{outcome}", expect=422, reason=" ")
        assert "请写明原因" in lina.text
        lina.post(f"/sign/{task_id}/answer/{outcome}", reason="路太远")
        assert "路太远" in lina.text
        assert firm.flow(task_id).outcome == outcome

    def test_it_can_be_refused_from_the_first_screen(self, firm, app):
        task_id, lina = firm.begin(), Browser(app, "lina")
        lina.get(f"/sign/{task_id}/answer/refused")
        lina.post(f"/sign/{task_id}/answer/refused", reason="不同意")
        assert firm.flow(task_id).state == FlowState.REFUSED

    def test_an_unticked_box_is_told_at_the_field(self, firm, app):
        task_id, lina = firm.begin(), Browser(app, "lina")
        lina.get(f"/sign/{task_id}")
        lina.post(f"/sign/{task_id}/notice")
        lina.post(f"/sign/{task_id}/consent", expect=422)
        assert "请先勾选同意" in lina.text

    def test_after_half_an_hour_the_password_is_asked_again(self, firm, app):
        task_id, lina = firm.begin(), Browser(app, "lina")
        lina.get(f"/sign/{task_id}")
        lina.post(f"/sign/{task_id}/notice")
        lina.post(f"/sign/{task_id}/consent", agreed="1")
        assert 'type="password"' not in lina.text
        firm.pass_time(minutes=31)
        lina.get(f"/sign/{task_id}")
        lina.post(f"/sign/{task_id}/identity", expect=422, password="guess")
        assert "密码不正确" in lina.text
        lina.post(f"/sign/{task_id}/identity", password=PASSWORD)
        assert firm.flow(task_id).identity["method"] == "password"

    def test_the_pages_are_pictures_for_their_person_alone(self, firm, app):
        task_id = firm.begin()
        lina, hr = Browser(app, "lina"), Browser(app, "wang")
        answer = lina.client.get(f"/sign/{task_id}/pages/1")
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert lina.client.get(f"/sign/{task_id}/pages/99").status_code == 404
        for path in ("", "/pages/1", "/document.pdf"):
            assert hr.client.get(f"/sign/{task_id}{path}").status_code == 404

    @pytest.mark.parametrize("locale", ["en"])
    def test_in_other_languages(self, firm, app, locale):
        task_id, lina = firm.begin(), Browser(app, "lina")
        lina.client.set_cookie(COOKIE, locale)
        lina.get(f"/sign/{task_id}")
        lina.post(f"/sign/{task_id}/notice")
        assert "同意电子形式" not in lina.text
        lina.post(f"/sign/{task_id}/consent", agreed="1")
        from sqlalchemy import select

        from models.signing import Consent

        assert firm.read(select(Consent.language)) == [locale]


class TestWithScript:
    def send(self, lina, path, body):
        headers = {"X-CSRFToken": csrf(lina.text), "Accept": "application/json"}
        return lina.client.post(path, data=json.dumps(body), content_type="application/json", headers=headers)

    def test_pages_are_reported_and_a_passkey_confirms(self, firm, app):
        task_id, lina = firm.begin(), Browser(app, "lina")
        until_will(lina, task_id)
        seen = firm.document(task_id).sha256
        asked = self.send(lina, f"/sign/{task_id}/will", {"seen": seen}).json
        from webapp.adapters.signing.passkey import read_field

        given = firm.keys["lina"].answer(read_field(asked["challenge"]))
        taken = self.send(lina, f"/sign/{task_id}/passkey", {"seen": seen, "answer": given})
        assert taken.json == {"location": f"/sign/{task_id}"}
        lina.get(f"/sign/{task_id}")
        lina.post(f"/sign/{task_id}/finish", stroke=json.dumps(STROKE))
        assert firm.flow(task_id).stroke == STROKE
        again = self.send(lina, f"/sign/{task_id}/passkey", {"seen": seen, "answer": given})
        assert again.status_code == 409

    def test_rubbish_is_refused(self, firm, app):
        task_id, lina = firm.begin(), Browser(app, "lina")
        lina.get(f"/sign/{task_id}")
        lina.post(f"/sign/{task_id}/notice")
        for body in (None, [], {}, {"pages": []}, {"pages": {"9": 5}, "seen": "x"}):
            for path in ("pages", "will", "passkey"):
                assert self.send(lina, f"/sign/{task_id}/{path}", body).status_code in (409, 422)


class TestSealDesk:
    def test_the_holder_chooses_approves_and_sees_each_result(self, firm, app):
        firm.sign("lina")
        firm.sign("wang")
        boss = Browser(app, "boss")
        boss.get("/seals/")
        chosen = re.findall(r'name="id" value="(\d+)"', boss.text)
        assert len(chosen) == 2
        assert boss.client.get(f"/seals/{chosen[0]}/document.pdf").data.startswith(b"%PDF")
        boss.post("/seals/batches", id=chosen)
        place = re.search(r'action="(/seals/batches/\d+/password)"', boss.text).group(1)
        boss.post(place, expect=422, password="guess")
        boss.post(place, password=PASSWORD)
        assert "正在逐份处理" in boss.text
        for _ in range(3):
            firm.worker.sweep()
        boss.get(place.removesuffix("/password"))
        assert boss.text.count("已批准用印") == 2

    def test_one_is_sent_back(self, firm, app):
        firm.sign("lina")
        boss = Browser(app, "boss")
        boss.get("/seals/")
        waits = re.search(r'name="id" value="(\d+)"', boss.text).group(1)
        boss.post(f"/seals/{waits}/decline", reason="附件缺页")
        assert "没有等待盖章的文书" in boss.text

    def test_nobody_else_has_a_desk(self, firm, app):
        lina = Browser(app, "lina")
        assert lina.client.get("/seals/").status_code == 404
        assert "/seals/" not in lina.client.get("/inbox/").text


def test_a_trial_code_can_be_read_in_the_notices(firm, app):
    task_id, lina = firm.begin(), Browser(app, "lina")
    until_will(lina, task_id)
    lina.post(f"/sign/{task_id}/code")
    code = firm.code_sent("lina")
    assert code in lina.get("/notices/").text
    assert len(code) == will.DIGITS
