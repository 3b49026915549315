"""Who is meant: a filter over the people in scope, or a list of employee numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import select

from models.organisation import Department, Entity, EntityKind
from models.person import Person
from webapp.domain.errors import InvalidError
from webapp.domain.keys import read_key
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services.imports.sheet import read_sheet
from webapp.services.people import local_date
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from webapp.services.work import Work

MOST = 5_000  # people of one campaign
SEPARATORS = re.compile(r"[\s,，;；、]+")
TITLES = ("工号", "員工編號", "number")  # of the column in a file; else its first one


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How people are chosen; a list of numbers wins over the filter."""

    numbers: tuple[str, ...] = ()
    entity_id: int | None = None
    department_id: int | None = None
    post: str = ""
    hours_system: str = ""

    def plain(self) -> dict[str, Any]:
        """As the campaign's row keeps it."""
        fields = {
            "numbers": list(self.numbers),
            "entity_id": self.entity_id,
            "department_id": self.department_id,
            "post": self.post,
            "hours_system": self.hours_system,
        }
        return {k: v for k, v in fields.items() if v}

    @classmethod
    def read(cls, fields: Mapping[str, str], *, numbers: tuple[str, ...] = ()) -> Self:
        """From a posted form; raises InvalidError for what its lists do not offer."""
        ids = {k: str(fields.get(k) or "") for k in ("entity_id", "department_id")}
        if any(v and read_key(v) is None for v in ids.values()):
            raise InvalidError(msg("筛选条件有误。"))
        return cls(
            numbers=numbers,
            entity_id=read_key(ids["entity_id"]),
            department_id=read_key(ids["department_id"]),
            post=str(fields.get("post") or "").strip()[:100],
            hours_system=str(fields.get("hours_system") or "").strip()[:16],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whom a selection means, and which numbers mean nobody in scope."""

    people: tuple[Person, ...]
    unknown: tuple[str, ...] = ()


def read_numbers(text: str) -> tuple[str, ...]:
    """Numbers as they are pasted from a sheet or a message, in their order."""
    return tuple(n[:32] for n in SEPARATORS.split(text.strip()) if n)


def numbers_of_file(data: bytes, name: str) -> tuple[str, ...]:
    """Numbers of a CSV or xlsx file: its column 工号, else the first; raises InvalidError."""
    sheet = read_sheet(data, name)
    column = next((i for i, t in enumerate(sheet.titles) if t.strip("* ").lower() in TITLES), 0)
    cells = [row.cell(column) for row in sheet.rows]
    spoilt = next((c.fault for c in cells if c.fault is not None), None)
    if spoilt is not None:
        raise InvalidError(fields={"file": (spoilt,)})
    return tuple(str(c.value).strip()[:32] for c in cells if c.value is not None)


def find_people(work: Work, selection: Selection) -> Found:
    """The people meant, by number; raises InvalidError where nobody or too many are."""
    if selection.numbers:
        found = _listed(work, selection.numbers)
    else:
        statement = select(Person).where(*_filters(work, selection)).order_by(Person.number).limit(MOST + 1)
        found = Found(people=tuple(work.session.scalars(statement)))
    if len(found.people) > MOST:
        raise InvalidError(msg("人数超过 {most}，请分成几批。", most=MOST))
    return found


def _listed(work: Work, numbers: tuple[str, ...]) -> Found:
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST:
        raise InvalidError(msg("人数超过 {most}，请分成几批。", most=MOST))
    rows = work.session.scalars(select(Person).where(Person.number.in_(wanted), mine(work)))
    people = {p.number: p for p in rows}
    return Found(
        people=tuple(people[n] for n in wanted if n in people),
        unknown=tuple(n for n in wanted if n not in people),
    )


def mine(work: Work) -> ColumnElement[bool]:
    """People for whom the actor may begin cases."""
    return within(work.actor, Permission.CASE_OPERATE, entity=Person.entity_id)


def _filters(work: Work, selection: Selection) -> list[ColumnElement[bool]]:
    parts = [mine(work), Person.left_on.is_(None) | (Person.left_on >= local_date(work.now))]
    if selection.entity_id is not None:
        parts.append(Person.entity_id == selection.entity_id)
    if selection.department_id is not None:
        path = select(Department.path).where(Department.id == selection.department_id).scalar_subquery()
        below = select(Department.id).where(Department.path.startswith(path, autoescape=False))
        parts.append(Person.department_id.in_(below))
    if selection.post:
        parts.append(Person.post == selection.post)
    if selection.hours_system:
        parts.append(Person.hours_system == selection.hours_system)
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filter's lists offer."""

    entities: tuple[tuple[int, str], ...]
    departments: tuple[tuple[int, str], ...]
    posts: tuple[str, ...]


def choices(work: Work) -> Choices:
    """Employers, departments and posts in the actor's scope."""
    session = work.session
    entities = session.execute(
        select(Entity.id, Entity.name)
        .where(within(work.actor, Permission.CASE_OPERATE, entity=Entity.id), Entity.kind != EntityKind.GROUP)
        .order_by(Entity.id)
    ).all()
    departments = session.execute(
        select(Department.id, Department.name)
        .where(Department.entity_id.in_([e[0] for e in entities]))
        .order_by(Department.path)
    ).all()
    posts = session.scalars(
        select(Person.post).where(mine(work), Person.left_on.is_(None)).distinct().order_by(Person.post)
    ).all()
    return Choices(
        entities=tuple((i, n) for i, n in entities),
        departments=tuple((i, n) for i, n in departments),
        posts=tuple(posts),
    )
