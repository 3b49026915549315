"""Jobs over the members of a campaign, fifty people each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from models.campaign import CampaignMember, CampaignState, MemberState
from webapp.services.jobs.later import enqueue_at

if TYPE_CHECKING:
    from models.campaign import Campaign
    from webapp.services.work import Work

CHUNK: Final = 50  # people of one job: a kill repeats at most one of them
CHECK, START = "campaign-check", "campaign-start"
BEFORE: Final = {CHECK: MemberState.UNCHECKED, START: MemberState.WAITING}
DURING: Final = {CHECK: CampaignState.CHECKING, START: CampaignState.RUNNING}


def enqueue_chunks(work: Work, campaign: Campaign, kind: str) -> int:
    """One job for every fifty members that still wait for this; how many jobs."""
    ids = list(
        work.session.scalars(
            select(CampaignMember.id)
            .where(CampaignMember.campaign_id == campaign.id, CampaignMember.state == BEFORE[kind])
            .order_by(CampaignMember.id)
        )
    )
    chunks = [ids[n : n + CHUNK] for n in range(0, len(ids), CHUNK)]
    for chunk in chunks:
        enqueue_at(
            work,
            kind,
            {"campaign": campaign.id, "first": chunk[0], "last": chunk[-1]},
            key=f"{kind}/{campaign.id}/{campaign.runs}/{chunk[0]}",
            at=work.now,
        )
    return len(chunks)
