"""A row of any table, made from what its columns are: only what a test cares about is given."""

from datetime import UTC, datetime, time
from itertools import count

from sqlalchemy import Boolean, Date, Integer, LargeBinary, Time, insert, select

from models import metadata
from models.base import JsonText, UtcDateTime

SERIAL = count(1)
DAY = datetime(2026, 1, 1, tzinfo=UTC)


def value_of(column):
    """Something that the column takes; texts differ, since many are unique."""
    kinds = {
        JsonText: {},
        UtcDateTime: DAY,
        Boolean: False,
        Date: DAY.date(),
        Time: time(9),
        LargeBinary: b"%d" % next(SERIAL),
        Integer: next(SERIAL),
    }
    for kind, value in kinds.items():
        if isinstance(column.type, kind):
            return value
    return str(next(SERIAL))[: column.type.length]


def make_row(session, name, **given):
    """Insert a row, with the rows that it must point at; its key."""
    table = metadata.tables[name]
    values = dict(given)
    for column in table.c:
        known = column.name in values or column.nullable or column.default or column.server_default
        if known or (column.primary_key and not column.foreign_keys):
            continue
        target = next((f.column.table for f in column.foreign_keys), None)
        if target is None:
            values[column.name] = value_of(column)
        else:
            own = (
                {"person_id": given["person_id"]} if "person_id" in target.c and "person_id" in given else {}
            )
            found = session.scalar(select(next(iter(target.primary_key))).limit(1))
            values[column.name] = found if target.name in SHARED else make_row(session, target.name, **own)
    return session.execute(insert(table).values(**values)).inserted_primary_key[0]


SHARED = {"person", "entity", "department", "procedure_version"}  # any row of these will do
