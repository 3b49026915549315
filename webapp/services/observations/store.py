"""Observations meet the database: what is known and allowed is read, a sound plan is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from models.observation import Customer, CustomerContact, Punch, WorkReport, WorkResult
from models.organisation import Entity, EntityKind
from models.person import Person
from webapp.domain.permissions import Permission
from webapp.services.consents.ledger import LOCATION, consenting
from webapp.services.imports.existing import EntityRow, Existing
from webapp.services.imports.plan import RowState
from webapp.services.monitoring.inforce import read_coverage
from webapp.services.monitoring.times import read_times
from webapp.services.observations.columns import CONTACTS, CUSTOMERS, PUNCHES, REPORTS, RESULTS
from webapp.services.observations.plan import Ground, key_of, plan_observations
from webapp.services.people import local_date
from webapp.services.reference.load import current_law
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from webapp.services.imports.plan import Plan, PlannedRow
    from webapp.services.imports.sheet import Sheet
    from webapp.services.work import Work

TABLES: dict[str, Any] = {
    PUNCHES: Punch,
    REPORTS: WorkReport,
    RESULTS: WorkResult,
    CUSTOMERS: Customer,
    CONTACTS: CustomerContact,
}


def importable(work: Work) -> list[int]:
    """The employers for whose people the actor may import."""
    return list(
        work.session.scalars(
            select(Entity.id).where(
                within(work.actor, Permission.IMPORT_RUN, entity=Entity.id), Entity.kind != EntityKind.GROUP
            )
        )
    )


def plan_sheet(work: Work, kind: str, sheet: Sheet, *, entity_ids: Collection[int]) -> Plan:
    """What a file would do to these employers' observations; nothing is written."""
    return plan_observations(kind, sheet, _ground(work, entity_ids))


def _ground(work: Work, entity_ids: Collection[int]) -> Ground:
    session, today = work.session, local_date(work.now)
    people = {
        p.number: p
        for p in session.scalars(
            select(Person).where(Person.entity_id.in_(entity_ids), Person.left_on.is_(None))
        )
    }
    ids = [p.id for p in people.values()]
    entities = session.execute(select(Entity.id, Entity.code, Entity.name).where(Entity.id.in_(entity_ids)))
    codes = {code: (number, name) for number, code, name in entities}

    def known(kind: str, rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
        return _known(work, kind, rows, codes={code: number for code, (number, _) in codes.items()})

    return Ground(
        existing=Existing(
            entities={code: EntityRow(code=code, name=name) for code, (_, name) in codes.items()},
            people=dict.fromkeys(people),  # type: ignore[arg-type]  # the readers ask for numbers alone
        ),
        people=people,
        coverage=read_coverage(work, entity_ids),
        consents=consenting(work, LOCATION, ids),
        law=current_law(session, today),
        today=today,
        times=lambda first, last: read_times(work, ids, first=first, last=last),
        known=known,
    )


def _known(
    work: Work, kind: str, rows: list[dict[str, Any]], *, codes: Mapping[str, int]
) -> set[tuple[Any, ...]]:
    """Keys that are there already, of the people and days of these rows."""
    if not rows:
        return set()
    table = TABLES[kind]
    if kind == CUSTOMERS:
        names = {number: code for code, number in codes.items()}
        found = work.session.execute(
            select(Customer.entity_id, Customer.code).where(Customer.entity_id.in_(names))
        )
        return {(names[entity], code) for entity, code in found}
    column = WorkResult.month if kind == RESULTS else table.day
    days = [row.get("day") or row["month"] for row in rows]
    there = work.session.scalars(
        select(table).where(
            table.person_id.in_({row["person_id"] for row in rows}), column.between(min(days), max(days))
        )
    )
    return {key_of(kind, vars(one)) for one in there}


def write_rows(work: Work, kind: str, rows: list[PlannedRow]) -> int:
    """Write the new rows of a plan; how many."""
    codes: dict[str, int] = {}
    if kind == CUSTOMERS:
        codes = {code: number for number, code in work.session.execute(select(Entity.id, Entity.code))}
    new = []
    for row in rows:
        if row.state is RowState.NEW:
            values = dict(row.values)
            if kind == CUSTOMERS:
                values["entity_id"] = codes[values.pop("entity")]
            new.append(values)
    if new:
        work.session.execute(insert(TABLES[kind]), new)
    return len(new)
