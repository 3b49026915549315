"""What one transaction reads for a pack, and the pack made of it outside of any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from models.case import Case
from models.log import LogHead
from models.organisation import Entity
from webapp.adapters.pack import Member, PackContents, member
from webapp.adapters.pdf import render_book
from webapp.domain.pack import PackInfo
from webapp.services.evidence.book import evidence_book
from webapp.services.evidence.bookcopies import ReadingPlan, make_readings, plan_readings
from webapp.services.evidence.files import NamedFile, list_files
from webapp.services.log import log_entries
from webapp.services.log.sequencer import head_value

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.adapters.signing import Doors
    from webapp.domain.evidencebook import EvidenceBook
    from webapp.services.work import Blobs, Work

SOFTWARE = "Hegui 0.1.0"
BOOK = "证据册.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a pack is made of; printing, and reading files apart, come after it."""

    contents: PackContents
    book: EvidenceBook
    plans: tuple[ReadingPlan, ...]
    files: tuple[NamedFile, ...]
    blobs: Blobs
    now: datetime


def whole(gathered: Gathered) -> PackContents:
    """The pack with everything in it."""
    book = replace(gathered.book, readings=make_readings(gathered.plans, gathered.blobs))
    return with_book(gathered.contents, book)


def with_book(contents: PackContents, book: EvidenceBook) -> PackContents:
    """The pack with its printed book in front."""
    return replace(contents, members=(member(BOOK, render_book(book)), *contents.members))


def book_of(contents: PackContents) -> bytes:
    """The printed book that a pack has in front."""
    book = next(each for each in contents.members if each.path == BOOK)
    with book.open() as source:
        return source.read()


def gather(work: Work, case_id: int, head_id: int, *, doors: Doors) -> Gathered:
    """Read a case whose head is stamped; the caller has checked who may."""
    case = work.session.get_one(Case, case_id)
    head = work.session.get_one(LogHead, head_id)
    assert head.token is not None  # stamped just before
    assert head.stamped_at is not None
    entries = log_entries(work.session, case_id, size=head.size)
    files = list_files(entries)
    contents = PackContents(
        info=_info(work, case, size=head.size),
        members=tuple(_original(file, work.ports.blobs) for file in files),
        entries=entries,
        head=head_value(head),
        head_token=head.token,
        trust=doors.trust(work.now),
    )
    book = evidence_book(
        work, case_id, contents=contents, files=files, stamped_at=head.stamped_at, trial=doors.trial
    )
    return Gathered(
        contents=contents,
        book=book,
        plans=plan_readings(work, case_id, files),
        files=files,
        blobs=work.ports.blobs,
        now=work.now,
    )


def _info(work: Work, case: Case, *, size: int) -> PackInfo:
    return PackInfo(
        number=f"EP-{case.number}-{size}",
        title=case.title,
        organisation=work.session.get_one(Entity, case.entity_id).name,
        made_at=work.now,
        made_by=work.actor.name,
        software=SOFTWARE,
    )


def _original(file: NamedFile, blobs: Blobs) -> Member:
    return Member(path=file.path, open=partial(_open_blob, blobs, file.sha256))


def _open_blob(blobs: Blobs, sha256: str) -> BinaryIO:
    return BytesIO(blobs.get(sha256))
