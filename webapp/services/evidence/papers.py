"""The papers of a case as the law's checks read them, and what the checks say.

Papers come from three places: documents that were made, forms of steps whose property ``paper`` says what
kind of paper they are, and files of such steps (or of a form's field whose key is the kind). A file without a
kind is read for its person alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.document import Document
from models.person import Person
from models.task import Attachment, Task, TaskState
from webapp.adapters.derived import Derived
from webapp.adapters.readings.apart import words_apart
from webapp.domain.areas.papers import PAPER, read_paper
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.papers import CaseFile, Finding, Paper, PaperKind, check_papers, find_strengths
from webapp.domain.regions import parameter_region
from webapp.domain.text import Message, msg, named
from webapp.services.calculators.choices import choice_title
from webapp.services.people import local_date
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.case import Case
    from webapp.services.work import Work

KIND = "paper"  # property of a step: which kind of paper its form and its files are
FORM_FIELDS = frozenset(each.name for each in PAPER) - {"key", "kind"}
# Kinds of documents as their templates name them, where the words differ from the checks'.
DOCUMENT_KINDS: Mapping[str, PaperKind] = {
    "dismissal_notice": PaperKind.NOTICE,
    "termination_certificate": PaperKind.CERTIFICATE,
}
OTHER_MEANING = frozenset({"notice"})  # a document of this kind tells about data protection, not about an end
#: Documents that a step's record is about, nearest first.
ABOUT = {
    PaperKind.SERVICE: (PaperKind.NOTICE, PaperKind.DEMAND),
    PaperKind.TRANSFER: (PaperKind.CERTIFICATE,),
    PaperKind.UNION_REPLY: (PaperKind.UNION_LETTER,),
    PaperKind.INTERVIEW: (PaperKind.INTERVIEW,),
}
STEP = "task/"  # begins the key of a paper that a step's form is
MOST_FILES = 40
_WORDS: Derived[str] = Derived(200)  # a page of evidence asks for the same files each time
MOST_COLLEAGUES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPaper:
    """One paper with what holds and what would lose the case."""

    key: str  # SHA-256 of a file or document; the step of a form
    title: str
    kind: Message
    read: bool  # whether there was text or a form to check
    strengths: tuple[Message, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCheck:
    """All papers of a case, checked now; those with findings first."""

    papers: tuple[CheckedPaper, ...]
    beside: Mapping[str, str] = field(default_factory=dict)  # a form's key: the file beside which it stands
    refused: Message | None = None  # why the checks could not be made, e.g. a missing parameter row

    @property
    def findings(self) -> int:
        """How many weaknesses were found."""
        return sum(len(paper.findings) for paper in self.papers)

    def cautions(self, key: str) -> tuple[Message, ...]:
        """The weaknesses of one paper, each with its article, to stand beside it.

        A step whose form alone records something has no exhibit: what is weak in it stands beside its files,
        or else beside the document that it is about.
        """
        own = tuple(_caution(found) for paper in self.papers for found in paper.findings if paper.key == key)
        recorded = tuple(
            msg("{title}（登记）：{caution}", title=paper.title, caution=_caution(found))
            for paper in self.papers
            for found in paper.findings
            if self.beside.get(paper.key) == key
        )
        return own + recorded


def check_case(work: Work, case: Case) -> PaperCheck:
    """Read a case's papers and check them as of its start; the caller has checked who may read them."""
    papers = tuple(_unique(_papers(work, case)))
    file = case_file(work, case.person, papers=papers, facts=case.variables or {})
    checked = check_file(work, file, on=local_date(case.started_at))
    return replace(checked, beside=_beside(work, case, papers))


def _caution(found: Finding) -> Message:
    return msg("{fault}（{article}）", fault=found.message, article=found.article)


def _beside(work: Work, case: Case, papers: tuple[Paper, ...]) -> dict[str, str]:
    """For each form that is a paper: the first file of its step, else the newest document about it."""
    brought: dict[str, str] = {}
    for task_id, sha256 in work.session.execute(
        select(Attachment.task_id, Attachment.sha256)
        .where(Attachment.case_id == case.id, Attachment.task_id.is_not(None))
        .order_by(Attachment.id)
    ):
        brought.setdefault(f"{STEP}{task_id}", sha256)
    made = {paper.kind: paper.key for paper in papers if not paper.key.startswith(STEP)}
    found = {}
    for paper in papers:
        about = (made[kind] for kind in ABOUT.get(paper.kind, ()) if kind in made)
        beside = brought.get(paper.key) or next(about, None)
        if paper.key.startswith(STEP) and beside is not None:
            found[paper.key] = beside
    return found


def check_file(work: Work, file: CaseFile, *, on: date) -> PaperCheck:
    """Check papers by the law of a day; the caller has checked who may read them."""
    findings: tuple[Finding, ...] = ()
    refused = None
    try:
        findings = check_papers(file, law=current_law(work.session, on))
    except InvalidError as error:
        refused = error.message
    checked = [_checked(file, paper, findings, refused=refused is not None) for paper in file.papers]
    return PaperCheck(papers=tuple(sorted(checked, key=lambda p: not p.findings)), refused=refused)


def _checked(file: CaseFile, paper: Paper, findings: tuple[Finding, ...], *, refused: bool) -> CheckedPaper:
    return CheckedPaper(
        key=paper.key,
        title=paper.title,
        kind=msg("其他材料") if paper.kind is PaperKind.OTHER else choice_title(paper.kind.value),
        read=bool(paper.text.strip() or paper.person or paper.dated or paper.attempt),
        strengths=() if refused else find_strengths(file, paper, findings),
        findings=tuple(found for found in findings if found.paper == paper.key),
    )


def case_file(work: Work, person: Person, *, papers: tuple[Paper, ...], facts: Mapping[str, Any]) -> CaseFile:
    """Papers about a person as the checks know them; ``facts`` are the variables of their case."""
    colleagues = work.session.scalars(
        select(Person.name)
        .where(Person.entity_id == person.entity_id, Person.id != person.id)
        .limit(MOST_COLLEAGUES)
    )
    addresses = facts.get("addresses")
    return CaseFile(
        person=person.name,
        papers=papers,
        colleagues=frozenset(colleagues) - {person.name} if any(p.text for p in papers) else frozenset(),
        addresses=frozenset(map(str, addresses)) if isinstance(addresses, list) else frozenset(),
        electronic_agreed=facts.get("electronic_agreed") is True,
        ended_on=_day(facts.get("ended_on")),
        pay_in_lieu=facts.get("pay_in_lieu") is True,
        region=parameter_region(person.region),
    )


# -- where papers come from ----------------------------------------------------------------------------


def _papers(work: Work, case: Case) -> Iterator[Paper]:
    yield from _documents(work, case)
    tasks = {
        task.id: task
        for task in work.session.scalars(
            select(Task).where(Task.case_id == case.id, Task.state == TaskState.COMPLETED).order_by(Task.id)
        )
    }
    yield from _forms(tasks.values())
    yield from _files(work, case, tasks)


def step_papers(work: Work, case_ids: Iterable[int]) -> tuple[Paper, ...]:
    """What the forms of finished steps of cases say that are papers of a kind."""
    rows = work.session.scalars(
        select(Task)
        .where(Task.case_id.in_(list(case_ids)), Task.state == TaskState.COMPLETED)
        .order_by(Task.id)
    )
    return tuple(_forms(rows))


def _forms(tasks: Iterable[Task]) -> Iterator[Paper]:
    for task in tasks:
        kind = _kind((task.properties or {}).get(KIND))
        if kind is not PaperKind.OTHER:
            yield _form(task, kind)


def _documents(work: Work, case: Case) -> Iterator[Paper]:
    for row in work.session.scalars(
        select(Document).where(Document.case_id == case.id).order_by(Document.id)
    ):
        yield Paper(
            key=row.sha256,
            kind=document_kind(row.kind),
            title=row.title,
            text=row.text,
            dated=local_date(row.made_at),
            ground=_word(row.values, "ground"),
            due=_day(row.values.get("due")),
            version=_word(row.values, "version"),
        )


def document_kind(kind: str) -> PaperKind:
    """What the checks call a document of this kind."""
    known = DOCUMENT_KINDS.get(kind)
    return known or (PaperKind.OTHER if kind in OTHER_MEANING else _kind(kind))


def _form(task: Task, kind: PaperKind) -> Paper:
    """What a step's form says: fields named as those of a paper, and all its words as the text."""
    values: Mapping[str, Any] = task.result or {}
    title = str(named(task.names, task.element_id))
    text = "\n".join(value for value in values.values() if isinstance(value, str) and value.strip())
    raw = {
        "key": f"{STEP}{task.id}",
        "kind": kind.value,
        "title": title,
        **({"text": text} if text else {}),  # a word is never empty
        **{name: value for name, value in values.items() if name in FORM_FIELDS and value not in (None, "")},
    }
    try:
        return read_paper(raw)
    except InvalidError:  # a field of that name means something else here
        return Paper(key=f"{STEP}{task.id}", kind=kind, title=title, text=text)


def _files(work: Work, case: Case, tasks: Mapping[int, Task]) -> Iterator[Paper]:
    rows = work.session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id).limit(MOST_FILES)
    )
    for row in rows:
        task = tasks.get(row.task_id or 0)
        of_step = None if task is None else (task.properties or {}).get(KIND)
        field = row.field if row.field in set(PaperKind) else None
        yield Paper(key=row.sha256, kind=_kind(field or of_step), title=row.name, text=_text(work, row))


def _text(work: Work, row: Attachment) -> str:
    """What a file says; nothing is opened that was flagged as active when it came in."""
    if row.dangerous:
        return ""
    try:
        data = work.ports.blobs.get(row.sha256)
    except NotFoundError:
        return ""
    kind = row.media_type
    return _WORDS.get(work.ports.blobs, (row.sha256, kind), lambda: words_apart(data, media_type=kind))


def _kind(word: Any) -> PaperKind:
    return PaperKind(word) if word in set(PaperKind) else PaperKind.OTHER


def _unique(papers: Iterator[Paper]) -> Iterator[Paper]:
    """One file brought twice is one paper."""
    seen: set[str] = set()
    for paper in papers:
        if paper.key not in seen:
            seen.add(paper.key)
            yield paper


def _word(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
