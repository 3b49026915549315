"""The people of a campaign: who stands where, who is stuck and why; reminded and handed on in bulk."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload, load_only

from models.campaign import CampaignMember, MemberState
from models.case import Case, CaseState, IncidentRow
from models.organisation import Department
from models.person import Person
from models.task import Task, TaskState
from webapp.domain.text import msg, named
from webapp.services import events
from webapp.services.campaigns.gates import read_reasons
from webapp.services.notices import restored
from webapp.services.tables.export import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from models.campaign import Campaign
    from webapp.domain.text import Message
    from webapp.services.campaigns.gates import Reason
    from webapp.services.work import Work

PAGE: Final = 50
MOST: Final = 20_000  # lines of an export
COLUMNS: Final = (
    msg("工号"),
    msg("姓名"),
    msg("部门"),
    msg("状态"),
    msg("自何时"),
    msg("案件"),
    msg("当前步骤"),
    msg("办理人"),
    msg("期限"),
    msg("原因"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter:
    """Which members a list shows."""

    stage: str = ""
    entity_id: int | None = None
    stuck: bool = False
    q: str = ""

    def plain(self) -> dict[str, str]:
        """The fields that are set, as an address names them."""
        fields = {
            "stage": self.stage,
            "entity": "" if self.entity_id is None else str(self.entity_id),
            "stuck": "1" if self.stuck else "",
            "q": self.q,
        }
        return {k: v for k, v in fields.items() if v}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One person with what they wait for."""

    member: CampaignMember
    task: Task | None
    reasons: tuple[Reason, ...]
    fault: Message | None  # the incident at which the case stands
    why: Message | None  # why nothing moves; None where all is well

    @property
    def check(self) -> str:
        """What the box of the row stands for: the open task with the version seen; empty without one."""
        return "" if self.task is None else f"{self.task.id}:{self.task.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """A page of members and where the next begins."""

    rows: tuple[MemberRow, ...]
    following: int | None


def list_members(work: Work, campaign: Campaign, wanted: MemberFilter, *, after: int = 0) -> MemberPage:
    """A page in the order of the list; three statements."""
    statement = _select(work, campaign, wanted).where(CampaignMember.id > after).limit(PAGE + 1)
    members = list(work.session.scalars(statement))
    return MemberPage(
        rows=_rows(work, members[:PAGE]), following=members[PAGE - 1].id if len(members) > PAGE else None
    )


def _select(work: Work, campaign: Campaign, wanted: MemberFilter) -> Select[CampaignMember]:
    person = joinedload(CampaignMember.person, innerjoin=True)
    statement = (
        select(CampaignMember)
        .join(CampaignMember.person)
        .options(
            person.load_only(Person.number, Person.name),
            person.joinedload(Person.department, innerjoin=True).load_only(Department.name),
            joinedload(CampaignMember.case).load_only(Case.prefix, Case.started_at, Case.state, Case.outcome),
        )
        .where(CampaignMember.campaign_id == campaign.id)
        .order_by(CampaignMember.id)
    )
    if wanted.stage:
        statement = statement.where(CampaignMember.stage == wanted.stage)
    if wanted.entity_id is not None:
        statement = statement.where(CampaignMember.entity_id == wanted.entity_id)
    if wanted.q:
        like = Person.name.contains(wanted.q, autoescape=True)
        statement = statement.where(or_(like, Person.number == wanted.q))
    return statement.where(_stuck(work)) if wanted.stuck else statement


def _stuck(work: Work) -> ColumnElement[bool]:
    """Members for whom somebody must do something: not begun, stopped at a fault, or overdue."""
    late = exists().where(
        Task.case_id == CampaignMember.case_id, Task.state == TaskState.OPEN, Task.due_at < work.now
    )
    fault = exists().where(Case.id == CampaignMember.case_id, Case.state == CaseState.INCIDENT)
    refused = CampaignMember.state.in_([MemberState.BLOCKED, MemberState.FAILED])
    return or_(refused, (CampaignMember.state == MemberState.RUNNING) & or_(late, fault))


def count_stuck(work: Work, campaign: Campaign) -> int:
    """How many members somebody must look at; at most 1,001 are counted."""
    wanted = select(CampaignMember.id).where(CampaignMember.campaign_id == campaign.id, _stuck(work))
    return len(work.session.scalars(wanted.limit(1001)).all())


def _rows(work: Work, members: list[CampaignMember]) -> tuple[MemberRow, ...]:
    cases = [m.case_id for m in members if m.case_id is not None]
    tasks = {
        t.case_id: t
        for t in work.session.scalars(
            select(Task)
            .options(
                joinedload(Task.assignee).load_only(Person.name, Person.number),
                load_only(Task.case_id, Task.names, Task.assignee_id, Task.due_at, Task.version),
            )
            .where(Task.case_id.in_(cases), Task.state == TaskState.OPEN)
            .order_by(Task.id.desc())
        )
    }
    faults = {
        i.case_id: restored(i.message)
        for i in work.session.scalars(
            select(IncidentRow).where(
                IncidentRow.case_id.in_([m.case_id for m in members if _at_fault(m)]),
                IncidentRow.resolved_at.is_(None),
            )
        )
    }
    return tuple(
        _row(work, m, task=tasks.get(m.case_id or 0), fault=faults.get(m.case_id or 0)) for m in members
    )


def _at_fault(member: CampaignMember) -> bool:
    return member.case is not None and member.case.state == CaseState.INCIDENT


def _row(work: Work, member: CampaignMember, *, task: Task | None, fault: Message | None) -> MemberRow:
    why = fault
    if why is None and task is not None and _late(task.due_at, work.now):
        who = task.assignee.name if task.assignee else msg("待认领")
        why = msg("已过期限，等待 {who}", who=who)
    return MemberRow(member=member, task=task, reasons=read_reasons(member.reasons), fault=fault, why=why)


def _late(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now


def export_members(
    work: Work,
    campaign: Campaign,
    wanted: MemberFilter,
    *,
    words: Mapping[str, tuple[Message, str]],
    translate: Callable[[Message], str],
) -> bytes:
    """The list as CSV that no spreadsheet takes for formulas; that it left the house is an event."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([translate(c) for c in COLUMNS])
    members = list(work.session.scalars(_select(work, campaign, wanted).limit(MOST)))
    for row in _rows(work, members):
        member, task = row.member, row.task
        said = [translate(r.sentence) + (f"（{r.article}）" if r.article else "") for r in row.reasons]
        cells = (
            member.person.number,
            member.person.name,
            member.person.department.name,
            translate(words[member.stage][0]) if member.stage in words else member.stage,
            member.stage_at.isoformat(timespec="minutes"),
            member.case.number if member.case else "",
            translate(named(task.names)) if task else "",
            task.assignee.name if task and task.assignee else "",
            task.due_at.isoformat(timespec="minutes") if task and task.due_at else "",
            "；".join(said) or (translate(row.why) if row.why else ""),
        )
        writer.writerow([guarded(c) for c in cells])
    data = {"campaign": campaign.id, "rows": len(members), "filter": wanted.plain()}
    events.append(work, "campaign.exported", data, subject=f"campaign/{campaign.id}")
    return b"\xef\xbb\xbf" + out.getvalue().encode()
