"""How a flow ends without its person: its time has passed, or its case went on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from models.signing import SigningFlow
from models.task import Task
from webapp.domain.keys import read_key
from webapp.domain.signing import FlowState, may_follow
from webapp.services.signing.flows import DOCUMENT, PAGE, SEAL, move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.services.work import Work


def close_flows(work: Work, task_ids: Sequence[int]) -> None:
    """End the flows of tasks that their locked case has just closed without their person.

    A seal that is not waited for any more ends the flow of its document, signed though it is.
    """
    sealed = [
        key
        for each in work.session.scalars(select(Task.properties).where(Task.id.in_(task_ids)))
        if each.get(PAGE) == SEAL and (key := read_key(str(each.get(DOCUMENT) or ""))) is not None
    ]
    flows = work.session.scalars(
        select(SigningFlow).where(or_(SigningFlow.task_id.in_(task_ids), SigningFlow.document_id.in_(sealed)))
    )
    for flow in flows:
        late = flow.document_id not in sealed and flow.expires_at is not None and work.now >= flow.expires_at
        after = FlowState.EXPIRED if late else FlowState.WITHDRAWN
        if may_follow(FlowState(flow.state), after):
            flow.outcome, flow.finished_at, flow.intent = after, work.now, None
            move(work, flow, after, by="case")
