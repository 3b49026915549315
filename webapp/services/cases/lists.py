"""Lists of cases: a person's own, and those of a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import joinedload

from models.case import Case
from models.person import Person
from webapp.services.scope import readable_cases

if TYPE_CHECKING:
    from webapp.services.inbox.pages import Cursor
    from webapp.services.work import Work

PAGE = 50


def own_cases(work: Work) -> list[Case]:
    """Cases about the actor or begun by them, newest first, at most 100."""
    return list(
        work.session.scalars(
            select(Case)
            .options(joinedload(Case.person, innerjoin=True))
            .where(
                or_(Case.person_id == work.person_id, Case.starter_id == work.person_id),
                Case.restricted.is_(False),
            )
            .order_by(Case.started_at.desc(), Case.id.desc())
            .limit(100)
        )
    )


def list_cases(work: Work, *, state: str = "", start: Cursor | None = None) -> list[Case]:
    """A page of the cases that the actor may read, newest first, with one row more where there are more."""
    statement = (
        select(Case)
        .options(joinedload(Case.person, innerjoin=True).joinedload(Person.department, innerjoin=True))
        .where(readable_cases(work.actor))
    )
    if state:
        statement = statement.where(Case.state == state)
    if start is not None:
        statement = statement.where(tuple_(Case.started_at, Case.id) < tuple_(start.at, start.task_id))
    return list(
        work.session.scalars(statement.order_by(Case.started_at.desc(), Case.id.desc()).limit(PAGE + 1))
    )
