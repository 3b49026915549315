"""What the case page shows, and what of it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.case import Case, IncidentRow
from models.person import Person
from models.procedure import ProcedureVersion
from models.task import Comment, Task, TaskState
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import Permission
from webapp.services.attachments import case_attachments
from webapp.services.cases.timeline import read_timeline
from webapp.services.forms import Access, in_language, load, visible
from webapp.services.procedures.bundle import load_bundle
from webapp.services.scope import readable_cases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.task import Attachment
    from webapp.services.cases.timeline import Entry
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A case as its page shows it."""

    case: Case
    bundle: Bundle
    tasks: tuple[Task, ...]
    timeline: tuple[Entry, ...]
    attachments: tuple[Attachment, ...]
    comments: tuple[Comment, ...]
    incidents: tuple[IncidentRow, ...]
    passed: frozenset[str]
    current: frozenset[str]
    operates: bool  # the actor may suspend, resume, cancel and retry
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


def open_case(work: Work, case_id: int) -> CasePage:
    """All that the page needs."""
    case = read_case(work, case_id)
    bundle = load_bundle(work.session, case.procedure_version_id)
    timeline = read_timeline(work, case)
    tasks = _tasks(work, case_id)
    return CasePage(
        case=case,
        bundle=bundle,
        tasks=tasks,
        timeline=timeline,
        attachments=tuple(case_attachments(work, case_id)),
        comments=_comments(work, case_id),
        incidents=tuple(
            work.session.scalars(
                select(IncidentRow).where(IncidentRow.case_id == case_id, IncidentRow.resolved_at.is_(None))
            )
        ),
        passed=frozenset(p for e in timeline for p in e.passed),
        current=frozenset(t.element_id for t in tasks if t.state == TaskState.OPEN),
        operates=work.actor.may_within(
            Permission.CASE_OPERATE, entity_id=case.entity_id, department_path=case.department_path
        ),
        withdraws=may_withdraw(work, case, timeline, bundle=bundle),
    )


def may_withdraw(work: Work, case: Case, timeline: tuple[Entry, ...], *, bundle: Bundle) -> bool:
    """Whether its starter may take a case back: until the element that the procedure names was passed."""
    until = bundle.settings.withdraw_until
    begun = case.ended_at is None and case.starter_id == work.actor.person_id
    return begun and until is not None and all(until not in e.passed for e in timeline)


def _tasks(work: Work, case_id: int) -> tuple[Task, ...]:
    return tuple(
        work.session.scalars(
            select(Task)
            .options(joinedload(Task.assignee), joinedload(Task.completed_by))
            .where(Task.case_id == case_id)
            .order_by(Task.id)
            .limit(500)
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


def readable_values(page: CasePage, language: str = "zh-Hans") -> list[tuple[Task, list[tuple[str, Any]]]]:
    """For each finished task its form's labels in a language and the values that it may show."""
    found = []
    for task in page.tasks:
        if task.state == TaskState.COMPLETED and task.form_id and task.result:
            form = in_language(load(page.bundle.form(task.form_id)), language)
            shown: Mapping[str, Any] = visible(form, task.result, Access.of(task.properties))
            labels = {c.key: str(c.label or c.key) for c in form.fields()}
            rows = [(labels.get(k, k), v) for k, v in shown.items() if v not in (None, "", [])]
            found.append((task, rows))
    return found
