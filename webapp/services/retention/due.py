"""What may go: cases whose time is over, that nothing holds; proposed by one person, decided by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.document import Document
from models.person import Person
from models.procedure import Procedure
from models.retention import Erasure, ErasureState
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.jobs.queue import enqueue, lock_case
from webapp.services.retention.hold import checked_reason, held
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.services.work import Work

ERASE = "erase-case"  # job: take the contents of one case away
PAGE = 50


def due(work: Work) -> ColumnElement[bool]:
    """Cases whose time is over and that nothing holds.

    A case with documents of the employment stays while the person is employed: the texts of an ended contract
    are kept after its end (劳动合同法 art. 50 para. 3), as long as the procedure keeps its cases.
    """
    employed = exists().where(Person.id == Case.person_id, Person.left_on.is_(None))
    papers = exists().where(Document.case_id == Case.id)
    waiting = exists().where(Erasure.case_id == Case.id, Erasure.state != ErasureState.REFUSED)
    return (
        Case.keep_until.is_not(None)
        & (Case.keep_until <= work.now)
        & ~held()
        & ~(papers & or_(employed, _left_lately(work)))
        & ~waiting
    )


def _left_lately(work: Work) -> ColumnElement[bool]:
    """People who left fewer years ago than the procedure keeps its cases."""
    today = work.now.date()
    parts = [
        and_(
            Case.procedure_key == key,
            Person.left_on > today.replace(year=today.year - years, day=min(today.day, 28)),
        )
        for key, years in work.session.execute(select(Procedure.key, Procedure.retention_years))
    ]
    return exists().where(Person.id == Case.person_id, Person.left_on.is_not(None), or_(false(), *parts))


def list_due(work: Work, *, after: int = 0) -> Sequence[Case]:
    """Due cases in the actor's scope, oldest first, a page by key."""
    return work.session.scalars(
        select(Case)
        .options(joinedload(Case.person))
        .where(due(work), _scope(work), Case.id > after)
        .order_by(Case.id)
        .limit(PAGE)
    ).all()


def list_proposed(work: Work) -> Sequence[Erasure]:
    """Proposals that wait for a second person, oldest first."""
    return work.session.scalars(
        select(Erasure)
        .options(joinedload(Erasure.case), joinedload(Erasure.proposed_by))
        .join(Case, Case.id == Erasure.case_id)
        .where(Erasure.state == ErasureState.PROPOSED, _scope(work))
        .order_by(Erasure.id)
        .limit(200)
    ).all()


def propose(work: Work, case_ids: Sequence[int], *, reason: str) -> int:
    """Propose the erasure of due cases; returns how many, since others may have been faster or held one."""
    _check(work)
    why = checked_reason(reason)
    if not case_ids:
        sentence = msg("请先选择案件。")
        raise InvalidError(sentence, fields={"cases": (sentence,)})
    cases = work.session.scalars(
        select(Case).where(Case.id.in_(case_ids[:PAGE]), due(work), _scope(work)).order_by(Case.id)
    ).all()
    for case in cases:
        row = Erasure(
            case_id=case.id,
            state=ErasureState.PROPOSED,
            reason=why,
            proposed_by_id=work.person_id,
            proposed_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        events.append(
            work, "erasure.proposed", {"erasure": row.id, "reason": why}, case=lock_case(work, case.id)
        )
    return len(cases)


def decide(work: Work, erasure_id: int, *, confirm: bool, reason: str = "") -> None:
    """Decide on a proposal of somebody else; a refusal needs a reason.

    Raises ForbiddenError for one's own proposal, ConflictError where it was decided meanwhile or a hold was
    placed.
    """
    _check(work)
    row = work.session.scalars(
        select(Erasure)
        .join(Case, Case.id == Erasure.case_id)
        .where(Erasure.id == erasure_id, _scope(work))
        .with_for_update(of=Erasure)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.state != ErasureState.PROPOSED:
        raise ConflictError(msg("这项提议已有人处理，请刷新页面。"))
    if row.proposed_by_id == work.person_id:
        raise ForbiddenError(msg("删除须由另一人确认。"))
    case = lock_case(work, row.case_id)
    if confirm and work.session.scalar(select(Case.id).where(Case.id == case.id, held())) is not None:
        raise ConflictError(msg("这个案件已被保全，不能删除。"))
    row.decision_reason = None if confirm else checked_reason(reason)
    row.state = ErasureState.CONFIRMED if confirm else ErasureState.REFUSED
    row.decided_by_id, row.decided_at = work.person_id, work.now
    kind = "erasure.confirmed" if confirm else "erasure.refused"
    events.append(work, kind, {"erasure": row.id, "reason": row.decision_reason}, case=case)
    if confirm:
        enqueue(work, ERASE, {"erasure": row.id}, key=f"{ERASE}:{row.id}")


def _check(work: Work) -> None:
    if not work.actor.may(Permission.ERASE):
        raise ForbiddenError


def _scope(work: Work) -> ColumnElement[bool]:
    """Cases in scope but those about the actor: nobody erases what may be held against them."""
    inside = within(work.actor, Permission.ERASE, entity=Case.entity_id, path=Case.department_path)
    return inside if work.actor.system else inside & (Case.person_id != work.actor.person_id)
