"""The studio shows templates, the clause library with its standing in law, and a preview with real data."""

import re

import pytest
from sqlalchemy import select

from models.document import Document
from models.event import Event
from models.procedure import ProcedureFile
from tests.documents.conftest import SHIPPED, Papers
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.procedures.drafts import make_draft
from webapp.services.procedures.release import problems_of
from webapp.services.reference.seed import seed_reference

TEMPLATE = SHIPPED / "forms" / "paper" / "agreement.md"


@pytest.fixture
def studio(house, tmp_path):
    company = Papers(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    company.grant("hr2", "hr-head", entity_id=company.actor("hr2").entity_id)
    return company, make_web(company, tmp_path)


class TestPapers:
    def test_templates_and_clauses_stand_with_their_flag_and_article(self, studio):
        _, app = studio
        page = log_in(app, "owner").get("/studio/paper/1/documents").text
        assert "变更协议" in page
        assert "无效，禁止使用" in page
        assert "劳动合同法第25条" in page
        assert "违约金只能约定在服务期" in page

    def test_whoever_may_read_contracts_previews_with_a_persons_data_and_it_is_logged(self, studio):
        company, app = studio
        url = f"/studio/paper/1/documents/agreement.md/preview.pdf?person={company.ids['lina']}"
        answer = log_in(app, "hr2").get(f"{url}&language=en")
        assert answer.data.startswith(b"%PDF")
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Document)).all() == []
            event = work.session.scalars(select(Event).where(Event.kind == "template.previewed")).one()
            assert "E0003" in event.payload.body
        assert log_in(app, "owner").get(url).status_code == 404
        assert log_in(app, "lina").get(url).status_code in (403, 404)

    def test_its_owner_writes_a_draft_and_reads_what_is_wrong_with_line(self, studio):
        company, app = studio
        with company.unit("owner") as work:
            make_draft(work, "paper")
        owner = log_in(app, "owner")
        url = "/studio/paper/2/documents/agreement.md/text"
        page = owner.get(url).text
        version = re.search(r'name="version" value="(\d+)"', page).group(1)
        body = TEMPLATE.read_text("utf-8") + "\n\n工资{= wage }\n"
        form = {"csrf_token": csrf(page), "version": version, "body": body}
        assert owner.post(url, data=form).status_code == 303
        assert "没有名为“wage”的变量" in owner.get(url).text
        assert owner.post(url, data=form).status_code == 409
        assert owner.post(url, data={**form, "body": "<script>"}).status_code in (409, 422)
        assert "只有草稿可以修改" in owner.get("/studio/paper/1/documents/agreement.md/text").text
        assert log_in(app, "hr2").post(url, data={**form, "csrf_token": "x"}).status_code in (400, 403)
        assert owner.get("/studio/paper/2/documents/paper.bpmn/text").status_code == 404

    def test_a_draft_whose_template_uses_the_void_clause_cannot_be_released(self, studio):
        company, _ = studio
        with company.unit("owner") as work:
            draft = make_draft(work, "paper")
            row = next(f for f in draft.files if f.path == "agreement.md")
            row.body = row.body.replace("::: clause rest", "::: clause double\n::: clause rest")
            work.session.flush()
            told = [p for p in problems_of(work, draft) if p.error]
            assert [p.path for p in told] == ["agreement.md"]
            assert "条款“double”依劳动合同法第25条无效，不能发布" in str(told[0].message)
            assert isinstance(row, ProcedureFile)
