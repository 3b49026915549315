"""Reference data: who may see and change it, what is refused in words, and that every change is told."""

import csv
import io

import pytest
from sqlalchemy import select

from models.account import Grant
from models.event import Event, EventPayload
from models.person import Person
from models.reference import RegionParameter
from tests.web import csrf, log_in
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.parameters import Confidence
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.reference.rows import confidence_of
from webapp.services.tables.catalogue import PEOPLE, TABLES
from webapp.services.tables.export import guarded
from webapp.services.tables.parameters import decide, propose
from webapp.services.tables.read import list_rows
from webapp.services.tables.write import save_row

PARAMETER = {
    "key": "wage.minimum",
    "region": "310000",
    "valid_from": "2026-07-01",
    "value": "2740",
    "unit": "CNY/month",
    "source": "沪人社规〔2026〕1号",
}


@pytest.fixture
def company(company):
    with company.house.unit(SYSTEM) as work:
        work.session.add_all(
            [
                Grant(person_id=company.ids["owner"], role=Role.ADMINISTRATOR),
                Grant(person_id=company.ids["boss"], role=Role.HR_HEAD),
                Grant(person_id=company.ids["hr2"], role=Role.HR_HEAD),
            ]
        )
    return company


def values_of(company, who):
    with company.house.view(SYSTEM) as work:
        person = work.session.get_one(Person, company.ids[who])
        return {
            "name": person.name,
            "entity_id": "YS",
            "department_id": "YS-CS",
            "manager_id": "E0002",
            "post": person.post,
            "level": str(person.level),
            "region": person.region,
            "hours_system": "standard",
            "hired_on": person.hired_on.isoformat(),
            "service_from": person.service_from.isoformat(),
        }, person.version


class TestScope:
    def test_hr_sees_and_changes_only_their_own_employer(self, company):
        with company.view("hr") as work:
            names = {p.name for p in list_rows(work, PEOPLE).rows}
        assert "李娜" in names
        assert "黄伟" not in names
        with pytest.raises(NotFoundError), company.unit("hr") as work:
            save_row(work, PEOPLE, {}, key=str(company.ids["stranger"]), version=1)

    def test_nobody_moves_a_person_into_an_employer_that_is_not_theirs(self, company):
        values, version = values_of(company, "lina")
        with pytest.raises(ForbiddenError), company.unit("hr") as work:
            save_row(
                work, PEOPLE, {**values, "entity_id": "YS-GZ"}, key=str(company.ids["lina"]), version=version
            )

    @pytest.mark.parametrize("table", TABLES, ids=lambda t: t.key)
    def test_an_employee_reads_none_of_it(self, company, table):
        with pytest.raises(ForbiddenError), company.view("lina") as work:
            list_rows(work, table)


class TestWriting:
    def test_a_change_is_told_with_before_and_after(self, company):
        values, version = values_of(company, "lina")
        with company.unit("hr") as work:
            save_row(
                work, PEOPLE, {**values, "post": "客服组长"}, key=str(company.ids["lina"]), version=version
            )
        with company.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "reference.changed")).one()
            body = work.session.get(EventPayload, event.id).body
        assert '["客服专员","客服组长"]' in body

    def test_a_stale_page_is_refused(self, company):
        values, version = values_of(company, "lina")
        with pytest.raises(ConflictError), company.unit("hr") as work:
            save_row(work, PEOPLE, values, key=str(company.ids["lina"]), version=version - 1)

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("name", "", "请填写姓名。"),
            ("name", "长" * 101, "最多 100 个字。"),
            ("level", "很高", "请填写整数。"),
            ("hired_on", "2026-13-01", "请填写日期，例如 2026-11-24。"),
            ("hours_system", "any", "请从列表中选择。"),
            ("department_id", "NOPE", "没有找到“NOPE”。"),
            ("region", "上海", "请填写六位行政区划代码。"),
            ("manager_id", "E0003", "主管关系成环：不能是自己或自己的下属。"),
            ("is_admin", "1", "没有这个字段。"),
        ],
    )
    def test_bad_values_are_told_at_their_field(self, company, field, value, sentence):
        values, version = values_of(company, "lina")
        with pytest.raises(InvalidError) as refused, company.unit("hr") as work:
            save_row(work, PEOPLE, {**values, field: value}, key=str(company.ids["lina"]), version=version)
        assert [str(m) for m in refused.value.fields[field]] == [sentence]
        assert values_of(company, "lina") == (values, version)

    def test_a_number_is_taken_once(self, company):
        values, _ = values_of(company, "lina")
        with pytest.raises(InvalidError) as refused, company.unit("hr") as work:
            save_row(work, PEOPLE, {**values, "number": "E0004"})
        assert "已存在" in str(refused.value.fields["number"][0])


class TestParameters:
    def test_two_pairs_of_eyes(self, company):
        with company.unit("boss") as work:
            row = propose(work, PARAMETER)
        with pytest.raises(ForbiddenError, match="提出人"), company.unit("boss") as work:
            decide(work, str(row.id), confirm=True)
        with company.unit("hr2") as work:
            assert decide(work, str(row.id), confirm=True).state == "active"
        with pytest.raises(ConflictError), company.unit("hr2") as work:
            decide(work, str(row.id), confirm=True)

    def test_a_confirmed_row_replaces_the_one_of_the_same_day(self, company):
        for value in ("2740", "2750"):
            with company.unit("boss") as work:
                row = propose(work, {**PARAMETER, "value": value})
            with company.unit("hr2") as work:
                decide(work, str(row.id), confirm=True)
        with company.house.view(SYSTEM) as work:
            rows = work.session.execute(
                select(RegionParameter.value, RegionParameter.state)
                .where(RegionParameter.key == "wage.minimum")
                .order_by(RegionParameter.id)
            ).all()
        assert [tuple(r) for r in rows] == [("2740", "replaced"), ("2750", "active")]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("region", "上海"),
            ("valid_from", "七月"),
            ("value", ""),
            ("source", ""),
            ("value", "[1,"),
            ("x", "1"),
        ],
    )
    def test_bad_values_are_told_at_their_field(self, company, field, value):
        with pytest.raises(InvalidError) as refused, company.unit("boss") as work:
            propose(work, {**PARAMETER, field: value})
        assert field in refused.value.fields

    def test_the_administrator_proposes_but_does_not_confirm(self, company):
        with company.unit("owner") as work:
            row = propose(work, PARAMETER)
        with pytest.raises(ForbiddenError), company.unit("owner") as work:
            decide(work, str(row.id), confirm=True)

    @pytest.mark.parametrize("act", ["", "Confirm", "delete", None])
    def test_what_is_neither_yes_nor_no_decides_nothing(self, app, company, act):
        with company.unit("owner") as work:
            row = propose(work, PARAMETER).id
        client = log_in(app, "boss")
        form = {
            "csrf_token": csrf(client.get("/admin/parameters/").text),
            **({} if act is None else {"act": act}),
        }
        assert client.post(f"/admin/parameters/{row}/decide", data=form).status_code == 422
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(RegionParameter, row).state == "proposed"

    @pytest.mark.parametrize(("act", "state"), [("confirm", "active"), ("refuse", "refused")])
    def test_yes_and_no_are_told_apart(self, app, company, act, state):
        with company.unit("owner") as work:
            row = propose(work, PARAMETER).id
        client = log_in(app, "boss")
        form = {"csrf_token": csrf(client.get("/admin/parameters/").text), "act": act}
        assert client.post(f"/admin/parameters/{row}/decide", data=form).status_code == 303
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(RegionParameter, row).state == state

    def test_a_companys_own_choice_is_a_row_and_stays_a_choice(self, company):
        with company.unit("owner") as work:
            row = propose(work, {**PARAMETER, "confidence": "policy"})
        with company.unit("boss") as work:
            decide(work, str(row.id), confirm=True)
        with company.house.view(SYSTEM) as work:
            found = work.session.get_one(RegionParameter, row.id)
            assert confidence_of(found) is Confidence.POLICY

    @pytest.mark.parametrize("word", ["confirmed", "sure"])
    def test_nobody_calls_their_own_row_confirmed(self, company, word):
        with pytest.raises(InvalidError) as refused, company.unit("owner") as work:
            propose(work, {**PARAMETER, "confidence": word})
        assert "confidence" in refused.value.fields

    def test_the_form_offers_every_way_in_which_a_figure_is_known(self, app, company):
        text = log_in(app, "owner").get("/admin/parameters/new").text
        assert [w for w in ("公司政策", "读过法条原文", "读过公开网页", "待确认") if w not in text] == []


class TestExport:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\n=1", "＝1", "＠x"])
    def test_no_cell_is_a_formula(self, text):
        assert guarded(text) == f"'{text}"

    def test_people_as_csv(self, app, company):
        client = log_in(app, "hr")
        rows = list(csv.reader(io.StringIO(client.get("/admin/people/export.csv").data.decode("utf-8-sig"))))
        assert rows[0][:2] == ["工号", "姓名"]
        assert "黄伟" not in {r[1] for r in rows}

    def test_tables_and_lists_among_the_parameters_go_out_as_json(self, app, company):
        with company.unit("boss") as work:
            propose(work, {**PARAMETER, "value": '[{"岗位": "客服"}]'})
        answer = log_in(app, "owner").get("/admin/parameters/export.csv")
        assert answer.status_code == 200
        cells = [cell for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))) for cell in row]
        assert '[{"岗位": "客服"}]' in cells


class TestPages:
    @pytest.mark.parametrize("table", TABLES, ids=lambda t: t.key)
    def test_open_in_our_own_look(self, app, company, table):
        client = log_in(app, "owner")
        text = client.get(f"/admin/{table.key}/").text
        assert "rail" in text
        assert "bootstrap" not in text.lower()

    def test_a_person_is_changed_in_the_browser_form(self, app, company):
        client = log_in(app, "hr")
        values, version = values_of(company, "lina")
        page = client.get(f"/admin/people/{company.ids['lina']}")
        form = {**values, "post": "客服组长", "_version": version, "csrf_token": csrf(page.text)}
        assert client.post(f"/admin/people/{company.ids['lina']}", data=form).status_code == 303
        bad = client.post(
            f"/admin/people/{company.ids['lina']}", data={**form, "level": "x", "_version": version + 1}
        )
        assert bad.status_code == 422
        assert "请填写整数。" in bad.text

    @pytest.mark.parametrize(
        "path", ["/admin/", "/admin/people/", "/admin/people/new", "/admin/jobs/export.csv"]
    )
    def test_others_stay_outside(self, app, company, path):
        assert log_in(app, "lina").get(path).status_code == 403
        assert app.test_client().get(path).status_code in (302, 403)

    def test_without_csrf_nothing_happens(self, app, company):
        client = log_in(app, "hr")
        values, version = values_of(company, "lina")
        answer = client.post(f"/admin/people/{company.ids['lina']}", data={**values, "_version": version})
        assert answer.status_code == 400
        assert values_of(company, "lina")[1] == version
