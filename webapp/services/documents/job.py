"""The job ``make-document``: drawn by a worker, no transaction open meanwhile, one row for one job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.document import Document
from models.job import Job
from models.person import Person
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.keys import read_key
from webapp.domain.text import msg
from webapp.services.consents.texts import paper_values
from webapp.services.contracts.posts import read_posts, roster
from webapp.services.documents.make import compose, draw, keep
from webapp.services.jobs.queue import lock_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

PUBLISHED = frozenset({"rules", "notice"})  # kinds of documents that are made for everybody


def make_document_job(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Make the document that a service task asks for.

    Inputs: ``template``, ``kind``, ``values`` (a context; without it all variables of the task), and where
    wanted ``person`` (employee number or id; else whom the case is about), ``replaces`` (a document's id),
    ``languages``, ``roster`` (names of posts: the template's value ``roster`` becomes who holds them today,
    each with number, name, post, department), ``annex`` (id of a text that the employer has published:
    the value ``annex`` becomes its title, number, text_sha256 and lines), ``consent`` (a purpose: the value
    ``consent`` becomes the text that people are asked to agree to, with its edition). Result: ``document``
    (id), ``document_sha256``, ``document_title``.
    """
    inputs = {**job.payload["headers"], **job.payload["variables"]}
    with units() as work:
        made = _made(work, job.key)
        if made is not None:
            return _result(made)
        case = _case(work, job)
        person = _person(work, case, inputs.get("person"))
        composed = compose(
            work,
            case,
            template=str(inputs.get("template", "")),
            values=_values(work, case, inputs),
            person=person,
            languages=inputs.get("languages"),
        )
    drawn = draw(composed)
    with units() as work:
        made = _made(work, job.key)  # another worker took the job when the lease ran out
        if made is None:
            case = _case(work, job)
            made = keep(
                work,
                case,
                composed,
                drawn=drawn,
                person=_person(work, case, inputs.get("person")),
                kind=inputs.get("kind"),
                replaces=_replaced(work, case, inputs.get("replaces")),
                key=job.key,
            )
        return _result(made)


def _values(work: Work, case: Case, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    values = inputs["values"] if isinstance(inputs.get("values"), dict) else inputs
    more: dict[str, Any] = {}
    if inputs.get("roster"):
        more["roster"] = roster(work, case.entity_id, read_posts(inputs["roster"]))
    if inputs.get("annex"):
        more["annex"] = _annex(work, case, str(inputs["annex"]))
    if inputs.get("consent"):
        more["consent"] = paper_values(work, str(inputs["consent"]))
    return {**values, **more}


def _annex(work: Work, case: Case, document_id: str) -> Mapping[str, Any]:
    """A text for everybody, word for word; never a document about somebody else."""
    key = read_key(document_id)
    found = None if key is None else work.session.get(Document, key)
    if found is None or found.kind not in PUBLISHED or found.case.entity_id != case.entity_id:
        raise InvalidError(msg("没有编号为“{number}”的已公布文本。", number=document_id))
    return {
        "title": found.title,
        "number": found.number,
        "text_sha256": found.text_sha256,
        "lines": [line for line in found.text.splitlines() if line.strip()],
    }


def _made(work: Work, key: str) -> Document | None:
    return work.session.scalars(select(Document).where(Document.key == key)).one_or_none()


def _case(work: Work, job: TakenJob) -> Case:
    case_id = work.session.scalar(select(Job.case_id).where(Job.id == job.id))
    if case_id is None:
        raise NotFoundError
    return lock_case(work, case_id)


def _person(work: Work, case: Case, named: Any) -> Person:
    """Whom a document is about: an employee number, which may be all digits, else an id of the employer."""
    if not named:
        return work.session.get_one(Person, case.person_id)
    text = str(named)
    key = read_key(text)
    wanted = [Person.number == text, *([] if key is None else [Person.id == key])]
    for condition in wanted:
        person = work.session.scalars(
            select(Person).where(condition, Person.entity_id == case.entity_id)
        ).one_or_none()
        if person is not None:
            return person
    raise InvalidError(msg("没有工号为“{number}”的人员。", number=text))


def _replaced(work: Work, case: Case, document_id: Any) -> Document | None:
    """The document that the new one takes the place of; only one about the same person."""
    if not document_id:
        return None
    found = work.session.get(Document, int(document_id))
    if found is None or found.case_id != case.id:
        raise InvalidError(msg("要替换的文书不属于本案。"))
    return found


def _result(document: Document) -> dict[str, str]:
    return {
        "document": str(document.id),
        "document_sha256": document.sha256,
        "document_title": document.title,
    }
