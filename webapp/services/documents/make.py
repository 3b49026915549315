"""Making a document: facts and values frozen, drawn, kept, and its hashes in the log before anybody signs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models.document import Document
from models.task import Attachment
from webapp.adapters.pdf import draw_document
from webapp.adapters.pdf.pages import draw_pages
from webapp.domain.documents import CHINESE, field_rows
from webapp.domain.errors import InvalidError
from webapp.domain.keys import file_key
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.values import plain
from webapp.services.documents.facts import gather
from webapp.services.documents.filling import fill
from webapp.services.documents.library import LIBRARY, read_library
from webapp.services.documents.template import SUFFIX, Template, is_template, read_template
from webapp.services.procedures.bundle import load_bundle
from webapp.services.procedures.files import File

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.case import Case
    from models.person import Person
    from webapp.domain.documents import DrawnDocument, FilledDocument
    from webapp.services.work import Work

MARK = "测试"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A document with its values, not yet drawn: nothing of it needs the database any more."""

    filled: FilledDocument
    values: Mapping[str, Any]
    template: str
    mark: str = ""  # over each page


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The PDF and a picture of each page."""

    document: DrawnDocument
    pictures: tuple[bytes, ...]


def make_document(
    work: Work,
    case: Case,
    *,
    template: str,
    values: Mapping[str, Any],
    person: Person,
    kind: str | None = None,
    replaces: Document | None = None,
    languages: Sequence[str] | None = None,
) -> Document:
    """Make a document of a locked case in this transaction, and log ``document.made`` with its hashes.

    ``template`` is a path in the files of the case's version, ``values`` plain JSON; a translation is printed
    where the template has one in the person's language or in ``languages``. Raises InvalidError where the
    template or a value is wrong, by line, and MissingGlyphError for a character that no font draws.
    """
    composed = compose(work, case, template=template, values=values, person=person, languages=languages)
    return keep(work, case, composed, drawn=draw(composed), person=person, kind=kind, replaces=replaces)


def compose(
    work: Work,
    case: Case,
    *,
    template: str,
    values: Mapping[str, Any],
    person: Person,
    languages: Sequence[str] | None = None,
) -> Composed:
    """Fill the template of the case's version with facts and values."""
    read = find_template(work, case.procedure_version_id, template)
    number = next_number(work, case)
    wanted = languages if languages is not None else (person.language,)
    known = {name: values.get(name) for name in read.shapes}
    known |= _files(
        work, case, {name: known[name] for name, shape in read.shapes.items() if shape == "files"}
    )
    facts = gather(work, person, number=number, effective=known.get("effective_from"))
    frozen = plain({**known, **facts})
    filled = fill(
        read,
        frozen,
        number=number,
        languages=(CHINESE, *(each for each in read.languages[1:] if each in wanted)),
        made_at=work.now,
    )
    return Composed(filled=filled, values=frozen, template=read.path, mark=trial_mark(work))


def refill(work: Work, document: Document) -> FilledDocument:
    """A document filled anew from its frozen values: for other forms of the same words."""
    return fill(
        find_template(work, document.procedure_version_id, document.template),
        document.values,
        number=document.number,
        languages=tuple(document.language.split("+")),
        made_at=document.made_at,
    )


def _files(work: Work, case: Case, named: Mapping[str, Any]) -> dict[str, Any]:
    """Name and hash of the case's files that values of the shape ``files`` name by their ids."""
    if not named:
        return {}
    ids = {name: [_file_id(each) for each in value or ()] for name, value in named.items()}
    wanted = {number for each in ids.values() for number in each}
    query = select(Attachment).where(Attachment.case_id == case.id, Attachment.id.in_(wanted))
    found = {row.id: {"name": row.name, "sha256": row.sha256} for row in work.session.scalars(query)}
    if wanted - set(found):
        raise InvalidError(msg("要写进文书的文件不属于本案。"))
    return {name: [found[number] for number in each] for name, each in ids.items()}


def _file_id(value: Any) -> int:
    key = file_key(value)
    if key is None:
        raise InvalidError(msg("要写进文书的文件不属于本案。"))
    return key


def trial_mark(work: Work) -> str:
    """What stands over each page of a document that only the trial authority will sign."""
    trial = work.ports.doors is not None and work.ports.signing().trial
    return MARK if trial else ""


def find_template(work: Work, version_id: int, path: str) -> Template:
    """A template of a version, read; raises InvalidError where there is none of that name."""
    files = load_bundle(work.session, version_id).files
    name = path if path.endswith(SUFFIX) else path + SUFFIX
    body = next((f.body for f in files if f.path == name and is_template(f)), None)
    if body is None:
        raise InvalidError(msg("这个流程版本中没有文书模板“{path}”。", path=path))
    clauses = next((f.body for f in files if f.kind == "clauses"), "")
    return _read(name, body, clauses)


@lru_cache(maxsize=128)
def _read(path: str, body: str, clauses: str, /) -> Template:
    """A template read once a process: a campaign makes a thousand documents from one."""
    library = read_library((File(path=LIBRARY, kind="clauses", body=clauses),))
    return read_template(path, body, library)


def next_number(work: Work, case: Case) -> str:
    """The number of the next document of a case: CC-2026-000123-D1."""
    count = work.session.scalar(select(func.count()).where(Document.case_id == case.id)) or 0
    return f"{case.number}-D{count + 1}"


def draw(composed: Composed) -> Drawn:
    """Draw the PDF and its pages; needs no transaction."""
    document = draw_document(composed.filled, mark=composed.mark)
    # what nobody signs is shown as text; its pages are drawn where somebody asks for one
    pictures = draw_pages(document.pdf) if composed.filled.signatures else ()
    return Drawn(document=document, pictures=pictures)


def keep(
    work: Work,
    case: Case,
    composed: Composed,
    *,
    drawn: Drawn,
    person: Person,
    kind: str | None = None,
    replaces: Document | None = None,
    key: str | None = None,
) -> Document:
    """Keep what was drawn and say so in the locked case's chain."""
    filled, blobs = composed.filled, work.ports.blobs
    document = Document(
        case_id=case.id,
        person_id=person.id,
        procedure_version_id=case.procedure_version_id,
        number=filled.number,
        kind=kind or filled.kind,
        template=composed.template,
        title=filled.title,
        titles=dict(filled.titles),
        language="+".join(filled.languages),
        values=dict(composed.values),
        content=filled.content(),
        text=filled.text,
        text_sha256=filled.text_sha256,
        sha256=blobs.put(drawn.document.pdf),
        pages=drawn.document.pages,
        pictures=[blobs.put(picture) for picture in drawn.pictures],
        fields=field_rows(drawn.document.fields),
        replaces_id=None if replaces is None else replaces.id,
        key=key,
        made_at=work.now,
    )
    work.session.add(document)
    work.session.flush()
    events.append(work, "document.made", _facts(document), case=case)
    return document


def _facts(document: Document) -> dict[str, Any]:
    """What the log says; the object with ``sha256`` and ``name`` is what an evidence pack takes along."""
    return {
        "document": {
            "id": document.id,
            "name": f"{document.title} {document.number}.pdf",
            "sha256": document.sha256,
            "text_sha256": document.text_sha256,
            "pages": document.pages,
            "pictures": document.pictures,
        },
        "kind": document.kind,
        "number": document.number,
        "person": document.person_id,
        "replaces": document.replaces_id,
        "template": document.template,
    }
