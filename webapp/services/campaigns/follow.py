"""A member's stage is brought in line inside the click that moves the case, so progress is never behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from models.campaign import Campaign, CampaignMember, CampaignState, MemberState
from webapp.engine.values import Cancel, Start
from webapp.services import events

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from models.case import Case
    from webapp.engine.values import Advance, Command
    from webapp.services.procedures.campaign import CampaignSettings
    from webapp.services.work import Work

OPEN_STATES = (MemberState.UNCHECKED, MemberState.WAITING, MemberState.RUNNING)


def follow_member(
    work: Work, case: Case, settings: CampaignSettings, *, command: Command, advance: Advance
) -> None:
    """Write where the case stands now; one statement, none where the command changed no stage."""
    over = advance.ended or isinstance(command, Cancel)
    stage = _stage(settings, command, advance)
    if stage is None:
        return
    values = {
        "stage": stage,
        "stage_at": work.now,
        "state": MemberState.ENDED if over else MemberState.RUNNING,
        **({"case_id": case.id} if isinstance(command, Start) else {}),
    }
    found = work.session.scalars(
        update(CampaignMember)
        .where(_whose(case, command), or_(CampaignMember.stage != stage, CampaignMember.case_id.is_(None)))
        .values(values)
        .returning(CampaignMember.campaign_id)
        .execution_options(synchronize_session=False)
    ).all()
    if (
        over and found and not isinstance(command, Start)
    ):  # the chunk that starts cases looks once, at its end
        close_if_done(work, found[0])


def _stage(settings: CampaignSettings, command: Command, advance: Advance) -> str | None:
    if isinstance(command, Cancel):
        return "cancelled"
    if advance.ended:
        return settings.end_of(advance.variables.get("outcome"))
    opened = [*(j.element_id for j in advance.jobs), *(i.element_id for i in advance.opened)]
    found = settings.stage_of(opened)
    return "running" if found is None and isinstance(command, Start) else found


def _whose(case: Case, command: Command) -> ColumnElement[bool]:
    if isinstance(command, Start):  # the row does not know its case yet
        campaign = str(command.variables.get("campaign") or "")
        return (CampaignMember.campaign_id == (int(campaign) if campaign.isdecimal() else -1)) & (
            CampaignMember.person_id == case.person_id
        )
    return CampaignMember.case_id == case.id


def close_if_done(work: Work, campaign_id: int) -> None:
    """End a running campaign whose last member has ended; its row is locked, so that one of two sees it."""
    campaign = work.session.scalars(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if campaign.state != CampaignState.RUNNING:
        return
    left = work.session.scalar(
        select(func.count())
        .select_from(CampaignMember)
        .where(CampaignMember.campaign_id == campaign_id, CampaignMember.state.in_(OPEN_STATES))
    )
    if not left:
        campaign.state = CampaignState.ENDED
        campaign.ended_at = work.now
        events.append(work, "campaign.ended", {"campaign": campaign_id}, subject=f"campaign/{campaign_id}")
