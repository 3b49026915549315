"""A page of the inbox: fifty rows by keyset, filtered and grouped by due time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import joinedload, load_only

from models.base import FAR
from models.case import Case
from models.organisation import Department
from models.person import Person
from models.task import Task
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.inbox.tabs import Tab, claimable_ids, condition
from webapp.services.people import SHANGHAI, local_date
from webapp.services.search import matching_tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select

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
        if (due and due not in set(DueGroup)) or (entity and not entity.isdecimal()):
            raise InvalidError(msg("筛选条件有误。"))
        return cls(
            q=str(fields.get("q") or "").strip()[:100],
            procedure=str(fields.get("procedure") or "")[:64],
            due=due,
            entity_id=int(entity) if entity else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """Rows with where to go on."""

    tab: Tab
    tasks: tuple[Task, ...]
    following: Cursor | None = None
    previous: Cursor | None = None

    def groups(self, now: datetime) -> tuple[tuple[DueGroup, tuple[Task, ...]], ...]:
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
    work: Work, tab: Tab, wanted: InboxFilter | None = None, *, cursor: Cursor | None = None
) -> InboxPage:
    """One page of a tab: one statement, two where text is searched."""
    wanted = wanted or InboxFilter()
    order = Task.completed_at if tab is Tab.DONE else Task.sort_at
    newest_first = tab is Tab.DONE
    statement = _rows().where(condition(work.actor, tab), *_filters(work, wanted))
    if tab is Tab.CLAIMABLE and cursor is None and not wanted.plain():
        statement = _rows().where(Task.id.in_(claimable_ids(work.actor, PAGE + 1)))
    back = cursor is not None and cursor.back
    descending = newest_first != back
    if cursor is not None:
        place = tuple_(order, Task.id)
        here = tuple_(cursor.at, cursor.task_id)
        statement = statement.where(place < here if descending else place > here)
    direction = (order.desc(), Task.id.desc()) if descending else (order, Task.id)
    rows = list(work.session.scalars(statement.order_by(*direction).limit(PAGE + 1)))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if back:
        rows.reverse()
    return _page(tab, rows, more=more, cursor=cursor)


def _page(tab: Tab, rows: list[Task], *, more: bool, cursor: Cursor | None) -> InboxPage:
    back = cursor is not None and cursor.back
    page = InboxPage(tab=tab, tasks=tuple(rows))
    if rows and (more or back):
        page = replace(page, following=_cursor(tab, rows[-1], back=False))
    if rows and ((cursor is not None and not back) or (back and more)):
        page = replace(page, previous=_cursor(tab, rows[0], back=True))
    return page


def _cursor(tab: Tab, task: Task, *, back: bool) -> Cursor:
    at = task.completed_at if tab is Tab.DONE else task.sort_at
    return Cursor(at=at or FAR, task_id=task.id, back=back)


def _rows() -> Select[Task]:
    person = joinedload(Task.case, innerjoin=True).joinedload(Case.person, innerjoin=True)
    return select(Task).options(
        joinedload(Task.case, innerjoin=True).load_only(
            Case.prefix, Case.started_at, Case.title, Case.procedure_key, Case.person_id, Case.state
        ),
        person.load_only(Person.name, Person.number),
        person.joinedload(Person.department, innerjoin=True).load_only(Department.name),
        joinedload(Task.assignee).load_only(Person.name),
        load_only(
            Task.case_id,
            Task.names,
            Task.state,
            Task.assignee_id,
            Task.queue,
            Task.due_at,
            Task.sort_at,
            Task.priority,
            Task.outcome,
            Task.completed_at,
            Task.version,
            Task.properties,
        ),
    )


def _filters(work: Work, wanted: InboxFilter) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if wanted.procedure:
        parts.append(Task.case_id.in_(select(Case.id).where(Case.procedure_key == wanted.procedure)))
    if wanted.due:
        first, last = due_range(DueGroup(wanted.due), work.now)
        parts += [Task.sort_at >= first] if first else []
        parts += [Task.sort_at < last] if last else []
    if wanted.entity_id is not None:
        parts.append(Task.entity_id == wanted.entity_id)
    if wanted.q:
        parts.append(matching_tasks(work.session, wanted.q))
    return parts


def neighbours(work: Work, task: Task) -> tuple[int | None, int | None]:
    """The ids of the tasks before and behind one in the actor's own list: what "next" leads to."""
    mine = condition(work.actor, Tab.MINE)
    here = tuple_(Task.sort_at, Task.id)
    place = tuple_(task.sort_at, task.id)
    before = select(Task.id).where(mine, here < place).order_by(Task.sort_at.desc(), Task.id.desc()).limit(1)
    behind = select(Task.id).where(mine, here > place).order_by(Task.sort_at, Task.id).limit(1)
    return work.session.scalar(before), work.session.scalar(behind)


def next_task(work: Work, *, but: int) -> int | None:
    """The most urgent task of the actor, leaving one out."""
    mine = and_(condition(work.actor, Tab.MINE), Task.id != but)
    return work.session.scalar(select(Task.id).where(or_(mine)).order_by(Task.sort_at, Task.id).limit(1))
