"""The evidence page says the verdict first; the pack that it hands out passes the same verifier."""

import hashlib
import io

import pytest
from sqlalchemy import text

from models.account import Grant
from tests.company import ask
from tests.evidence.packs import faults, verify
from tests.pdf.tools import needs_openssl
from tests.web import csrf, log_in
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.signing import open_trial
from webapp.adapters.verifier import verifier_text
from webapp.domain.permissions import SYSTEM, Role
from webapp.edge import open_edge, utc_now
from webapp.services.work import Ports

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    return open_trial(tmp_path_factory.mktemp("ca"), now=utc_now(), organisation="云衫")


@pytest.fixture
def house(engine, queue, doors):
    """By the real clock, since the authority has one too."""
    return open_edge(engine, Ports(blobs=MemoryBlobs(), wake=queue.wake, doors=lambda: doors), utc_now)


@pytest.fixture
def legal(app, company):
    """A client of the legal department."""
    with company.house.unit(SYSTEM) as work:
        entity = work.session.execute(text("SELECT entity_id FROM person WHERE number = 'E0006'")).scalar()
        work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL, entity_id=entity))
    return log_in(app, "hr2")


def take(client, case):
    page = client.get(f"/cases/{case}/evidence")
    return client.post(f"/cases/{case}/evidence.zip", data={"csrf_token": csrf(page.text)}, buffered=True)


class TestPage:
    def test_the_verdict_stands_first_and_changes_with_the_head(self, company, legal):
        case = ask(company)
        assert "尚无加盖时间戳的日志头" in legal.get(f"/cases/{case}/evidence").text
        take(legal, case)
        assert "核验通过" in legal.get(f"/cases/{case}/evidence").text

    def test_a_change_in_the_tables_turns_the_verdict(self, company, legal, engine):
        case = ask(company)
        take(legal, case)
        with engine.execution_options(hegui_write=True).begin() as connection:
            on = "" if engine.dialect.name == "sqlite" else " ON event_payload"
            connection.execute(text(f"DROP TRIGGER event_payload_keep{on}"))
            connection.execute(text("UPDATE event_payload SET body = replace(body, 'lina', 'x') || ' '"))
        page = legal.get(f"/cases/{case}/evidence").text
        assert "核验不通过" in page
        assert "的内容与指纹不符" in page

    def test_the_case_page_leads_there_only_for_those_who_may(self, app, company, legal):
        case = ask(company)
        assert f"/cases/{case}/evidence" in legal.get(f"/cases/{case}").text
        employee = log_in(app, "lina")
        assert f"/cases/{case}/evidence" not in employee.get(f"/cases/{case}").text
        assert employee.get(f"/cases/{case}/evidence").status_code == 404
        token = csrf(employee.get("/inbox/").text)
        assert employee.post(f"/cases/{case}/evidence.zip", data={"csrf_token": token}).status_code == 404

    def test_without_a_token_nothing_is_exported(self, company, legal):
        assert legal.post(f"/cases/{ask(company)}/evidence.zip").status_code in (400, 403)

    @pytest.mark.parametrize("language", ["en", "zh-Hant"])
    def test_it_speaks_other_languages(self, company, legal, language):
        legal.set_cookie("language", language)
        page = legal.get(f"/cases/{ask(company)}/evidence").text
        assert {"en": "How to verify", "zh-Hant": "核驗方法"}[language] in page


class TestPack:
    def test_it_passes_a_strangers_verifier(self, company, legal, doors, tmp_path):
        answer = take(legal, ask(company))
        assert answer.status_code == 200
        assert answer.headers["X-Pack-SHA256"] == hashlib.sha256(answer.data).hexdigest()
        code, report = verify(tmp_path, answer.data, doors.trust(utc_now())["root.pem"])
        assert (code, faults(report)) == (0, [])

    def test_the_published_verifier_can_be_had(self, legal):
        assert legal.get("/evidence/verify_pack.py").data == verifier_text()

    @pytest.mark.parametrize(("spoil", "word"), [(False, "核验通过"), (True, "核验不通过")])
    def test_a_pack_that_somebody_brings_is_checked(self, company, legal, spoil, word):
        data = take(legal, ask(company)).data + (b"x" if spoil else b"")
        token = csrf(legal.get("/evidence/verify").text)
        answer = legal.post(
            "/evidence/verify", data={"csrf_token": token, "pack": (io.BytesIO(data), "a.zip")}
        )
        assert f"<b>{word}</b>" in answer.text

    @pytest.mark.parametrize(("name", "word"), [("first.zip", "核验通过"), ("other.zip", "核验不通过")])
    def test_whether_an_earlier_one_was_given_out_is_said_beside_it(self, company, legal, name, word):
        case_id = ask(company)
        first = take(legal, case_id).data
        given = first if name == "first.zip" else first + b" "
        form = {
            "csrf_token": csrf(legal.get("/evidence/verify").text),
            "pack": (io.BytesIO(take(legal, case_id).data), "a.zip"),
            "given": (io.BytesIO(given), name),
        }
        answer = legal.post("/evidence/verify", data=form)
        assert f"<b>{word}</b>" in answer.text
        assert name in answer.text

    def test_nothing_handed_in_is_said(self, legal):
        token = csrf(legal.get("/evidence/verify").text)
        assert legal.post("/evidence/verify", data={"csrf_token": token}).status_code == 422
