"""A procedure of two steps over one form: the second may not see what the first wrote down."""

from __future__ import annotations

import json

from sqlalchemy import select

from models.task import Task, TaskState
from tests.engine.drawing import diagram, end, path, start, user, zeebe
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin

FORM = {
    "type": "default",
    "id": "papers",
    "components": [
        {"type": "textfield", "id": "F1", "key": "note", "label": "说明"},
        {"type": "textfield", "id": "F2", "key": "secret", "label": "诊断"},
        {"type": "textfield", "id": "F3", "key": "comment", "label": "意见"},
        {"type": "filepicker", "id": "F4", "key": "scan", "label": "扫描件"},
        {
            "type": "dynamiclist",
            "id": "F5",
            "path": "rows",
            "label": "逐项",
            "allowAddRemove": True,
            "components": [{"type": "textfield", "id": "F6", "key": "finding", "label": "结论"}],
        },
    ],
}
HIDES = "secret,comment,scan,rows.finding"
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


def write_procedure(root):
    """The files of the procedure below a folder."""
    form = zeebe("formDefinition", formId="papers")
    hidden = f"<zeebe:properties>{zeebe('property', name='fields.hidden', value=HIDES)}</zeebe:properties>"
    outputs = "".join(zeebe("output", source=f"={k}", target=k) for k in ("note", "secret", "scan", "rows"))
    first = (
        form
        + zeebe("assignmentDefinition", assignee="E0002")
        + f"<zeebe:ioMapping>{outputs}</zeebe:ioMapping>"
    )
    second = form + zeebe("assignmentDefinition", assignee="E0004") + hidden
    xml = diagram(
        start(),
        user("a", ext=first),
        user("b", ext=second),
        end(),
        path("s > a > b > e"),
        name="papers",
        more=PLANE,
    )
    for place in ("bpmn", "forms"):
        (root / place / "papers").mkdir(parents=True)
    (root / "bpmn" / "papers" / "papers.bpmn").write_bytes(xml)
    (root / "bpmn" / "papers" / "procedure.toml").write_text(SETTINGS)
    (root / "forms" / "papers" / "papers.form").write_text(json.dumps(FORM, ensure_ascii=False))
    return root


def launch(company):
    """A case about 李娜; its id."""
    with company.unit("lina") as work:
        return begin(work, StartCase(procedure_key="papers", person_id=company.ids["lina"], title="材料")).id


def step(company, case_id):
    """The open task of a case."""
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(
            select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        ).one()
