"""Walks: lists of tasks that one index gives in order, so that no page sorts or counts them all.

They are built of tables and named parameters alone, so that a statement is made once for each shape and not
once for each page: making one takes longer than the database needs to answer it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, and_, bindparam, exists, literal, not_, or_, select

from models.case import Case
from models.person import Person
from models.task import SearchGram, Task, TaskCandidate, TaskQueue, TaskState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

task, candidate, person = Task.__table__.c, TaskCandidate.__table__.c, Person.__table__.c
case = Case.__table__.c
shared, other = TaskQueue.__table__.c, TaskQueue.__table__.alias().c


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How many scopes of each kind an actor has: with the tab it decides a statement."""

    entities: int
    departments: int
    subtrees: int
    queues: int
    against: bool = False  # whether there are restricted cases about them


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """How many pairs are searched for, and whether the rarest one has so few rows that all may be read."""

    number: int
    rare: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Tasks that an index gives in the order (``at``, ``id``) under equal first columns, then filtered.

    ``entity`` names the entity in which they all lie; ``whole`` says that they are nearly all of its open
    tasks, ``beyond`` that other walks have whatever lies in the entities of the actor's scope.
    """

    where: tuple[ColumnElement[bool], ...]
    id: Any = task.id
    at: Any = task.sort_at
    entity: Any = None
    state: TaskState = TaskState.OPEN
    whole: bool = False
    beyond: bool = False
    residual: tuple[ColumnElement[bool], ...] = ()  # over the task: what no index serves

    def narrowed(self, *more: ColumnElement[bool]) -> Walk:
        """With more conditions over the task."""
        return replace(self, residual=(*self.residual, *more))

    def select(self) -> Select[Any]:
        """Its ids and places, in no order and without an end."""
        return select(self.id.label("id"), self.at.label("at")).where(*self.where, *self.residual)

    def holding(self, pairs: Pairs) -> Walk:
        """Only tasks with all pairs: the index of the rarest is walked where that reads less."""
        if self.whole or pairs.rare:
            return self._along(SearchGram.__table__.alias().c, pairs)
        return replace(self, where=(*self.where, *(_holds(n, like=None) for n in range(pairs.number))))

    def _along(self, gram: Any, pairs: Pairs) -> Walk:
        """Along the rows of one gram; a task is looked at only where a condition needs it."""
        first = [gram.gram == _pair(0), gram.state == self.state]
        if self.entity is not None:
            first.append(gram.scope == self.entity)
        elif self.beyond:
            first.append(gram.scope.not_in(bindparam("entities", expanding=True, type_=BigInteger)))
        others = (_holds(n, like=gram) for n in range(1, pairs.number))
        conditions = self.residual if self.whole else (*self.where, *self.residual)
        look = select(literal(1)).where(task.id == gram.task_id, *conditions)
        place = gram.sort_at
        if self.at is task.completed_at:
            place = select(task.completed_at).where(task.id == gram.task_id).scalar_subquery()
        return replace(
            self,
            id=gram.task_id,
            at=place,
            where=(*first, *others),
            residual=(_looked(look),) if conditions else (),
        )


def _looked(look: Select[Any]) -> ColumnElement[bool]:
    """Whether a look-up finds anything; the offset keeps the databases from turning looks into a join."""
    return look.limit(1).offset(0).exists()


def mine() -> Walk:
    """Open tasks of the actor."""
    return Walk(where=(task.assignee_id == _me(), _open()))


def not_mine() -> ColumnElement[bool]:
    """Whatever is not the actor's own task."""
    return or_(task.assignee_id != _me(), task.assignee_id.is_(None))


def not_against() -> ColumnElement[bool]:
    """Whatever is no step of others in a restricted case about the actor."""
    against = bindparam("against", expanding=True, type_=BigInteger)
    return or_(task.assignee_id == _me(), task.case_id.not_in(against))


def done() -> Walk:
    """What the actor completed, in the order of completion: none but a completed task has who did it."""
    return Walk(
        where=(task.completed_by_id == _me(),),
        at=task.completed_at,
        state=TaskState.COMPLETED,
    )


def about() -> Walk:
    """Open tasks of cases about the actor."""
    return Walk(where=(case.person_id == _me(), case.restricted.is_(False), task.case_id == case.id, _open()))


def reports(shape: Shape) -> Walk:
    """Open tasks of the actor's reports, but for those that a scope holds."""
    theirs = (person.manager_id == _me(), person.id != _me(), task.assignee_id == person.id, _open())
    held = [
        *(task.entity_id == _number(f"entity_{n}") for n in range(shape.entities)),
        *(task.department_path == _word(f"department_{n}") for n in range(shape.departments)),
        *(_below(n) for n in range(shape.subtrees)),
    ]
    return Walk(where=theirs, residual=(not_(or_(*held)),) if held else ())


def scoped(shape: Shape) -> list[Walk]:
    """Open tasks of the entities and departments in scope, each by itself."""
    found = []
    for n in range(shape.entities):
        entity = _number(f"entity_{n}")
        found.append(Walk(where=(task.entity_id == entity, _open()), entity=entity, whole=True))
    for n in range(shape.departments):
        here = task.department_path == _word(f"department_{n}")
        found.append(Walk(where=(here, _open()), entity=_number(f"department_entity_{n}")))
    for n in range(shape.subtrees):
        entity = _number(f"subtree_entity_{n}")
        where = (task.entity_id == entity, _open())
        found.append(Walk(where=where, entity=entity, whole=True, residual=(_below(n),)))
    return found


def claimable(shape: Shape) -> list[Walk]:
    """Open tasks that nobody has: each queue by itself, so that none is sorted, and where one is named."""
    free = (_open(), task.assignee_id.is_(None))
    found = [
        Walk(where=(task.queue == _word(f"queue_{n}"), *free), entity=_number(f"queue_entity_{n}"))
        for n in range(shape.queues)
    ]
    queues = bindparam("queues", expanding=True, type_=String)
    # a name of its own: one empty list under IN and NOT IN is written out in one way for both on PostgreSQL
    but = bindparam("but_queues", expanding=True, type_=String)
    elsewhere = or_(task.queue.is_(None), task.queue.not_in(but))
    for n in range(shape.queues):  # tasks that another role has first, each by the first row that lets it in
        earlier = (_shares(shared.task_id, other.queue == _word(f"queue_{m}")) for m in range(n))
        where = (shared.queue == _word(f"queue_{n}"), shared.task_id == task.id, *free, elsewhere)
        walk = Walk(where=where, id=shared.task_id, at=shared.sort_at)
        found.append(walk.narrowed(*(~e for e in earlier)))
    named = (candidate.person_id == _me(), candidate.task_id == task.id, *free, elsewhere)
    walk = Walk(where=named, id=candidate.task_id, at=candidate.sort_at)
    found.append(walk.narrowed(~_shares(candidate.task_id, other.queue.in_(queues))))
    return found


def _shares(task_id: Any, which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(other.task_id == task_id, which)


def _holds(number: int, *, like: Any) -> ColumnElement[bool]:
    """Whether the task of a gram's row, or the task itself, has a pair: one look at a whole key."""
    other = SearchGram.__table__.alias().c
    here = (
        (task.entity_id, task.state, task.sort_at, task.id)
        if like is None
        else (like.scope, like.state, like.sort_at, like.task_id)
    )
    there = (other.scope, other.state, other.sort_at, other.task_id)
    same = (a == b for a, b in zip(there, here, strict=True))
    look = select(literal(1)).where(other.gram == _pair(number), and_(*same))
    return _looked(look)


def _open() -> ColumnElement[bool]:
    return task.state == TaskState.OPEN


def _below(number: int) -> ColumnElement[bool]:
    return task.department_path.like(_word(f"subtree_{number}").concat("%"))


def _me() -> Any:
    return _number("me")


def _number(name: str) -> Any:
    return bindparam(name, type_=BigInteger)


def _word(name: str) -> Any:
    return bindparam(name, type_=String)


def _pair(number: int) -> Any:
    return bindparam(f"pair_{number}", type_=String)
