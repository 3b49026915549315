"""The page of redacted editions: what is ticked is not in the pack that comes out."""

import re

import pytest
from sqlalchemy import text

from models.account import Grant
from tests.company import ask
from tests.evidence.packs import faults, notes, read_events, unpack, verify
from tests.pdf.tools import needs_openssl
from tests.web import csrf, log_in
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.signing import open_trial
from webapp.domain.permissions import SYSTEM, Role
from webapp.edge import open_edge, utc_now
from webapp.services.work import Ports

pytestmark = [needs_openssl, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def doors(tmp_path):
    return open_trial(tmp_path / "ca", now=utc_now(), organisation="云衫")


@pytest.fixture
def house(engine, queue, doors):
    return open_edge(engine, Ports(blobs=MemoryBlobs(), wake=queue.wake, doors=lambda: doors), utc_now)


def test_what_is_ticked_is_left_out_with_its_reason(app, company, doors, tmp_path):
    with company.house.unit(SYSTEM) as work:
        entity = work.session.execute(text("SELECT entity_id FROM person WHERE number = 'E0006'")).scalar()
        work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL, entity_id=entity))
    case = ask(company, reason="重度抑郁发作需要休养")
    legal = log_in(app, "hr2")
    page = legal.get(f"/cases/{case}/evidence/redacted").text
    assert log_in(app, "lina").get(f"/cases/{case}/evidence/redacted").status_code == 404
    box = re.search(r'value="(field\.1\.[^"]*reason)"', page).group(1)
    token, address = csrf(page), f"/cases/{case}/evidence/redacted.zip"

    def send(**more):
        return legal.post(address, data={"csrf_token": token, **more}, buffered=True)

    assert "请先选择要遮盖的内容" in send().text
    assert "请写明遮盖的原因" in send(mask=box).text
    assert send(mask="event.1", reason="x", mask2="").status_code == 200
    assert send(mask=["event.99"], reason="健康信息").status_code == 422
    answer = send(mask=box, reason="健康信息，与本案无关")
    code, report = verify(tmp_path, answer.data, doors.trust(utc_now())["root.pem"])
    assert (code, faults(report)) == (0, [])
    assert any("健康信息，与本案无关" in note for note in notes(report))
    files = unpack(answer.data)
    assert read_events(files)[0]["payload"] is None
    assert not any("抑郁".encode() in data for data in files.values())
