"""Pages of the review desk: what legal sees, what those see who were let in, what a stale page is told."""

import json

import pytest
from sqlalchemy import select

from models.event import Event
from tests.bundles.conftest import LEGAL
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.evidence.bundles.counsel import write_note
from webapp.services.evidence.bundles.create import let_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRET = "调解底线两个月"
TABS = ("", "/theirs", "/timeline", "/search?q=second", "/talk", "/editions", "/access")


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


class TestPages:
    def test_a_reader_sees_every_tab_but_no_note_and_each_look_is_an_event(self, company, filled, app):
        with company.unit(LEGAL) as work:
            write_note(work, filled, SECRET)
            let_in(work, filled, "E0005", version=company.version(filled))
        exhibit = company.rows(filled)[0].id
        legal, reader, stranger = (log_in(app, who) for who in (LEGAL, "hr", "head"))
        for path in (*TABS, f"/exhibits/{exhibit}", f"/exhibits/{exhibit}?page=2"):
            answers = [client.get(f"/bundles/{filled}{path}") for client in (legal, reader, stranger)]
            assert [answer.status_code for answer in answers] == [200, 200, 404], path
            assert SECRET not in answers[1].text
        assert SECRET in legal.get(f"/bundles/{filled}/talk").text
        picture = reader.get(f"/bundles/{filled}/exhibits/{exhibit}/pages/2")
        assert picture.mimetype == "image/webp"
        assert picture.headers["Cache-Control"] == "no-store"
        with company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(Event).where(Event.actor_id == company.ids["hr"], Event.subject == f"bundle/{filled}")
            ).all()
            said = [(row.kind, json.loads(row.payload.body)["data"]) for row in rows]
        assert [data["tab"] for kind, data in said if kind == "bundle.opened"] == [
            *("page", "theirs", "timeline", "search", "talk", "editions", "access"),
            *("exhibit", "exhibit"),
        ]
        assert [data["page"] for kind, data in said if kind == "exhibit.viewed"] == [2]

    def test_a_stale_page_is_told_and_changes_nothing(self, company, filled, app):
        legal = log_in(app, LEGAL)
        token = csrf(legal.get(f"/bundles/{filled}").text)
        form = {"note": "立案", "version": company.version(filled) - 1, "csrf_token": token}
        answer = legal.post(f"/bundles/{filled}/editions", data=form)
        assert answer.status_code == 409
        assert "王芳刚刚改过" in answer.text
        assert "还没有冻结的版本" in legal.get(f"/bundles/{filled}/editions").text
