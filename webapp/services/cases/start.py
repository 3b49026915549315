"""A case begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import aliased

from models.case import Case, CaseState
from models.organisation import Department, Entity
from models.person import Person
from webapp.domain.errors import ForbiddenError, NotFoundError
from webapp.domain.permissions import Role
from webapp.engine.values import Start
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.run import run
from webapp.services.cases.values import plain
from webapp.services.procedures.bundle import load_bundle, version_to_start
from webapp.services.scope import readable_people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select

    from webapp.domain.permissions import Actor
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCase:
    """Begin a case of a procedure about a person."""

    procedure_key: str
    person_id: int
    title: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    start_element: str | None = None  # which start event; empty: the one without trigger
    starter_id: int | None = None  # on whose behalf the system starts it; a person starts in their own name


def start(work: Work, command: StartCase) -> Case:
    """Start a case on the newest released version; returns it flushed, with its first tasks.

    Raises NotFoundError where the person may not be read, ForbiddenError where the actor may not start it.
    """
    bundle = load_bundle(work.session, version_to_start(work.session, command.procedure_key))
    case = start_pinned(work, command, bundle)
    work.session.flush()
    return case


def start_pinned(work: Work, command: StartCase, bundle: Bundle) -> Case:
    """Start a case on a given version; its event is left to the caller's flush."""
    person, about = _read_person(work, command.person_id)
    _check_may_start(work.actor, bundle.settings.start_roles, person_id=person.id)
    return _begin(work, command, bundle, given={**about, **command.variables}, person=person)


def start_triggered(work: Work, command: StartCase, bundle: Bundle, *, cause: Mapping[str, Any]) -> Case:
    """Start a case that a message, signal or timer begins; the house's own variables win over what it brings.

    ``cause`` stands in the event. The caller has locked the registration.
    """
    person, about = _read_person(work, command.person_id)
    return _begin(work, command, bundle, given={**command.variables, **about}, person=person, cause=cause)


def _begin(
    work: Work,
    command: StartCase,
    bundle: Bundle,
    *,
    given: dict[str, Any],
    person: Person,
    cause: Mapping[str, Any] | None = None,
) -> Case:
    path = given.pop("department_path")
    case = Case(
        prefix=bundle.settings.prefix,
        procedure_version_id=bundle.version_id,
        procedure_key=bundle.settings.key,
        specification_sha256=bundle.specification_sha256,
        title=command.title[:200],
        person=person,
        person_id=person.id,
        starter_id=_starter_id(work, command, person),
        entity_id=person.entity_id,
        department_path="" if bundle.settings.closed else path,
        restricted=bundle.settings.restricted,
        state=CaseState.ACTIVE,
        snapshot="",
        variables={},
        waits={},
        started_at=work.now,
    )
    work.session.add(case)
    work.session.flush()  # tasks, timers and events name it by id
    starter = _starter(work, case.starter_id, person)
    own = {"starter": starter, "applicant": person.number, "case": case.number}
    variables = {**given, **own} if cause is not None else {**own, **given}
    advance = run(work, case, Start(variables=variables, start_element=command.start_element))
    events.append(
        work,
        "case.started",
        {
            "number": case.number,
            "procedure": bundle.settings.key,
            "version": bundle.number,
            "version_sha256": bundle.sha256,
            "person": person.number,
            "variables": plain(variables),
            **({} if cause is None else {"cause": dict(cause)}),
            **facts(advance),
        },
        case=case,
    )
    return case


def _starter_id(work: Work, command: StartCase, person: Person) -> int:
    if work.actor.system:
        return command.starter_id or person.id
    return work.person_id


def _starter(work: Work, starter_id: int, person: Person) -> str:
    if starter_id == person.id:
        return person.number
    return work.session.get_one(Person, starter_id).number


def _check_may_start(actor: Actor, roles: tuple[str, ...], *, person_id: int) -> None:
    own = Role.EMPLOYEE in roles and actor.person_id == person_id
    if not (actor.system or own or any(g.role in roles for g in actor.grants)):
        raise ForbiddenError


def _read_person(work: Work, person_id: int) -> tuple[Person, dict[str, Any]]:
    """The person with what diagrams may name: numbers of manager and heads, level, region."""
    mine = person_id == work.actor.person_id
    statement = _person_and_line() if mine else _person_and_line().where(readable_people(work.actor))
    row = work.session.execute(statement, {"person": person_id}).first()  # several top departments: the first
    if row is None:
        raise NotFoundError
    person, department, entity, manager_number, head_number, above_number, chief_number = row
    return person, {
        "employee": person.number,
        "employee_name": person.name,
        "applicant_name": person.name,
        "manager": manager_number,
        "second_manager": above_number,
        "department_head": head_number,
        "entity_head": chief_number,
        "department": department.name,
        "department_path": department.path,
        "entity": entity.code,
        "region": person.region,
        "post": person.post,
        "grade": person.level,
        "hired_on": person.hired_on.isoformat(),
        "level": _standing(person, department, chief_number),
    }


@cache
def _person_and_line() -> Select[Person, Department, Entity, str, str, str, str]:
    """One person with who stands above: made once, since six aliases cost more than the look-up."""
    manager, head, above = aliased(Person), aliased(Person), aliased(Person)
    top = aliased(Department)
    chief = aliased(Person)
    return (
        select(Person, Department, Entity, manager.number, head.number, above.number, chief.number)
        .join(Department, Person.department_id == Department.id)
        .join(Entity, Person.entity_id == Entity.id)
        .outerjoin(manager, Person.manager_id == manager.id)
        .outerjoin(head, Department.head_id == head.id)
        .outerjoin(above, manager.manager_id == above.id)
        .outerjoin(top, (top.entity_id == Person.entity_id) & top.parent_id.is_(None))
        .outerjoin(chief, top.head_id == chief.id)
        .where(Person.id == bindparam("person", type_=BigInteger))
    )


def _standing(person: Person, department: Department, chief_number: str | None) -> str:
    """Where a person stands, as tables of approvers read it: staff, manager or head."""
    if person.number == chief_number:
        return "head"
    return "manager" if department.head_id == person.id else "staff"
