"""Erasing a case's contents: what was said goes, that something was said stays, and every proof holds.

Leaves, links, tree and heads are over hashes of salted text; without salt and text nothing can be guessed
back (PIPL art. 47), and inclusion proofs are as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, func, select, update

from models import metadata
from models.case import Case
from models.custody import Custody, ReadingCopy
from models.document import Document
from models.event import Event, EventPayload
from models.job import Job
from models.privacy import DataPackage
from models.retention import Erasure, ErasureState
from models.task import Attachment, Task
from webapp.domain.errors import ConflictError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.queue import lock_case
from webapp.services.retention import bundles
from webapp.services.retention.due import ERASE
from webapp.services.retention.hold import held

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webapp.services.work import Work

#: Tables whose column sha256 is of a text in the row, not of bytes in the store.
TEXTS = ("specification", "procedure_file", "shipped_state", "delivery")
#: Tables about a case whose rows stay, and why. A test fails on a new table that is in neither list.
STAY = {
    "event": "its payload is erased, its leaf proves the order",
    "task": "blanked: that a step was done, when and by whom",
    "erasure": "who decided",
    "legal_hold": "who held what",
    "leave_request": "the ledger of balances stands on it",
    "bundle": "legal's file of a dispute; the case's papers and acts go out of it, words out of its editions",
    "consent_entry": "the person's own word, which no case decides over",
    "campaign": "counts of many people",
    "campaign_member": "counts of many people",
    "substitution": "who stood in for whom",
}
#: Tables about a case whose rows go, with all that hangs on them.
GO = (
    "alert",
    "data_package",
    "comment",
    "attachment",
    "custody",
    "notice",
    "incident",
    "delivery",
    "contract_terms",
    "receipt",
    "document",
    "signing_flow",
    "job",
    "timer",
    "awaited_message",
    "message_start",
    "migration_member",
    "ballot",
    "case_copy",
    "paper_request",
)


def perform(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Erase one case; a repeat after a kill finds it done. Bytes go after the rows that name them."""
    with units() as work:
        row = work.session.get_one(Erasure, int(job.payload["erasure"]), with_for_update=True)
        if row.state not in (ErasureState.CONFIRMED, ErasureState.DONE):
            return {}
        loose = job.payload.get("blobs") or _blobs(work, row.case_id)
        if row.state == ErasureState.CONFIRMED:
            case = lock_case(work, row.case_id)
            if work.session.scalar(select(Case.id).where(Case.id == case.id, held())) is not None:
                raise ConflictError(msg("这个案件已被保全，不能删除。"))
            _keep_list(work, job, loose)
            counts = erase(work, case, files=loose)
            row.state, row.done_at = ErasureState.DONE, work.now
            events.append(work, "case.erased", {"erasure": row.id, **counts}, case=case)
    with units() as work:
        unused = [sha for sha in loose if not is_used(work, sha)]
        for sha256 in unused:
            work.ports.blobs.forget(sha256)
    return {}


def _keep_list(work: Work, job: TakenJob, loose: Sequence[str]) -> None:
    """Write into the job which bytes must go: a worker that dies next leaves the list to another."""
    row = work.session.get_one(Job, job.id)
    row.payload = {**row.payload, "blobs": list(loose)}
    work.session.flush()


def erase(work: Work, case: Case, *, files: Sequence[str]) -> dict[str, int]:
    """Take the contents away; returns how many rows of each kind are gone. ``files`` are the case's bytes."""
    session = work.session
    going = bundles.of_case(work, case, files)
    lines = bundles.forget_words(work, going)
    ids = select(Event.id).where(Event.case_id == case.id)
    payloads = session.scalar(
        select(func.count())
        .select_from(EventPayload)
        .where(EventPayload.event_id.in_(ids), EventPayload.erased_at.is_(None))
    )
    session.execute(
        update(EventPayload)
        .where(EventPayload.event_id.in_(ids), EventPayload.erased_at.is_(None))
        .values(body=None, salt=None, erased_at=work.now)
        .execution_options(synchronize_session=False)
    )
    gone = remove(work, metadata.tables["exhibit"], column="id", keys=sorted(going.exhibits))
    counts = {"payloads": payloads or 0, "edition_line": lines, "exhibit": gone}
    for name in GO:
        table = metadata.tables.get(name)
        if table is not None:
            counts[name] = remove(work, table, column="case_id", keys=[case.id])
    tasks = list(session.scalars(select(Task.id).where(Task.case_id == case.id)))
    for name in ("task_draft", "search_gram"):
        remove(work, metadata.tables[name], column="task_id", keys=tasks)
    session.execute(
        update(Task)
        .where(Task.case_id == case.id)
        .values(variables={}, result=None, grams=[])
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    bundles.recount(work, going)
    case.title, case.variables, case.snapshot, case.waits = case.number, {}, "", {}
    return {kind: count for kind, count in counts.items() if count}


def remove(work: Work, table: Table, *, column: str, keys: Sequence[Any]) -> int:
    """Delete the rows of a table that point at ``keys`` by ``column``, and first all that points at them."""
    if not keys:
        return 0
    chosen = table.c[column].in_(keys)
    for other in metadata.sorted_tables:
        for foreign in other.foreign_keys:
            if foreign.column.table is table and other is not table:
                own = foreign.column
                found = list(work.session.scalars(select(own).where(chosen)))
                remove(work, other, column=foreign.parent.name, keys=found)
    gone = work.session.scalar(select(func.count()).select_from(table).where(chosen)) or 0
    if gone:
        work.session.execute(delete(table).where(chosen))
    return gone


def _blobs(work: Work, case_id: int) -> list[str]:
    """The bytes that the case's rows name, read before the rows are gone."""
    found = set(work.session.scalars(select(Attachment.sha256).where(Attachment.case_id == case_id)))
    for document in work.session.scalars(select(Document).where(Document.case_id == case_id)):
        found |= {document.sha256, *document.pictures}
    found |= set(work.session.scalars(select(Custody.sha256).where(Custody.case_id == case_id)))
    for copy in work.session.scalars(
        select(ReadingCopy)
        .join(Custody, Custody.id == ReadingCopy.custody_id)
        .where(Custody.case_id == case_id)
    ):
        found |= {sha256 for sha256 in (copy.sha256, copy.content_sha256) if sha256}
    found |= set(work.session.scalars(select(DataPackage.sha256).where(DataPackage.case_id == case_id)))
    edition = metadata.tables.get("signed_edition")
    if edition is not None:
        ids = select(Document.id).where(Document.case_id == case_id)
        found |= set(work.session.scalars(select(edition.c.sha256).where(edition.c.document_id.in_(ids))))
    return sorted(found)


def is_used(work: Work, sha256: str) -> bool:
    """Whether another record's row names the same bytes, in whatever column it names bytes."""
    naming = (
        column
        for table in metadata.sorted_tables
        if table.name not in TEXTS
        for column in table.c
        if column.name.endswith("sha256")
    )
    return any(
        work.session.scalar(select(func.count()).select_from(column.table).where(column == sha256))
        for column in naming
    )


HANDLERS[ERASE] = perform
