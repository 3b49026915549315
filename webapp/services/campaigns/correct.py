"""The common text is corrected midway: whoever has not signed gets the new one, whoever has keeps theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.campaign import Campaign, CampaignMember, CampaignState, MemberState
from models.case import AwaitedMessage
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.text import msg
from webapp.services.campaigns.approval import tell
from webapp.services.campaigns.control import lock_campaign, may_run
from webapp.services.campaigns.create import accept_values
from webapp.services.campaigns.portions import CHUNK
from webapp.services.cases.messages import correlate
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.queue import enqueue, lock_case
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

CORRECT: Final = "campaign-correct"
OPEN: Final = (CampaignState.READY, CampaignState.RUNNING, CampaignState.PAUSED)


def correctable(work: Work, campaign: Campaign) -> tuple[str, ...]:
    """Fields of the common form that the actor may correct now; NotFoundError where none may be."""
    settings = load_bundle(work.session, campaign.procedure_version_id).settings.campaign
    if settings is None or settings.correction is None or campaign.state not in OPEN:
        raise NotFoundError
    if not may_run(work, campaign):
        raise NotFoundError
    return settings.correction.fields


def correct(work: Work, campaign_id: int, values: Mapping[str, Any], *, version: int) -> Campaign:
    """Correct the common values of a campaign that may be running; its cases are told by jobs.

    Raises ConflictError on a stale page or at the wrong time, InvalidError at each wrong field.
    """
    campaign = lock_campaign(work, campaign_id)
    if campaign.version != version:
        raise ConflictError
    bundle = load_bundle(work.session, campaign.procedure_version_id)
    settings = bundle.settings.campaign
    if settings is None or settings.correction is None:
        raise NotFoundError
    if campaign.state not in OPEN:
        raise ConflictError(msg("批次已经结束或还没有审核，不能更正文本。"))
    accepted = accept_values(work, bundle, {**campaign.values, **values})
    changed = {
        k: accepted[k]
        for k in settings.correction.fields
        if k in accepted and accepted[k] != campaign.values.get(k)
    }
    if not changed:
        raise ConflictError(msg("内容没有变化。"))
    campaign.values = {**campaign.values, **changed}
    campaign.revision += 1
    tell(work, campaign, "campaign.corrected", revision=campaign.revision, changed=changed)
    work.session.flush()
    for ids in _chunks(work, campaign):
        enqueue(
            work,
            CORRECT,
            {"campaign": campaign.id, "first": ids[0], "last": ids[-1], "revision": campaign.revision},
            key=f"{CORRECT}/{campaign.id}/{campaign.revision}/{ids[0]}",
        )
    return campaign


def _chunks(work: Work, campaign: Campaign) -> list[list[int]]:
    ids = list(
        work.session.scalars(
            select(CampaignMember.id)
            .where(CampaignMember.campaign_id == campaign.id, CampaignMember.state == MemberState.RUNNING)
            .order_by(CampaignMember.id)
        )
    )
    return [ids[n : n + CHUNK] for n in range(0, len(ids), CHUNK)]


def correct_chunk(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Take the corrected values to each case of a chunk that still awaits them, once each."""
    with units() as work:
        ids = list(
            work.session.scalars(
                select(CampaignMember.id).where(
                    CampaignMember.campaign_id == job.payload["campaign"],
                    CampaignMember.id.between(job.payload["first"], job.payload["last"]),
                    CampaignMember.revision < job.payload["revision"],
                )
            )
        )
    told = 0
    for member_id in ids:
        with units() as work:
            told += _correct_one(work, member_id, revision=job.payload["revision"])
    return {"told": told}


def _correct_one(work: Work, member_id: int, *, revision: int) -> bool:
    case_id = work.session.scalar(select(CampaignMember.case_id).where(CampaignMember.id == member_id))
    if case_id is None:
        return False
    lock_case(work, case_id)  # first, as every click does: two locks in two orders would wait for each other
    campaign, member = work.session.execute(
        select(Campaign, CampaignMember)
        .join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
        .where(CampaignMember.id == member_id)
        .with_for_update(of=CampaignMember)
    ).one()
    settings = load_bundle(work.session, campaign.procedure_version_id).settings.campaign
    if member.revision >= revision or settings is None or settings.correction is None:
        return False  # another worker was here, or a later correction
    member.revision = campaign.revision
    name = settings.correction.message
    wait = work.session.scalars(
        select(AwaitedMessage)
        .where(AwaitedMessage.case_id == member.case_id, AwaitedMessage.name == name)
        .limit(1)
    ).one_or_none()
    if wait is None:
        return False  # signed already, or over: their text stands
    values = {k: campaign.values.get(k) for k in settings.correction.fields}
    return correlate(work, name, key=wait.correlation_key, variables=values) is not None


HANDLERS[CORRECT] = correct_chunk
