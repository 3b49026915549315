"""Signed editions of documents: each kept for good, and named in the case's chain by its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.signing import SignedEdition, Stage
from webapp.domain.errors import ConflictError
from webapp.domain.text import msg
from webapp.services.signing.flows import COMPANY, log

if TYPE_CHECKING:
    from models.document import Document
    from models.signing import SigningFlow
    from webapp.domain.signing import DocumentReport, Edition
    from webapp.services.work import Work

NAMES = {
    Stage.SIGNED: "员工已签",
    Stage.SEALED: "双方已签",
    Stage.ARCHIVED: "已归档",
    Stage.RENEWED: "已续期",
}
ENDINGS = {b"%PDF-": "pdf", b"PK": "zip", b"{": "json"}  # by the first bytes of a provider's report


def newest(work: Work, document_id: int) -> SignedEdition | None:
    """The edition with the most signatures; None for a document that nobody has signed."""
    return work.session.scalars(
        select(SignedEdition)
        .where(SignedEdition.document_id == document_id)
        .order_by(SignedEdition.id.desc())
        .limit(1)
    ).one_or_none()


def newest_sha256(work: Work, document: Document) -> str:
    """Where the bytes of the newest edition lie."""
    found = newest(work, document.id)
    return document.sha256 if found is None else found.sha256


def keep_edition(work: Work, flow: SigningFlow, stage: Stage, *, made: Edition, before: str) -> SignedEdition:
    """Keep an edition made from that of hash ``before``, and log it with what the validator says.

    Raises ConflictError where the document went on meanwhile: two signatures side by side cannot both stay.
    """
    if newest_sha256(work, flow.document) != before:
        raise ConflictError(msg("文书的签署状态已变化，请稍后再试。"))
    edition = SignedEdition(
        document_id=flow.document_id,
        stage=stage,
        sha256=work.ports.blobs.put(made.pdf),
        size=len(made.pdf),
        stamped_at=max((f.at for f in made.report.findings if f.at is not None), default=work.now),
        made_at=work.now,
    )
    work.session.add(edition)
    work.session.flush()
    what = "stamp_renewed" if stage is Stage.RENEWED else stage
    log(work, flow, what, **facts(flow, edition, made.report))
    if made.proof:
        log(work, flow, "reported", stage=stage.value, report=_proof(work, flow, stage, proof=made.proof))
    return edition


def _proof(work: Work, flow: SigningFlow, stage: Stage, *, proof: bytes) -> dict[str, Any]:
    """Keep a provider's report; the event's object puts it among the signers' papers of a pack."""
    ending = next((end for start, end in ENDINGS.items() if proof.startswith(start)), "dat")
    name = f"签署平台报告 {flow.document.number} {NAMES[stage]}.{ending}"
    return {"name": name, "sha256": work.ports.blobs.put(proof), "size": len(proof), "folder": "signers"}


def facts(flow: SigningFlow, edition: SignedEdition, report: DocumentReport) -> dict[str, Any]:
    """What the log says of an edition; the object with ``sha256`` and ``name`` goes into evidence packs."""
    document = flow.document
    alone = flow.role == COMPANY and edition.stage == Stage.SEALED
    said = "单位已盖章" if alone else NAMES[Stage(edition.stage)]
    return {
        "edition": {
            "name": f"{document.title} {document.number} {said}.pdf",
            "sha256": edition.sha256,
            "size": edition.size,
        },
        "stamped_at": edition.stamped_at.isoformat(),
        "signatures": [
            {
                "field": finding.field,
                "signer": finding.signer,
                "stamped_at": None if finding.at is None else finding.at.isoformat(),
                "valid": finding.valid,
                "whole": finding.whole,
            }
            for finding in report.findings
        ],
    }
