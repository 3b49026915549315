"""Receipts of the company's texts (签收): written down once signed, asked for by day.

A dismissal for a serious breach of the rules stands only on rules that the person had received before the act
(劳动合同法第4条、第39条第2项): ``acknowledged-documents`` answers from these rows alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.document import Document
from models.person import Person
from models.receipt import Receipt, ReceiptForm
from models.signing import SignedEdition, Stage
from models.task import Attachment
from webapp.domain.errors import InvalidError
from webapp.domain.keys import file_key, read_key
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.contracts.terms import read_day
from webapp.services.people import local_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work


def record_receipt(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``record-receipt``: the case's person has received a text and signed for it.

    Inputs: ``document`` (id of the document that bears the receipt), ``kind``, ``title`` and ``version`` of
    the text; for a receipt on paper ``scan`` (files of the case) and ``received_on``. Without a scan the
    document must bear the person's own signature, and the day is that of its time stamp. Result:
    ``received_on``, ``receipt``. Raises InvalidError where nothing proves it.
    """
    inputs = {**job.headers, **job.variables}
    document = _document(work, case, inputs.get("document"))
    day, form = _proved(work, document, inputs)
    row = work.session.scalars(
        select(Receipt).where(Receipt.document_id == document.id).with_for_update()
    ).one_or_none()
    if row is None:
        row = Receipt(
            person_id=case.person_id,
            document_id=document.id,
            kind=str(inputs.get("kind") or document.kind)[:32],
            title=str(inputs.get("title") or document.title)[:200],
            text_version=str(inputs.get("version") or "")[:40],
            form=form,
            received_on=day,
            case_id=case.id,
            recorded_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        events.append(work, "document.received", _told(row, document), case=case)
    return {"receipt": str(row.id), "received_on": row.received_on.isoformat()}


def acknowledged_documents(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``acknowledged-documents``: inputs ``person``, ``kind``, ``on`` (ISO date).

    ``person`` is an employee number, else the one whom the case is about. Result: ``acknowledged``, a list of
    contexts {document, title, version, received_on}: texts of the kind that the person had signed for on the
    day or before, the newest first. Empty: none may be cited.
    """
    inputs = {**job.headers, **job.variables}
    on = read_day(inputs["on"]) if inputs.get("on") else local_date(work.now)
    found = acknowledged(
        work, _person_id(work, case, inputs.get("person")), kind=str(inputs.get("kind")), on=on
    )
    return {
        "acknowledged": [
            {
                "document": str(row.document_id),
                "title": row.title,
                "version": row.text_version,
                "received_on": row.received_on.isoformat(),
            }
            for row in found
        ]
    }


def acknowledged(work: Work, person_id: int, *, kind: str, on: date) -> Sequence[Receipt]:
    """Receipts of a person for texts of a kind, up to a day, the newest first."""
    return work.session.scalars(
        select(Receipt)
        .where(Receipt.person_id == person_id, Receipt.kind == kind, Receipt.received_on <= on)
        .order_by(Receipt.received_on.desc(), Receipt.id.desc())
    ).all()


def _document(work: Work, case: Case, document_id: Any) -> Document:
    """The document of the case about its person: nobody signs for another's text."""
    key = read_key(str(document_id or ""))
    found = None if key is None else work.session.get(Document, key)
    if found is None or found.case_id != case.id or found.person_id != case.person_id:
        raise InvalidError(msg("要签收的文书不属于本案当事人。"))
    return found


def _proved(work: Work, document: Document, inputs: Mapping[str, Any]) -> tuple[date, ReceiptForm]:
    if inputs.get("scan"):
        if not _files(work, document.case_id, inputs["scan"]):
            raise InvalidError(msg("签收的扫描件不在本案中。"))
        return read_day(inputs.get("received_on")), ReceiptForm.PAPER
    signed = work.session.scalars(
        select(SignedEdition)
        .where(SignedEdition.document_id == document.id, SignedEdition.stage == Stage.SIGNED)
        .order_by(SignedEdition.id)
        .limit(1)
    ).one_or_none()
    if signed is None:
        raise InvalidError(msg("本人还没有签署这份文书，不能登记为已签收。"))
    return local_date(signed.stamped_at), ReceiptForm.SIGNED


def _files(work: Work, case_id: int, value: Any) -> list[int]:
    ids = [key for each in value if (key := file_key(each)) is not None]
    return list(
        work.session.scalars(
            select(Attachment.id).where(Attachment.id.in_(ids), Attachment.case_id == case_id)
        )
    )


def _person_id(work: Work, case: Case, number: Any) -> int:
    if not number:
        return case.person_id
    found = work.session.scalar(
        select(Person.id).where(Person.number == str(number), Person.entity_id == case.entity_id)
    )
    if found is None:
        raise InvalidError(msg("没有工号为“{number}”的人员。", number=str(number)))
    return found


def _told(row: Receipt, document: Document) -> dict[str, Any]:
    return {
        "receipt": row.id,
        "document": document.id,
        "text_sha256": document.text_sha256,
        "kind": row.kind,
        "title": row.title,
        "version": row.text_version,
        "form": str(row.form),
        "received_on": row.received_on.isoformat(),
    }
