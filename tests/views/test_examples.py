"""Worked examples in the app: twenty shipped, more by file and form, compared at every look, signed by law."""

import io
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from models.account import Grant
from models.event import Event
from models.example import WorkedExample
from tests.web import csrf, log_in
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.examples import seed_worked_examples
from webapp.services.reference.seed import seed_reference
from webapp.services.tables.parameters import decide, propose

SHIPPED = json.loads((Path(__file__).parents[1] / "law" / "labour-law-examples.json").read_text())
OVERTIME = {
    "id": "ZZ-01",
    "area": "overtime_standard",
    "inputs": {"monthly_wage": 6000, "workday_extension_h": 1},
    "expected": {"overtime_pay": 51.72},
    "basis": "劳动法第44条",
}


ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(company, app):
    company.begin_with("law with its examples", lambda work: _seed(work, company.ids))
    return app


def _seed(work, ids):
    work.session.add(Grant(person_id=ids["boss"], role=Role.HR_HEAD))
    work.session.add(Grant(person_id=ids["hr2"], role=Role.LEGAL))
    work.session.add(Grant(person_id=ids["owner"], role=Role.LEGAL))
    seed_reference(work)
    seed_worked_examples(work)


def upload(client, examples):
    text = examples if isinstance(examples, str) else json.dumps(examples, ensure_ascii=False)
    token = csrf(client.get("/examples/").text)
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "examples.json")}
    return client.post("/examples/file", data=data, follow_redirects=True)


def post(client, url, **form):
    token = csrf(client.get("/examples/").text)
    return client.post(url, data={**form, "csrf_token": token})


def example_id(company, code):
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(select(WorkedExample.id).where(WorkedExample.code == code)).one()


def events(company, kind):
    with company.house.view(SYSTEM) as work:
        rows = work.session.scalars(select(Event).where(Event.kind == kind))
        return [json.loads(row.payload.body)["data"] for row in rows]


@ONE_DATABASE
class TestList:
    def test_the_twenty_shipped_are_there_and_agree(self, app):
        text = log_in(app, "hr2").get("/examples/").text
        assert all(example["id"] in text for example in SHIPPED)
        assert "系统与全部算例一致" in text

    def test_they_are_seeded_once(self, app, company):
        with company.house.unit(SYSTEM) as work:
            assert seed_worked_examples(work) == 0

    def test_a_figure_that_changes_shows_at_the_next_look(self, app, company):
        row = {
            "key": "overtime.workday_times",
            "region": "CN",
            "valid_from": "1995-01-01",
            "value": "2",
            "unit": "times",
            "source": "测试",
        }
        with company.unit("boss") as work:
            number = str(propose(work, row).id)
        with company.unit("hr2") as work:
            decide(work, number, confirm=True)
        assert "个算例与系统不一致" in log_in(app, "hr2").get("/examples/").text

    def test_an_employee_may_not_and_hr_reads_only(self, app):
        assert log_in(app, "lina").get("/examples/").status_code == 403
        hr = log_in(app, "hr")
        assert hr.get("/examples/").status_code == 200
        assert 'type="file"' not in hr.get("/examples/").text
        assert upload(hr, [OVERTIME]).status_code == 403

    def test_all_are_taken_away_in_the_format_of_the_file(self, app):
        found = log_in(app, "hr2").get("/examples/all.json").get_json()
        by_id = {each["id"]: each for each in found}
        assert {each["id"]: each["expected"] for each in SHIPPED} == {
            k: v["expected"] for k, v in by_id.items()
        }


BAD = [
    ("nonsense", "JSON"),
    ("{}", "对象的列表"),
    ("[]", "1 至"),
    ([{**OVERTIME, "expected": {}}], "应得结果"),
    ([OVERTIME, {**OVERTIME, "id": "ZZ-02", "colour": "red"}], "第 2 个例子"),
    ([OVERTIME, OVERTIME], "重复"),
    ([{**OVERTIME, "id": "OT-01"}], "已有算例"),
    ([{**OVERTIME, "area": "moon"}], "moon"),
    ([{**OVERTIME, "id": "x" * 41}], "太长"),
]


@ONE_DATABASE
class TestFile:
    def test_whoever_uploads_sees_at_once_what_agrees_and_what_not(self, app, company):
        wrong = {**OVERTIME, "id": "ZZ-02", "expected": {"overtime_pay": 51.73, "hourly_wage": None}}
        boss = log_in(app, "boss")
        text = upload(boss, [OVERTIME, wrong]).text
        assert "有 1 个算例与系统不一致" in text
        assert "2 项不一致" in text
        page = boss.get(f"/examples/{example_id(company, 'ZZ-02')}").text
        assert "51.73" in page
        assert "51.72" in page
        assert {e["id"]: e["agrees"] for e in events(company, "example.added")} == {
            "ZZ-01": True,
            "ZZ-02": False,
        }

    def test_a_file_with_a_fault_is_refused_whole(self, app, company):
        boss = log_in(app, "boss")
        for body, word in BAD:
            answer = upload(boss, body)
            assert answer.status_code == 422, body
            assert word in answer.text
        assert events(company, "example.added") == []


@ONE_DATABASE
class TestForm:
    def start(self, client):
        return post(client, "/examples/new/overtime_standard", monthly_wage="6000", workday_extension_h="1")

    def test_a_calculators_inputs_become_an_example(self, app, company):
        boss = log_in(app, "boss")
        computed = post(
            boss, "/calculators/overtime_standard", monthly_wage="6000", workday_extension_h="1"
        ).text
        assert "存为算例" in computed
        page = self.start(boss).text
        assert "expected.overtime_pay" in page
        assert "51.72" not in page  # a person reckons, the product does not prompt
        form = {
            "area": "overtime_standard",
            "inputs": '{"monthly_wage": 6000, "workday_extension_h": 1}',
            "expected.overtime_pay": "51.72",
            "code": "ZZ-09",
            "basis": "劳动法第44条：6000/21.75/8×1.5",
        }
        answer = post(boss, "/examples/", **form)
        assert answer.status_code == 303
        assert "系统与本算例一致" in boss.get(answer.location).text

    def test_what_lacks_is_told_at_its_field_and_nothing_is_lost(self, app):
        form = {"area": "overtime_standard", "inputs": '{"monthly_wage": 6000}', "expected.overtime_pay": "9"}
        answer = post(log_in(app, "boss"), "/examples/", **form)
        assert answer.status_code == 422
        assert "请给算例一个编号" in answer.text
        assert 'value="9"' in answer.text

    def test_inputs_that_somebody_changed_are_refused(self, app):
        form = {"area": "overtime_standard", "inputs": "[1]", "code": "x", "basis": "y", "expected.a": "1"}
        assert post(log_in(app, "boss"), "/examples/", **form).status_code == 422


class TestSigning:
    def sign(self, client, company, code, **more):
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(WorkedExample).where(WorkedExample.code == code)).one()
        return post(client, f"/examples/{row.id}/sign", **{"sha256": row.sha256, **more})

    def test_a_lawyer_signs_and_the_event_says_what_and_whether_the_product_agreed(self, app, company):
        lawyer = log_in(app, "hr2")
        assert self.sign(lawyer, company, "OT-01").status_code == 303
        (event,) = events(company, "example.signed")
        assert (event["id"], event["agrees"]) == ("OT-01", True)
        assert len(event["sha256"]) == 64
        assert "孙倩" in lawyer.get(f"/examples/{example_id(company, 'OT-01')}").text

    def test_twice_is_refused_with_the_name_of_who_was_first(self, app, company):
        self.sign(log_in(app, "hr2"), company, "OT-01")
        answer = self.sign(log_in(app, "owner"), company, "OT-01")
        assert answer.status_code == 409
        assert "孙倩" in answer.text

    def test_nobody_else_signs(self, app, company):
        for who in ("boss", "hr", "lina"):
            assert self.sign(log_in(app, who), company, "OT-01").status_code == 403
        assert events(company, "example.signed") == []

    def test_nobody_signs_what_they_brought_themselves(self, app, company):
        lawyer = log_in(app, "hr2")
        upload(lawyer, [OVERTIME])
        assert self.sign(lawyer, company, "ZZ-01").status_code == 403
        assert self.sign(log_in(app, "owner"), company, "ZZ-01").status_code == 303

    def test_what_the_page_did_not_show_is_not_signed(self, app, company):
        assert self.sign(log_in(app, "hr2"), company, "OT-01", sha256="0" * 64).status_code == 409

    def test_a_wrong_one_is_withdrawn_with_a_reason_and_asked_no_more(self, app, company):
        boss = log_in(app, "boss")
        upload(boss, [{**OVERTIME, "expected": {"overtime_pay": 1}}])
        number = example_id(company, "ZZ-01")
        assert post(boss, f"/examples/{number}/withdraw", reason=" ").status_code == 422
        assert post(boss, f"/examples/{number}/withdraw", reason="抄错了").status_code == 303
        assert "系统与全部算例一致" in boss.get("/examples/").text
        assert "抄错了" in boss.get(f"/examples/{number}").text
        assert self.sign(log_in(app, "hr2"), company, "ZZ-01").status_code == 409
