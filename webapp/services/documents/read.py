"""Reading documents: whose they are is part of the query; every download is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased

from models.case import Case
from models.document import Document
from models.signing import SignedEdition, SigningFlow
from models.task import Task, TaskState
from webapp.adapters.derived import Derived
from webapp.adapters.docx.document import document_docx
from webapp.adapters.pdf.pages import draw_pages
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.documents.make import refill, trial_mark
from webapp.services.jobs.queue import lock_case
from webapp.services.scope import within
from webapp.services.signing.editions import newest_sha256
from webapp.services.signing.flows import EMPLOYEE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.domain.permissions import Actor
    from webapp.services.work import Work

MOST = 200  # of a list
_PICTURES: Derived[bytes] = Derived(64)


def readable_documents(actor: Actor) -> ColumnElement[bool]:
    """Documents about the actor, of their scope (HR, legal), or of a case where they have an open task.

    Of a restricted case the person whom it is about reads what ``_theirs`` says, whatever role or task they
    have besides.
    """
    if actor.system:
        return true()
    working = exists().where(
        Task.case_id == Document.case_id,
        Task.assignee_id == actor.person_id,
        Task.state == TaskState.OPEN,
    )
    case = aliased(Case)
    against = exists().where(
        case.id == Document.case_id, case.restricted.is_(True), case.person_id == actor.person_id
    )
    return or_(
        _theirs(actor.person_id),
        and_(
            Document.case_id == Case.id,
            within(actor, Permission.DOCUMENT_READ, entity=Case.entity_id, path=Case.department_path),
            ~against,
        ),
        and_(working, ~against),
    )


def _theirs(person_id: int | None) -> ColumnElement[bool]:
    """Documents about a person, as they may read them.

    What a restricted case holds about them is theirs once they were asked to sign it or the copy was handed
    over: a letter to the union says what nobody has decided yet.
    """
    case = aliased(Case)  # the query around may name it too
    kept_back = exists().where(case.id == Document.case_id, case.restricted.is_(True))
    shown = exists().where(
        SigningFlow.document_id == Document.id,
        or_(SigningFlow.role == EMPLOYEE, SigningFlow.delivered_at.is_not(None)),
    )
    return and_(Document.person_id == person_id, or_(~kept_back, shown))


def readable_document(work: Work, document_id: int) -> Document:
    """One document; raises NotFoundError for a missing and for a forbidden one alike."""
    found = work.session.scalars(
        select(Document)
        .join(Case, Document.case_id == Case.id)
        .where(Document.id == document_id, readable_documents(work.actor))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def documents_of_case(work: Work, case_id: int) -> list[Document]:
    """The documents of a case that the actor may read, oldest first."""
    return list(
        work.session.scalars(
            select(Document)
            .join(Case, Document.case_id == Case.id)
            .where(Document.case_id == case_id, readable_documents(work.actor))
            .order_by(Document.id)
            .limit(MOST)
        )
    )


def own_documents(work: Work) -> list[Document]:
    """The actor's own documents, newest first."""
    return list(
        work.session.scalars(
            select(Document)
            .where(_theirs(work.person_id))
            .order_by(Document.made_at.desc(), Document.id.desc())
            .limit(MOST)
        )
    )


def page_picture(work: Work, document_id: int, page: int) -> bytes:
    """The picture of a page, from 1, of the text before anybody signed: of what is signed the log names it.

    Raises NotFoundError.
    """
    document = readable_document(work, document_id)
    if not 1 <= page <= document.pages:
        raise NotFoundError
    if not document.pictures:
        return _drawn(work, document.sha256, page)
    return work.ports.blobs.get(document.pictures[page - 1])


def pages(work: Work, document_id: int) -> tuple[bytes, ...]:
    """The pictures of all pages."""
    document = readable_document(work, document_id)
    return tuple(page_picture(work, document.id, page) for page in range(1, document.pages + 1))


def newest_bytes(work: Work, document: Document) -> bytes:
    """The newest signed edition of a document that the caller has read."""
    return work.ports.blobs.get(newest_sha256(work, document))


def editions(work: Work, document_id: int) -> list[SignedEdition]:
    """The signed editions of a document that has been read, oldest first."""
    return editions_of(work, [document_id])[document_id]


def editions_of(work: Work, document_ids: Sequence[int]) -> dict[int, list[SignedEdition]]:
    """The signed editions of several documents that have been read, by document; one statement."""
    found: dict[int, list[SignedEdition]] = {each: [] for each in document_ids}
    if document_ids:
        query = select(SignedEdition).where(SignedEdition.document_id.in_(document_ids))
        for edition in work.session.scalars(query.order_by(SignedEdition.id)):
            found[edition.document_id].append(edition)
    return found


def signed_picture(work: Work, document_id: int, page: int) -> bytes:
    """A page of the newest edition, with the marks of its signatures; raises NotFoundError."""
    document = readable_document(work, document_id)
    if not 1 <= page <= document.pages:
        raise NotFoundError
    return _drawn(work, newest_sha256(work, document), page)


def _drawn(work: Work, sha256: str, page: int) -> bytes:
    pdf = work.ports.blobs.get(sha256)
    return _PICTURES.get(work.ports.blobs, (sha256, page), lambda: draw_pages(pdf, only=page)[0])


def download(work: Work, document_id: int) -> tuple[Document, bytes]:
    """The newest edition, and the event ``document.downloaded`` in its case's chain."""
    document = readable_document(work, document_id)
    case = lock_case(work, document.case_id)
    sha256 = newest_sha256(work, document)
    facts = {"document": document.id, "number": document.number, "file_sha256": sha256}
    events.append(work, "document.downloaded", facts, case=case)
    return document, work.ports.blobs.get(sha256)


def download_docx(work: Work, document_id: int) -> tuple[Document, bytes]:
    """The text as a Word file, made anew from the frozen values, and the event ``document.downloaded``.

    The words are those whose hash is in the log; raises ConflictError where the template says others now.
    """
    document = readable_document(work, document_id)
    case = lock_case(work, document.case_id)
    filled = refill(work, document)
    if filled.text_sha256 != document.text_sha256:
        raise ConflictError(msg("这份文书不能再按原文生成 Word 文件，请下载 PDF。"))
    data = document_docx(filled, mark=trial_mark(work))
    facts = {"document": document.id, "number": document.number, "format": "docx"}
    events.append(work, "document.downloaded", facts, case=case)
    return document, data
