"""Evidence packs: the case's chain is sealed, the head stamped, the pack written, the export logged.

The event that logs an export stands in the case's chain and names the pack and the book in it, so that every
later pack proves which book was given out. The chain is sealed again by the next export.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from models.case import Case
from webapp.adapters.pack import CHUNK, write_pack
from webapp.domain.errors import NotFoundError
from webapp.domain.pack import EXPORTED
from webapp.domain.permissions import Permission
from webapp.services import events
from webapp.services.evidence.gather import book_of, gather, whole
from webapp.services.evidence.redact import plain_mask, redact
from webapp.services.jobs.queue import lock_case
from webapp.services.log import stamp_heads, take_head
from webapp.services.log.closing import close_chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.adapters.signing import Doors
    from webapp.domain.permissions import Actor
    from webapp.domain.redaction import Mask
    from webapp.services.jobs.handlers import Units
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What the reader is told on paper: compare it with the file."""

    number: str
    sha256: str  # of the zip
    size: int  # bytes
    book_sha256: str  # of the printed book in it
    leaves: int  # of the tree under the head that it proves


def export_pack(
    units: Units, case_id: int, out: BinaryIO, *, doors: Doors, masks: Sequence[Mask] = ()
) -> Exported:
    """Write the pack of a case to ``out`` (seekable, readable) to be given out, and log that it was.

    With ``masks`` a redacted edition of it. Raises what :func:`make_pack` raises.
    """
    exported = make_pack(units, case_id, out, doors=doors, masks=masks)
    facts: dict[str, object] = {
        "number": exported.number,
        "pack_sha256": exported.sha256,
        "book_sha256": exported.book_sha256,
        "size": exported.size,
        "leaves": exported.leaves,
    }
    if masks:
        facts["masks"] = [plain_mask(mask) for mask in masks]
    with units() as work:
        case = check_readable(work, lock_case(work, case_id))
        events.append(work, EXPORTED, facts, case=case)
    return exported


def make_pack(
    units: Units, case_id: int, out: BinaryIO, *, doors: Doors, masks: Sequence[Mask] = ()
) -> Exported:
    """Write the pack of a case to ``out`` for a check of our own; nothing says that anybody got it.

    Two transactions with the authority's answers and the printing between and after them, so that no lock
    waits for the network or for a long book; a fault of the authority raises SigningUnavailableError and may
    be tried again. Raises NotFoundError for a case that the actor may not take evidence of, InvalidError for
    a mask that cannot be made.
    """
    with units() as work:
        head_id = _seal_case(work, case_id)
    stamp_heads(units, doors.tsa)
    with units() as work:
        gathered = gather(work, case_id, head_id, doors=doors)
    contents = redact(gathered, masks) if masks else whole(gathered)
    write_pack(out, contents, seal=lambda manifest: doors.seal(manifest, now=gathered.now))
    digest, size = _measure(out)
    return Exported(
        number=contents.info.number,
        sha256=digest,
        size=size,
        book_sha256=hashlib.sha256(book_of(contents)).hexdigest(),
        leaves=contents.head.size,
    )


def _seal_case(work: Work, case_id: int) -> int:
    """Close the chain with a count, unless nothing happened since it was closed; return the head's id."""
    case = check_readable(work, lock_case(work, case_id) if work.session.get(Case, case_id) else None)
    close_chain(work, case)
    return take_head(work).id


def check_readable(work: Work, case: Case | None) -> Case:
    """Return the case if the actor may take evidence of it; missing and forbidden look the same."""
    if case is None or not takes_evidence(work.actor, case):
        raise NotFoundError
    return case


def takes_evidence(actor: Actor, case: Case) -> bool:
    """Whether evidence of a case is the actor's to take: never of one about themselves.

    A pack holds all that was said in the case: items of the vault, fields withheld from the person.
    """
    own = not actor.system and case.person_id == actor.person_id
    return not own and actor.may_within(
        Permission.EVIDENCE_READ, entity_id=case.entity_id, department_path=case.department_path
    )


def _measure(out: BinaryIO) -> tuple[str, int]:
    """SHA-256 and length of what was written."""
    digest, size = hashlib.sha256(), 0
    out.seek(0)
    while chunk := out.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
