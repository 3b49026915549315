"""Copies (抄送): a case shown to people who need not act, with their receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.approval import CaseCopy
from models.person import Person
from models.task import Task, TaskState
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.assignment import CLOSED, may_know
from webapp.services.cases.operate import lock_readable
from webapp.services.notices import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.case import Case
    from webapp.services.work import Work

MOST: Final = 30
MAX_NOTE: Final = 500


def send_copy(work: Work, case_id: int, *, numbers: Sequence[str], note: str = "") -> list[CaseCopy]:
    """Show a case to people: by who began it, has a task of it, or operates it. Each gets it once.

    Raises ForbiddenError for others, InvalidError for people who are not employed, or who have no right to
    know of a case that is closed.
    """
    case = lock_readable(work, case_id)
    if not may_copy(work, case):
        raise ForbiddenError(msg("只有发起人、办理人或本单位人事可以抄送。"))
    wanted = tuple(dict.fromkeys(n.strip() for n in numbers if n.strip()))
    if not 0 < len(wanted) <= MOST or len(note) > MAX_NOTE:
        raise InvalidError(fields={"to": (msg("请选择 1 到 {most} 位在职人员。", most=MOST),)})
    people = work.session.scalars(
        select(Person).where(Person.number.in_(wanted), Person.left_on.is_(None)).order_by(Person.id)
    ).all()
    if len(people) != len(wanted):
        raise InvalidError(fields={"to": (msg("请选择一位在职人员。"),)})
    if not all(may_know(work, case, person.id) for person in people):
        raise InvalidError(fields={"to": (CLOSED,)})
    have = set(work.session.scalars(select(CaseCopy.person_id).where(CaseCopy.case_id == case.id)))
    rows = [
        CaseCopy(
            case_id=case.id,
            person_id=person.id,
            sent_by_id=work.actor.person_id,
            note=note.strip(),
            sent_at=work.now,
        )
        for person in people
        if person.id not in have
    ]
    work.session.add_all(rows)
    numbers_sent = [p.number for p in people if p.id not in have]
    events.append(work, "case.copied", {"people": numbers_sent, "text": note.strip()}, case=case)
    sentence = msg("{name}把“{title}”抄送给您。", name=work.actor.name, title=case.title)
    tell(work, [row.person_id for row in rows], sentence, kind="cc", case_id=case.id)
    work.session.flush()
    return rows


def may_copy(work: Work, case: Case) -> bool:
    """Whether the actor may show a case to others."""
    if work.actor.person_id == case.starter_id or work.actor.may_within(
        Permission.CASE_OPERATE, entity_id=case.entity_id, department_path=case.department_path
    ):
        return True
    mine = select(Task.id).where(
        Task.case_id == case.id,
        (Task.completed_by_id == work.actor.person_id)
        | ((Task.assignee_id == work.actor.person_id) & (Task.state == TaskState.OPEN)),
    )
    return work.session.scalars(mine.limit(1)).first() is not None


def acknowledge(work: Work, case_id: int) -> CaseCopy:
    """Say that one has read a copy (已阅), once; raises NotFoundError where there is none."""
    case = lock_readable(work, case_id)
    row = work.session.scalars(
        select(CaseCopy).where(CaseCopy.case_id == case.id, CaseCopy.person_id == work.person_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.read_at is None:
        row.read_at = work.now
        events.append(work, "case.copy_read", {"copy": row.id}, case=case)
        work.session.flush()
    return row


def copies_of(work: Work, case_id: int) -> tuple[CaseCopy, ...]:
    """Who was shown a case, and who has read it; the caller has checked that the actor may read it."""
    return tuple(
        work.session.scalars(
            select(CaseCopy)
            .options(joinedload(CaseCopy.person, innerjoin=True), joinedload(CaseCopy.sent_by))
            .where(CaseCopy.case_id == case_id)
            .order_by(CaseCopy.id)
            .limit(200)
        )
    )
