"""A case becomes a pack that a stranger can verify, written without holding a lock on the network."""

import hashlib
import io
import json

import pytest
from sqlalchemy import select

from models.account import Grant
from models.case import Case
from models.event import Event, EventPayload
from models.log import LogHead
from tests.evidence.packs import faults, read_events, unpack, verify
from tests.pdf.tools import needs_openssl
from tests.services.test_click import ask
from webapp.adapters.signing import open_trial
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.domain.signing import SigningUnavailableError
from webapp.edge import utc_now
from webapp.services import events
from webapp.services.cases.timeline import read_whole
from webapp.services.evidence import export_pack
from webapp.services.evidence.export import make_pack
from webapp.services.jobs.queue import lock_case
from webapp.services.log import check_log

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    return open_trial(tmp_path_factory.mktemp("ca"), now=utc_now(), organisation="云衫")


@pytest.fixture
def case_id(company, clock):
    """A case with two files; the authority's clock is the real one, so the test's must agree."""
    clock.now = utc_now()
    case = ask(company)
    with company.house.unit(SYSTEM) as work:
        for name, data in (("证明.pdf", b"%PDF-1.7 proof"), ("../证明.pdf", b"other")):
            sha256 = work.ports.blobs.put(data)
            events.append(work, "file.attached", {"name": name, "sha256": sha256}, case=lock_case(work, case))
    return case


def export(company, case, doors, who=None):
    out = io.BytesIO()
    units = (lambda: company.house.unit(SYSTEM)) if who is None else (lambda: company.unit(who))
    return export_pack(units, case, out, doors=doors), out.getvalue()


class TestPack:
    def test_a_stranger_verifies_it(self, company, case_id, doors, tmp_path):
        exported, data = export(company, case_id, doors)
        code, report = verify(tmp_path, data, doors.trust(utc_now())["root.pem"])
        assert (code, faults(report)) == (0, [])
        assert exported.size == len(data)

    def test_it_holds_every_file_that_the_log_names_under_safe_names(self, company, case_id, doors):
        _, data = export(company, case_id, doors)
        files = unpack(data)
        assert files["data/originals/001-证明.pdf"] == b"%PDF-1.7 proof"
        assert files["data/originals/002-_证明.pdf"] == b"other"

    def test_it_holds_the_whole_chain_up_to_the_seal(self, company, case_id, doors):
        _, data = export(company, case_id, doors)
        found = read_events(unpack(data))
        last = json.loads(found[-1]["payload"])
        assert (last["kind"], last["data"]["count"]) == ("case.sealed", len(found))

    def test_a_check_of_our_own_adds_nothing_to_a_closed_chain(self, company, case_id, doors):
        def made():
            out = io.BytesIO()
            make_pack(lambda: company.house.unit(SYSTEM), case_id, out, doors=doors)
            return len(read_events(unpack(out.getvalue())))

        assert made() == made()

    def test_a_later_pack_proves_which_book_was_given_out(self, company, case_id, doors, tmp_path):
        _, first = export(company, case_id, doors)
        book, pack, other = (tmp_path / name for name in ("book.pdf", "first.zip", "other.pdf"))
        book.write_bytes(unpack(first)["data/证据册.pdf"])
        pack.write_bytes(first)
        other.write_bytes(book.read_bytes() + b" ")
        _, second = export(company, case_id, doors)
        root = doors.trust(utc_now())["root.pem"]
        code, report = verify(tmp_path, second, root, given=(book, pack))
        assert (code, faults(report)) == (0, [])
        code, report = verify(tmp_path, second, root, given=(other,))
        [fault] = faults(report)
        assert code == 1
        assert "没有事件记载交出过这份文件" in fault
        assert "other.pdf" in fault

    def test_a_case_that_goes_on_is_sealed_again(self, company, case_id, doors, tmp_path):
        export(company, case_id, doors)
        with company.house.unit(SYSTEM) as work:
            events.append(work, "comment.added", {"text": "补充"}, case=lock_case(work, case_id))
        _, data = export(company, case_id, doors)
        code, report = verify(tmp_path, data, doors.trust(utc_now())["root.pem"])
        assert (code, faults(report)) == (0, [])

    def test_erased_payloads_stay_out_and_the_pack_still_holds(self, company, case_id, doors, tmp_path):
        with company.house.unit(SYSTEM) as work:
            key = work.session.scalar(select(Event.id).where(Event.case_id == case_id, Event.sequence == 1))
            payload = work.session.get_one(EventPayload, key)
            payload.body = payload.salt = None
            payload.erased_at = work.now
        _, data = export(company, case_id, doors)
        code, report = verify(tmp_path, data, doors.trust(utc_now())["root.pem"])
        assert (code, faults(report)) == (0, [])

    def test_the_export_is_an_event_of_the_case_with_the_hashes_of_pack_and_book(
        self, company, case_id, doors
    ):
        exported, data = export(company, case_id, doors)
        with company.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "evidence.exported")).one()
            said = json.loads(event.payload.body)["data"]
            assert event.case_id == case_id
            assert said["pack_sha256"] == exported.sha256 == hashlib.sha256(data).hexdigest()
            assert said["book_sha256"] == hashlib.sha256(unpack(data)["data/证据册.pdf"]).hexdigest()
            assert list(check_log(work.session)) == []

    def test_the_person_it_is_about_reads_that_something_happened_and_not_what(self, company, case_id, doors):
        export(company, case_id, doors)
        told = []
        for who in ("lina", None):
            with company.house.view(SYSTEM) if who is None else company.view(who) as work:
                told.append(read_whole(work, work.session.get_one(Case, case_id)).entries[-1])
        assert [str(entry.title)[:5] for entry in told] == ["有记录", "交出证据包"]


class TestAccess:
    def test_legal_of_the_entity_may_and_others_find_nothing(self, company, case_id, doors):
        for who in ("lina", "hr", "far_hr", "stranger"):
            with pytest.raises(NotFoundError):
                export(company, case_id, doors, who)
        with company.house.unit(SYSTEM) as work:
            entity = work.session.scalar(select(Grant.entity_id).where(Grant.person_id == company.ids["hr"]))
            work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL, entity_id=entity))
        exported, _ = export(company, case_id, doors, "hr2")
        assert exported.number.startswith("EP-LV-")

    def test_a_case_that_does_not_exist_looks_the_same(self, company, doors):
        with pytest.raises(NotFoundError):
            export(company, 10**9, doors)


class TestFaults:
    def test_an_authority_that_is_down_leaves_a_pending_head_and_the_next_try_succeeds(
        self, company, case_id, doors, tmp_path
    ):
        from dataclasses import replace

        class Down:
            def stamp(self, content, *, now):
                raise SigningUnavailableError

        with pytest.raises(SigningUnavailableError):
            export(company, case_id, replace(doors, tsa=Down()))
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(LogHead.token)).all() == [None]
        _, data = export(company, case_id, doors)
        code, _ = verify(tmp_path, data, doors.trust(utc_now())["root.pem"])
        assert code == 0
