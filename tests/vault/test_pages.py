"""The vault's pages: from a file to its chain, and originals that no browser opens."""

import io

import pytest

from tests.vault import samples
from tests.web import csrf, log_in, make_web
from webapp.worker import Worker

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


@pytest.fixture
def legal(app):
    return log_in(app, "hr2")


def take(client, case_id, data=samples.CHAT_TXT, name="会话.txt", **more):
    values = {
        "csrf_token": csrf(client.get("/vault/new").text),
        "case": f"LV-2026-{case_id:06d}",
        "source": "企业微信会话存档",
        "method": "export",
        "collected_by": "孙倩",
        "collected_at": "2026-11-24T08:30",
        "legality": "员工手册第8条",
        "file": (io.BytesIO(data), name),
        **more,
    }
    return client.post("/vault/new", data=values)


def test_from_the_file_to_its_chain(company, case_id, legal):
    answer = take(legal, case_id)
    assert answer.status_code == 303
    page = legal.get(answer.location).text
    assert "正在制作阅读件" in page
    Worker(company.house).sweep()
    page = legal.get(answer.location).text
    for words in ("会话.txt", "企业微信会话存档", "员工手册第8条", "SM3", "2026-11-24 08:30", "收存"):
        assert words in page
    reading = legal.get(f"{answer.location}/reading").text
    assert "本次查阅已记入保管链" in reading
    assert legal.get(f"{answer.location}/pages/1").mimetype == "image/webp"
    assert legal.get(f"{answer.location}/pages/2").status_code == 404
    token = csrf(page)
    noted = {"csrf_token": token, "kind": "handed", "receiver": "鉴定所", "reason": "送司法鉴定"}
    assert legal.post(f"{answer.location}/steps", data=noted).status_code == 303
    assert legal.post(f"{answer.location}/check", data={"csrf_token": token}).status_code == 303
    page = legal.get(answer.location).text
    for words in ("查阅阅读件", "接收：鉴定所", "复核指纹：一致"):
        assert words in page
    assert "会话.txt" in legal.get("/vault/").text
    assert "收存证据（EV-2026-000001）" in legal.get(f"/cases/{case_id}").text


def test_what_may_act_is_handed_out_as_bytes_only(case_id, legal):
    for data, name in samples.DANGEROUS.values():
        location = take(legal, case_id, data, name).location
        page = legal.get(location).text
        assert "原件只保存，不打开" in page
        assert legal.get(f"{location}/reading").status_code == 404
        answer = legal.post(f"{location}/original", data={"csrf_token": csrf(page), "reason": "送司法鉴定"})
        assert answer.data == data
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_faults_stand_at_their_fields(case_id, legal):
    answer = take(legal, case_id, source="", case="LV-x")
    assert answer.status_code == 422
    answer = take(legal, case_id, source="", collected_at="gestern")
    for words in ("请写明来源", "请填写收集时间"):
        assert words in answer.text
    location = take(legal, case_id).location
    answer = legal.post(f"{location}/original", data={"csrf_token": csrf(legal.get(location).text)})
    assert answer.status_code == 422
    assert "请写明原因" in answer.text


def test_it_is_not_for_others(app, case_id, legal):
    location = take(legal, case_id).location
    for who, status in (("lina", 403), ("head", 403), ("far_hr", 200)):
        client = log_in(app, who)
        assert client.get("/vault/").status_code == status
        assert client.get("/vault/new").status_code == status
        assert client.get(location).status_code == 404
        assert client.get(f"{location}/reading").status_code == 404


def test_a_page_of_the_copy_asked_for_by_its_address_is_a_look_too(company, case_id, legal, app):
    location = take(legal, case_id).location
    Worker(company.house).sweep()
    head = log_in(app, "hr")
    for _ in range(2):
        assert head.get(f"{location}/pages/1").status_code == 200
    page = legal.get(location).text
    assert page.count("查阅阅读件") == 1
    assert head.get(f"{location}/reading").status_code == 200
    assert head.get(f"{location}/pages/1").status_code == 200
    assert legal.get(location).text.count("查阅阅读件") == 2


def test_the_person_and_their_head_do_not_read_in_the_case_what_is_kept_and_why(case_id, legal, app):
    location = take(legal, case_id).location
    token = csrf(legal.get(location).text)
    noted = {"csrf_token": token, "kind": "handed", "receiver": "鉴定所", "reason": "准备解除劳动合同"}
    assert legal.post(f"{location}/steps", data=noted).status_code == 303
    assert "准备解除劳动合同" in legal.get(f"/cases/{case_id}").text
    for who in ("lina", "head"):
        page = log_in(app, who).get(f"/cases/{case_id}")
        assert page.status_code == 200
        for words in ("EV-2026", "准备解除劳动合同", "孙倩"):
            assert words not in page.text, (who, words)
