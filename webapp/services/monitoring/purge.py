"""Observations end: each on its own day, unless a hold covers the person (个人信息保护法 arts. 19, 47)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select

from models.observation import CustomerContact, Punch, WorkReport, WorkResult
from models.person import Person
from models.retention import LegalHold
from webapp.services import events
from webapp.services.people import local_date

if TYPE_CHECKING:
    from webapp.services.work import Work

TABLES: tuple[Any, ...] = (Punch, WorkReport, WorkResult, CustomerContact)


def purge(work: Work) -> int:
    """Delete what is over; how many rows. A hold of a person or of their employer keeps theirs."""
    today = local_date(work.now)
    held = (
        select(Person.id)
        .join(LegalHold, LegalHold.entity_id == Person.entity_id)
        .where(
            LegalHold.released_at.is_(None),
            LegalHold.case_id.is_(None),
            or_(LegalHold.person_id.is_(None), LegalHold.person_id == Person.id),
        )
    )
    counts = {}
    for table in TABLES:
        over = (table.keep_until < today) & table.person_id.not_in(held)
        count = work.session.scalar(select(func.count()).select_from(table).where(over)) or 0
        if count:
            work.session.execute(delete(table).where(over).execution_options(synchronize_session=False))
            counts[table.__tablename__] = count
    if counts:
        events.append(work, "observation.deleted", {"until": today.isoformat(), **counts})
    return sum(counts.values())
