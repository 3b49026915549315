"""Pages of documents, contracts and permits: seen by those who may, refused as not there to others."""

import io

import pytest
from sqlalchemy import select

from models.permit import Permit
from models.person import Person
from tests.documents.conftest import Papers
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.contracts.terms import add_terms
from webapp.services.reference.seed import seed_reference


@pytest.fixture
def web(house, tmp_path):
    company = Papers(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
        person = work.session.get(Person, company.ids["lina"])
        from datetime import date

        add_terms(
            work,
            person,
            {"place": "公司办公室", "shift_start": "09:00", "shift_end": "18:00"},
            effective_from=date(2024, 1, 1),
        )
        add_terms(work, person, {"place": "本人住所"}, effective_from=date(2026, 11, 1))
    app = make_web(company, tmp_path)
    return company, app


class TestDocuments:
    def test_the_person_sees_text_pictures_changes_and_hashes_and_takes_the_file(self, web):
        company, app = web
        made = company.made()
        lina = log_in(app, "lina")
        own = lina.get("/documents/own").text
        assert "变更协议" in own
        assert "本人住所" in own
        page = lina.get(f"/documents/{made}").text
        assert "公司办公室" in page
        assert f"/documents/{made}/pages/1" in page
        assert lina.get(f"/documents/{made}/pages/1").mimetype == "image/webp"
        assert lina.get(f"/documents/{made}/pages/2?signed=1").mimetype == "image/webp"
        answer = lina.get(f"/documents/{made}.pdf")
        assert answer.data.startswith(b"%PDF-1.7")
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_for_a_colleague_nothing_of_it_is_there(self, web):
        company, app = web
        made = company.made()
        wang = log_in(app, "wang")
        for path in (
            f"/documents/{made}",
            f"/documents/{made}/pages/1",
            f"/documents/{made}.pdf",
            "/documents/99",
        ):
            assert wang.get(path).status_code == 404
        assert wang.get("/contracts/").status_code == 403
        assert wang.get(f"/contracts/people/{company.ids['lina']}").status_code == 404
        assert wang.get("/permits/").status_code == 403

    def test_hr_finds_it_on_the_case(self, web):
        company, app = web
        made = company.made()
        hr = log_in(app, "hr")
        assert f"/documents/{made}" in hr.get("/cases/1").text


class TestContracts:
    def test_hr_filters_the_list_and_reads_what_each_version_changed(self, web):
        company, app = web
        hr = log_in(app, "hr")
        assert "李娜" in hr.get("/contracts/?q=李娜&state=changed").text
        assert "李娜" not in hr.get("/contracts/?state=ended").text
        assert hr.get("/contracts/?state=strange").status_code == 422
        page = hr.get(f"/contracts/people/{company.ids['lina']}").text
        assert "公司办公室" in page
        assert "本人住所" in page
        assert hr.get(f"/contracts/people/{company.ids['stranger']}").status_code == 404

    def test_a_wrong_identity_number_is_told_at_its_field(self, web):
        company, app = web
        hr = log_in(app, "hr")
        url = f"/contracts/people/{company.ids['lina']}"
        token = csrf(hr.get(url).text)
        wrong = {"csrf_token": token, "identity_kind": "居民身份证", "identity_number": "110101199003070000"}
        answer = hr.post(f"{url}/detail", data=wrong)
        assert answer.status_code == 422
        assert "身份证号不正确" in answer.text
        right = {
            **wrong,
            "identity_number": "11010519491231002X",
            "employer_address": "上海市浦东新区世纪大道1号",
        }
        assert hr.post(f"{url}/detail", data=right).status_code == 303
        assert "世纪大道" in hr.get(url).text


class TestPermits:
    FORM = {
        "number": "沪人社特〔2026〕18号",
        "region": "310000",
        "system": "comprehensive",
        "cycle": "quarter",
        "posts": "客服专员\n夜间客服专员",
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
        "version": "0",
    }

    def test_hr_enters_changes_and_scans_one(self, web):
        company, app = web
        hr = log_in(app, "hr")
        page = hr.get("/permits/new").text
        entity = company.actor("hr").entity_id
        form = {**self.FORM, "csrf_token": csrf(page), "entity_id": entity}
        assert "请填写日期" in hr.post("/permits/new", data={**form, "valid_to": ""}).text
        assert hr.post("/permits/new", data=form).status_code == 303
        assert "沪人社特〔2026〕18号" in hr.get("/permits/").text
        stale = hr.post("/permits/1", data={**form, "version": "7"})
        assert stale.status_code == 409
        assert (
            hr.post("/permits/1", data={**form, "valid_to": "2028-12-31", "version": "1"}).status_code == 303
        )
        scan = {
            "csrf_token": csrf(page),
            "version": "2",
            "file": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(64)), "a.png"),
        }
        assert hr.post("/permits/1/scan", data=scan).status_code == 303
        assert hr.get("/permits/1/scan").mimetype == "image/png"
        assert log_in(app, "far_hr").get("/permits/1").status_code == 404

    def test_a_file_brings_many_and_says_what_is_wrong(self, web):
        company, app = web
        hr = log_in(app, "hr")
        token = csrf(hr.get("/imports/").text)
        head = "批复文号,用人单位,审批地区,工时制度,岗位,计算周期,生效日期,失效日期\n"
        wrong = head + "A-1,YS,310000,综合,客服专员,,2026-01-01,2025-01-01\n"
        data = {"csrf_token": token, "kind": "permits", "file": (io.BytesIO(wrong.encode()), "a.csv")}
        page = hr.post("/imports/", data=data).text
        assert "失效日期早于生效日期" in page
        assert "综合计算工时制须写明计算周期" in page
        right = (head + "A-1,YS,310000,综合,客服专员、仓储专员,季度,2026-01-01,2027-12-31\n").encode()
        import hashlib

        data = {
            "csrf_token": token,
            "kind": "permits",
            "sha256": hashlib.sha256(right).hexdigest(),
            "file": (io.BytesIO(right), "a.csv"),
        }
        assert hr.post("/imports/", data=data).status_code == 200
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Permit.posts)).one() == ["客服专员", "仓储专员"]
