"""What our own workers do for each job type, without holding a transaction meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.services.contracts.terms import SWITCH, switch_terms
from webapp.services.documents.job import make_document_job
from webapp.services.evidence.readings import READ, read_evidence
from webapp.services.leave.newyear import begin_year
from webapp.services.leave.recount import recount_leave
from webapp.services.migrations.runs import MOVE, move_cases
from webapp.services.permits.expiry import KIND as PERMIT_EXPIRY
from webapp.services.permits.expiry import permit_expiry
from webapp.services.signing.jobs import archive_document, seal_document, sign_document
from webapp.services.signing.seals import seal_batch

if TYPE_CHECKING:
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenJob:
    """A leased job as its handler sees it; the receiver of an outside effect keys on ``key``."""

    id: int
    type: str
    key: str
    payload: Mapping[str, Any]


Units = Callable[[], AbstractContextManager["Work"]]
Handler = Callable[[Units, TakenJob], Mapping[str, Any]]

HANDLERS: dict[str, Handler] = {
    "leave-new-year": begin_year,
    "leave-recount": recount_leave,
    "make-document": make_document_job,
    SWITCH: switch_terms,
    PERMIT_EXPIRY: permit_expiry,
    "sign-document": sign_document,
    "seal-document": seal_document,
    "archive-document": archive_document,
    "seal-batch": seal_batch,
    READ: read_evidence,
    MOVE: move_cases,
}
