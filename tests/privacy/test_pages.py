"""Masked values, the register, the ledger: what pages show, and to whom."""

import pytest
from sqlalchemy import select

from models.contract import PersonDetail
from models.event import Event, EventPayload
from models.person import Person
from tests.privacy.conftest import NUMBER
from tests.web import csrf, log_in
from webapp.domain.masking import kept, mask
from webapp.domain.permissions import SYSTEM

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_mask_tells_one_from_another_and_no_more():
    assert mask("identity_number", NUMBER) == "110***********002X"
    assert mask("phone", "13812345678") == "138****5678"
    assert mask("bank_account", "6222021234567890123") == "622************0123"
    assert mask("email", "lina@example.cn") == "l****@example.cn"
    assert mask("address", "上海市徐汇区漕溪北路1号") == "上海市徐汇区****"
    assert [mask("phone", "1234567"), mask("phone", ""), mask("name", "李娜")] == ["****7", "", "李娜"]


def test_the_mask_brought_back_changes_nothing():
    assert kept("phone", "138****5678", "13812345678") == "13812345678"
    assert kept("phone", "13900000000", "13812345678") == "13900000000"
    assert kept("phone", "", "13812345678") == ""


@sqlite
class TestMasked:
    def test_the_contracts_page_shows_masks_and_saving_them_changes_nothing(self, rights, web):
        client = log_in(web, "hr")
        path = f"/contracts/people/{rights.ids['lina']}"
        page = client.get(path).text
        assert NUMBER not in page
        assert "110***********002X" in page
        form = {
            "csrf_token": csrf(page),
            "identity_kind": "居民身份证",
            "identity_number": "110***********002X",
            "address": "上海市徐汇区****",
            "delivery_address": "上海市浦东新区世纪大道1188号",
        }
        assert client.post(f"{path}/detail", data=form).status_code == 303
        with rights.house.view(SYSTEM) as work:
            row = work.session.get(PersonDetail, rights.ids["lina"])
            assert (row.identity_number, row.address) == (NUMBER, "上海市徐汇区漕溪北路1号")
            assert row.delivery_address == "上海市浦东新区世纪大道1188号"

    def test_the_whole_is_shown_with_a_reason_that_stands_in_the_log(self, rights, web):
        client = log_in(web, "hr")
        path = f"/contracts/people/{rights.ids['lina']}"
        token = csrf(client.get(path).text)
        told = client.post(f"{path}/reveal", data={"csrf_token": token, "reveal_reason": ""})
        assert (told.status_code, NUMBER in told.text) == (422, False)
        shown = client.post(f"{path}/reveal", data={"csrf_token": token, "reveal_reason": "办理社保转移"})
        assert NUMBER in shown.text
        assert "13812345678" in shown.text
        assert NUMBER not in client.get(path).text
        with rights.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "person.revealed")).one()
            body = work.session.get(EventPayload, event.id).body
        assert "办理社保转移" in body
        assert NUMBER not in body

    def test_others_cannot_ask_for_it(self, rights, web):
        path = f"/contracts/people/{rights.ids['lina']}/reveal"
        for who, status in (("wang", 404), ("far_hr", 404), ("head", 403), ("lina", 403)):
            client = log_in(web, who)
            data = {"csrf_token": csrf(client.get("/inbox/").text), "reveal_reason": "好奇想看一看"}
            assert client.post(path, data=data).status_code == status, who

    def test_the_reference_table_masks_and_keeps_numbers(self, rights, web):
        client = log_in(web, "hr")
        path = f"/admin/people/{rights.ids['lina']}"
        page = client.get(path).text
        assert "13812345678" not in page
        assert "138****5678" in page
        with rights.house.view(SYSTEM) as work:
            assert work.session.get(Person, rights.ids["lina"]).phone == "13812345678"


@sqlite
class TestWhatIsKept:
    def test_everybody_reads_the_register_with_purpose_ground_and_end(self, rights, web):
        page = log_in(web, "lina").get("/privacy/register").text
        for words in (
            "人员档案",
            "劳动关系结束后两年",
            "个人信息保护法第13条",
            "证件号码",
            "个人信息请求",
            "案件结束后 3 年",
        ):
            assert words in page
        english = log_in(web, "wang")
        english.set_cookie("language", "en")
        assert "Two years after employment has ended" in english.get("/privacy/register").text


@sqlite
class TestTheLedger:
    def test_shows_what_people_said_within_the_scope_and_filters_it(self, rights, web):
        lina = log_in(web, "lina")
        token = csrf(lina.get("/privacy/").text)
        lina.post("/privacy/consents/1", data={"csrf_token": token})
        lina.post("/privacy/consents/withdraw", data={"csrf_token": token, "purpose": "location"})
        for who in ("hr", "boss"):
            page = log_in(web, who).get("/privacy/ledger").text
            assert page.count("E0003") == 2
        legal = log_in(web, "boss")
        assert legal.get("/privacy/ledger?act=given").text.count("E0003") == 1
        assert legal.get("/privacy/ledger?q=王芳").text.count("E0003") == 0
        assert legal.get("/privacy/ledger?purpose=biometrics").text.count("E0003") == 0
        assert legal.get("/privacy/ledger?act=maybe").status_code == 422
        assert "E0003" not in log_in(web, "far_hr").get("/privacy/ledger").text
        assert lina.get("/privacy/ledger").status_code == 403
