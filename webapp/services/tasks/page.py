"""What the task page shows: form, person, step in the diagram, what happened before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.person import Person
from models.task import Comment, Task, TaskState
from webapp.domain.errors import NotFoundError
from webapp.services.approvals.page import may_add, open_ballot_page
from webapp.services.cases.assignment import is_against, is_approval, may_decide
from webapp.services.cases.sharing import can_be_given_back
from webapp.services.cases.timeline import Timeline, read_timeline
from webapp.services.forms import Access, aside, shaped, visible
from webapp.services.inbox.pages import neighbours
from webapp.services.procedures.bundle import load_bundle
from webapp.services.scope import claimable_tasks, readable_cases
from webapp.services.tasks.drafts import read_draft
from webapp.services.tasks.form import task_form
from webapp.services.tasks.retract import may_retract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.task import TaskDraft
    from webapp.services.approvals.page import BallotPage
    from webapp.services.forms import Form
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """A task as its page shows it."""

    task: Task
    form: Form | None
    values: Mapping[str, Any]
    aside: Mapping[str, Any]  # what conditions and options of the form look at beside its fields
    draft: TaskDraft | None
    timeline: Timeline
    comments: tuple[Comment, ...]
    diagram: bytes
    current: frozenset[str]
    mine: bool  # the actor may complete it now
    claimable: bool
    returnable: bool  # its holder may give it back
    before: int | None
    behind: int | None
    ballot: BallotPage | None  # where several people decide
    adds: bool  # the actor may ask others to sign, or to advise
    retracts: bool  # the actor may take their decision back

    @property
    def decides(self) -> bool:
        """Whether the step asks for agreement or refusal without a form of its own."""
        return self.form is None and is_approval(self.task.properties)

    def schema(self, language: str) -> dict[str, Any]:
        """The form-js schema in a language, cut to what the step may write; {} without a form."""
        if self.form is None:
            return {}
        schema = shaped(self.form, Access.of(self.task.properties), language)
        # what is only read stands above the form as text, not as a wall of grey inputs
        schema["components"] = [c for c in schema["components"] if not c.get("readonly")]
        return schema


def read_task(work: Work, task_id: int) -> Task:
    """A task that the actor may read; raises NotFoundError for a missing or foreign one."""
    task = work.session.scalars(
        select(Task)
        .join(Task.case)
        .options(
            joinedload(Task.case, innerjoin=True)
            .joinedload(Case.person, innerjoin=True)
            .joinedload(Person.department, innerjoin=True),
            joinedload(Task.case, innerjoin=True).joinedload(Case.starter, innerjoin=True),
            joinedload(Task.assignee),
            joinedload(Task.completed_by),
        )
        .where(Task.id == task_id, or_(Task.assignee_id == work.actor.person_id, readable_cases(work.actor)))
    ).one_or_none()
    if task is None:
        raise NotFoundError
    return task


def open_page(work: Work, task_id: int) -> TaskPage:
    """All that the page needs."""
    task = read_task(work, task_id)
    form = task_form(work, task)
    values: Mapping[str, Any] = {}
    beside: Mapping[str, Any] = {}
    if form is not None:
        source = task.result if task.state == TaskState.COMPLETED else {}
        known = {**task.case.variables, **task.variables, **(source or {})}
        access = Access.of(task.properties)
        values, beside = visible(form, known, access), aside(form, known, access)
    claimable = _claimable(work, task)
    before, behind = neighbours(work, task)
    about_me = is_against(task.case, work.actor.person_id)
    timeline = Timeline() if about_me else read_timeline(work, task.case)
    open_now = work.session.scalars(
        select(Task.element_id).where(Task.case_id == task.case_id, Task.state == TaskState.OPEN)
    )
    return TaskPage(
        task=task,
        form=form,
        values=values,
        aside=beside,
        draft=read_draft(work, task_id) if task.state == TaskState.OPEN else None,
        timeline=timeline,
        comments=() if about_me else _comments(work, task.case_id),
        diagram=load_bundle(work.session, task.case.procedure_version_id).diagram,
        current=frozenset([task.element_id]) if about_me else frozenset(open_now),
        mine=task.state == TaskState.OPEN and (task.assignee_id == work.actor.person_id or claimable),
        claimable=claimable,
        returnable=can_be_given_back(task),
        before=before,
        behind=behind,
        ballot=open_ballot_page(work, task),
        adds=may_add(work, task),
        retracts=may_retract(work, task),
    )


def _claimable(work: Work, task: Task) -> bool:
    if task.state != TaskState.OPEN or task.assignee_id is not None:
        return False
    if not may_decide(task.case, task.properties, work.actor.person_id):
        return False
    found = work.session.scalar(select(Task.id).where(Task.id == task.id, claimable_tasks(work.actor)))
    return found is not None


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
