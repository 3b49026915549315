"""People: who acts, whom a diagram means, who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from models.account import Grant
from models.organisation import Department, Entity
from models.person import Person, Substitution
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import TABLE, Actor, Granted, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy.orm import Session

SHANGHAI = ZoneInfo("Asia/Shanghai")


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
    manager, substitute = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Person, manager.number, substitute)
        .outerjoin(manager, Person.manager_id == manager.id)
        .outerjoin(
            Substitution,
            (Substitution.person_id == Person.id)
            & (Substitution.starts_on <= on)
            & (Substitution.ends_on >= on)
            & Substitution.revoked_at.is_(None)
            & or_(Substitution.procedure_key.is_(None), Substitution.procedure_key == procedure_key),
        )
        .outerjoin(substitute, Substitution.substitute_id == substitute.id)
        .where(Person.number.in_(wanted))
        .order_by(Substitution.id)
    )
    found: dict[str, Holder] = {}
    for person, manager_number, other in rows:
        holder = found.get(person.number) or _holder(person, manager_number, on=on)
        if other is not None:
            holder = replace(holder, standins=(*holder.standins, _standin(other, on=on)))
        found[person.number] = holder
    return found


def _holder(person: Person, manager_number: str | None, *, on: date) -> Holder:
    return Holder(
        person_id=person.id,
        number=person.number,
        name=person.name,
        manager_number=manager_number,
        left=_has_left(person, on),
    )


def _standin(person: Person, *, on: date) -> StandIn:
    return StandIn(person_id=person.id, name=person.name, left=_has_left(person, on))


def _has_left(person: Person, on: date) -> bool:
    return person.left_on is not None and person.left_on < on  # the last day is still worked


def manned_roles(
    session: Session, roles: Iterable[str], *, entity_id: int, on: date, but: tuple[int, ...]
) -> frozenset[str]:
    """Which of these roles somebody holds in an entity who is still here, leaving some people out."""
    wanted = sorted(set(roles))
    if not wanted:
        return frozenset()
    found = session.scalars(
        select(Grant.role)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role.in_(wanted),
            Grant.department_id.is_(None),
            or_(Grant.entity_id == entity_id, Grant.entity_id.is_(None)),
            or_(Person.left_on.is_(None), Person.left_on >= on),
            Person.id.not_in(but),
        )
        .distinct()
    )
    return frozenset(found)
