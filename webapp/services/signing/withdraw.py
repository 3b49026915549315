"""How the company takes a document back before it is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.case import Case
from models.signing import SigningFlow
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.signing import FlowState
from webapp.domain.text import msg
from webapp.services.cases.messages import correlate
from webapp.services.jobs.queue import lock_case
from webapp.services.scope import readable_cases
from webapp.services.signing.flows import move

if TYPE_CHECKING:
    from webapp.services.work import Work

WITHDRAWN = "signing-withdrawn"  # message that a diagram may wait for, by the document's id


def withdraw(work: Work, flow_id: int, *, reason: str) -> SigningFlow:
    """Take a document back before it is sealed: by who may operate the case, with a reason.

    A diagram that waits for ``signing-withdrawn`` goes on by it. Raises ConflictError once sealed.
    """
    case_id = work.session.scalar(
        select(SigningFlow.case_id)
        .join(Case, Case.id == SigningFlow.case_id)
        .where(SigningFlow.id == flow_id, readable_cases(work.actor))
    )
    if case_id is None:
        raise NotFoundError
    case = lock_case(work, case_id)
    if not work.actor.may_within(
        Permission.CASE_OPERATE, entity_id=case.entity_id, department_path=case.department_path
    ):
        raise ForbiddenError
    if not reason.strip():
        raise InvalidError(fields={"reason": (msg("请写明撤回原因。"),)})
    flow = work.session.scalars(
        select(SigningFlow).where(SigningFlow.id == flow_id).execution_options(populate_existing=True)
    ).one()
    flow.reason, flow.intent = reason.strip(), None
    move(work, flow, FlowState.WITHDRAWN, reason=flow.reason, by="company")
    flow.outcome = flow.outcome or FlowState.WITHDRAWN
    work.session.flush()
    correlate(work, WITHDRAWN, key=str(flow.document_id), variables={}, message_id=f"{WITHDRAWN}-{flow.id}")
    return flow
