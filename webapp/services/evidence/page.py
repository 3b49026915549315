"""The evidence page of a case: the verdict first, then the proof, the raw hashes last."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.case import Case
from models.event import Event
from models.log import LogHead
from webapp.domain.evidence import EventRecord, check_chain, verify_inclusion
from webapp.domain.text import Message, msg
from webapp.services.cases.timeline import read_whole
from webapp.services.evidence.export import check_readable
from webapp.services.evidence.files import NamedFile, list_files
from webapp.services.evidence.papers import PaperCheck, check_case
from webapp.services.log import log_entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.pack import LogEntry
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """What the page shows; ``faults`` empty means that every check passed just now."""

    case: Case
    entries: tuple[LogEntry, ...]
    files: tuple[NamedFile, ...]
    head: LogHead | None  # the newest stamped one
    events: tuple[Event, ...]
    titles: Mapping[int, Message]  # by sequence
    faults: tuple[Message, ...]
    uncovered: int  # events that came after the head
    papers: PaperCheck  # what would lose the case, whatever the log proves


def open_evidence(work: Work, case_id: int) -> EvidencePage:
    """Check a case's chain and proofs now; raises NotFoundError, see ``check_readable``."""
    case = check_readable(work, work.session.get(Case, case_id))
    head = work.session.scalars(
        select(LogHead).where(LogHead.token.is_not(None)).order_by(LogHead.size.desc()).limit(1)
    ).one_or_none()
    events = tuple(
        work.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.sequence))
    )
    entries = log_entries(work.session, case_id, size=head.size) if head else ()
    return EvidencePage(
        case=case,
        entries=entries,
        files=list_files(entries),
        head=head,
        events=events,
        titles={entry.sequence: entry.title for entry in read_whole(work, case).entries},
        faults=tuple(_faults(events, entries, head=head)),
        uncovered=len(events) - len(entries),
        papers=check_case(work, case),
    )


def _faults(
    events: tuple[Event, ...], entries: tuple[LogEntry, ...], *, head: LogHead | None
) -> list[Message]:
    found = [_chain_fault(events)]
    for entry in entries:
        label = {"sequence": entry.sequence}
        leaf = bytes.fromhex(entry.leaf)
        if entry.payload is not None and entry.salt is not None:
            text = b"\x00" + bytes.fromhex(entry.salt) + entry.payload.encode()
            if hashlib.sha256(text).digest() != leaf:
                found.append(msg("事件 {sequence} 的内容与指纹不符。", **label))
        proof = [bytes.fromhex(step) for step in entry.proof]
        assert head is not None  # there are no entries without one
        root = bytes.fromhex(head.root)
        if not verify_inclusion(leaf, proof, index=entry.position, size=head.size, root=root):
            found.append(msg("事件 {sequence} 的默克尔树证明不成立。", **label))
    return [fault for fault in found if fault is not None]


def _chain_fault(events: tuple[Event, ...]) -> Message | None:
    records = [
        EventRecord(
            sequence=event.sequence or 0,
            previous=bytes.fromhex(event.previous),
            leaf=bytes.fromhex(event.leaf),
        )
        for event in events
    ]
    broken = check_chain(records)
    return None if broken is None else msg("事件链在第 {sequence} 条断开。", sequence=broken)
