"""The documents of a version in the studio: templates, the clause library, a preview with real data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from models.person import Person
from webapp.adapters.catalog import translate
from webapp.adapters.pdf import draw_document
from webapp.domain.documents import CHINESE
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.values import plain
from webapp.services.documents.check import check_documents
from webapp.services.documents.facts import gather
from webapp.services.documents.filling import fill
from webapp.services.documents.library import LIBRARY, read_library
from webapp.services.documents.template import LANGUAGES, is_template, read_template
from webapp.services.people import local_date
from webapp.services.procedures import drafts
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.documents.library import Library, LibraryClause
    from webapp.services.documents.template import Template
    from webapp.services.procedures.problems import FileProblem
    from webapp.services.work import Work

MOST = 20  # people to pick from
SAMPLES: dict[str, Any] = {
    "text": "（示例）",
    "number": Decimal(1),
    "time": "09:00",
    "boolean": True,
    "any": "（示例）",
    "files": [{"name": "（示例）.pdf", "sha256": "0" * 64}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A template with what is wrong with it."""

    template: Template
    problems: tuple[FileProblem, ...]

    @property
    def sound(self) -> bool:
        """Whether it may be released and previewed."""
        return not any(problem.error for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseUse:
    """A clause of the library and the templates that print it."""

    clause: LibraryClause
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """All documents of a version."""

    papers: tuple[Paper, ...]
    clauses: tuple[ClauseUse, ...]
    problems: tuple[FileProblem, ...]  # of the library


def read_papers(work: Work, key: str, number: int) -> Papers:
    """Templates and clauses of a version; raises NotFoundError and ForbiddenError as the studio does."""
    files = drafts.files_of(drafts.read_version(work, key, number))
    library = read_library(files)
    problems = check_documents(files)
    papers = tuple(
        Paper(template=each, problems=tuple(p for p in problems if p.path == each.path))
        for each in (read_template(f.path, f.body, library) for f in files if is_template(f))
    )
    return Papers(
        papers=papers,
        clauses=tuple(_uses(library, papers)),
        problems=tuple(p for p in problems if p.path == LIBRARY),
    )


def _uses(library: Library, papers: tuple[Paper, ...]) -> Iterator[ClauseUse]:
    for clause in library.clauses.values():
        used = tuple(p.template.path for p in papers if clause.id in p.template.used)
        yield ClauseUse(clause=clause, used=used)


def previewable_people(work: Work, text: str) -> list[Person]:
    """People whose contracts the actor may read, by name or number: real data is nobody else's business."""
    words = text.strip()
    query = (
        select(Person)
        .where(
            within(work.actor, Permission.DOCUMENT_READ, entity=Person.entity_id), Person.left_on.is_(None)
        )
        .order_by(Person.number)
        .limit(MOST)
    )
    if words:
        query = query.where(or_(Person.name.contains(words, autoescape=True), Person.number == words))
    return list(work.session.scalars(query))


def preview(
    work: Work, key: str, number: int, *, path: str, person_id: int, languages: tuple[str, ...] = ()
) -> bytes:
    """A template as PDF with the data of a person; own values are samples. Nothing is kept but the event.

    Raises NotFoundError, and InvalidError by line where the template cannot be filled.
    """
    files = drafts.files_of(drafts.read_version(work, key, number))
    body = next((f.body for f in files if f.path == path and is_template(f)), None)
    person = work.session.scalars(
        select(Person).where(
            Person.id == person_id, within(work.actor, Permission.DOCUMENT_READ, entity=Person.entity_id)
        )
    ).one_or_none()
    if body is None or person is None:
        raise NotFoundError
    template = read_template(path, body, read_library(files))
    today = local_date(work.now).isoformat()
    number_shown = f"{key.upper()}-SAMPLE"
    values = plain({**sample_values(template, today), **gather(work, person, number=number_shown)})
    if values["contract"] is None:
        raise InvalidError(msg("此人没有生效的劳动合同，请换一个人预览。"))
    wanted = tuple(each for each in LANGUAGES[1:] if each in languages and each in template.languages)
    filled = fill(template, values, number=number_shown, languages=(CHINESE, *wanted), made_at=work.now)
    events.append(
        work,
        "template.previewed",
        {"path": path, "version": number, "person": person.number},
        subject=f"procedure/{key}",
    )
    return draw_document(filled, mark=translate(msg("预览"), CHINESE)).pdf


def sample_values(template: Template, today: str) -> dict[str, Any]:
    """A value for each that the template declares, by its type; codes of hours and cycles are real ones."""
    codes = {"hours_system": "standard", "cycle": "month"}
    return {name: codes.get(name) or sample(shape, today=today) for name, shape in template.shapes.items()}


def sample(shape: Any, *, today: str) -> Any:
    """A sample of one declared type."""
    if isinstance(shape, list):
        return [sample(shape[0], today=today)]
    if isinstance(shape, dict):
        members: Mapping[str, Any] = shape
        return {key: sample(each, today=today) for key, each in members.items()}
    if shape == "date":
        return today
    return SAMPLES[shape]
