"""An operator mends a case on its pages: each act is foretold, needs a reason, and knows whom it came after."""

import re

import pytest
from sqlalchemy import select

from models.case import Case, IncidentRow
from models.event import Event
from models.task import Task, TaskState
from tests.browser import Desk, serve
from tests.company import Company, ask, open_task
from tests.engine.drawing import (
    diagram,
    end,
    flow,
    mapping,
    par,
    path,
    pictured,
    start,
    user,
    xor,
    zeebe,
)
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.mend import edit_variables
from webapp.services.cases.operate import cancel
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.tasks.complete import CompleteTask, complete

HR = zeebe("assignmentDefinition", candidateGroups="hr")
FORKED = diagram(
    start(), user("a", ext=HR + mapping(inputs={"limit": "=amount"})), par("f"), user("b", ext=HR), user("c", ext=HR),
    par("j"), user("d", ext=HR), end(), path("s > a > f > b > j > d > e"), path("f > c > j"), name="forked",
)  # fmt: skip
FAULTY = diagram(
    start(), xor("g"), user("a", ext=HR), user("b", ext=HR), end(), path("s > g"), flow("g", "a", "=amount > 0"),
    flow("g", "b", "=amount <= 0"), path("a > e"), path("b > e"), name="faulty",
)  # fmt: skip
SETTINGS = """
key = "{key}"
prefix = "PL"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "普通"
en = "Plain"
zh-Hant = "普通"
[variables.form]
amount = "number"
agreed = "boolean"
since = "date"
names = {{ type = "list", means = "who was asked" }}
"""


@pytest.fixture
def company(house, tmp_path):
    for key, xml in {"forked": FORKED, "faulty": FAULTY}.items():
        folder = tmp_path / "bpmn" / key
        folder.mkdir(parents=True)
        (folder / f"{key}.bpmn").write_bytes(pictured(xml))
        (folder / "procedure.toml").write_text(SETTINGS.format(key=key))
    return Company(house, tmp_path)


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


@pytest.fixture
def client(app):
    return log_in(app, "hr")


def launch(company, key="forked", **variables):
    with company.unit("lina") as work:
        command = StartCase(
            procedure_key=key, person_id=company.ids["lina"], title="普通案件", variables=variables
        )
        return begin(work, command).id


def tasks(company, case_id):
    with company.house.view(SYSTEM) as work:
        rows = work.session.scalars(
            select(Task)
            .where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            .order_by(Task.element_id)
        )
        return {row.element_id: row for row in rows}


def finish(company, case_id, *names):
    for name in names:
        task = tasks(company, case_id)[name]
        with company.unit("hr") as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version))


def key(company, case_id, name):
    task = tasks(company, case_id)[name]
    return f"{task.element_instance}.{task.round}"


def events(company, case_id):
    with company.house.view(SYSTEM) as work:
        rows = work.session.scalars(select(Event.kind).where(Event.case_id == case_id).order_by(Event.id))
        return list(rows)


def post(client, path, **form):
    """Send a form of a page as it was shown: its token, its version, and what is given."""
    page = client.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)
    given = {"csrf_token": csrf(page), "version": version.group(1) if version else "1", **form}
    return client.post(path, data=given)


class TestMovingTokens:
    def test_is_foretold_in_words_and_changes_nothing_before_it_is_confirmed(self, company, client):
        case = launch(company)
        page = f"/cases/{case}/modify"
        told = post(client, page, add="d", withdraw=key(company, case, "a"))
        assert re.findall(r'<li class="(\w+)"><b>(\w+)</b>(\w+)', told.text) == [
            ("off", "撤下", "a"),
            ("on", "打开", "d"),
        ]
        assert list(tasks(company, case)) == ["a"]
        done = post(
            client, page, add="d", withdraw=key(company, case, "a"), stage="do", reason="两个部门已口头同意"
        )
        assert done.status_code == 303
        assert list(tasks(company, case)) == ["d"]
        assert events(company, case)[-1] == "case.modified"
        assert "两个部门已口头同意" in client.get(f"/cases/{case}").text

    def test_that_ends_the_case_says_so_first(self, company, client):
        case = launch(company)
        told = post(client, f"/cases/{case}/modify", withdraw=key(company, case, "a"))
        assert "整个案件随之结束" in told.text

    def test_needs_a_reason_and_keeps_the_foretelling_meanwhile(self, company, client):
        case = launch(company)
        refused = post(client, f"/cases/{case}/modify", add="d", stage="do", reason=" ")
        assert refused.status_code == 422
        assert "请写明原因" in refused.text
        assert "确认调整" in refused.text

    def test_names_whoever_was_faster(self, company, client):
        case = launch(company)
        page = client.get(f"/cases/{case}/modify").text
        with company.unit("hr2") as work:
            edit_variables(work, case, variables={"amount": 3}, reason="x")
        answer = client.post(
            f"/cases/{case}/modify",
            data={"csrf_token": csrf(page), "version": "1", "add": "d", "stage": "do", "reason": "x"},
        )
        assert answer.status_code == 409
        assert "孙倩" in answer.text
        assert list(tasks(company, case)) == ["a"]

    def test_refuses_unknown_fields_elements_and_empty_choices(self, company, client):
        case = launch(company)
        page = f"/cases/{case}/modify"
        assert post(client, page, add="d", owner="x").status_code == 422
        assert "不能在“nowhere”处加入令牌" in post(client, page, add="nowhere").text
        assert "请先选择" in post(client, page).text

    def test_is_for_operators_of_the_entity_alone(self, company, app):
        case = launch(company)
        for who, status in (("lina", 403), ("head", 403), ("far_hr", 404), ("wang", 404)):
            client = log_in(app, who)
            for page in ("modify", "back", "restart", "values", "values/amount"):
                assert client.get(f"/cases/{case}/{page}").status_code == status
            token = csrf(client.get("/inbox/").text)
            form = {"csrf_token": token, "version": "1", "add": "d", "stage": "do", "reason": "x"}
            assert client.post(f"/cases/{case}/modify", data=form).status_code == status


class TestSendingBack:
    def test_inside_a_branch_leaves_the_other_alone(self, company, client):
        case = launch(company)
        finish(company, case, "a", "b")
        page = f"/cases/{case}/back"
        told = post(client, page, **{"from": key(company, case, "c"), "to": "a"}).text
        assert "<b>打开</b>a" in told
        assert "<b>撤下</b>c" in told
        answer = post(
            client, page, **{"from": key(company, case, "c"), "to": "a", "stage": "do", "reason": "材料有误"}
        )
        assert answer.status_code == 303
        assert list(tasks(company, case)) == ["a"]

    def test_from_behind_the_join_into_one_branch(self, company, client):
        case = launch(company)
        finish(company, case, "a", "b", "c")
        form = {"from": key(company, case, "d"), "to": "b", "stage": "do", "reason": "重做"}
        post(client, f"/cases/{case}/back", **form)
        assert list(tasks(company, case)) == ["b"]
        finish(company, case, "b")
        assert list(tasks(company, case)) == ["d"]
        assert events(company, case).count("case.returned") == 1

    def test_straight_back_does_the_step_alone_again(self, company, client):
        case = launch(company)
        finish(company, case, "a", "b", "c")
        form = {"from": key(company, case, "d"), "to": "a", "straight": "1", "stage": "do", "reason": "补签"}
        post(client, f"/cases/{case}/back", **form)
        assert list(tasks(company, case)) == ["a"]
        finish(company, case, "a")
        assert list(tasks(company, case)) == ["d"]

    def test_to_a_step_that_lies_elsewhere_is_refused(self, company, client):
        case = launch(company)
        finish(company, case, "a", "b")
        refused = post(client, f"/cases/{case}/back", **{"from": key(company, case, "c"), "to": "b"})
        assert refused.status_code == 422
        assert "不在此事项之前" in refused.text


class TestRestarting:
    def test_an_ended_case_begins_again_at_a_chosen_step(self, company, client):
        case = launch(company)
        assert "案件尚未结束" in client.get(f"/cases/{case}/restart").text
        with company.unit("hr") as work:
            cancel(work, case, reason="误")
        page = f"/cases/{case}/restart"
        assert "<b>打开</b>d" in post(client, page, element="d").text
        post(client, page, element="d", stage="do", reason="恢复")
        assert list(tasks(company, case)) == ["d"]


class TestValues:
    def test_are_read_by_their_declared_type(self, company, client):
        case = launch(company, amount=1)
        for name, typed, stored in (
            ("amount", "12.5", 12.5),
            ("agreed", "true", True),
            ("since", "2026-12-01", "2026-12-01"),
            ("names", '["王", "李"]', ["王", "李"]),
            ("department", "财务部", "财务部"),
            ("amount", "", None),
        ):
            answer = post(client, f"/cases/{case}/values/{name}", value=typed, reason="更正")
            assert answer.status_code == 303
            with company.house.view(SYSTEM) as work:
                assert work.session.get_one(Case, case).variables[name] == stored

    def test_of_another_type_are_refused_at_the_field(self, company, client):
        case = launch(company, amount=1)
        for name, typed, told in (
            ("amount", "很多", "空值"),
            ("amount", '"3"', "请填数字"),
            ("agreed", "yes", "请选择是或否"),
            ("since", "明天", "2026-12-01"),
            ("names", "3", "要填列表"),
            ("names", "[1,", "看不懂这个值"),
        ):
            refused = post(client, f"/cases/{case}/values/{name}", value=typed, reason="更正")
            assert refused.status_code == 422
            assert told in refused.text
        assert "case.variables_edited" not in events(company, case)

    def test_reach_the_steps_that_are_open(self, company, client):
        case = launch(company, amount=1)
        assert tasks(company, case)["a"].variables["limit"] == 1
        with company.unit("hr") as work:
            edit_variables(work, case, variables={"department": "x"}, reason="x")
        post(client, f"/cases/{case}/values/amount", value="7", reason="更正")
        assert tasks(company, case)["a"].variables["amount"] == 7

    def test_that_nobody_declared_do_not_exist(self, company, client):
        assert client.get(f"/cases/{launch(company)}/values/salary").status_code == 404


class TestFaults:
    def test_show_element_reason_and_input_and_run_on_with_corrected_input(self, company, client):
        case = launch(company, "faulty", amount="三")
        with company.house.view(SYSTEM) as work:
            incident = work.session.scalars(select(IncidentRow.id).where(IncidentRow.case_id == case)).one()
        page = f"/cases/{case}/incidents/{incident}"
        assert page in client.get(f"/cases/{case}").text
        shown = client.get(page).text
        assert "“g”出错" in shown
        assert ">三</textarea>" in shown
        assert "请写明原因" in post(client, page, **{"in.amount": "3"}).text
        assert post(client, page, **{"in.amount": "3", "reason": "金额应为数字"}).status_code == 303
        assert list(tasks(company, case)) == ["a"]
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(Case, case).variables["amount"] == 3
        assert events(company, case)[-2:] == ["case.variables_edited", "incident.retried"]

    def test_of_another_case_do_not_exist(self, company, client):
        case = launch(company, "faulty", amount="三")
        other = launch(company)
        with company.house.view(SYSTEM) as work:
            incident = work.session.scalars(select(IncidentRow.id).where(IncidentRow.case_id == case)).one()
        assert client.get(f"/cases/{other}/incidents/{incident}").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestWithoutShapes:
    def test_every_page_stands_without_the_drawing_and_says_so(self, house, tmp_path):
        folder = tmp_path / "plain" / "bpmn" / "forked"
        folder.mkdir(parents=True)
        (folder / "forked.bpmn").write_bytes(FORKED)
        (folder / "procedure.toml").write_text(SETTINGS.format(key="forked"))
        company = Company(house, tmp_path / "plain")
        case = launch(company, "forked")
        client = log_in(make_web(company, tmp_path), "hr")
        with company.house.view(SYSTEM) as work:
            task = work.session.scalars(select(Task.id).where(Task.case_id == case).limit(1)).one()
        for page in (f"/cases/{case}", f"/tasks/{task}", f"/cases/{case}/modify"):
            assert "没有图形信息" in client.get(page).text, page
        assert client.get(f"/cases/{case}/book.pdf").data.startswith(b"%PDF")


class TestChoosingInTheDiagram:
    @pytest.fixture
    def database_url(self, tmp_path):
        return f"sqlite:///{tmp_path / 'browser.sqlite'}"

    @pytest.fixture
    def company(self, house):
        return Company(house)

    def test_a_press_and_a_key_stand_for_the_box_in_the_list(self, company, app, chromium):
        case = ask(company)
        with serve(app) as address:
            desk = Desk(chromium, address)
            desk.log_in("hr")
            page = desk.open(f"/cases/{case}/modify")
            page.locator('[data-element="approve"]').first.click()
            page.locator('[data-element="hr"]').first.focus()
            page.keyboard.press("Enter")
            assert page.locator("input[name=withdraw]:checked").count() == 1
            assert page.locator("input[name=add]:checked").get_attribute("value") == "hr"
            page.locator("main form button[data-primary]").click()
            page.wait_for_selector(".foretold")
            assert page.locator(".foretold li").all_inner_texts() == ["撤下\n直属主管审批", "打开\n人事审核"]
            assert page.locator('[data-element="hr"]').first.get_attribute("aria-checked") == "true"
            assert desk.complaints == []
            desk.context.close()
        assert open_task(company, case).element_id != "hr"
