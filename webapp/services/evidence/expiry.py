"""The end of vault items that belong to no case: proposed by one person, decided by another, proofs stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from models import metadata
from models.custody import Custody, CustodyStep, ReadingCopy
from models.event import Event, EventPayload
from webapp.domain.custody import Step
from webapp.domain.errors import ConflictError, ForbiddenError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.evidence.custody import add_step, read_item
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.queue import enqueue
from webapp.services.retention import bundles
from webapp.services.retention.erase import is_used, remove
from webapp.services.retention.hold import checked_reason, held_items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

FORGET = "forget-evidence"  # job: take bytes away that no row names any more


def proposal_of(work: Work, item_id: int) -> CustodyStep | None:
    """The proposal that waits for a second person; None where there is none."""
    last = work.session.scalars(
        select(CustodyStep)
        .where(CustodyStep.custody_id == item_id, CustodyStep.kind.in_((Step.PROPOSED, Step.REFUSED)))
        .order_by(CustodyStep.id.desc())
        .limit(1)
    ).one_or_none()
    return last if last is not None and last.kind == Step.PROPOSED else None


def is_over(work: Work, row: Custody) -> bool:
    """Whether an item without a case is past its time and nothing holds it."""
    if row.case_id is not None or row.keep_until is None or row.keep_until > work.now:
        return False
    return work.session.scalar(select(Custody.id).where(Custody.id == row.id, ~held_items())) is not None


def propose(work: Work, item_id: int, *, reason: str) -> None:
    """Propose the erasure of an item whose time is over; raises ConflictError where it is not, or is held."""
    row = _locked(work, item_id)
    if proposal_of(work, item_id) is not None:
        raise ConflictError(msg("这项提议已有人处理，请刷新页面。"))
    add_step(work, row, Step.PROPOSED, reason=checked_reason(reason))


def decide(work: Work, item_id: int, *, confirm: bool, reason: str = "") -> None:
    """Decide on what another person proposed: erase, or keep with a reason.

    Erasing takes rows, what the log says about the item, and the bytes unless another record names them;
    leaves, tree and proofs stay. Raises ForbiddenError for one's own proposal, ConflictError without one.
    """
    row = _locked(work, item_id)
    proposed = proposal_of(work, item_id)
    if proposed is None:
        raise ConflictError(msg("这项提议已有人处理，请刷新页面。"))
    if proposed.by_id == work.person_id:
        raise ForbiddenError(msg("删除须由另一人确认。"))
    if not confirm:
        add_step(work, row, Step.REFUSED, reason=checked_reason(reason))
        return
    _erase(work, row, proposed)


def _locked(work: Work, item_id: int) -> Custody:
    row = read_item(work, item_id)
    if not work.actor.may_within(
        Permission.ERASE, entity_id=row.entity_id, department_path=row.department_path
    ):
        raise ForbiddenError
    work.session.execute(select(Custody.id).where(Custody.id == item_id).with_for_update())
    if not is_over(work, row):
        raise ConflictError(msg("这份证据尚未期满或已被保全，不能删除。"))
    return row


def _erase(work: Work, row: Custody, proposed: CustodyStep) -> None:
    copies = work.session.scalars(select(ReadingCopy).where(ReadingCopy.custody_id == row.id)).all()
    loose = {row.sha256, *(sha for c in copies for sha in (c.sha256, c.content_sha256) if sha)}
    number, item_id, reason = row.number, row.id, proposed.reason
    said = select(Event.id).where(Event.subject == f"custody/{item_id}")
    work.session.execute(
        update(EventPayload)
        .where(EventPayload.event_id.in_(said), EventPayload.erased_at.is_(None))
        .values(body=None, salt=None, erased_at=work.now)
        .execution_options(synchronize_session=False)
    )
    going = bundles.of_item(work, row)
    bundles.forget_words(work, going)
    work.session.expunge_all()
    remove(work, metadata.tables["custody"], column="id", keys=[item_id])
    bundles.recount(work, going)
    facts = {"custody": number, "reason": reason}
    events.append(work, "custody.erased", facts, subject=f"custody/{item_id}")
    enqueue(work, FORGET, {"blobs": sorted(loose)}, key=f"{FORGET}:{item_id}")


def forget_evidence(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Take the bytes away that no record names; a repeat finds them gone."""
    with units() as work:
        for sha256 in job.payload["blobs"]:
            if not is_used(work, sha256):
                work.ports.blobs.forget(sha256)
    return {}


HANDLERS[FORGET] = forget_evidence
