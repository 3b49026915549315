"""What the case that prepares a campaign decides: it may be started, or nobody will be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from models.campaign import Campaign, CampaignMember, CampaignState, MemberState
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services import events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work


def decide_campaign(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``decide-campaign``: its header ``decision`` approves or refuses the case's campaign.

    A person sets the approved campaign going. Raises InvalidError where the case prepares none.
    """
    campaign = work.session.scalars(
        select(Campaign)
        .where(Campaign.case_id == case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if campaign is None:
        raise InvalidError(msg("这件案件没有所属的批次。"))
    if campaign.state != CampaignState.APPROVAL:
        return {}
    if job.headers.get("decision") == "approve":
        campaign.state = CampaignState.READY
        tell(work, campaign, "campaign.approved", case=case.id)
    else:
        end_unasked(work, campaign, "campaign.refused", reason="")
    return {}


def end_unasked(work: Work, campaign: Campaign, kind: str, *, reason: str) -> None:
    """End a locked campaign for all who have not been asked."""
    work.session.execute(
        update(CampaignMember)
        .where(
            CampaignMember.campaign_id == campaign.id,
            CampaignMember.state.in_([MemberState.UNCHECKED, MemberState.WAITING]),
        )
        .values(state=MemberState.ENDED, stage="cancelled", stage_at=work.now)
        .execution_options(synchronize_session=False)
    )
    campaign.state = CampaignState.STOPPED
    campaign.ended_at = work.now
    tell(work, campaign, kind, reason=reason[:500])


def tell(work: Work, campaign: Campaign, kind: str, **data: object) -> None:
    """Write an event of a campaign."""
    events.append(work, kind, {"campaign": campaign.id, **data}, subject=f"campaign/{campaign.id}")
