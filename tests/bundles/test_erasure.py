"""What becomes of a bundle when a case that it shows is erased: its words go, what they were known by stays."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from models import metadata
from models.bundle import Bundle, BundleEdition
from models.case import Case, Timer
from models.event import Event, EventPayload
from models.job import Job
from models.retention import Erasure, ErasureState
from tests.bundles.conftest import LEGAL, SQLITE, pdf
from tests.bundles.test_editions import frozen, taken, words_of
from webapp.domain.errors import ConflictError
from webapp.domain.permissions import SYSTEM
from webapp.services.evidence import expiry
from webapp.services.evidence.bundles import exhibits as writing
from webapp.services.evidence.bundles.access import read_bundle, tell
from webapp.services.evidence.bundles.editions import read_edition
from webapp.services.evidence.bundles.outputs import Output
from webapp.services.evidence.custody import NewItem, take_in
from webapp.services.jobs.handlers import TakenJob
from webapp.services.jobs.queue import enqueue, lock_case
from webapp.services.log import check_log
from webapp.services.retention import due, hold
from webapp.services.retention.due import ERASE
from webapp.services.retention.erase import perform

SECRET = "王工口述"


def confirmed(company, case_id):
    """The erasure of a case, decided by two people."""
    with company.house.unit(SYSTEM) as work:
        work.session.execute(delete(Timer).where(Timer.case_id == case_id))
        case = lock_case(work, case_id)
        case.state, case.ended_at = "completed", work.now
        row = Erasure(
            case_id=case_id,
            state=ErasureState.CONFIRMED,
            reason="保存期限已满",
            proposed_by_id=company.ids["hr"],
            proposed_at=work.now,
            decided_by_id=company.ids["boss"],
            decided_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        payload = {"erasure": row.id}
        enqueue(work, ERASE, payload, key=f"{ERASE}:{row.id}")
        job = work.session.scalars(select(Job).where(Job.type == ERASE)).one()
        erasing = TakenJob(id=job.id, type=job.type, key=job.idempotency_key, payload=payload)
    perform(lambda: company.house.unit(SYSTEM), erasing)


@pytest.fixture
def shown(company):
    """Two cases of a person in one bundle, an act of the first among them, frozen; (bundle, first case)."""
    first, second = company.begin(), company.begin()
    company.file(first, f"{SECRET}.pdf", pdf("the secret page"), kind="service")
    company.file(second, "工会函.pdf", pdf("letter to the union"), kind="union_letter")
    bundle_id = company.bundle()
    with company.house.view(SYSTEM) as work:
        act = work.session.scalars(select(Event.id).where(Event.case_id == first).order_by(Event.id)).first()
    with company.unit(LEGAL) as work:
        writing.add_found(work, bundle_id, [f"event-{act}"], version=company.version(bundle_id))
    company.describe(bundle_id, proves=f"{SECRET}送达", content=f"{SECRET}当面签收", weakness=f"{SECRET}未签")
    frozen(company, bundle_id)
    return bundle_id, first


@SQLITE
class TestErasure:
    def test_its_words_are_in_no_table_and_its_pages_in_no_print(self, company, shown):
        bundle_id, case_id = shown
        confirmed(company, case_id)
        with company.house.view(SYSTEM) as work:
            for table in metadata.sorted_tables:
                for row in work.session.execute(select(table)).mappings():
                    assert SECRET not in str(dict(row)), table.name
                    assert "secret" not in str(dict(row)), table.name
        printed = "".join(words_of(taken(company, bundle_id, Output.SET).data))
        assert SECRET not in printed
        assert "secret" not in printed
        assert "原件已按期删除" in printed
        assert "letter to the union" in printed

    def test_what_legal_had_taken_out_before_is_gone_from_the_log_of_the_bundle_too(self, company, shown):
        bundle_id, case_id = shown
        [row] = [row for row in company.rows(bundle_id) if SECRET in row.name]
        with company.unit(LEGAL) as work:
            facts = {"exhibit": row.id, "name": row.name, "page": 1}
            tell(work, "exhibit.viewed", read_bundle(work, bundle_id), **facts)
            writing.remove(work, bundle_id, row.id, version=company.version(bundle_id))
        confirmed(company, case_id)
        with company.house.view(SYSTEM) as work:
            bodies = work.session.scalars(select(EventPayload.body).where(EventPayload.body.is_not(None)))
            assert not any(SECRET in body for body in bodies)
            edition = work.session.scalars(select(BundleEdition)).one()
            assert SECRET not in str(edition.content)

    def test_the_edition_has_the_hash_that_was_named_and_the_other_cases_lines(self, company, shown):
        bundle_id, case_id = shown
        with company.view(LEGAL) as work:
            before = read_edition(work, bundle_id, 1)
        confirmed(company, case_id)
        with company.view(LEGAL) as work:
            after = read_edition(work, bundle_id, 1)
            assert after.intact
            assert after.row.erased_at == work.now
            assert after.row.content_sha256 == before.row.content_sha256
        kept = [line for line in before.lines if line.name == "工会函.pdf"]
        assert [line for line in after.lines if line.name == "工会函.pdf"] == kept
        assert [(line.number, line.pages, line.sha256) for line in after.lines] == [
            (line.number, line.pages, line.sha256) for line in before.lines
        ]
        assert [line.content for line in after.lines if line not in kept] == [""] * (len(after.lines) - 1)

    def test_what_stays_in_the_bundle_is_counted_and_the_log_still_holds(self, company, shown):
        bundle_id, case_id = shown
        confirmed(company, case_id)
        assert company.names(bundle_id) == ["工会函.pdf"]
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(Bundle, bundle_id).exhibit_count == 1
            assert list(check_log(work.session)) == []

    def test_a_line_that_was_forged_is_noticed_before_and_after(self, company, shown):
        bundle_id, case_id = shown
        confirmed(company, case_id)
        with company.house.unit(SYSTEM) as work:
            row = work.session.scalars(select(BundleEdition)).one()
            lines = [
                {**line, "content": "改过"} if "content" in line else line for line in row.content["lines"]
            ]
            row.content = {**row.content, "lines": lines}
        with company.view(LEGAL) as work:
            assert not read_edition(work, bundle_id, 1).intact

    def test_a_hold_keeps_it_all(self, company, shown, clock):
        bundle_id, case_id = shown
        with company.unit(LEGAL) as work:
            hold.place(work, hold.NewHold(case_number_id=case_id, reason="劳动仲裁 2026-118"))
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Case, case_id).keep_until = work.now - timedelta(days=1)
        with company.house.view(SYSTEM) as work:
            assert case_id not in [case.id for case in due.list_due(work)]
        with pytest.raises(ConflictError):
            confirmed(company, case_id)
        assert any(SECRET in name for name in company.names(bundle_id))
        with company.view(LEGAL) as work:
            assert read_edition(work, bundle_id, 1).row.erased_at is None

    def test_an_item_of_the_vault_without_a_case_goes_the_same_way(self, company, clock):
        with company.unit(LEGAL) as work:
            item = take_in(
                work,
                NewItem(
                    name=f"{SECRET}.txt",
                    data="李娜 08:59 进入".encode(),
                    source="门禁系统",
                    collected_by="孙倩",
                    collected_at=work.now,
                    method="export",
                    legality="员工手册第8条",
                    person_number=company.number("lina"),
                    keep_until=work.now + timedelta(days=1),
                ),
            ).id
        company.grant("boss", "legal")
        bundle_id = company.bundle()
        frozen(company, bundle_id)
        clock.now += timedelta(days=2)
        with company.unit(LEGAL) as work:
            expiry.propose(work, item, reason="保存期限已满")
        with company.unit("boss") as work:
            expiry.decide(work, item, confirm=True)
        company.worker.sweep()
        assert company.names(bundle_id) == []
        with company.view(LEGAL) as work:
            edition = read_edition(work, bundle_id, 1)
            assert edition.intact
            assert SECRET not in str(edition)
