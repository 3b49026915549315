"""What a person is offered and asked to answer: the letter, what changes, the text, the talk about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.document import Document
from models.task import Task, TaskState
from webapp.domain.errors import NotFoundError
from webapp.domain.text import Message, named
from webapp.services.documents.named import document_of_case
from webapp.services.tasks.page import open_page

if TYPE_CHECKING:
    from models.task import Comment
    from webapp.services.forms import Form
    from webapp.services.tasks.page import TaskPage
    from webapp.services.work import Work

PAGE: Final = "offer"  # zeebe:property ``page`` of a user task that is answered here
PAPERS: Final = ("document", "letter", "notice")  # properties that name what is shown
ANSWER: Final = "outcome"  # field of its form whose options are the answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changes; ``earlier`` is what the text before this one offered, where that differed."""

    title: Message
    before: str
    after: str
    earlier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A task with what is offered in it."""

    page: TaskPage
    form: Form
    letter: str  # HR's words, where the diagram made no letter
    letter_document: Document | None
    notice: Document | None  # on signing electronically
    reply: str
    document: Document | None
    changes: tuple[Change, ...]
    answers: tuple[str, ...]  # values of the options, in the form's order

    @property
    def questions(self) -> tuple[Comment, ...]:
        """What was asked and answered in place."""
        return self.page.comments


def open_offer(work: Work, task_id: int) -> Offer:
    """An offer that the actor may answer now; NotFoundError for everything else."""
    page = open_page(work, task_id)
    task = page.task
    if not page.mine or page.form is None or task.properties.get("page") != PAGE:
        raise NotFoundError
    document, letter, notice = (
        document_of_case(work, task.case_id, task.properties.get(name)) for name in PAPERS
    )
    answers = next((c.options for c in page.form.fields() if c.key == ANSWER), ())
    return Offer(
        page=page,
        form=page.form,
        letter=str(task.variables.get("letter") or ""),
        letter_document=letter,
        notice=notice,
        reply=str(task.variables.get("reply") or ""),
        document=document,
        changes=_changes(work, document),
        answers=tuple(str(o.value) for o in answers),
    )


def _changes(work: Work, document: Document | None) -> tuple[Change, ...]:
    if document is None:
        return ()
    before = work.session.get(Document, document.replaces_id) if document.replaces_id else None
    earlier = {} if before is None else {_key(c): c["after"] for c in _rows(before)}
    return tuple(
        Change(
            title=named(row["titles"]),
            before=row["before"],
            after=row["after"],
            earlier=earlier[_key(row)] if earlier.get(_key(row), row["after"]) != row["after"] else None,
        )
        for row in _rows(document)
    )


def _rows(document: Document) -> list[dict[str, Any]]:
    return list(document.content.get("changes") or ())


def _key(row: dict[str, Any]) -> str:
    return str(row["titles"].get("zh-Hans"))


def next_of_case(work: Work, case_id: int) -> int | None:
    """The actor's next open task in a case: after a yes, the signature."""
    return work.session.scalar(
        select(Task.id)
        .where(Task.case_id == case_id, Task.state == TaskState.OPEN, Task.assignee_id == work.person_id)
        .order_by(Task.id)
        .limit(1)
    )
