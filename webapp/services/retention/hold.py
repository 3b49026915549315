"""Legal holds 证据保全: placed and released by legal, with reasons; what they cover is never erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.custody import Custody
from models.person import Person
from models.retention import LegalHold
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.scope import readable_cases, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from webapp.domain.permissions import Actor
    from webapp.services.work import Work

SHORTEST, LONGEST = 4, 500  # characters of a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """What shall be held: a case, or the cases of a person; within dates where given (aware)."""

    case_number_id: int | None = None
    person_number: str = ""
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""


def held() -> ColumnElement[bool]:
    """Cases that a standing hold covers."""
    covers = or_(
        LegalHold.case_id == Case.id,
        and_(
            LegalHold.case_id.is_(None),
            LegalHold.entity_id == Case.entity_id,
            or_(LegalHold.person_id.is_(None), LegalHold.person_id == Case.person_id),
            or_(LegalHold.since.is_(None), Case.ended_at.is_(None), Case.ended_at >= LegalHold.since),
            or_(LegalHold.until.is_(None), Case.started_at < LegalHold.until),
        ),
    )
    kept = exists().where(Custody.case_id == Case.id, held_items())  # evidence holds its case
    return or_(exists().where(LegalHold.released_at.is_(None), covers), kept)


def held_items() -> ColumnElement[bool]:
    """Items of the vault that a standing hold covers: by their case, or by their person within dates."""
    covers = or_(
        LegalHold.case_id == Custody.case_id,
        and_(
            LegalHold.case_id.is_(None),
            LegalHold.entity_id == Custody.entity_id,
            or_(LegalHold.person_id.is_(None), LegalHold.person_id == Custody.person_id),
            or_(LegalHold.since.is_(None), Custody.taken_at >= LegalHold.since),
            or_(LegalHold.until.is_(None), Custody.collected_at < LegalHold.until),
        ),
    )
    return exists().where(LegalHold.released_at.is_(None), covers)


def checked_reason(text: str, *, field: str = "reason") -> str:
    """A reason fit to be kept; raises InvalidError at the field."""
    clean = text.strip()
    if not SHORTEST <= len(clean) <= LONGEST:
        sentence = msg("请写明原因，{least} 至 {most} 字。", least=SHORTEST, most=LONGEST)
        raise InvalidError(sentence, fields={field: (sentence,)})
    return clean


def place(work: Work, asked: NewHold) -> LegalHold:
    """Place a hold.

    Raises ForbiddenError for those who may not, InvalidError at the fields, NotFoundError for a case that the
    actor may not read.
    """
    if not work.actor.may(Permission.HOLD_WRITE):
        raise ForbiddenError
    reason = checked_reason(asked.reason)
    if asked.since and asked.until and asked.since >= asked.until:
        sentence = msg("结束日期应晚于开始日期。")
        raise InvalidError(sentence, fields={"until": (sentence,)})
    case, person = _case(work, asked), _person(work, asked)
    if case is None and person is None:
        sentence = msg("请填写案件编号或工号。")
        raise InvalidError(sentence, fields={"case": (sentence,)})
    row = LegalHold(
        entity_id=case.entity_id if case is not None else _entity(person),
        case_id=None if case is None else case.id,
        person_id=None if case is not None or person is None else person.id,
        since=asked.since,
        until=asked.until,
        reason=reason,
        placed_by_id=work.person_id,
        placed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    events.append(work, "hold.placed", facts(row), subject=f"hold/{row.id}")
    return row


def _entity(person: Person | None) -> int:
    assert person is not None  # one of the two was given
    return person.entity_id


def release(work: Work, hold_id: int, *, reason: str) -> None:
    """Release a hold with a reason; raises ConflictError where somebody did so before."""
    if not work.actor.may(Permission.HOLD_WRITE):
        raise ForbiddenError
    why = checked_reason(reason)
    row = work.session.scalars(
        select(LegalHold)
        .where(
            LegalHold.id == hold_id,
            within(work.actor, Permission.HOLD_WRITE, entity=LegalHold.entity_id),
            ~_about(work.actor),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.released_at is not None:
        raise ConflictError(msg("这项保全已解除，请刷新页面。"))
    row.released_at, row.released_by_id, row.release_reason = work.now, work.person_id, why
    events.append(work, "hold.released", {"hold": row.id, "reason": why}, subject=f"hold/{row.id}")


def standing(work: Work) -> Sequence[LegalHold]:
    """Holds that stand, in the actor's scope, newest first; at most 200."""
    return work.session.scalars(
        select(LegalHold)
        .options(joinedload(LegalHold.case), joinedload(LegalHold.person), joinedload(LegalHold.placed_by))
        .where(
            LegalHold.released_at.is_(None),
            within(work.actor, Permission.EVIDENCE_READ, entity=LegalHold.entity_id),
            ~_about(work.actor),
        )
        .order_by(LegalHold.id.desc())
        .limit(200)
    ).all()


def _about(actor: Actor) -> ColumnElement[bool]:
    """Holds on what concerns the actor: whom a dispute is with neither reads its holds nor lifts them."""
    own = select(Case.id).where(Case.person_id == actor.person_id)
    mine = LegalHold.person_id.is_not(None) & (LegalHold.person_id == actor.person_id)
    return or_(mine, LegalHold.case_id.is_not(None) & LegalHold.case_id.in_(own))


def _case(work: Work, asked: NewHold) -> Case | None:
    if asked.case_number_id is None:
        return None
    case = work.session.scalars(
        select(Case).where(
            Case.id == asked.case_number_id,
            readable_cases(work.actor),
            within(work.actor, Permission.HOLD_WRITE, entity=Case.entity_id, path=Case.department_path),
        )
    ).one_or_none()
    if case is None:
        sentence = msg("没有这个案件，或您无权保全。")
        raise InvalidError(sentence, fields={"case": (sentence,)})
    return case


def _person(work: Work, asked: NewHold) -> Person | None:
    if not asked.person_number:
        return None
    person = work.session.scalars(
        select(Person).where(
            Person.number == asked.person_number,
            within(work.actor, Permission.HOLD_WRITE, entity=Person.entity_id),
        )
    ).one_or_none()
    if person is None:
        sentence = msg("没有工号为“{number}”的人员。", number=asked.person_number)
        raise InvalidError(sentence, fields={"person": (sentence,)})
    return person


def facts(row: LegalHold) -> dict[str, object]:
    """What the log says of a hold."""
    return {
        "hold": row.id,
        "case": row.case_id,
        "person": row.person_id,
        "since": None if row.since is None else row.since.isoformat(),
        "until": None if row.until is None else row.until.isoformat(),
        "reason": row.reason,
    }
