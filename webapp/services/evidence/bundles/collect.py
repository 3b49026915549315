"""What may become an exhibit: documents, files and acts of the person's cases that the actor may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_, select, true

from models.bundle import Bundle, Exhibit
from models.case import Case
from models.counsel import PaperRequest
from models.custody import Custody
from models.document import Document
from models.event import Event
from models.person import Person
from models.signing import Stage
from models.task import Attachment, Task
from webapp.domain.exhibits import Form
from webapp.domain.papers import PaperKind
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.cases.withheld import withheld_fields, withheld_files
from webapp.services.documents.read import editions_of, readable_documents
from webapp.services.evidence.custody import readable_items
from webapp.services.evidence.papers import KIND, document_kind
from webapp.services.people import SHANGHAI, local_date
from webapp.services.scope import readable_cases, within

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import InstrumentedAttribute

    from models.signing import SignedEdition
    from webapp.services.work import Work

MOST = 300  # candidates of a kind
PDF = "application/pdf"
EDITIONS = {
    Stage.SIGNED: msg("员工已签"),
    Stage.SEALED: msg("双方已签"),
    Stage.ARCHIVED: msg("双方已签，带归档时间戳"),
    Stage.RENEWED: msg("双方已签，时间戳已续期"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A paper that may be added; its ``key`` is document-5, attachment-7, custody-2 or event-9."""

    key: str
    name: str
    source: Message
    case: str  # number of the case
    at: datetime
    kind: PaperKind
    form: Form
    sha256: str
    media_type: str
    size: int  # bytes; 0 where nobody has counted
    dangerous: bool
    dated: date | None
    taken: bool = False  # it is an exhibit already


def find_people(work: Work, text: str) -> list[Person]:
    """People of the actor's scope whose name or number holds the text; at most ten."""
    if not text.strip():
        return []
    like = text.strip()
    return list(
        work.session.scalars(
            select(Person)
            .where(
                within(work.actor, Permission.BUNDLE_WORK, entity=Person.entity_id),
                or_(
                    Person.name.contains(like, autoescape=True),
                    Person.number.startswith(like, autoescape=True),
                ),
            )
            .order_by(Person.number)
            .limit(10)
        )
    )


def cases_of(work: Work, bundle: Bundle) -> list[Case]:
    """The cases that a bundle looks at: of its person, or the one; and those that ask for its papers."""
    own = Case.id == bundle.case_id if bundle.case_id else Case.person_id == bundle.person_id
    asked = Case.id.in_(select(PaperRequest.case_id).where(PaperRequest.bundle_id == bundle.id))
    return list(
        work.session.scalars(
            select(Case)
            .where(or_(own, asked), readable_cases(work.actor))
            .order_by(Case.started_at, Case.id)
            .limit(MOST)
        )
    )


def candidates(work: Work, bundle: Bundle) -> list[Candidate]:
    """Documents and files, oldest first; those that are exhibits already say so."""
    cases = {case.id: case for case in cases_of(work, bundle)}
    taken = _taken(work, bundle)
    found = [
        *_documents(work, bundle, cases, taken=taken),
        *_files(work, bundle, cases, taken=taken),
        *_vault(work, bundle, taken=taken),
    ]
    return sorted(found, key=lambda each: each.at)


def _taken(work: Work, bundle: Bundle) -> frozenset[str]:
    rows = work.session.scalars(select(Exhibit).where(Exhibit.bundle_id == bundle.id))
    return frozenset(
        key
        for row in rows
        for key in (
            f"document-{row.document_id}",
            f"attachment-{row.attachment_id}",
            f"custody-{row.custody_id}",
            f"event-{row.event_id}",
        )
    )


def _documents(
    work: Work, bundle: Bundle, cases: dict[int, Case], *, taken: frozenset[str]
) -> Iterator[Candidate]:
    rows = work.session.scalars(
        select(Document)
        .join(Case, Document.case_id == Case.id)
        .where(
            Document.case_id.in_(cases),
            readable_documents(work.actor),
            in_days(bundle, Document.made_at),
        )
        .order_by(Document.id)
        .limit(MOST)
    ).all()
    signed = editions_of(work, [row.id for row in rows])
    for row in rows:
        yield _document(row, cases[row.case_id], signed[row.id], taken=f"document-{row.id}" in taken)


def _document(row: Document, case: Case, editions: list[SignedEdition], *, taken: bool) -> Candidate:
    last = editions[-1] if editions else None
    values = {"case": case.title, "number": row.number}
    if last is None:
        source = msg("系统在“{case}”中生成的文书 {number}", **values)
    else:
        stage = EDITIONS[Stage(last.stage)]
        source = msg("系统在“{case}”中生成的文书 {number}（{stage}）", stage=stage, **values)
    return Candidate(
        key=f"document-{row.id}",
        name=row.title,
        source=source,
        case=case.number,
        at=row.made_at,
        kind=document_kind(row.kind),
        form=Form.ELECTRONIC,
        sha256=row.sha256 if last is None else last.sha256,
        media_type=PDF,
        size=0 if last is None else last.size,
        dangerous=False,
        dated=local_date(row.made_at),
        taken=taken,
    )


def _files(
    work: Work, bundle: Bundle, cases: dict[int, Case], *, taken: frozenset[str]
) -> Iterator[Candidate]:
    rows = work.session.execute(
        select(Attachment, Task, Person)
        .join(Person, Person.id == Attachment.uploaded_by_id)
        .outerjoin(Task, Task.id == Attachment.task_id)
        .where(Attachment.case_id.in_(cases), in_days(bundle, Attachment.uploaded_at))
        .order_by(Attachment.id)
        .limit(MOST)
    ).all()
    hidden = {
        case_id: withheld_files(work, case_id, withheld_fields(work, case_id))
        for case_id in {row.case_id for row, _, _ in rows}
    }
    for row, task, by in rows:
        if str(row.id) not in hidden[row.case_id]:
            case = cases[row.case_id or 0]
            yield _file(row, case, task=task, by=by, taken=f"attachment-{row.id}" in taken)


def _file(row: Attachment, case: Case, *, task: Task | None, by: Person, taken: bool) -> Candidate:
    said = row.field or (None if task is None else (task.properties or {}).get(KIND))
    kind = PaperKind(said) if said in set(PaperKind) else PaperKind.OTHER
    return Candidate(
        key=f"attachment-{row.id}",
        name=row.name,
        source=msg(
            "{person} 于 {day} 在“{case}”中提交",
            person=by.name,
            day=local_date(row.uploaded_at).isoformat(),
            case=case.title,
        ),
        case=case.number,
        at=row.uploaded_at,
        kind=kind,
        form=Form.COPY if row.media_type.startswith("image/") else Form.ELECTRONIC,
        sha256=row.sha256,
        media_type=row.media_type,
        size=row.size,
        dangerous=row.dangerous,
        dated=local_date(row.uploaded_at),
        taken=taken,
    )


def _vault(work: Work, bundle: Bundle, *, taken: frozenset[str]) -> Iterator[Candidate]:
    """Items of the vault about the person; of the one case where the bundle has one."""
    about = Custody.case_id == bundle.case_id if bundle.case_id else Custody.person_id == bundle.person_id
    rows = work.session.scalars(
        select(Custody)
        .where(about, readable_items(work.actor), in_days(bundle, Custody.collected_at))
        .order_by(Custody.id)
        .limit(MOST)
    )
    for row in rows:
        day = local_date(row.collected_at)
        values = {"number": row.number, "person": row.collected_by, "day": day.isoformat()}
        yield Candidate(
            key=f"custody-{row.id}",
            name=row.name,
            source=msg("{source}；{person} 于 {day} 收集（保管库 {number}）", source=row.source, **values),
            case=row.number,
            at=row.taken_at,
            kind=PaperKind.OTHER,
            form=Form.COPY if row.media_type.startswith("image/") else Form.ELECTRONIC,
            sha256=row.sha256,
            media_type=row.media_type,
            size=row.size,
            dangerous=row.dangerous,
            dated=day,
            taken=f"custody-{row.id}" in taken,
        )


def act(work: Work, bundle: Bundle, event_id: int) -> Candidate | None:
    """One act of the bundle's cases as a candidate; None where the actor may not read it."""
    cases = {case.id: case for case in cases_of(work, bundle)}
    row = work.session.scalars(
        select(Event).where(Event.id == event_id, Event.case_id.in_(cases))
    ).one_or_none()
    if row is None:
        return None
    case = cases[row.case_id or 0]
    return Candidate(
        key=f"event-{row.id}",
        name="系统事件记录",
        source=msg("“{case}”的事件链第 {sequence} 条", case=case.title, sequence=row.sequence),
        case=case.number,
        at=row.at,
        kind=PaperKind.OTHER,
        form=Form.PRINTOUT,
        sha256=row.leaf,
        media_type="",
        size=0,
        dangerous=False,
        dated=local_date(row.at),
        taken=f"event-{row.id}" in _taken(work, bundle),
    )


def in_days(bundle: Bundle, column: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Rows whose moment lies in the bundle's local days."""
    wanted: ColumnElement[bool] = true()
    if bundle.first_day is not None:
        wanted = wanted & (column >= datetime.combine(bundle.first_day, time(), SHANGHAI))
    if bundle.last_day is not None:
        end = datetime.combine(bundle.last_day + timedelta(days=1), time(), SHANGHAI)
        wanted = wanted & (column < end)
    return wanted


def person_cases(work: Work, person: Person) -> list[Case]:
    """The cases of a person that the actor may read, newest first."""
    return list(
        work.session.scalars(
            select(Case)
            .where(Case.person_id == person.id, readable_cases(work.actor))
            .order_by(Case.started_at.desc(), Case.id.desc())
            .limit(MOST)
        )
    )
