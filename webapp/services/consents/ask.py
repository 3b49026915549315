"""A case asks a person for a separate consent (个人信息保护法 art. 29): one purpose a screen, yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from models.consent import ConsentText
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.services.consents.ledger import AskedByCase, answer_case
from webapp.services.consents.texts import newest_texts
from webapp.services.documents.named import document_of_case
from webapp.services.tasks.complete import CONSENT, CompleteTask, complete
from webapp.services.tasks.lock import lock_task
from webapp.services.tasks.page import open_page

if TYPE_CHECKING:
    from models.document import Document
    from models.task import Task
    from webapp.services.tasks.complete import Completed
    from webapp.services.work import Work

AGREED: Final = "agreed"  # outcomes of such a task
DECLINED: Final = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: the paper that shows one edition of a text, and until when a yes would hold."""

    task: Task
    text: ConsentText
    paper: Document
    ends_on: date | None
    current: bool  # the paper shows the edition that is asked now


def open_question(work: Work, task_id: int) -> Question:
    """A question that the actor may answer now, about themselves; NotFoundError for everything else.

    The step's properties are ``page`` (consent), ``document`` (the paper that ``make-document`` made with
    its input ``consent``) and, where consent has an end, ``until`` (a date).
    """
    page = open_page(work, task_id)
    task = page.task
    properties = task.properties or {}
    paper = document_of_case(work, task.case_id, properties.get("document"))
    asked = {} if paper is None else paper.values.get("consent") or {}
    text = work.session.get(ConsentText, int(asked["text"])) if asked else None
    if (
        not page.mine
        or properties.get("page") != CONSENT
        or task.case.person_id != work.person_id
        or paper is None
        or text is None
    ):
        raise NotFoundError
    until = properties.get("until")
    return Question(
        task=task,
        text=text,
        paper=paper,
        ends_on=date.fromisoformat(str(until)[:10]) if until else None,
        current=newest_texts(work)[text.purpose].id == text.id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A person's word; ``version`` is what the page saw."""

    task_id: int
    version: int
    agreed: bool
    language: str
    key: str | None = None  # idempotency key made by the page


def answer(work: Work, said: Answer) -> Completed:
    """Write the person's word into the ledger and go on with the case; a no needs no reason.

    Raises NotFoundError, ConflictError (stale page, or the text has a newer edition).
    """
    outcome = AGREED if said.agreed else DECLINED
    command = CompleteTask(
        task_id=said.task_id, version=said.version, values={"outcome": outcome}, key=said.key, door=CONSENT
    )
    try:
        task = lock_task(work, said.task_id)
    except ConflictError:
        return complete(work, command)  # a repeated press is told what the first one was
    question = open_question(work, said.task_id)
    asked = AskedByCase(case=task.case, paper_digest=question.paper.sha256, ends_on=question.ends_on)
    answer_case(work, question.text, asked, agreed=said.agreed, language=said.language)
    return complete(work, command)
