"""Imports meet the database: read what exists within the importer's scope, and carry a sound plan out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.organisation import Department, Entity, EntityKind
from models.person import Contract, Person
from webapp.domain.divisions import PROVINCES
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.imports.contracts import plan_contracts
from webapp.services.imports.existing import ContractRow, DepartmentRow, EntityRow, Existing, PersonRow
from webapp.services.imports.people import plan_people
from webapp.services.imports.permit_rows import read_permits, write_permits
from webapp.services.imports.permits import plan_permits
from webapp.services.imports.plan import RowState
from webapp.services.imports.sheet import read_sheet
from webapp.services.leaving import announce_leaving
from webapp.services.observations.store import TABLES, importable, plan_sheet, write_rows
from webapp.services.scope import within
from webapp.services.search import refresh_people

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from webapp.services.imports.plan import Plan, PlannedRow
    from webapp.services.work import Work

PEOPLE, CONTRACTS, PERMITS = "people", "contracts", "permits"


def dry_run(work: Work, kind: str, data: bytes, *, name: str) -> Plan:
    """What a file would do; nothing is kept of it. Raises ForbiddenError, InvalidError (broken file)."""
    if not work.actor.may(Permission.IMPORT_RUN):
        raise ForbiddenError
    if kind in TABLES:
        return plan_sheet(work, kind, read_sheet(data, name), entity_ids=importable(work))
    planners = {PEOPLE: plan_people, CONTRACTS: plan_contracts, PERMITS: plan_permits}
    if kind not in planners:
        raise InvalidError(msg("请选择导入什么。"))
    return planners[kind](read_sheet(data, name), read_existing(work))


def carry_out(work: Work, kind: str, data: bytes, *, name: str, sha256: str) -> Plan:
    """Write what was looked at: the same file, planned anew against what exists now.

    Every change is an event of its own. Raises ConflictError when it is another file than the one of the dry
    run, InvalidError when anything is wrong; then nothing is written.
    """
    plan = dry_run(work, kind, data, name=name)
    if plan.sha256 != sha256:
        raise ConflictError(msg("文件与试导入的不是同一个，请重新试导入。"))
    if not plan.ready:
        raise InvalidError(msg("文件仍有 {count} 处问题，没有写入任何内容。", count=len(plan.faults)))
    writers = {PEOPLE: _write_people, CONTRACTS: _write_contracts, PERMITS: write_permits}
    write = writers.get(kind, partial(_write_observations, kind=kind))
    try:
        write(work, [row for row in plan.rows if row.state is not RowState.UNCHANGED])
    except IntegrityError as error:  # somebody else made the same number meanwhile
        raise ConflictError from error
    events.append(
        work, "import.completed", {"kind": kind, "sha256": plan.sha256, "counts": dict(plan.counts)}
    )
    work.session.flush()
    return plan


def read_existing(work: Work) -> Existing:
    """Entities, departments, people and contracts for which the actor may import."""
    session = work.session
    entities = {
        e.id: e for e in session.scalars(select(Entity).where(_mine(work), Entity.kind != EntityKind.GROUP))
    }
    codes = {i: e.code for i, e in entities.items()}
    departments = {
        d.id: DepartmentRow(code=d.code, name=d.name, entity=codes[d.entity_id])
        for d in session.scalars(select(Department).where(Department.entity_id.in_(codes)))
    }
    rooms = {i: d.code for i, d in departments.items()}
    numbers: dict[int, str] = {p.id: p.number for p in session.execute(select(Person.id, Person.number))}
    people = [
        p
        for p in session.scalars(select(Person).where(Person.entity_id.in_(codes)))
        if p.department_id in rooms
    ]
    known = {p.number: _person_row(p, numbers, places=(codes, rooms)) for p in people}
    contracts = session.scalars(select(Contract).where(Contract.entity_id.in_(codes)))
    return Existing(
        entities={e.code: EntityRow(code=e.code, name=e.name) for e in entities.values()},
        departments={d.code: d for d in departments.values()},
        regions=PROVINCES,
        people=known,
        elsewhere=frozenset(numbers.values()) - known.keys(),
        contracts={c.number: _contract_row(c, numbers, codes) for c in contracts},
        permits=read_permits(work, codes),
    )


def _mine(work: Work) -> Any:
    return within(work.actor, Permission.IMPORT_RUN, entity=Entity.id)


def _person_row(
    person: Person, numbers: Mapping[int, str], *, places: tuple[Mapping[int, str], Mapping[int, str]]
) -> PersonRow:
    codes, rooms = places
    return PersonRow(
        number=person.number,
        name=person.name,
        entity=codes[person.entity_id],
        department=rooms[person.department_id],
        post=person.post,
        region=person.region,
        hired_on=person.hired_on,
        level=person.level,
        manager=None if person.manager_id is None else numbers.get(person.manager_id),
        hours_system=person.hours_system,
        service_from=person.service_from,
        left_on=person.left_on,
        gender=person.gender,
        born_on=person.born_on,
        phone=person.phone,
        email=person.email,
        dispatch=person.dispatch,
    )


def _contract_row(contract: Contract, numbers: Mapping[int, str], codes: Mapping[int, str]) -> ContractRow:
    return ContractRow(
        number=contract.number,
        person=numbers[contract.person_id],
        entity=codes[contract.entity_id],
        kind=contract.kind,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        state=contract.state,
    )


def _write_people(work: Work, rows: list[PlannedRow]) -> None:
    session = work.session
    entities: dict[str, int] = {e.code: e.id for e in session.execute(select(Entity.id, Entity.code))}
    rooms: dict[str, int] = {d.code: d.id for d in session.execute(select(Department.id, Department.code))}
    wanted = [row.number for row in rows]
    people = {p.number: p for p in session.scalars(select(Person)) if p.number in set(wanted)}
    renamed = []
    for row in rows:
        values = dict(_columns(row.values, entities, rooms))
        person = people.get(row.number)
        if person is None:
            values.setdefault("service_from", values["hired_on"])
            people[row.number] = person = Person(**values)
            session.add(person)
        else:
            if values.get("name", person.name) != person.name:
                renamed.append(person.id)
            for key, value in values.items():
                setattr(person, key, value)
        _tell(work, "person", row)
    session.flush()  # managers may be new in the same file
    ids: dict[str, int] = {p.number: p.id for p in session.execute(select(Person.id, Person.number))}
    for row in rows:
        if "manager" in row.values:
            people[row.number].manager_id = ids[row.values["manager"]]
        if "left_on" in row.values:
            announce_leaving(work, people[row.number])
    refresh_people(work, renamed)


def _columns(
    values: Mapping[str, Any], entities: Mapping[str, int], rooms: Mapping[str, int]
) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if key == "entity":
            yield "entity_id", entities[value]
        elif key == "department":
            yield "department_id", rooms[value]
        elif key != "manager":
            yield key, value


def _write_contracts(work: Work, rows: list[PlannedRow]) -> None:
    session = work.session
    entities: dict[str, int] = {e.code: e.id for e in session.execute(select(Entity.id, Entity.code))}
    ids: dict[str, int] = {p.number: p.id for p in session.execute(select(Person.id, Person.number))}
    wanted = {row.number for row in rows}
    old = {c.number: c for c in session.scalars(select(Contract)) if c.number in wanted}
    for row in rows:
        values = {k: v for k, v in row.values.items() if k not in {"person", "entity"}}
        values |= {"person_id": ids[row.values["person"]], "entity_id": entities[row.values["entity"]]}
        contract = old.get(row.number)
        if contract is None:
            session.add(Contract(**values))
        else:
            for key, value in values.items():
                setattr(contract, key, value)
        _tell(work, "contract", row)


def _write_observations(work: Work, rows: list[PlannedRow], *, kind: str) -> None:
    """Observations are told by the file's one event: a line of each would copy the person's day."""
    write_rows(work, kind, rows)


def _tell(work: Work, noun: str, row: PlannedRow) -> None:
    new = row.state is RowState.NEW
    changes = (
        []
        if new
        else [{"column": c.column, "before": _plain(c.before), "after": _plain(c.after)} for c in row.changes]
    )
    data = {"number": row.number, "row": row.row, "changes": changes}
    events.append(work, f"{noun}.{'created' if new else 'changed'}", data, subject=row.number)


def _plain(value: str | date | int | None) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else value.isoformat()
