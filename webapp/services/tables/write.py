"""Writing reference data: every value checked in words, every change an event, nothing ever deleted."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.organisation import Department
from models.person import Person
from models.reference import CalendarDay
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from webapp.domain.masking import kept
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.leave.announce import announce
from webapp.services.leaving import announce_leaving
from webapp.services.search import refresh_people
from webapp.services.tables.read import check_reads, read_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.tables.describe import Field, Table
    from webapp.services.work import Work

REGION = re.compile(r"[0-9]{6}\Z")


def save_row(
    work: Work, table: Table, values: Mapping[str, str], *, key: str | None = None, version: int | None = None
) -> Any:
    """Create a row (without ``key``) or change one.

    Raises ForbiddenError outside the actor's scope, ConflictError on a stale page, InvalidError with a
    sentence at each wrong field; unknown fields are refused.
    """
    check_reads(work, table)
    if table.writes is None or not work.actor.may(table.writes):
        raise ForbiddenError
    row = read_row(work, table, key) if key is not None else None
    if row is not None and table.versioned and row.version != version:
        raise ConflictError
    parsed = _parse(work, table, values, row=row)
    _check_scope(work, table, parsed, row=row)
    before = {} if row is None else {n: _plain(getattr(row, n)) for n in parsed}
    if row is None:
        row = table.model(**parsed)
        work.session.add(row)
    else:
        for name, value in parsed.items():
            setattr(row, name, value)
    _settle(work, row)
    work.session.flush()
    if isinstance(row, Person) and before.get("name", row.name) != row.name:
        refresh_people(work, [row.id])
    if isinstance(row, Person):
        announce_leaving(work, row)
    after = {n: _plain(v) for n, v in parsed.items()}
    changed = {n: [before.get(n), v] for n, v in after.items() if before.get(n) != v}
    if changed:
        kind = "reference.created" if key is None else "reference.changed"
        events.append(
            work, kind, {"table": table.key, "changed": changed}, subject=f"{table.key}/{_identity(row)}"
        )
        if isinstance(row, CalendarDay):
            announce(work, days=(row.day,))
    work.session.flush()
    return row


def _parse(work: Work, table: Table, values: Mapping[str, str], *, row: Any) -> dict[str, Any]:
    known = {f.name for f in table.fields}
    errors: dict[str, tuple[Message, ...]] = {n: (msg("没有这个字段。"),) for n in values if n not in known}
    parsed: dict[str, Any] = {}
    for field in table.fields:
        if row is not None and field.fixed:
            continue
        try:
            text = values.get(field.name, "").strip()
            if field.masked and row is not None:
                text = kept(field.name, text, getattr(row, field.name))
            parsed[field.name] = _value(work, field, text)
        except InvalidError as error:
            errors[field.name] = (error.message,)
    if not errors and row is None:
        errors |= _taken(work, table, parsed)
    if errors:
        raise InvalidError(fields=errors)
    return parsed


def _value(work: Work, field: Field, text: str) -> Any:
    if not text:
        if field.required:
            raise InvalidError(msg("请填写{label}。", label=field.label))
        return None
    if len(text) > field.most:
        raise InvalidError(msg("最多 {most} 个字。", most=field.most))
    if field.name == "region" and not REGION.match(text):
        raise InvalidError(msg("请填写六位行政区划代码。"))
    return PARSERS.get(field.kind, _text)(work, field, text)


def _text(_work: Work, _field: Field, text: str) -> str:
    return text


def _number(_work: Work, _field: Field, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise InvalidError(msg("请填写整数。"))
    return int(text)


def _day(_work: Work, _field: Field, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidError(msg("请填写日期，例如 2026-11-24。")) from error


def _choice(_work: Work, field: Field, text: str) -> str:
    if text not in {value for value, _ in field.choices}:
        raise InvalidError(msg("请从列表中选择。"))
    return text


def _ref(work: Work, field: Field, text: str) -> int:
    target: Any = field.target
    code = text.split(" ", 1)[0]
    found = work.session.scalar(select(target.id).where(getattr(target, field.by) == code))
    if found is None:
        raise InvalidError(msg("没有找到“{code}”。", code=code))
    return int(found)


PARSERS = {"number": _number, "date": _day, "choice": _choice, "ref": _ref}


def _taken(work: Work, table: Table, parsed: Mapping[str, Any]) -> dict[str, tuple[Message, ...]]:
    unique = {c.name for c in table.model.__table__.columns if c.unique or c.primary_key}
    return {
        n: (msg("“{value}”已存在。", value=str(v)),)
        for n, v in parsed.items()
        if n in unique
        and work.session.scalar(select(table.model).where(getattr(table.model, n) == v).limit(1)) is not None
    }


def _check_scope(work: Work, table: Table, parsed: Mapping[str, Any], *, row: Any) -> None:
    if not table.entity_column or table.writes is None:
        return
    touched = (parsed.get(table.entity_column), getattr(row, table.entity_column, None))
    for entity_id in touched:
        if entity_id is not None and not work.actor.may_within(table.writes, entity_id=entity_id):
            raise ForbiddenError(msg("您只能维护本单位的数据。"))


def _settle(work: Work, row: Any) -> None:
    """What follows from a row: a department's path, a person's manager line."""
    if isinstance(row, Department) and not row.path:
        work.session.flush()
        parent = work.session.get(Department, row.parent_id) if row.parent_id else None
        row.path = f"{parent.path if parent else '/'}{row.id}/"
    if isinstance(row, Person):
        _check_line(work, row)


def _check_line(work: Work, person: Person) -> None:
    seen, above = {person.id}, person.manager_id
    while above is not None:
        if above in seen and person.id is not None:
            raise InvalidError(fields={"manager_id": (msg("主管关系成环：不能是自己或自己的下属。"),)})
        seen.add(above)
        above = work.session.scalar(select(Person.manager_id).where(Person.id == above))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _identity(row: Any) -> str:
    return str(getattr(row, "id", None) or getattr(row, "day", ""))
