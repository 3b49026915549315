"""Reading reference data: filtered by the actor's scope in the query, a page at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select, true

from webapp.domain.errors import ForbiddenError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.services.tables.describe import Field, Table
    from webapp.services.work import Work

PAGE = 50
CAP = 1001


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A page of a table: the rows, names of what they refer to, and how many there are (capped)."""

    rows: tuple[Any, ...]
    names: Mapping[tuple[str, Any], str]
    count: int


def check_reads(work: Work, table: Table) -> None:
    """Raise ForbiddenError where the actor may not read the table at all."""
    if not any(work.actor.may(p) for p in table.reads):
        raise ForbiddenError


def visible(work: Work, table: Table) -> ColumnElement[bool]:
    """The rows of a table that lie in the actor's scope."""
    if not table.entity_column:
        return true()
    column = getattr(table.model, table.entity_column)
    return or_(*(within(work.actor, p, entity=column) for p in table.reads))


def list_rows(work: Work, table: Table, *, search: str = "", page: int = 0) -> Rows:
    """A page of rows in the table's order; ``search`` is looked for in its search columns."""
    check_reads(work, table)
    where = [visible(work, table)]
    if search and table.search:
        columns = [getattr(table.model, name) for name in table.search]
        where.append(or_(*(cast(c, String).contains(search, autoescape=True) for c in columns)))
    statement = select(table.model).where(*where).order_by(getattr(table.model, table.order))
    rows = tuple(work.session.scalars(statement.offset(page * PAGE).limit(PAGE)))
    inner = select(_key(table)).where(*where).limit(CAP).subquery()
    count = work.session.scalar(select(func.count()).select_from(inner)) or 0
    return Rows(rows=rows, names=names_of(work, table, rows), count=count)


def read_row(work: Work, table: Table, key: str) -> Any:
    """One row in the actor's scope; raises NotFoundError."""
    check_reads(work, table)
    column = _key(table)
    try:
        value = column.type.python_type(key) if column.type.python_type is int else _date(key)
    except ValueError as error:
        raise NotFoundError from error
    row = work.session.scalars(select(table.model).where(column == value, visible(work, table))).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def in_words(names: Mapping[tuple[str, Any], str], field: Field, value: Any) -> str:
    """A value in words; a parameter's tables and lists, which have no name, as JSON."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(names.get((field.name, value), value))


def names_of(work: Work, table: Table, rows: Iterable[Any]) -> dict[tuple[str, Any], str]:
    """Codes of the rows that these rows refer to: one statement a field."""
    found: dict[tuple[str, Any], str] = {}
    for field in table.fields:
        if field.kind == "ref" and field.target is not None:
            ids = {getattr(row, field.name) for row in rows} - {None}
            if ids:
                found |= _codes(work, field, ids)
    return found


def _codes(work: Work, field: Field, ids: set[Any]) -> dict[tuple[str, Any], str]:
    target: Any = field.target
    pairs = work.session.execute(
        select(target.id, getattr(target, field.by), target.name).where(target.id.in_(ids))
    )
    return {(field.name, i): f"{code} {name}" for i, code, name in pairs}


def may_write(work: Work, table: Table) -> bool:
    """Whether the actor may write the table in some scope."""
    return table.writes is not None and work.actor.may(table.writes)


def _key(table: Table) -> Any:
    return next(iter(table.model.__table__.primary_key.columns))


def _date(text: str) -> Any:
    from datetime import date  # noqa: PLC0415

    return date.fromisoformat(text)


__all__ = [
    "CAP",
    "PAGE",
    "Permission",
    "Rows",
    "check_reads",
    "list_rows",
    "may_write",
    "read_row",
    "visible",
]
