"""Details of the parties that contracts name, and whether a person agrees to the electronic form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.contract import EntityDetail, PersonDetail
from models.organisation import Entity
from models.person import Person
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.identity import read_identity
from webapp.domain.masking import kept
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.scope import readable_people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work

RESIDENT = "居民身份证"
PERSON_FIELDS = {"identity_kind": 32, "identity_number": 32, "address": 300, "delivery_address": 300}
ENTITY_FIELDS = {"address": 300, "representative": 100, "contact": 200}
AGREED, REFUSED = "agreed", "refused"


def save_person_detail(work: Work, person_id: int, values: Mapping[str, str]) -> PersonDetail:
    """Write what contracts name of a person: HR of the scope. Raises InvalidError field by field."""
    person = work.session.scalars(
        select(Person).where(Person.id == person_id, readable_people(work.actor))
    ).one_or_none()
    if person is None:
        raise NotFoundError
    if not work.actor.may_within(Permission.PERSON_WRITE, entity_id=person.entity_id):
        raise ForbiddenError
    clean = _clean(values, PERSON_FIELDS)
    row = detail_of(work, person_id)
    clean = {key: kept(key, value, getattr(row, key)) for key, value in clean.items()}
    if clean.get("identity_kind", RESIDENT) == RESIDENT and clean.get("identity_number"):
        _check_identity(clean["identity_number"])
    changed = sorted(key for key, value in clean.items() if getattr(row, key) != (value or None))
    for key in changed:
        setattr(row, key, clean[key] or None)
    row.changed_at = work.now
    events.append(work, "person.detailed", {"person": person_id, "fields": changed}, subject=person.number)
    work.session.flush()
    return row


def save_entity_detail(work: Work, entity_id: int, values: Mapping[str, str]) -> EntityDetail:
    """Write what contracts name of an employer: HR of the entity."""
    entity = work.session.get(Entity, entity_id)
    if entity is None or not work.actor.may_within(Permission.PERSON_WRITE, entity_id=entity_id):
        raise NotFoundError
    clean = _clean(values, ENTITY_FIELDS)
    row = work.session.get(EntityDetail, entity_id) or EntityDetail(entity_id=entity_id)
    work.session.add(row)
    for key, value in clean.items():
        setattr(row, key, value or None)
    events.append(work, "entity.detailed", {"entity": entity.code, **clean}, subject=f"entity/{entity.code}")
    work.session.flush()
    return row


def record_electronic(work: Work, person_id: int, *, agreed: bool) -> None:
    """Note that a person agrees or refuses to make contracts in electronic form; the act logs it itself."""
    row = detail_of(work, person_id)
    row.electronic, row.electronic_at = AGREED if agreed else REFUSED, work.now
    work.session.flush()


def detail_of(work: Work, person_id: int) -> PersonDetail:
    """The row of a person, made where there is none."""
    row = work.session.get(PersonDetail, person_id)
    if row is None:
        row = PersonDetail(person_id=person_id, identity_kind=RESIDENT, changed_at=work.now)
        work.session.add(row)
        work.session.flush()
    return row


def _clean(values: Mapping[str, str], fields: Mapping[str, int]) -> dict[str, str]:
    unknown = set(values) - set(fields)
    if unknown:
        raise InvalidError
    clean = {key: str(value).strip() for key, value in values.items()}
    for key, value in clean.items():
        if len(value) > fields[key]:
            raise InvalidError(fields={key: (msg("最多 {most} 个字。", most=fields[key]),)})
    return clean


def _check_identity(number: str) -> None:
    if read_identity(number) is None:
        raise InvalidError(fields={"identity_number": (msg("身份证号不正确，请核对每一位。"),)})
