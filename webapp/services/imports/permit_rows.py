"""Permits of an import: read from the register, written through it, so that each row is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.organisation import Entity
from models.permit import Permit
from webapp.services.imports.existing import PermitRow
from webapp.services.permits.register import PermitValues, save_permit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.imports.plan import PlannedRow
    from webapp.services.work import Work


def read_permits(work: Work, codes: Mapping[int, str]) -> dict[str, PermitRow]:
    """The permits of these employers (id -> code) by number."""
    rows = work.session.scalars(select(Permit).where(Permit.entity_id.in_(codes)))
    return {
        row.number: PermitRow(
            number=row.number,
            entity=codes[row.entity_id],
            region=row.region,
            system=row.system,
            posts=tuple(row.posts),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            cycle=row.cycle,
            revoked_on=row.revoked_on,
        )
        for row in rows
    }


def write_permits(work: Work, rows: list[PlannedRow]) -> None:
    """Enter new permits and change old ones; what the file leaves empty stays."""
    ids: dict[str, int] = {e.code: e.id for e in work.session.execute(select(Entity.id, Entity.code))}
    for row in rows:
        values = dict(row.values)
        entity_id = ids[values.pop("entity")]
        old = work.session.scalars(
            select(Permit).where(Permit.entity_id == entity_id, Permit.number == row.number)
        ).one_or_none()
        kept = {} if old is None else {"cycle": old.cycle, "basis": old.basis, "revoked_on": old.revoked_on}
        save_permit(
            work,
            PermitValues(
                entity_id=entity_id,
                persons=() if old is None else tuple(old.persons),
                **{**kept, **values},
            ),
            permit_id=None if old is None else old.id,
            version=None if old is None else old.version,
        )
