"""What the files of a case prove: as legal wrote in a bundle, else as the procedure says, else as is usual.

Nothing of it is written here: the words are data of the version that the case is pinned to, of
``forms/law/proof.toml``, or of legal's own exhibits, where the actor may read their bundle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.bundle import Bundle, Exhibit
from models.custody import Custody
from models.document import Document
from models.procedure import ProcedureVersion
from models.signing import SignedEdition
from models.task import Attachment, Task
from webapp.adapters.lawdata import seed_proofs
from webapp.domain.exhibits import Proof, Side
from webapp.domain.papers import PaperKind
from webapp.services.documents.template import read_head
from webapp.services.evidence.bundles.access import readable_bundles
from webapp.services.evidence.papers import KIND, document_kind
from webapp.services.procedures.drafts import files_of
from webapp.services.procedures.files import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.case import Case
    from webapp.services.procedures.files import File
    from webapp.services.work import Work


def usual_proof(kind: str) -> Proof:
    """What a kind of paper usually proves; of a kind that nobody described, what any paper does."""
    known = seed_proofs()
    return known.get(kind) or known[PaperKind.OTHER]


def case_proofs(work: Work, case: Case) -> dict[str, Proof]:
    """By SHA-256, what the procedure says of the files and documents of a case; the caller has checked it."""
    files = files_of(case.procedure_version)
    by_kind = read_settings(case.procedure_version.procedure.key, files).proofs
    found = {sha256: _first(by_kind, kinds) for sha256, kinds in _kinds(work, case)}
    return found | dict(_documents(work, case, by_kind))


def written_proofs(work: Work, case: Case) -> dict[str, Proof]:
    """By SHA-256, what legal wrote last of a paper in those bundles on the person that the actor may read."""
    rows = work.session.scalars(
        select(Exhibit)
        .join(Bundle, Bundle.id == Exhibit.bundle_id)
        .where(
            Bundle.person_id == case.person_id,
            Exhibit.side == Side.OURS,
            Exhibit.event_id.is_(None),
            readable_bundles(work.actor),
        )
        .order_by(Bundle.changed_at, Exhibit.id)
    )
    return {
        row.sha256: Proof(proves=row.proves, content=row.content)
        for row in rows
        if row.proves.strip() and row.content.strip()
    }


def _first(by_kind: Mapping[str, Proof], kinds: tuple[str, ...]) -> Proof:
    """The procedure's words for the first of the kinds that it names, else the usual ones of the last."""
    return next((by_kind[kind] for kind in kinds if kind in by_kind), None) or usual_proof(kinds[-1])


def _kinds(work: Work, case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each file's hash with the names under which the procedure may speak of it; the nearest first."""
    items = select(Custody.sha256, Custody.kind).where(Custody.case_id == case.id).order_by(Custody.id)
    for sha256, kind in work.session.execute(items):
        yield sha256, (kind, PaperKind.OTHER.value)
    rows = work.session.execute(
        select(Attachment, Task)
        .outerjoin(Task, Task.id == Attachment.task_id)
        .where(Attachment.case_id == case.id)
        .order_by(Attachment.id)
    )
    for row, task in rows:
        of_step = None if task is None else (task.properties or {}).get(KIND)
        kinds = [kind for kind in (row.field, of_step) if kind]
        paper = next((kind for kind in kinds if kind in set(PaperKind)), PaperKind.OTHER.value)
        yield row.sha256, (*kinds, paper)


def _documents(work: Work, case: Case, by_kind: Mapping[str, Proof]) -> Iterator[tuple[str, Proof]]:
    """Documents of a case with all their signed editions: by their template's head, then by their kind."""
    rows = list(
        work.session.scalars(select(Document).where(Document.case_id == case.id).order_by(Document.id))
    )
    editions = work.session.execute(
        select(SignedEdition.document_id, SignedEdition.sha256).where(
            SignedEdition.document_id.in_([row.id for row in rows])
        )
    ).all()
    bodies: dict[int, Mapping[str, File]] = {}
    for row in rows:
        if row.procedure_version_id not in bodies:
            version = work.session.get_one(ProcedureVersion, row.procedure_version_id)
            bodies[version.id] = {file.path: file for file in files_of(version)}
        template = bodies[row.procedure_version_id].get(row.template)
        head = None if template is None else read_head(template.path, template.body).proof
        proof = head or _first(by_kind, (row.kind, document_kind(row.kind).value))
        yield row.sha256, proof
        yield from ((sha256, proof) for number, sha256 in editions if number == row.id)
