"""What counts as received: a text that the person signed for, in its version, on the day or before."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from models.case import Case
from models.document import Document
from models.event import Event
from models.receipt import Receipt
from models.signing import SignedEdition, Stage
from models.task import Attachment
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.engine.values import ItemKey, Job
from webapp.services.documents.receipts import acknowledged_documents, record_receipt


def job(**variables):
    return Job(
        key=ItemKey(element_instance="1", round=1),
        element_id="e",
        type="t",
        retries=1,
        headers={},
        variables=variables,
    )


def sign(company, document_id, at):
    """The person's signature as the signing desk keeps it."""
    with company.house.unit(SYSTEM) as work:
        row = {"document_id": document_id, "stage": Stage.SIGNED, "sha256": "a" * 64, "size": 1}
        work.session.add(SignedEdition(**row, stamped_at=at, made_at=at))


def receive(company, document_id, **inputs):
    with company.house.unit(SYSTEM) as work:
        case = work.session.get_one(Case, work.session.get_one(Document, document_id).case_id)
        given = {"document": str(document_id), "kind": "rules", "title": "考勤制度", "version": "2026-1"}
        return record_receipt(work, case, job(**{**given, **inputs}))


def ask(company, document_id, **inputs):
    with company.house.view(SYSTEM) as work:
        case = work.session.get_one(Case, work.session.get_one(Document, document_id).case_id)
        return acknowledged_documents(work, case, job(kind="rules", **inputs))["acknowledged"]


def test_a_signed_text_may_be_cited_from_the_day_of_its_stamp_on(company):
    made = company.made()
    sign(company, made, datetime(2026, 10, 31, 16, 30, tzinfo=UTC))  # 1 November in Shanghai
    receive(company, made)
    receive(company, made)  # a repeat adds nothing
    assert ask(company, made, on="2026-10-31") == []
    assert ask(company, made, on="2026-11-01") == [
        {"document": str(made), "title": "考勤制度", "version": "2026-1", "received_on": "2026-11-01"}
    ]
    assert ask(company, made, on="2026-11-01", person="E0004") == []  # a colleague has not signed
    with company.house.view(SYSTEM) as work:
        assert work.session.scalars(select(Receipt)).one().form == "signed"
        assert "document.received" in work.session.scalars(select(Event.kind)).all()


def test_what_nobody_signed_is_not_received(company):
    made = company.made()
    with pytest.raises(InvalidError):
        receive(company, made)
    assert ask(company, made, on="2030-01-01") == []


def test_nobody_signs_for_another_case_or_person(company):
    made, other = company.made(), company.made("wang")
    sign(company, other, datetime(2026, 11, 1, tzinfo=UTC))
    with company.house.unit(SYSTEM) as work:
        case = work.session.get_one(Case, work.session.get_one(Document, made).case_id)
        with pytest.raises(InvalidError):
            record_receipt(work, case, job(document=str(other), kind="rules"))


def test_on_paper_the_scan_must_lie_in_the_case(company):
    made = company.made()
    with pytest.raises(InvalidError):
        receive(company, made, scan=[{"id": "77", "name": "签收单.pdf"}], received_on="2026-11-02")
    with company.house.unit(SYSTEM) as work:
        file = Attachment(
            case_id=work.session.get_one(Document, made).case_id,
            name="签收单.pdf",
            media_type="application/pdf",
            size=1,
            sha256="b" * 64,
            uploaded_by_id=company.ids["hr"],
            uploaded_at=work.now,
        )
        work.session.add(file)
        work.session.flush()
        scan = [{"id": str(file.id), "name": file.name}]
    receive(company, made, scan=scan, received_on="2026-11-02")
    assert ask(company, made, on="2026-11-02")[0]["received_on"] == date(2026, 11, 2).isoformat()
