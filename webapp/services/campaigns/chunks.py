"""The server's part of a campaign, fifty people a job: checks and starts, each person in a unit of their own.

A job that is killed is taken again by another worker and goes on behind the last person: whether somebody was
started stands in the row that says so, in the same transaction as the case.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from models.campaign import Campaign, CampaignMember, CampaignState, MemberState
from models.person import Person
from webapp.domain.errors import HeguiError
from webapp.services import events
from webapp.services.campaigns.follow import close_if_done
from webapp.services.campaigns.gates import Reason, check_person
from webapp.services.campaigns.portions import BEFORE, CHECK, DURING, START
from webapp.services.cases.start import StartCase, start_pinned
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.queue import gets_on
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

log = logging.getLogger(__name__)


def check_chunk(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Look at each person of a chunk; the last chunk to finish opens the result."""
    done = _each(units, job, kind=CHECK, act=_check_one)
    with units() as work:
        campaign = _locked(work, job)
        if campaign.state == CampaignState.CHECKING and not _left(work, campaign.id, MemberState.UNCHECKED):
            campaign.state = CampaignState.CHECKED
            data = {"campaign": campaign.id}
            events.append(work, "campaign.checked", data, subject=f"campaign/{campaign.id}")
    return {"done": done}


def start_chunk(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Begin the case of each person of a chunk, once each; a paused campaign stops between two people."""
    done = _each(units, job, kind=START, act=_start_one)
    with units() as work:
        close_if_done(work, job.payload["campaign"])
    return {"done": done}


def _each(
    units: Units, job: TakenJob, *, kind: str, act: Callable[[Work, Campaign, CampaignMember], None]
) -> int:
    """Act on every member of a chunk that still waits; a fault with one keeps nobody else waiting.

    Raises the last unexpected fault at the end, so that the job is tried again for those who are left.
    """
    done, fault = 0, None
    with units() as work:
        ids = list(work.session.scalars(_chunk(job, kind)))
    for member_id in ids:
        try:
            with units() as work:
                campaign, member = _take(work, job, member_id, kind=kind)
                if campaign.state != DURING[kind]:
                    return done  # paused or called off meanwhile
                if member is not None:
                    act(work, campaign, member)
                    gets_on(work, job.id)
                    done += 1
        except HeguiError as error:
            with units() as work:
                _refuse(work, member_id, Reason(code="fault", sentence=error.message))
        except Exception as error:
            log.exception("member %s of job %s", member_id, job.id)
            fault = error
    if fault is not None:
        raise fault
    return done


def _chunk(job: TakenJob, kind: str) -> Any:
    return (
        select(CampaignMember.id)
        .where(
            CampaignMember.campaign_id == job.payload["campaign"],
            CampaignMember.id.between(job.payload["first"], job.payload["last"]),
            CampaignMember.state == BEFORE[kind],
        )
        .order_by(CampaignMember.id)
    )


def _take(work: Work, job: TakenJob, member_id: int, *, kind: str) -> tuple[Campaign, CampaignMember | None]:
    """The campaign, held against pausing, and the member, locked; None where another worker was faster."""
    campaign = work.session.scalars(
        select(Campaign)
        .where(Campaign.id == job.payload["campaign"])
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
    member = work.session.scalars(
        select(CampaignMember)
        .where(CampaignMember.id == member_id, CampaignMember.state == BEFORE[kind])
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    return campaign, member


def _check_one(work: Work, campaign: Campaign, member: CampaignMember) -> None:
    bundle = load_bundle(work.session, campaign.procedure_version_id)
    settings = bundle.settings.campaign
    reasons = check_person(
        work,
        work.session.get_one(Person, member.person_id),
        procedure_key=campaign.procedure_key,
        gate=None if settings is None else settings.gate,
        values=campaign.values,
    )
    member.state = MemberState.BLOCKED if reasons else MemberState.WAITING
    member.stage = member.state
    member.stage_at = work.now
    member.reasons = [r.plain() for r in reasons] or None


def _start_one(work: Work, campaign: Campaign, member: CampaignMember) -> None:
    """Begin one case; two campaigns that name the same person meet at the lock on that person's row."""
    person = work.session.scalars(
        select(Person).where(Person.id == member.person_id).with_for_update(of=Person)
    ).one()
    _check_one(work, campaign, member)  # what has changed since the dry run
    if member.state == MemberState.BLOCKED:
        return
    member.revision = campaign.revision
    work.session.flush()
    bundle = load_bundle(work.session, campaign.procedure_version_id)
    command = StartCase(
        procedure_key=campaign.procedure_key,
        person_id=person.id,
        title=campaign.title,
        variables={**campaign.values, "campaign": str(campaign.id)},
        starter_id=campaign.created_by_id,
    )
    start_pinned(work, command, bundle)


def _refuse(work: Work, member_id: int, reason: Reason) -> None:
    work.session.execute(
        update(CampaignMember)
        .where(CampaignMember.id == member_id)
        .values(
            state=MemberState.FAILED, stage=MemberState.FAILED, stage_at=work.now, reasons=[reason.plain()]
        )
        .execution_options(synchronize_session=False)
    )


def _locked(work: Work, job: TakenJob) -> Campaign:
    return work.session.scalars(
        select(Campaign).where(Campaign.id == job.payload["campaign"]).with_for_update()
    ).one()


def _left(work: Work, campaign_id: int, state: MemberState) -> bool:
    found = work.session.scalar(
        select(CampaignMember.id)
        .where(CampaignMember.campaign_id == campaign_id, CampaignMember.state == state)
        .limit(1)
    )
    return found is not None


HANDLERS[CHECK] = check_chunk
HANDLERS[START] = start_chunk
