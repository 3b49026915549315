"""A page of the inbox: fifty rows by keyset, filtered and grouped by due time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import BigInteger, String, bindparam, exists, select, tuple_, union

from models.base import FAR, UtcDateTime
from models.case import Case, case_number
from models.organisation import Department
from models.person import Person
from models.task import Task, TaskState
from webapp.domain.errors import InvalidError
from webapp.domain.keys import read_key
from webapp.domain.text import msg
from webapp.services.inbox.tabs import Tab, read_reach, shape_of, walks_of
from webapp.services.inbox.walks import Pairs, task
from webapp.services.people import SHANGHAI, local_date
from webapp.services.search import read_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select, Subquery

    from webapp.services.inbox.tabs import Reach
    from webapp.services.inbox.walks import Shape, Walk
    from webapp.services.work import Work

PAGE = 50


class DueGroup(StrEnum):
    """Groups of the inbox, in their order."""

    OVERDUE = "overdue"  # 已逾期
    TODAY = "today"  # 今天
    WEEK = "week"  # 本周
    LATER = "later"  # 以后, and without a deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page begins: behind the row with this order."""

    at: datetime
    task_id: int
    back: bool = False  # walk towards the beginning

    def __str__(self) -> str:
        """``2026-11-26T01:00:00+00:00~17``, with ``-`` before it for a walk back."""
        return f"{'-' if self.back else ''}{self.at.isoformat()}~{self.task_id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what ``str`` wrote; raises InvalidError for anything else."""
        try:
            at, task_id = text.removeprefix("-").split("~")
            moment = check_aware(datetime.fromisoformat(at))
            return cls(at=moment.astimezone(UTC), task_id=int(task_id), back=text.startswith("-"))
        except (ValueError, OverflowError) as error:
            raise InvalidError(msg("分页地址有误，请从第一页重新开始。")) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """What the filter row says; saved filters keep the same fields."""

    q: str = ""
    procedure: str = ""
    due: str = ""  # a DueGroup
    entity_id: int | None = None

    def plain(self) -> dict[str, Any]:
        """The fields that are set, as saved."""
        fields = {"q": self.q, "procedure": self.procedure, "due": self.due, "entity_id": self.entity_id}
        return {k: v for k, v in fields.items() if v}

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """From a query string or a saved row; raises InvalidError for what no filter row offers."""
        due = str(fields.get("due") or "")
        entity = str(fields.get("entity_id") or "")
        if (due and due not in set(DueGroup)) or (entity and read_key(entity) is None):
            raise InvalidError(msg("筛选条件有误。"))
        return cls(
            q=str(fields.get("q") or "").strip()[:100],
            procedure=str(fields.get("procedure") or "")[:64],
            due=due,
            entity_id=read_key(entity),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One task as a list shows it: what, about whom, which case, whose, by when."""

    id: int
    version: int
    names: Mapping[str, str]  # language tag -> label
    assignee_id: int | None
    assignee: str  # name, empty where nobody has it
    due_at: datetime | None
    sort_at: datetime
    completed_at: datetime | None
    outcome: str | None
    title: str  # of the case
    number: str  # of the case
    person: str  # name of the person concerned
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """Rows with where to go on."""

    tab: Tab
    tasks: tuple[Line, ...]
    following: Cursor | None = None
    previous: Cursor | None = None

    def groups(self, now: datetime) -> tuple[tuple[DueGroup, tuple[Line, ...]], ...]:
        """Rows by due time; groups without rows are left out."""
        found = [(g, tuple(t for t in self.tasks if due_group(t.due_at, now) is g)) for g in DueGroup]
        return tuple((g, rows) for g, rows in found if rows)


def check_aware(moment: datetime) -> datetime:
    """Refuse a time without zone; raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment


def due_group(due_at: datetime | None, now: datetime) -> DueGroup:
    """The group of a deadline, by days in Shanghai; a week ends on Sunday."""
    if due_at is None:
        return DueGroup.LATER
    if due_at < now:
        return DueGroup.OVERDUE
    today = local_date(now)
    day = local_date(due_at)
    if day == today:
        return DueGroup.TODAY
    return DueGroup.WEEK if day <= today + timedelta(days=6 - today.weekday()) else DueGroup.LATER


def due_range(group: DueGroup, now: datetime) -> tuple[datetime | None, datetime | None]:
    """From (inclusive) and to (exclusive) of a group."""
    today = datetime.combine(local_date(now), time.min, SHANGHAI).astimezone(UTC)
    tomorrow = today + timedelta(days=1)
    monday = tomorrow + timedelta(days=6 - local_date(now).weekday())
    return {
        DueGroup.OVERDUE: (None, now),
        DueGroup.TODAY: (now, tomorrow),
        DueGroup.WEEK: (tomorrow, monday),
        DueGroup.LATER: (monday, None),
    }[group]


def read_page(
    work: Work,
    tab: Tab,
    wanted: InboxFilter | None = None,
    *,
    cursor: Cursor | None = None,
    reach: Reach | None = None,
) -> InboxPage:
    """One page of a tab: one statement, two where text is searched."""
    wanted = wanted or InboxFilter()
    reach = reach or read_reach(work)
    if wanted.entity_id is not None:
        reach = reach.only(wanted.entity_id)
    shape, values = shape_of(work, tab, reach)
    look, more_values = _look(work, tab, wanted, cursor=cursor)
    found = work.session.execute(_statement(shape, look), {**values, **more_values})
    rows = [_line(row) for row in found]
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if cursor is not None and cursor.back:
        rows.reverse()
    return _page(tab, rows, more=more, cursor=cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What is asked of a tab, without the values: with the shape it decides the statement."""

    tab: Tab
    pairs: Pairs | None
    procedure: bool
    due: tuple[bool, bool]  # whether there is a first and a last moment
    entity: bool
    start: bool
    descending: bool


def _look(
    work: Work, tab: Tab, wanted: InboxFilter, *, cursor: Cursor | None
) -> tuple[_Look, dict[str, Any]]:
    first, last = due_range(DueGroup(wanted.due), work.now) if wanted.due else (None, None)
    words = read_words(work.session, wanted.q) if wanted.q else None
    values: dict[str, Any] = {
        "procedure": wanted.procedure,
        "due_first": first,
        "due_last": last,
        "entity": wanted.entity_id,
        "start_at": cursor and cursor.at,
        "start_id": cursor and cursor.task_id,
    }
    values |= {f"pair_{n}": pair for n, pair in enumerate(words.pairs if words else ())}
    look = _Look(
        tab=tab,
        pairs=Pairs(number=len(words.pairs), rare=words.rare) if words else None,
        procedure=bool(wanted.procedure),
        due=(first is not None, last is not None),
        entity=wanted.entity_id is not None,
        start=cursor is not None,
        descending=(tab is Tab.DONE) != (cursor is not None and cursor.back),
    )
    return look, {name: value for name, value in values.items() if value not in (None, "")}


@lru_cache(maxsize=1024)
def _statement(shape: Shape, look: _Look) -> Select[Any]:
    """One page: the nearest rows of each walk, the nearest of those, and what a line says about them."""
    parts = [p for w in _narrow(walks_of(look.tab, shape), look) for p in _parts(w, look)]
    ids = union(*(select(p.c.id, p.c.at) for p in parts)).subquery()
    first = select(ids.c.id).order_by(*_order(ids.c.at, ids.c.id, look)).limit(PAGE + 1)
    at = task.completed_at if look.tab is Tab.DONE else task.sort_at
    return _rows().where(task.id.in_(first)).order_by(*_order(at, task.id, look))


def _order(at: Any, place: Any, look: _Look) -> tuple[Any, Any]:
    return (at.desc(), place.desc()) if look.descending else (at, place)


def _parts(walk: Walk, look: _Look) -> list[Subquery]:
    """The rows of one walk that could stand on the page.

    Behind a cursor these are two walks: rows at the very same time, which all tasks without a deadline have,
    and rows beyond. As one comparison of pairs, SQLite would walk all of the former.
    """
    found = walk.select()
    order = _order(walk.at, walk.id, look)
    if not look.start:
        return [found.order_by(*order).limit(PAGE + 1).subquery()]
    at, place = bindparam("start_at", type_=UtcDateTime), bindparam("start_id", type_=BigInteger)
    behind, beyond = (walk.id < place, walk.at < at) if look.descending else (walk.id > place, walk.at > at)
    same = found.where(walk.at == at, behind).order_by(order[1])
    return [s.limit(PAGE + 1).subquery() for s in (same, found.where(beyond).order_by(*order))]


def _narrow(found: list[Walk], look: _Look) -> list[Walk]:
    """The walks with what the filter row says; the words come last, since they may turn the walk round."""
    parts: list[ColumnElement[bool]] = []
    if look.procedure:
        case, wanted = Case.__table__.c, bindparam("procedure", type_=String)
        parts.append(exists().where(case.id == task.case_id, case.procedure_key == wanted))
    if look.due[0]:
        parts.append(task.sort_at >= bindparam("due_first", type_=UtcDateTime))
    if look.due[1]:
        parts.append(task.sort_at < bindparam("due_last", type_=UtcDateTime))
    if look.entity:
        parts.append(task.entity_id == bindparam("entity", type_=BigInteger))
    if parts:
        found = [w.narrowed(*parts) for w in found]
    return found if look.pairs is None else [w.holding(look.pairs) for w in found]


def _rows() -> Select[Any]:
    """What a line says, as plain columns: entities of five tables would cost more than the query."""
    case, person, department = Case.__table__, Person.__table__, Department.__table__
    holder = person.alias()
    return (
        select(
            task.id,
            task.version,
            task.names,
            task.assignee_id,
            task.due_at,
            task.sort_at,
            task.completed_at,
            task.outcome,
            task.case_id,
            case.c.title,
            case.c.prefix,
            case.c.started_at,
            person.c.name,
            department.c.name.label("department"),
            holder.c.name.label("assignee"),
        )
        .select_from(Task.__table__)
        .join(case, task.case_id == case.c.id)
        .join(person, case.c.person_id == person.c.id)
        .join(department, person.c.department_id == department.c.id)
        .outerjoin(holder, task.assignee_id == holder.c.id)
    )


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        version=row.version,
        names=row.names,
        assignee_id=row.assignee_id,
        assignee=row.assignee or "",
        due_at=row.due_at,
        sort_at=row.sort_at,
        completed_at=row.completed_at,
        outcome=row.outcome,
        title=row.title,
        number=case_number(row.prefix, row.started_at.year, row.case_id),
        person=row.name,
        department=row.department,
    )


def _page(tab: Tab, rows: list[Line], *, more: bool, cursor: Cursor | None) -> InboxPage:
    back = cursor is not None and cursor.back
    page = InboxPage(tab=tab, tasks=tuple(rows))
    if rows and (more or back):
        page = replace(page, following=_cursor(tab, rows[-1], back=False))
    if rows and ((cursor is not None and not back) or (back and more)):
        page = replace(page, previous=_cursor(tab, rows[0], back=True))
    return page


def _cursor(tab: Tab, task: Line, *, back: bool) -> Cursor:
    at = task.completed_at if tab is Tab.DONE else task.sort_at
    return Cursor(at=at or FAR, task_id=task.id, back=back)


def neighbours(work: Work, task: Task) -> tuple[int | None, int | None]:
    """The ids of the tasks before and behind one in the actor's own list: what "next" leads to."""
    mine = (Task.assignee_id == work.person_id, Task.state == TaskState.OPEN)
    here = tuple_(task.sort_at, task.id)
    place = tuple_(Task.sort_at, Task.id)
    before = select(Task.id).where(*mine, place < here).order_by(Task.sort_at.desc(), Task.id.desc()).limit(1)
    behind = select(Task.id).where(*mine, place > here).order_by(Task.sort_at, Task.id).limit(1)
    return work.session.scalar(before), work.session.scalar(behind)


def next_task(work: Work, *, but: int) -> int | None:
    """The most urgent task of the actor, leaving one out."""
    mine = (Task.assignee_id == work.person_id, Task.state == TaskState.OPEN, Task.id != but)
    return work.session.scalar(select(Task.id).where(*mine).order_by(Task.sort_at, Task.id).limit(1))
