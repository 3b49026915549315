"""People: who acts, whom a diagram means, who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Date, String, and_, bindparam, or_, select

from models.account import Grant
from models.organisation import Department, Entity
from models.person import Person, Substitution
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import TABLE, Actor, Granted, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

SHANGHAI = ZoneInfo("Asia/Shanghai")
PERSON: Any = Person.__table__


def local_date(at: datetime) -> date:
    """The date in mainland China at an aware time."""
    return at.astimezone(SHANGHAI).date()


def load_actor(session: Session, person_id: int) -> Actor:
    """Read a person with their grants; heads of departments are managers of the subtree.

    Raises NotFoundError where no such person exists.
    """
    row = session.execute(
        select(Person, Department.path)
        .join(Department, Person.department_id == Department.id)
        .where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    person, path = row
    grants = (*_granted(session, person_id), *_headed(session, person_id))
    return Actor(
        person_id=person.id,
        name=person.name,
        entity_id=person.entity_id,
        department_path=path,
        grants=grants,
        queues=_queues(session, grants),
        language=person.language,
        number=person.number,
    )


def _granted(session: Session, person_id: int) -> tuple[Granted, ...]:
    rows = session.execute(
        select(Grant.role, Grant.entity_id, Department.path)
        .outerjoin(Department, Grant.department_id == Department.id)
        .where(Grant.person_id == person_id)
        .order_by(Grant.id)
    )
    return tuple(Granted(role=Role(r), entity_id=e, department_path=p) for r, e, p in rows)


def _headed(session: Session, person_id: int) -> tuple[Granted, ...]:
    paths = session.scalars(
        select(Department.path).where(Department.head_id == person_id).order_by(Department.id)
    )
    return tuple(Granted(role=Role.MANAGER, department_path=p) for p in paths)


def _queues(session: Session, grants: tuple[Granted, ...]) -> tuple[str, ...]:
    working = [g for g in grants if Permission.TASK_WORK in TABLE[g.role] and g.department_path is None]
    everywhere = [g.role for g in working if g.entity_id is None]
    entities = session.scalars(select(Entity.id)).all() if everywhere else ()
    named = {queue_name(g.role, g.entity_id) for g in working if g.entity_id is not None}
    return tuple(sorted(named | {queue_name(r, e) for r in everywhere for e in entities}))


def queue_name(role: str, entity_id: int) -> str:
    """The queue of a role in an entity, as ``task.queue`` holds it."""
    return f"{role}@{entity_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Who stands in for somebody today."""

    person_id: int
    name: str
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a number in a diagram means today, with line manager and stand-ins, the first named first."""

    person_id: int
    number: str
    name: str
    manager_number: str | None
    left: bool
    standins: tuple[StandIn, ...] = ()


def find_holders(
    session: Session, numbers: Iterable[str], *, on: date, procedure_key: str
) -> dict[str, Holder]:
    """Read people by employee number, each with the stand-ins that are valid on a day: one statement.

    A stand-in does not cascade: whoever stands in and is away as well keeps the task.
    """
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    rows = session.execute(_holders(), {"numbers": wanted, "day": on, "procedure": procedure_key})
    found: dict[str, Holder] = {}
    for row in rows:
        holder = found.get(row.number) or _holder(row, on)
        if row.other_id is not None:
            left = _has_left(row.other_left_on, on)
            other = StandIn(person_id=row.other_id, name=row.other_name, left=left)
            holder = replace(holder, standins=(*holder.standins, other))
        found[row.number] = holder
    return found


@cache
def _holders() -> Select[Any]:
    person, manager, other = PERSON, PERSON.alias(), PERSON.alias()
    standing_in: Any = Substitution.__table__
    day, key = bindparam("day", type_=Date), bindparam("procedure", type_=String)
    valid = and_(
        standing_in.c.person_id == person.c.id,
        standing_in.c.starts_on <= day,
        standing_in.c.ends_on >= day,
        standing_in.c.revoked_at.is_(None),
        or_(standing_in.c.procedure_key.is_(None), standing_in.c.procedure_key == key),
    )
    return (
        select(
            person.c.id,
            person.c.number,
            person.c.name,
            person.c.left_on,
            manager.c.number.label("manager_number"),
            other.c.id.label("other_id"),
            other.c.name.label("other_name"),
            other.c.left_on.label("other_left_on"),
        )
        .select_from(person)
        .outerjoin(manager, person.c.manager_id == manager.c.id)
        .outerjoin(standing_in, valid)
        .outerjoin(other, standing_in.c.substitute_id == other.c.id)
        .where(person.c.number.in_(bindparam("numbers", expanding=True, type_=String)))
        .order_by(standing_in.c.id)
    )


def _holder(row: Any, on: date) -> Holder:
    return Holder(
        person_id=row.id,
        number=row.number,
        name=row.name,
        manager_number=row.manager_number,
        left=_has_left(row.left_on, on),
    )


def _has_left(left_on: date | None, on: date) -> bool:
    return left_on is not None and left_on < on  # the last day is still worked


def manned_roles(
    session: Session, roles: Iterable[str], *, entity_id: int, on: date, but: tuple[int, ...]
) -> frozenset[str]:
    """Which of these roles somebody holds in an entity who is still here, leaving some people out."""
    wanted = sorted(set(roles))
    if not wanted:
        return frozenset()
    values = {"roles": wanted, "entity": entity_id, "day": on, "but": list(but)}
    return frozenset(session.scalars(_manned(), values))


@cache
def _manned() -> Select[str]:
    return (
        select(Grant.role)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role.in_(bindparam("roles", expanding=True, type_=String)),
            Grant.department_id.is_(None),
            or_(Grant.entity_id == bindparam("entity", type_=BigInteger), Grant.entity_id.is_(None)),
            or_(Person.left_on.is_(None), Person.left_on >= bindparam("day", type_=Date)),
            Person.id.not_in(bindparam("but", expanding=True, type_=BigInteger)),
        )
        .distinct()
    )
