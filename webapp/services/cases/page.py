"""What the case page shows, and what of it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.case import Case, IncidentRow
from models.person import Person
from models.procedure import ProcedureVersion
from models.task import Comment, Task, TaskState
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import Permission
from webapp.services.approvals.copies import copies_of, may_copy
from webapp.services.attachments import case_attachments
from webapp.services.cases.timeline import read_timeline, read_whole
from webapp.services.cases.withheld import reading_access, withheld_fields, withheld_files
from webapp.services.forms import Access, in_language, load, spoken, visible
from webapp.services.procedures.bundle import load_bundle, newest_version
from webapp.services.scope import readable_cases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.approval import CaseCopy
    from models.task import Attachment
    from webapp.services.cases.timeline import Timeline
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work


SHOWN_TASKS = 500  # on the page; a print has all


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A case as its page shows it."""

    case: Case
    bundle: Bundle
    tasks: tuple[Task, ...]
    readable: Mapping[int, Access]  # of each task: what the reader may see of its form
    timeline: Timeline
    attachments: tuple[Attachment, ...]
    comments: tuple[Comment, ...]
    incidents: tuple[IncidentRow, ...]
    current: frozenset[str]
    operates: bool  # the actor may suspend, resume, cancel and retry
    copies: tuple[CaseCopy, ...]  # who was shown it, and who has read it
    copying: bool  # the actor may show it to others
    newer: bool  # the procedure has a newer version to which the actor may move the case
    withdraws: bool  # the actor began it and may still take it back


def read_case(work: Work, case_id: int) -> Case:
    """A case that the actor may read; raises NotFoundError for a missing or foreign one."""
    case = work.session.scalars(
        select(Case)
        .options(
            joinedload(Case.person, innerjoin=True).joinedload(Person.department, innerjoin=True),
            joinedload(Case.starter, innerjoin=True),
            joinedload(Case.procedure_version, innerjoin=True).joinedload(ProcedureVersion.procedure),
        )
        .where(Case.id == case_id, readable_cases(work.actor))
    ).one_or_none()
    if case is None:
        raise NotFoundError
    return case


def open_case(work: Work, case_id: int, *, before: int | None = None, whole: bool = False) -> CasePage:
    """All that the page needs: events before a sequence number, or the newest; ``whole`` for print: all."""
    case = read_case(work, case_id)
    bundle = load_bundle(work.session, case.procedure_version_id)
    timeline = read_whole(work, case) if whole else read_timeline(work, case, before=before)
    withheld = withheld_fields(work, case_id)
    files = withheld_files(work, case_id, withheld)
    tasks = _tasks(work, case_id, limit=None if whole else SHOWN_TASKS)
    operates = work.actor.may_within(
        Permission.CASE_OPERATE, entity_id=case.entity_id, department_path=case.department_path
    )
    return CasePage(
        case=case,
        bundle=bundle,
        tasks=tasks,
        readable={t.id: reading_access(work, t, withheld) for t in tasks},
        timeline=timeline,
        attachments=tuple(a for a in case_attachments(work, case_id) if str(a.id) not in files),
        comments=_comments(work, case_id),
        incidents=tuple(
            work.session.scalars(
                select(IncidentRow).where(IncidentRow.case_id == case_id, IncidentRow.resolved_at.is_(None))
            )
        ),
        current=frozenset(t.element_id for t in tasks if t.state == TaskState.OPEN),
        operates=operates,
        copies=copies_of(work, case.id),
        copying=may_copy(work, case),
        newer=operates and newest_version(work.session, case.procedure_key) != case.procedure_version_id,
        withdraws=may_withdraw(work, case, timeline.passed, bundle=bundle),
    )


def may_withdraw(work: Work, case: Case, passed: frozenset[str], *, bundle: Bundle) -> bool:
    """Whether its starter may take a case back: until the element that the procedure names was passed."""
    until = bundle.settings.withdraw_until
    begun = case.ended_at is None and case.starter_id == work.actor.person_id
    return begun and until is not None and until not in passed


def _tasks(work: Work, case_id: int, *, limit: int | None) -> tuple[Task, ...]:
    return tuple(
        work.session.scalars(
            select(Task)
            .options(joinedload(Task.assignee), joinedload(Task.completed_by))
            .where(Task.case_id == case_id)
            .order_by(Task.id)
            .limit(limit)
        )
    )


def _comments(work: Work, case_id: int) -> tuple[Comment, ...]:
    return tuple(
        work.session.scalars(
            select(Comment)
            .options(joinedload(Comment.author))
            .where(Comment.case_id == case_id)
            .order_by(Comment.id)
            .limit(200)
        )
    )


def readable_values(page: CasePage, language: str = "zh-Hans") -> list[tuple[Task, list[tuple[str, str]]]]:
    """For each finished task its form's labels in a language and the values that it may show, in words."""
    found = []
    for task in page.tasks:
        if task.state == TaskState.COMPLETED and task.form_id and task.result:
            form = in_language(load(page.bundle.form(task.form_id)), language)
            shown = visible(form, task.result, page.readable[task.id])
            found.append((task, list(spoken(form, shown, language))))
    return found
