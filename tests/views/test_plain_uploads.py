"""Files come with a plain HTML form: a phone without scripts brings them like any other, checked alike."""

import io
import json
import re

import pytest
from sqlalchemy import select

from models.event import Event
from models.task import Attachment, Task, TaskState
from tests.company import Company
from tests.conftest import make_database
from tests.engine.drawing import diagram, end, path, start, user, zeebe
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
FORM = {
    "type": "default",
    "id": "papers",
    "components": [
        {"type": "textfield", "id": "F1", "key": "note", "label": "说明", "validate": {"required": True}},
        {"type": "filepicker", "id": "F2", "key": "scan", "label": "扫描件", "accept": ".png"},
        {"type": "filepicker", "id": "F3", "key": "more", "label": "附件", "multiple": True},
        {"type": "filepicker", "id": "F4", "key": "secret", "label": "内部"},
        {
            "type": "dynamiclist",
            "id": "F5",
            "path": "rows",
            "label": "逐项",
            "allowAddRemove": True,
            "components": [
                {"type": "textfield", "id": "F6", "key": "title", "label": "名称"},
                {"type": "filepicker", "id": "F7", "key": "page", "label": "页"},
            ],
        },
    ],
}
SCRIPT = b"%PDF-1.4\n1 0 obj\n<< /JavaScript (x) /S /JavaScript >>\nendobj\n%%EOF"
REFUSED = (
    ("scan", "单.pdf", PDF, "不接受“单.pdf”这类文件"),
    ("scan", "空.png", b"", "空"),
    ("more", "宏.pdf", SCRIPT, "脚本"),
    ("secret", "x.png", PNG, "表单里没有这个字段"),
    ("nothing", "x.png", PNG, "表单里没有这个字段"),
    ("note", "x.png", PNG, "表单里没有这个字段"),
)
PROPERTIES = f"<zeebe:properties>{zeebe('property', name='fields.hidden', value='secret')}</zeebe:properties>"
EXT = zeebe("formDefinition", formId="papers") + zeebe("assignmentDefinition", assignee="E0003") + PROPERTIES
DI = 'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
PLANE = f"""<bpmndi:BPMNDiagram {DI} id="x"><bpmndi:BPMNPlane id="y" bpmnElement="papers">
<bpmndi:BPMNShape id="z" bpmnElement="a"><dc:Bounds x="0" y="0" width="100" height="80" /></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"""
SETTINGS = """
key = "papers"
prefix = "PP"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "材料"
en = "Papers"
zh-Hant = "材料"
"""


@pytest.fixture(params=["sqlite"])  # what a form posts is read before any database is asked
def database_url(request, tmp_path_factory):
    return make_database(request.param, request, tmp_path_factory)


@pytest.fixture
def company(house, tmp_path):
    folders = [tmp_path / place / "papers" for place in ("bpmn", "forms")]
    for folder in folders:
        folder.mkdir(parents=True)
    xml = diagram(start(), user("a", ext=EXT), end(), path("s > a > e"), name="papers", more=PLANE)
    (folders[0] / "papers.bpmn").write_bytes(xml)
    (folders[0] / "procedure.toml").write_text(SETTINGS)
    (folders[1] / "papers.form").write_text(json.dumps(FORM, ensure_ascii=False))
    return Company(house, tmp_path)


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


@pytest.fixture
def task(company):
    with company.unit("lina") as work:
        case = begin(work, StartCase(procedure_key="papers", person_id=company.ids["lina"], title="材料")).id
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(select(Task).where(Task.case_id == case)).one()


def post(client, task, files, **fields):
    """A browser without scripts sends the form: ``files`` are (field, name, bytes)."""
    page = client.get(f"/tasks/{task.id}").text
    data = {"csrf_token": csrf(page), "_version": task.version, "note": "见附件", **fields}
    for field, name, body in files:
        data.setdefault(f"_file.{field}", []).append((io.BytesIO(body), name))
    return client.post(f"/tasks/{task.id}/complete", data=data, content_type="multipart/form-data")


def result(company, task):
    with company.house.view(SYSTEM) as work:
        row = work.session.get_one(Task, task.id)
        return row.state, row.result


def attachments(company):
    with company.house.view(SYSTEM) as work:
        return {str(row.id): row for row in work.session.scalars(select(Attachment))}


class TestPlainForm:
    def test_is_drawn_such_that_a_browser_sends_files(self, app, task):
        text = log_in(app, "lina").get(f"/tasks/{task.id}").text
        assert re.search(r'<form id="task-form"[^>]*enctype="multipart/form-data"', text)
        assert 'name="_file.scan"' in text
        assert "_file.secret" not in text
        form = text[text.index('id="task-form"') :]
        assert not re.search(r"name=.(_add|_refresh)", form[: form.index("</button>")])  # Enter submits

    def test_brings_files_in_one_press(self, app, company, task):
        files = [("scan", "单.png", PNG), ("more", "甲.pdf", PDF), ("more", "乙.png", PNG)]
        assert post(log_in(app, "lina"), task, files).status_code == 303
        state, values = result(company, task)
        kept = attachments(company)
        assert state == TaskState.COMPLETED
        assert [kept[i].name for i in values["scan"]] == ["单.png"]
        assert [kept[i].name for i in values["more"]] == ["甲.pdf", "乙.png"]
        with company.house.view(SYSTEM) as work:
            kinds = work.session.scalars(select(Event.kind).where(Event.case_id == task.case_id)).all()
        assert sorted(kinds) == sorted(["case.started", *["file.attached"] * 3, "task.completed"])

    def test_brings_files_in_the_rows_of_a_list(self, app, company, task):
        files = [("rows.1.page", "二.png", PNG), ("rows.0.page", "一.png", PNG)]
        fields = {"rows.0.title": "一", "rows.1.title": "二"}
        assert post(log_in(app, "lina"), task, files, **fields).status_code == 303
        kept = attachments(company)
        rows = result(company, task)[1]["rows"]
        assert [(row["title"], kept[row["page"][0]].name) for row in rows] == [
            ("一", "一.png"),
            ("二", "二.png"),
        ]

    def test_a_field_left_empty_brings_none(self, app, company, task):
        assert post(log_in(app, "lina"), task, [("scan", "", b"")]).status_code == 303
        assert attachments(company) == {}

    def test_a_file_that_the_rules_refuse_completes_nothing(self, app, company, task):
        client = log_in(app, "lina")
        for field, name, body, told in REFUSED:
            answer = post(client, task, [(field, name, body)])
            assert answer.status_code == 422, field
            assert told in answer.text, (field, told)
            assert attachments(company) == {}, field
        assert result(company, task)[0] == TaskState.OPEN

    def test_a_good_file_stays_when_another_field_is_wrong(self, app, company, task):
        client = log_in(app, "lina")
        answer = post(client, task, [("scan", "单.png", PNG)], note="")
        assert answer.status_code == 422
        (kept,) = attachments(company)
        assert re.search(rf'name="scan" value="{kept}"', answer.text)
        assert "单.png" in answer.text
        assert post(client, task, [], scan=kept).status_code == 303
        assert result(company, task)[1]["scan"] == [kept]

    def test_a_new_file_takes_the_place_of_the_one_that_was_kept(self, app, company, task):
        client = log_in(app, "lina")
        post(client, task, [("scan", "旧.png", PNG)], note="")
        (old,) = attachments(company)
        assert post(client, task, [("scan", "新.png", PNG)], scan=old).status_code == 303
        assert [attachments(company)[i].name for i in result(company, task)[1]["scan"]] == ["新.png"]

    def test_a_button_of_the_form_only_draws_it_again(self, app, company, task):
        client = log_in(app, "lina")
        for button, value, rows in (("_add", "rows", 2), ("_remove", "rows.0", 0), ("_refresh", "1", 1)):
            typed = {"rows.0.title": "一", button: value}
            answer = post(client, task, [("scan", "单.png", PNG)], **typed)
            assert answer.status_code == 200, button
            assert "单.png" in answer.text
            assert 'value="见附件"' in answer.text
            assert len(re.findall(r'name="rows\.\d\.title"', answer.text)) == rows, button
        assert result(company, task)[0] == TaskState.OPEN

    def test_a_repeated_press_acts_once(self, app, company, task):
        client = log_in(app, "lina")
        files = [("scan", "单.png", PNG)]
        for _ in range(2):
            assert post(client, task, files, idempotency_key="press-1").status_code == 303
        assert len(attachments(company)) == 1

    def test_others_bring_nothing(self, app, company, task):
        mine, other = log_in(app, "lina"), log_in(app, "wang")
        token = csrf(mine.get(f"/tasks/{task.id}").text)
        data = {"csrf_token": token, "_version": task.version, "_file.scan": (io.BytesIO(PNG), "x.png")}
        headers = {"X-CSRFToken": csrf(other.get("/inbox/").text)}
        answer = other.post(f"/tasks/{task.id}/complete", data={**data, "csrf_token": headers["X-CSRFToken"]})
        assert answer.status_code == 404
        assert attachments(company) == {}
