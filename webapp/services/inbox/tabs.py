"""The tabs: what each shows, whose tasks a scope reaches, and counts that read at most 1,001 index rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, or_, select, union_all

from models.case import Case
from models.organisation import Department, Entity
from webapp.domain.permissions import Permission
from webapp.services.inbox import walks

if TYPE_CHECKING:
    from sqlalchemy import Select

    from webapp.services.inbox.walks import Shape, Walk
    from webapp.services.work import Work

CAP = 1001  # a count reads no more index rows than this; pages show "1000+"
MANY = 40  # departments of a subtree that are walked each by itself; beyond, their entity is walked


class Tab(StrEnum):
    """The lists of the inbox."""

    MINE = "mine"  # 我的: assigned to the actor
    CLAIMABLE = "claimable"  # 可认领: in a queue of the actor, or naming them as candidate
    TEAM = "team"  # 团队: open tasks of the actor's reports and scope
    DONE = "done"  # 已办: what the actor completed
    ALL = "all"  # 全部: what is open and may be seen, also about the actor: the search box


COUNTED = (Tab.MINE, Tab.CLAIMABLE, Tab.TEAM, Tab.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the actor's scopes hold: entities, departments outside them; and what is against the actor."""

    entities: tuple[int, ...] = ()
    departments: tuple[tuple[str, int], ...] = ()  # path and entity of each, their subtrees spelled out
    subtrees: tuple[tuple[str, int], ...] = ()  # path and entity of those with too many to spell out
    against: tuple[int, ...] = ()  # restricted cases about the actor: only their own steps in them are theirs

    def only(self, entity_id: int) -> Reach:
        """What of it lies in one entity."""
        return replace(
            self,
            entities=tuple(e for e in self.entities if e == entity_id),
            departments=tuple(d for d in self.departments if d[1] == entity_id),
            subtrees=tuple(d for d in self.subtrees if d[1] == entity_id),
        )


def read_reach(work: Work) -> Reach:
    """Read what the actor's scopes hold: one statement where they name entities, two otherwise.

    The few cases against the actor are read first: a condition in the walks would cost each of the rows that
    they pass, and only those have it whom such a case is about.
    """
    restricted = select(Case.id).where(Case.person_id == work.actor.person_id, Case.restricted.is_(True))
    return replace(_held(work), against=tuple(work.session.scalars(restricted.order_by(Case.id))))


def _held(work: Work) -> Reach:
    scopes = work.actor.scopes(Permission.CASE_READ)
    if any(g.entity_id is None and g.department_path is None for g in scopes):
        return Reach(entities=tuple(work.session.scalars(select(Entity.id).order_by(Entity.id))))
    named = {g.entity_id for g in scopes if g.department_path is None}
    entities = tuple(sorted(e for e in named if e is not None))
    headed = {g.department_path for g in scopes if g.department_path is not None}
    tops = sorted(p for p in headed if not any(p != q and p.startswith(q) for q in headed))
    if not tops:
        return Reach(entities=entities)
    below = or_(*(Department.path.startswith(p, autoescape=True) for p in tops))
    rows = work.session.execute(
        select(Department.path, Department.entity_id).where(below).order_by(Department.path)
    )
    departments = tuple((path, entity) for path, entity in rows if entity not in entities)
    if len(departments) <= MANY:
        return Reach(entities=entities, departments=departments)
    return Reach(entities=entities, subtrees=tuple(d for d in departments if d[0] in tops))


def shape_of(work: Work, tab: Tab, reach: Reach) -> tuple[Shape, dict[str, Any]]:
    """The form of a tab's walks, and the values that they are walked with."""
    queues = work.actor.queues
    if tab is Tab.ALL:  # whoever reads an entity finds its queues' tasks there
        queues = tuple(q for q in queues if entity_of(q) not in reach.entities)
    own = list(work.actor.queues)
    values: dict[str, Any] = {"me": work.person_id, "queues": own, "but_queues": own}
    values |= {"entities": list(reach.entities), "against": list(reach.against)}
    values |= {f"entity_{n}": e for n, e in enumerate(reach.entities)}
    for kind, places in (("department", reach.departments), ("subtree", reach.subtrees)):
        values |= {f"{kind}_{n}": path for n, (path, _) in enumerate(places)}
        values |= {f"{kind}_entity_{n}": entity for n, (_, entity) in enumerate(places)}
    values |= {f"queue_{n}": q for n, q in enumerate(queues)}
    values |= {f"queue_entity_{n}": entity_of(q) for n, q in enumerate(queues)}
    shape = walks.Shape(
        entities=len(reach.entities),
        departments=len(reach.departments),
        subtrees=len(reach.subtrees),
        queues=len(queues),
        against=bool(reach.against),
    )
    return shape, values


def entity_of(queue: str) -> int:
    """The entity of a queue, which is named role@entity."""
    return int(queue.rpartition("@")[2])


def walks_of(tab: Tab, shape: Shape) -> list[Walk]:
    """What a tab shows, as walks that have no task in common (but for the tab of all)."""
    if tab is Tab.MINE:
        return [walks.mine()]
    found = _walks_of_others(tab, shape)
    return [w.narrowed(walks.not_against()) for w in found] if shape.against else found


def _walks_of_others(tab: Tab, shape: Shape) -> list[Walk]:
    if tab is Tab.CLAIMABLE:
        return walks.claimable(shape)
    if tab is Tab.DONE:
        return [walks.done()]
    beyond = shape.entities > 0
    team = [*walks.scoped(shape), replace(walks.reports(shape), beyond=beyond)]
    if tab is Tab.TEAM:
        return [w.narrowed(walks.not_mine()) for w in team]
    other = [walks.mine(), walks.about(), *walks.claimable(shape)]
    return [*(replace(w, beyond=beyond) for w in other), *team]


def counts(work: Work, reach: Reach) -> dict[Tab, int]:
    """The four counts, none further than 1,001: one statement, each count one walk after the other."""
    if work.actor.person_id is None:
        return dict.fromkeys(COUNTED, 0)
    shape, values = shape_of(work, Tab.TEAM, reach)
    row = work.session.execute(_count_all(shape), values).one()
    return {tab: getattr(row, tab.value) or 0 for tab in COUNTED}


@lru_cache(maxsize=256)
def _count_all(shape: Shape) -> Select[Any]:
    return select(*(_counted(walks_of(tab, shape)).label(tab.value) for tab in COUNTED))


def _counted(found: list[Walk]) -> Any:
    each = [select(literal(1).label("one")).where(*w.where, *w.residual).limit(CAP).subquery() for w in found]
    rows = union_all(*(select(e.c.one) for e in each)).limit(CAP).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()
