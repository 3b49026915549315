"""A signing flow found, locked and moved on: nobody else's, no other text, no step left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from models.document import Document
from models.signing import SigningFlow
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.signing import FlowState, may_follow
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.documents.named import document_of_case
from webapp.services.tasks.lock import check_mine, lock_task

if TYPE_CHECKING:
    from models.task import Task
    from webapp.services.work import Work

PAGE, SIGN, SEAL = "page", "sign", "seal"  # zeebe:property of a user task, and its values here
DOCUMENT, ROLE, OUTCOMES = "document", "role", "outcomes"
EMPLOYEE, COMPANY = "employee", "company"


def task_document(work: Work, task: Task) -> Document:
    """The document that a task names by its property; raises InvalidError where the diagram names none."""
    found = document_of_case(work, task.case_id, (task.properties or {}).get(DOCUMENT))
    if found is None:
        raise InvalidError(msg("流程没有指明要签署的文书，请联系流程负责人。"))
    return found


def flow_of(work: Work, document_id: int) -> SigningFlow | None:
    """The flow of a document, read anew."""
    return work.session.scalars(
        select(SigningFlow)
        .where(SigningFlow.document_id == document_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_signing(work: Work, task_id: int) -> tuple[Task, Document]:
    """Lock a task at which the actor signs their own document.

    Raises NotFoundError, ForbiddenError for another's document, ConflictError for a replaced one.
    """
    task = lock_task(work, task_id)
    if (task.properties or {}).get(PAGE) != SIGN:
        raise NotFoundError
    check_mine(work, task)
    document = task_document(work, task)
    if document.person_id != work.actor.person_id:
        raise ForbiddenError(msg("文书只能由当事人本人签署。"))
    if replaced(work, document):
        raise ConflictError(msg("这份文书已被新的文本替换，不能再签署。请返回待办查看新文本。"))
    return task, document


def is_company_paper(document: Document) -> bool:
    """Whether the company alone seals a document: it has a place for the seal and for nobody's signature."""
    return {field["name"] for field in document.fields} == {COMPANY}


def open_company_flow(work: Work, task: Task) -> SigningFlow | None:
    """The flow of a paper that the company alone seals, at its seal task; None where a person signs first."""
    document = task_document(work, task)
    if not is_company_paper(document) or replaced(work, document):
        return None
    flow = SigningFlow(
        document_id=document.id,
        document=document,
        case=task.case,
        case_id=task.case_id,
        task_id=task.id,
        person_id=document.person_id,
        role=COMPANY,
        document_sha256=document.sha256,
        state=FlowState.READY,
        provider=work.ports.signing().name,
        pages_read={},
        opened_at=work.now,
    )
    work.session.add(flow)
    work.session.flush()
    return flow


def replaced(work: Work, document: Document) -> bool:
    """Whether another text has taken the document's place."""
    return bool(work.session.scalar(select(exists().where(Document.replaces_id == document.id))))


def lock_flow(work: Work, task_id: int, *, seen: str) -> SigningFlow:
    """Lock the flow of a task for one step of its person.

    ``seen`` is the hash of the PDF that the page showed: a page about another text is refused. Raises as
    ``lock_signing``, and ConflictError for a flow that is over or has ended by time.
    """
    _task, document = lock_signing(work, task_id)
    flow = flow_of(work, document.id)
    if flow is None:
        raise ConflictError(msg("请先阅读告知书。"))
    if seen != flow.document_sha256 or seen != document.sha256:
        raise ConflictError(msg("页面上的文书与待签署的不一致，未作任何更改。请刷新后重新阅读。"))
    check_time(work, flow)
    return flow


def check_time(work: Work, flow: SigningFlow) -> None:
    """Raise ConflictError once the time to sign has passed."""
    if flow.expires_at is not None and work.now >= flow.expires_at:
        raise ConflictError(msg("签署期限已过，不能再签署。"))


def flow_key(flow: SigningFlow) -> str:
    """What a provider knows a flow by: bound to the very bytes that are signed."""
    return f"{flow.id}-{flow.document_sha256}"


def move(work: Work, flow: SigningFlow, after: FlowState, **facts: Any) -> None:
    """Take a flow one step further and log it; raises ConflictError for any step out of order."""
    if not may_follow(FlowState(flow.state), after):
        raise ConflictError(msg("签署步骤已变化，请刷新页面后继续。"))
    flow.state = after
    log(work, flow, after, **facts)


def log(work: Work, flow: SigningFlow, what: str, **facts: Any) -> None:
    """Append ``signing.<what>`` to the chain of the flow's locked case."""
    about = {"flow": flow.id, "document": flow.document_id, "person": flow.person_id, "role": flow.role}
    events.append(work, f"signing.{what}", {**about, **facts}, case=flow.case)
