"""The evidence of a case says what would lose it: over forms, files and documents, each with its article."""

import io
import json

import docx
import pytest
from sqlalchemy import select

from models.account import Grant
from models.case import Case
from models.organisation import Entity
from models.task import Task, TaskState
from tests.company import Company
from tests.engine.drawing import diagram, end, node, path, start, zeebe
from tests.web import log_in, make_web
from webapp.domain.papers import Defect
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.attachments import attach
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.evidence.papers import check_case
from webapp.services.tasks.claim import claim
from webapp.services.tasks.complete import CompleteTask, complete

SETTINGS = """
key = "part"
prefix = "PT"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "解除"
en = "Part"
zh-Hant = "解除"
"""
PAPERS = ("union_letter", "notice", "certificate")
FORM = {
    "type": "default",
    "id": "paper",
    "components": [
        {"type": "textfield", "id": "a", "key": "ground", "label": "依据"},
        {"type": "datetime", "subtype": "date", "id": "b", "key": "dated", "dateLabel": "落款日期"},
        {"type": "textarea", "id": "c", "key": "body", "label": "正文"},
    ],
}
LETTER = (
    "工会：经查，我单位职工李娜多次旷工，事实清楚，"
    "拟依据劳动合同法第39条第2项解除与李娜的劳动合同，请于三日内答复。"
)
NOTICE = (
    "李娜：经查，您多次旷工，依据劳动合同法第39条第2项，自2026年6月15日起解除劳动合同。"
    "如有异议，可自知道之日起一年内申请仲裁。"
)
CERTIFICATE = "李娜，合同期限自2020年3月2日，2026年6月15日解除，岗位客服专员，在本单位工作年限六年。"
GOOD = {
    "union_letter": {"ground": "39(2)", "dated": "2026-06-08", "body": LETTER},
    "notice": {"ground": "39(2)", "dated": "2026-06-15", "body": NOTICE},
    "certificate": {"ground": "", "dated": "2026-06-15", "body": CERTIFICATE},
}


def step(kind):
    ext = zeebe("userTask") + zeebe("formDefinition", formId="paper")
    ext += zeebe("assignmentDefinition", candidateGroups="hr")
    ext += f"<zeebe:properties>{zeebe('property', name='paper', value=kind)}</zeebe:properties>"
    return node("userTask", kind, ext=ext)


@pytest.fixture
def company(house, tmp_path):
    folder = tmp_path / "bpmn" / "part"
    folder.mkdir(parents=True)
    drawn = diagram(start(), *map(step, PAPERS), end(), path(" > ".join(["s", *PAPERS, "e"])), name="part")
    (folder / "part.bpmn").write_bytes(drawn)
    (folder / "procedure.toml").write_text(SETTINGS)
    forms = tmp_path / "forms" / "part"
    forms.mkdir(parents=True)
    (forms / "paper.form").write_text(json.dumps(FORM))
    return Company(house, tmp_path)


def word(text):
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def play(company, changes=None, *, files=None):
    """A case whose three papers are written; its id. ``files`` are brought at the step of their key."""
    with company.unit("hr") as work:
        command = StartCase(
            procedure_key="part",
            person_id=company.ids["lina"],
            title="李娜",
            variables={"ended_on": "2026-06-15"},
        )
        case_id = begin(work, command).id
    for kind in PAPERS:
        with company.unit("hr") as work:
            task = work.session.scalars(
                select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            ).one()
            claimed = claim(work, task.id, version=task.version)
            for name, data in (files or {}).get(kind, {}).items():
                attach(work, task.id, name=name, data=data)
            values = {**GOOD[kind], **(changes or {}).get(kind, {})}
            complete(work, CompleteTask(task_id=task.id, version=claimed.version, values=values))
    return case_id


def check(company, case_id):
    with company.house.view(SYSTEM) as work:
        return check_case(work, work.session.get_one(Case, case_id))


def defects(found):
    return {(each.defect, paper.title) for paper in found.papers for each in paper.findings}


class TestForms:
    def test_a_sound_case_has_strengths_and_no_weakness(self, company):
        found = check(company, play(company))
        assert found.findings == 0, defects(found)
        said = {str(sentence) for paper in found.papers for sentence in paper.strengths}
        assert said >= {
            "写明的人员就是本案人员。",
            "依据与通知书一致。",
            "必备内容齐全。",
            "不晚于解除决定。",
        }

    def test_each_weakness_stands_at_its_paper_with_article_and_remedy(self, company):
        changes = {
            "union_letter": {
                "dated": "2026-06-16",
                "ground": "39(4)",
                "body": LETTER.replace("李娜", "王芳"),
            },
            "notice": {"body": NOTICE.replace("可自知道之日起一年内申请仲裁", "请联系我们")},
            "certificate": {"dated": "2026-07-20"},
        }
        found = check(company, play(company, changes))
        assert defects(found) == {
            (Defect.OTHER_PERSON, "union_letter"),
            (Defect.UNION_LATE, "union_letter"),
            (Defect.GROUND_DIFFERS, "union_letter"),
            (Defect.CONTENT_MISSING, "notice"),
            (Defect.DEADLINE_MISSED, "certificate"),
        }
        for paper in found.papers:
            for each in paper.findings:
                assert each.article
                assert str(each.remedy)


class TestFiles:
    def test_a_word_file_is_read_in_a_process_of_its_own_and_the_caution_stands_at_its_hash(
        self, company, monkeypatch
    ):
        files = {
            "union_letter": {"函.docx": word(LETTER.replace("李娜", "王芳")), "照片.txt": b"\xe7\x8e\x8b"}
        }
        case_id = play(company, files=files)
        monkeypatch.setattr(docx, "Document", None)  # nobody opens it here
        found = check(company, case_id)
        (letter,) = [paper for paper in found.papers if paper.title == "函.docx"]
        assert [each.defect for each in letter.findings] == [Defect.OTHER_PERSON]
        assert any("第44条" in str(caution) for caution in found.cautions(letter.key))

    def test_a_file_that_cannot_be_read_is_said_to_be_unread(self, company):
        found = check(company, play(company, files={"notice": {"扫描.txt": b" "}}))
        (scan,) = [paper for paper in found.papers if paper.title == "扫描.txt"]
        assert (scan.read, scan.findings, scan.strengths) == (False, (), ())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPage:
    def test_legal_sees_weakness_beside_strength(self, company, tmp_path):
        case_id = play(company, {"union_letter": {"dated": "2026-06-16"}})
        with company.house.unit(SYSTEM) as work:
            entity = work.session.scalars(select(Entity.id).where(Entity.code == "YS")).one()
            work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL, entity_id=entity))
        text = log_in(make_web(company, tmp_path / "data"), "hr2").get(f"/cases/{case_id}/evidence").text
        for word_ in ("材料核查", "1 处弱点", "劳动合同法第43条", "补救：", "写明的人员就是本案人员。"):
            assert word_ in text


def test_a_day_in_a_variable_that_is_none_is_left_out(company):
    with company.unit("hr") as work:
        command = StartCase(
            procedure_key="part",
            person_id=company.ids["lina"],
            title="t",
            variables={"ended_on": "bald", "addresses": "x"},
        )
        case_id = begin(work, command).id
    assert check(company, case_id).papers == ()
