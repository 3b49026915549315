"""Looking at what is masked: by those who write the record, with a reason, each time an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.contract import PersonDetail
from models.person import Person
from webapp.domain.errors import ForbiddenError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.services import events
from webapp.services.retention.hold import checked_reason
from webapp.services.scope import readable_people

if TYPE_CHECKING:
    from webapp.services.work import Work

OF_PERSON = ("phone", "email")
OF_DETAIL = ("identity_number", "address", "delivery_address")


def reveal(work: Work, person_id: int, *, reason: str) -> dict[str, str]:
    """The whole values of a person's masked fields.

    Raises NotFoundError for whom the actor may not read, ForbiddenError without the right to write it,
    InvalidError at ``reason``.
    """
    person = work.session.scalars(
        select(Person).where(Person.id == person_id, readable_people(work.actor))
    ).one_or_none()
    if person is None:
        raise NotFoundError
    if not work.actor.may_within(Permission.PERSON_WRITE, entity_id=person.entity_id):
        raise ForbiddenError
    why = checked_reason(reason)
    detail = work.session.get(PersonDetail, person_id)
    found = {name: getattr(person, name) for name in OF_PERSON}
    found |= {name: getattr(detail, name) for name in OF_DETAIL} if detail is not None else {}
    shown = {name: value for name, value in found.items() if value}
    facts = {"person": person_id, "fields": sorted(shown), "reason": why}
    events.append(work, "person.revealed", facts, subject=person.number)
    return shown
