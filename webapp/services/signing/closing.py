"""How a flow ends without its person: its time has passed, or its case went on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.signing import SigningFlow
from webapp.domain.signing import FlowState, may_follow
from webapp.services.signing.flows import move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.services.work import Work


def close_flows(work: Work, task_ids: Sequence[int]) -> None:
    """End the flows of tasks that their locked case has just closed without their person."""
    flows = work.session.scalars(select(SigningFlow).where(SigningFlow.task_id.in_(task_ids)))
    for flow in flows:
        late = flow.expires_at is not None and work.now >= flow.expires_at
        after = FlowState.EXPIRED if late else FlowState.WITHDRAWN
        if may_follow(FlowState(flow.state), after):
            flow.outcome, flow.finished_at, flow.intent = after, work.now, None
            move(work, flow, after, by="case")
