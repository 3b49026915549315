"""Lists of campaigns, and of procedures that may be started for many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models.campaign import Campaign, CampaignMember, MemberState
from webapp.domain.errors import HeguiError
from webapp.services.campaigns.control import readable_campaigns
from webapp.services.campaigns.create import campaign_bundle, check_may_run
from webapp.services.procedures.bundle import list_procedures

if TYPE_CHECKING:
    from models.procedure import Procedure
    from webapp.services.work import Work

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One campaign in the list."""

    campaign: Campaign
    ended: int


def list_campaigns(work: Work) -> list[Line]:
    """Campaigns that the actor may read, newest first, with how many of their people have ended."""
    campaigns = list(
        work.session.scalars(
            select(Campaign)
            .options(joinedload(Campaign.created_by))
            .where(readable_campaigns(work))
            .order_by(Campaign.created_at.desc(), Campaign.id.desc())
            .limit(PAGE)
        )
    )
    over = (MemberState.ENDED, MemberState.BLOCKED, MemberState.FAILED)
    counts = work.session.execute(
        select(CampaignMember.campaign_id, func.count())
        .where(CampaignMember.campaign_id.in_([c.id for c in campaigns]), CampaignMember.state.in_(over))
        .group_by(CampaignMember.campaign_id)
    )
    ended = {int(i): int(n) for i, n in counts}
    return [Line(campaign=c, ended=ended.get(c.id, 0)) for c in campaigns]


def startable(work: Work) -> list[Procedure]:
    """Procedures that the actor may start for many people."""
    return [p for p in list_procedures(work.session) if _may_start(work, p.key)]


def _may_start(work: Work, key: str) -> bool:
    try:
        check_may_run(work, campaign_bundle(work, key))
    except HeguiError:
        return False
    return True
