"""Evidence packs: the case's chain is sealed, the head stamped, the pack written, the export logged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from models.case import Case
from models.log import LogHead
from models.organisation import Entity
from webapp.adapters.pack import CHUNK, Member, PackContents, member, write_pack
from webapp.adapters.pdf import render_book
from webapp.domain.errors import NotFoundError
from webapp.domain.pack import PackInfo
from webapp.domain.permissions import Permission
from webapp.services import events
from webapp.services.evidence.book import evidence_book
from webapp.services.evidence.files import NamedFile, list_files
from webapp.services.jobs.queue import lock_case
from webapp.services.log import log_entries, stamp_heads, take_head
from webapp.services.log.closing import close_chain
from webapp.services.log.sequencer import head_value

if TYPE_CHECKING:
    from webapp.adapters.signing import Doors
    from webapp.services.jobs.handlers import Units
    from webapp.services.work import Blobs, Work

SOFTWARE = "Hegui 0.1.0"
BOOK = "证据册.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What the reader is told on paper: compare it with the file."""

    number: str
    sha256: str  # of the zip
    size: int  # bytes


def export_pack(units: Units, case_id: int, out: BinaryIO, *, doors: Doors) -> Exported:
    """Write the pack of a case to ``out`` (seekable, readable).

    Three transactions with the authority's answers between them, so that no lock waits for the network;
    a fault of the authority raises SigningUnavailableError and may be tried again. Raises NotFoundError
    for a case that the actor may not take evidence of.
    """
    with units() as work:
        head_id = _seal_case(work, case_id)
    stamp_heads(units, doors.tsa)
    with units() as work:
        contents = _gather(work, case_id, head_id, doors=doors)
        now = work.now
    write_pack(out, contents, seal=lambda manifest: doors.seal(manifest, now=now))
    exported = _measure(out, contents.info.number)
    with units() as work:
        facts = {"number": exported.number, "pack_sha256": exported.sha256, "size": exported.size}
        events.append(work, "evidence.exported", facts, subject=f"case/{case_id}")
    return exported


def _seal_case(work: Work, case_id: int) -> int:
    """Close the chain with a count, unless nothing happened since it was closed; return the head's id."""
    case = check_readable(work, lock_case(work, case_id) if work.session.get(Case, case_id) else None)
    close_chain(work, case)
    return take_head(work).id


def check_readable(work: Work, case: Case | None) -> Case:
    """Return the case if the actor may take evidence of it; missing and forbidden look the same."""
    if case is None or not work.actor.may_within(
        Permission.EVIDENCE_READ, entity_id=case.entity_id, department_path=case.department_path
    ):
        raise NotFoundError
    return case


def _gather(work: Work, case_id: int, head_id: int, *, doors: Doors) -> PackContents:
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
    return replace(contents, members=(member(BOOK, render_book(book)), *contents.members))


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


def _measure(out: BinaryIO, number: str) -> Exported:
    digest, size = hashlib.sha256(), 0
    out.seek(0)
    while chunk := out.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Exported(number=number, sha256=digest.hexdigest(), size=size)
