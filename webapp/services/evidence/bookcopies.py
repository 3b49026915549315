"""Reading copies in a pack's book: which originals get one, and the copies, made outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.custody import Custody, ReadingCopy
from models.document import Document
from models.signing import SignedEdition
from webapp.adapters.readings.apart import read_apart
from webapp.adapters.readings.kinds import classify
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.evidencebook import ExhibitReading
from webapp.domain.readingcopy import Picture, Reading, from_json
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.services.evidence.files import NamedFile
    from webapp.services.work import Blobs, Work

MOST_READ = 40  # originals whose copies are printed
MOST_PICTURES = 40_000_000  # bytes of pictures in a book: its memory is bounded, whatever is attached
NOT_OPENED = msg("原件只保存，不打开，未附阅读件。")
NO_MORE = msg("为控制篇幅，未附阅读件；见包内原件。")
GONE = msg("原件已按期删除，指纹仍在。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPlan:
    """How the reading copy of one original is come by, outside any transaction."""

    number: int
    name: str
    sha256: str
    content_sha256: str | None = None  # the vault has made it
    note: Message | None = None  # why there is none


def plan_readings(work: Work, case_id: int, files: Iterable[NamedFile]) -> tuple[ReadingPlan, ...]:
    """Which originals get a copy: of a signed document the newest edition, of the vault what it made."""
    made = dict(
        work.session.execute(
            select(Custody.sha256, ReadingCopy.content_sha256)
            .join(ReadingCopy, ReadingCopy.custody_id == Custody.id)
            .where(Custody.case_id == case_id)
        ).all()
    )
    older = _older_editions(work, case_id)
    plans: list[ReadingPlan] = []
    for file in files:
        plan = ReadingPlan(number=file.number, name=file.name, sha256=file.sha256)
        if file.sha256 in older:
            plan = replace(plan, note=msg("同一文书的较早文本，阅读件见其最后签署的文本。"))
        elif made.get(file.sha256):
            plan = replace(plan, content_sha256=made[file.sha256])
        plans.append(plan)
    return tuple(plans)


def _older_editions(work: Work, case_id: int) -> frozenset[str]:
    """Hashes of all texts of the case's documents but the newest of each."""
    newest: dict[int, str] = {}
    every: set[str] = set()
    for document_id, sha256 in work.session.execute(
        select(Document.id, Document.sha256).where(Document.case_id == case_id).order_by(Document.id)
    ):
        newest[document_id] = sha256
        every.add(sha256)
    for document_id, sha256 in work.session.execute(
        select(SignedEdition.document_id, SignedEdition.sha256)
        .where(SignedEdition.document_id.in_(list(newest)))
        .order_by(SignedEdition.id)
    ):
        newest[document_id] = sha256
        every.add(sha256)
    return frozenset(every - set(newest.values()))


def make_readings(plans: Iterable[ReadingPlan], blobs: Blobs) -> tuple[ExhibitReading, ...]:
    """Make the copies, each file read in a process of its own; no transaction is open meanwhile."""
    found: list[ExhibitReading] = []
    room, count = MOST_PICTURES, 0
    for plan in plans:
        reading, note = None, plan.note
        if note is None and (count >= MOST_READ or room <= 0):
            note = NO_MORE
        elif note is None:
            reading, note = _reading(plan, blobs)
            count += reading is not None
            room -= _weight(reading)
        found.append(ExhibitReading(number=plan.number, name=plan.name, reading=reading, note=note or ""))
    return tuple(found)


def _weight(reading: Reading | None) -> int:
    parts = reading.parts if reading is not None else ()
    return sum(len(part.jpeg) for part in parts if isinstance(part, Picture))


def _reading(plan: ReadingPlan, blobs: Blobs) -> tuple[Reading | None, Message | None]:
    try:
        if plan.content_sha256 is not None:
            return from_json(blobs.get(plan.content_sha256)), None
        data = blobs.get(plan.sha256)
        kind = classify(data, plan.name)
        if not kind.readable:
            return None, NOT_OPENED
        return read_apart(data, kind=kind.kind, media_type=kind.media_type), None
    except InvalidError as error:
        return None, error.message
    except NotFoundError:
        return None, GONE
