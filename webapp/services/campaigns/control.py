"""A campaign is set going, paused, resumed and called off, by those who may begin its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, exists, or_, select

from models.campaign import Campaign, CampaignMember, CampaignState
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.campaigns.approval import end_unasked, tell
from webapp.services.campaigns.create import check_may_run
from webapp.services.campaigns.follow import close_if_done
from webapp.services.campaigns.portions import START, enqueue_chunks
from webapp.services.cases.start import StartCase, start
from webapp.services.procedures.bundle import load_bundle
from webapp.services.scope import within

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from webapp.services.work import Work

STATES: Final = {
    CampaignState.CHECKING: msg("正在逐人核查"),
    CampaignState.CHECKED: msg("已核查，待启动"),
    CampaignState.APPROVAL: msg("文本审核中"),
    CampaignState.READY: msg("已批准，待启动"),
    CampaignState.RUNNING: msg("进行中"),
    CampaignState.PAUSED: msg("已暂停发起"),
    CampaignState.ENDED: msg("已完成"),
    CampaignState.STOPPED: msg("已终止"),
}
OVER: Final = (CampaignState.ENDED, CampaignState.STOPPED)


def readable_campaigns(work: Work) -> ColumnElement[bool]:
    """Campaigns whose cases the actor may all read: of one employer, or their own over several."""
    there = within(work.actor, Permission.CASE_READ, entity=CampaignMember.entity_id)
    beyond = exists().where(CampaignMember.campaign_id == Campaign.id, ~there)
    mine = and_(Campaign.entity_id.is_(None), Campaign.created_by_id == work.actor.person_id, ~beyond)
    return or_(mine, within(work.actor, Permission.CASE_READ, entity=Campaign.entity_id))


def read_campaign(work: Work, campaign_id: int) -> Campaign:
    """A campaign that the actor may read; NotFoundError for missing and foreign alike."""
    found = work.session.scalars(
        select(Campaign).where(Campaign.id == campaign_id, readable_campaigns(work))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def may_run(work: Work, campaign: Campaign) -> bool:
    """Whether the actor may set this campaign going or hold it."""
    if campaign.created_by_id == work.actor.person_id:
        return work.actor.may(Permission.CASE_OPERATE)
    whole = any(g.entity_id is None for g in work.actor.scopes(Permission.CASE_OPERATE))
    own = campaign.entity_id is not None and work.actor.may_within(
        Permission.CASE_OPERATE, entity_id=campaign.entity_id
    )
    return whole or own


def lock_campaign(work: Work, campaign_id: int) -> Campaign:
    """Lock a campaign that the actor may run; NotFoundError where it may not be read, else ForbiddenError."""
    found = work.session.scalars(
        select(Campaign)
        .where(Campaign.id == campaign_id, readable_campaigns(work))
        .with_for_update(of=Campaign)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    if not may_run(work, found):
        raise ForbiddenError(msg("只有本单位人事可以操作这个批次。"))
    return found


def launch(work: Work, campaign_id: int) -> Campaign:
    """Set a campaign going: first the case that prepares it, where the procedure names one, then the members.

    Raises ConflictError where it is going already: a second press starts nothing twice.
    """
    campaign = lock_campaign(work, campaign_id)
    bundle = load_bundle(work.session, campaign.procedure_version_id)
    check_may_run(work, bundle)
    settings = bundle.settings.campaign
    if campaign.state == CampaignState.CHECKED and settings is not None and settings.prepare is not None:
        _prepare(work, campaign, settings.prepare)
    elif campaign.state in (CampaignState.CHECKED, CampaignState.READY):
        _go(work, campaign)
    else:
        raise ConflictError(_already(campaign))
    work.session.flush()
    return campaign


def _prepare(work: Work, campaign: Campaign, procedure: str) -> None:
    variables = {
        **campaign.values,
        "campaign": str(campaign.id),
        "campaign_title": campaign.title,
        "campaign_total": campaign.total,
    }
    command = StartCase(
        procedure_key=procedure, person_id=work.person_id, title=campaign.title, variables=variables
    )
    campaign.case_id = start(work, command).id
    campaign.state = CampaignState.APPROVAL
    tell(work, campaign, "campaign.submitted", case=campaign.case_id)


def _go(work: Work, campaign: Campaign) -> None:
    campaign.state = CampaignState.RUNNING
    campaign.started_at = campaign.started_at or work.now
    campaign.runs += 1
    work.session.flush()  # the chunks' keys name the run
    jobs = enqueue_chunks(work, campaign, START)
    tell(work, campaign, "campaign.started", jobs=jobs)
    if not jobs:  # paused when everybody had been asked already
        close_if_done(work, campaign.id)


def pause(work: Work, campaign_id: int) -> Campaign:
    """Begin no further case; those that run go on, since people have already been asked."""
    campaign = lock_campaign(work, campaign_id)
    if campaign.state != CampaignState.RUNNING:
        raise ConflictError(_already(campaign))
    campaign.state = CampaignState.PAUSED
    tell(work, campaign, "campaign.paused")
    work.session.flush()
    return campaign


def resume(work: Work, campaign_id: int) -> Campaign:
    """Go on with those who were not asked yet."""
    campaign = lock_campaign(work, campaign_id)
    if campaign.state != CampaignState.PAUSED:
        raise ConflictError(_already(campaign))
    _go(work, campaign)
    work.session.flush()
    return campaign


def stop(work: Work, campaign_id: int, *, reason: str) -> Campaign:
    """Call off what has not begun; running cases keep their course and their deadlines."""
    campaign = lock_campaign(work, campaign_id)
    if campaign.state in OVER:
        raise ConflictError(_already(campaign))
    end_unasked(work, campaign, "campaign.stopped", reason=reason)
    work.session.flush()
    close_if_done(work, campaign.id)
    work.session.flush()
    return campaign


def _already(campaign: Campaign) -> Message:
    return msg("批次现在的状态是“{state}”，请刷新页面。", state=STATES[CampaignState(campaign.state)])
