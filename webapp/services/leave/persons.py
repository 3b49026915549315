"""Who asks: the person locked, the colleagues who may take over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from models.organisation import Department
from models.person import Person
from webapp.domain.errors import NotFoundError

if TYPE_CHECKING:
    from webapp.services.work import Work

MOST = 60  # colleagues to pick from


def lock_me(work: Work) -> Person:
    """The acting person, locked, so that two requests at once do not spend one balance twice."""
    return lock_person(work, work.person_id)


def lock_person(work: Work, person_id: int) -> Person:
    """A person, locked; raises NotFoundError."""
    person = work.session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if person is None:
        raise NotFoundError
    return person


def read_me(work: Work) -> Person:
    """The acting person."""
    return work.session.get_one(Person, work.person_id)


def colleagues(work: Work, person: Person, *, number: str | None = None) -> list[dict[str, Any]]:
    """Who may take over (交接人): people of the department and its head; with ``number`` that one alone."""
    heads = select(Department.head_id).where(Department.id == person.department_id)
    query = (
        select(Person.number, Person.name, Person.id)
        .where(
            Person.entity_id == person.entity_id,
            Person.left_on.is_(None),
            Person.id != person.id,
            or_(
                Person.department_id == person.department_id,
                Person.id.in_(heads),
                Person.manager_id == person.id,
                Person.id == person.manager_id,
            ),
        )
        .order_by(Person.number)
        .limit(MOST)
    )
    if number is not None:
        query = query.where(Person.number == number)
    rows = work.session.execute(query)
    return [{"value": n, "label": f"{name}（{n}）", "id": i} for n, name, i in rows]
