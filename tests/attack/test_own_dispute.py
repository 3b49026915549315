"""Legal and the head of HR have disputes too: nothing that is prepared against them is theirs to read."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from models.account import Grant
from models.case import Case
from models.document import Document
from models.job import Notice
from models.person import Person
from models.retention import LegalHold
from models.signing import SigningFlow
from models.task import Task
from tests.bundles.conftest import Desk
from tests.web import csrf, log_in, make_web
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.domain.signing import FlowState
from webapp.services.evidence.bundles.access import list_bundles
from webapp.services.evidence.bundles.create import Facts, create_bundle
from webapp.services.evidence.export import export_pack
from webapp.services.handover import hand_over
from webapp.services.inbox.pages import InboxFilter, read_page
from webapp.services.inbox.tabs import Tab, counts, read_reach
from webapp.services.messages.ask import ask
from webapp.services.messages.follow import sent
from webapp.services.migrations.plan import movable_cases, movable_procedure, readable_among
from webapp.services.notices import notify
from webapp.services.tasks.claim import transfer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def company(house):
    """王芳 and 李娜 are both legal of the company; 李娜 is in dispute with it."""
    company = Desk(house)
    with house.unit(SYSTEM) as work:
        entity = work.session.get_one(Person, company.ids["lina"]).entity_id
        work.session.add(Grant(person_id=company.ids["lina"], role=Role.LEGAL, entity_id=entity))
    return company


@pytest.fixture
def case_id(company):
    """A restricted case about 李娜 with a document that she was never asked to sign."""
    case_id = company.case("lina")
    with company.house.unit(SYSTEM) as work:
        work.session.execute(update(Case).where(Case.id == case_id).values(restricted=True))
    return case_id


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


def test_a_bundle_about_legal_is_not_theirs_to_find_open_or_begin(company, app):
    bundle = company.bundle(collect=False)
    assert log_in(app, "wang").get(f"/bundles/{bundle}").status_code == 200
    lina = log_in(app, "lina")
    for path in ("", "/talk", "/access", "/timeline", "/search?q=second", "/editions"):
        assert lina.get(f"/bundles/{bundle}{path}").status_code == 404
    with company.view("lina") as work:
        assert list_bundles(work) == []
    assert "李娜（E0003）" not in lina.get("/bundles/new?q=E0003").text
    with company.unit("lina") as work, pytest.raises(NotFoundError):
        create_bundle(work, company.ids["lina"], Facts(title="李娜"), collect=True)


def test_evidence_of_a_case_about_oneself_is_not_ones_own_to_take(company, case_id, app):
    legal, lina = log_in(app, "wang"), log_in(app, "lina")
    for path in ("evidence", "evidence/redacted"):
        assert legal.get(f"/cases/{case_id}/{path}").status_code == 200
        assert lina.get(f"/cases/{case_id}/{path}").status_code == 404
    with pytest.raises(NotFoundError):
        export_pack(lambda: company.unit("lina"), case_id, BytesIO(), doors=None)
    with company.house.unit(SYSTEM) as work:
        work.session.execute(update(Case).where(Case.id == case_id).values(restricted=False))
    assert lina.get(f"/cases/{case_id}").status_code == 200
    assert f"/cases/{case_id}/evidence" not in lina.get(f"/cases/{case_id}").text


def test_documents_of_a_restricted_case_wait_until_they_are_handed_over(company, case_id, app):
    with company.house.view(SYSTEM) as work:
        document = work.session.query(Document.id).filter_by(case_id=case_id).scalar()
    legal, lina = log_in(app, "wang"), log_in(app, "lina")
    for path in ("", ".pdf", ".docx", "/pages/1"):
        assert legal.get(f"/documents/{document}{path}").status_code == 200, path
        assert lina.get(f"/documents/{document}{path}").status_code == 404, path


def test_a_hold_on_oneself_is_neither_seen_nor_lifted_by_oneself(company, case_id, app):
    with company.house.unit(SYSTEM) as work:
        entity = work.session.get_one(Person, company.ids["lina"]).entity_id
        facts = {
            "entity_id": entity,
            "reason": "预备仲裁",
            "placed_by_id": company.ids["wang"],
            "placed_at": work.now,
        }
        rows = [LegalHold(person_id=company.ids["lina"], **facts), LegalHold(case_id=case_id, **facts)]
        work.session.add_all(rows)
        work.session.flush()
        ids = [row.id for row in rows]
    legal, lina = log_in(app, "wang"), log_in(app, "lina")
    assert "预备仲裁" in legal.get("/retention/").text
    page = lina.get("/retention/").text
    assert "预备仲裁" not in page
    for hold in ids:
        form = {"csrf_token": csrf(page), "reason": "不再需要"}
        assert lina.post(f"/retention/holds/{hold}/release", data=form).status_code == 404
    token = csrf(legal.get("/retention/").text)
    form = {"csrf_token": token, "reason": "裁决已生效"}
    assert legal.post(f"/retention/holds/{ids[0]}/release", data=form).status_code == 303


def test_the_lists_of_others_tasks_leave_out_those_against_oneself(company, case_id):
    with company.house.unit(SYSTEM) as work:
        values = {"queue": None, "assignee_id": company.ids["wang"]}
        work.session.execute(update(Task).where(Task.case_id == case_id).values(**values))
        shown = work.session.query(Task).filter_by(case_id=case_id, state="open").count()
    assert shown > 0
    for who, count in (("wang", shown), ("lina", 0)):
        with company.view(who) as work:
            assert len(read_page(work, Tab.ALL, InboxFilter()).tasks) == count, who
            assert counts(work, read_reach(work))[Tab.TEAM] == 0


def test_neither_counts_nor_pages_of_a_role_hold_what_is_against_oneself(company, case_id):
    with company.house.unit(SYSTEM) as work:
        queued = {"queue": f"legal@{work.session.get_one(Case, case_id).entity_id}", "assignee_id": None}
        work.session.execute(update(Task).where(Task.case_id == case_id).values(**queued))
        shown = work.session.query(Task).filter_by(case_id=case_id, state="open").count()
    for who, count in (("wang", shown), ("lina", 0)):
        with company.view(who) as work:
            reach = read_reach(work)
            found = counts(work, reach)
            for tab in (Tab.CLAIMABLE, Tab.TEAM):
                assert (found[tab], len(read_page(work, tab, reach=reach).tasks)) == (count, count), (
                    who,
                    tab,
                )
            found = read_page(work, Tab.ALL, InboxFilter(q="李娜")).tasks
            assert len(found) == count, who


def test_a_leaving_does_not_tell_hr_what_is_against_themselves(company, case_id, app):
    with company.house.unit(SYSTEM) as work:
        title = work.session.get_one(Case, case_id).title
        held = {"queue": None, "assignee_id": company.ids["wang"]}
        work.session.execute(update(Task).where(Task.case_id == case_id).values(**held))
        work.session.get_one(Case, case_id).variables = {"reviewer": "E0004"}
        work.session.get_one(Person, company.ids["wang"]).left_on = date(2026, 11, 20)
        entity = work.session.get_one(Case, case_id).entity_id
        work.session.add(Grant(person_id=company.ids["lina"], role=Role.HR, entity_id=entity))
    for who, told in (("hr", True), ("lina", False)):
        client = log_in(app, who)
        assert (title in client.get("/handover/E0004").text) is told
        assert ("/handover/E0004" in client.get("/handover/").text) is told
    with company.unit("lina") as work:
        assert hand_over(work, "E0004", to="E0006", reason="离职交接").moved == 0


def test_a_notice_to_a_role_passes_over_whom_the_case_is_about(company, case_id):
    with company.unit("wang") as work:
        job = SimpleNamespace(headers={"groups": "legal"}, variables={})
        notify(work, work.session.get_one(Case, case_id), job)
        told = set(work.session.scalars(select(Notice.person_id).where(Notice.kind == "result")))
    assert told == {company.ids["wang"]}


def test_nobody_is_handed_a_step_of_the_case_against_themselves(company, case_id):
    with company.house.unit(SYSTEM) as work:
        step = work.session.query(Task).filter_by(case_id=case_id, state="open").first()
        step.queue, step.assignee_id = None, company.ids["wang"]
        work.session.flush()
        task_id, version = step.id, step.version
    with company.unit("wang") as work, pytest.raises(InvalidError):
        transfer(work, task_id, version=version, to_id=company.ids["lina"], reason="请代为处理")
    with company.unit("hr") as work:
        hand_over(work, "E0004", to="E0003", reason="离职交接")
    with company.house.view(SYSTEM) as work:
        assert work.session.get_one(Task, task_id).assignee_id != company.ids["lina"]


def test_what_is_sealed_against_a_holder_waits_for_another(company, case_id, app):
    with company.house.unit(SYSTEM) as work:
        entity = work.session.get_one(Case, case_id).entity_id
        document = work.session.query(Document).filter_by(case_id=case_id).one()
        step = work.session.query(Task).filter_by(case_id=case_id, state="open").first()
        step.queue, step.assignee_id = f"seal-holder@{entity}", None
        step.properties = {"page": "seal", "document": str(document.id)}
        work.session.add_all(
            Grant(person_id=company.ids[who], role=Role.SEAL_HOLDER, entity_id=entity)
            for who in ("lina", "hr2")
        )
        flow = {
            "document_id": document.id,
            "case_id": case_id,
            "task_id": step.id,
            "person_id": document.person_id,
        }
        kept = {"document_sha256": document.sha256, "role": "company", "state": FlowState.READY}
        work.session.add(
            SigningFlow(
                **flow, **kept, provider="trial", pages_read={}, opened_at=work.now, finished_at=work.now
            )
        )
        work.session.flush()
        title, path = document.title, f"/seals/{step.id}/document.pdf"
    for who, told in (("hr2", True), ("lina", False)):
        client = log_in(app, who)
        assert (title in client.get("/seals/").text) is told
        assert client.get(path).status_code == (200 if told else 404)


def test_lists_of_messages_and_moves_name_no_case_against_oneself(company, case_id):
    with company.house.unit(SYSTEM) as work:
        entity = work.session.get_one(Case, case_id).entity_id
        work.session.add(Grant(person_id=company.ids["lina"], role=Role.HR, entity_id=entity))
        ask(work, work.session.get_one(Person, company.ids["wang"]), template="x", text="请补充证据", key="k",
            case=work.session.get_one(Case, case_id))  # fmt: skip
    for who, count in (("hr", 1), ("lina", 0)):
        with company.view(who) as work:
            procedure = movable_procedure(work, work.session.get_one(Case, case_id).procedure_key)
            moved = work.session.query(Case.id).filter(movable_cases(work, procedure), Case.id == case_id)
            assert len(sent(work)) == moved.count() == len(readable_among(work, [case_id])) == count, who
