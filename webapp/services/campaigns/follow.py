"""A member's stage is brought in line inside the click that moves the case, so progress is never behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from models.campaign import Campaign, CampaignMember, CampaignState, MemberState
from models.job import Job, JobState
from webapp.domain.keys import read_key
from webapp.engine.values import Cancel, Start
from webapp.services import events
from webapp.services.cases.routing import DELIVER
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from models.case import Case
    from webapp.engine.values import Advance, Command
    from webapp.services.procedures.campaign import CampaignSettings
    from webapp.services.work import Work

ENDED = "campaign.ended"  # message name; its key is the campaign's id
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
        campaign = read_key(str(command.variables.get("campaign") or ""))
        return (CampaignMember.campaign_id == (-1 if campaign is None else campaign)) & (
            CampaignMember.person_id == case.person_id
        )
    return CampaignMember.case_id == case.id


def close_if_done(work: Work, campaign_id: int) -> None:
    """End a running campaign whose last member has ended; its row is locked, so that one of two sees it.

    The case that prepared it is told in any case, also where the campaign was called off.
    """
    campaign = work.session.scalars(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if campaign.state not in (CampaignState.RUNNING, CampaignState.STOPPED):
        return
    stages = work.session.execute(
        select(CampaignMember.stage, CampaignMember.state, func.count())
        .where(CampaignMember.campaign_id == campaign_id)
        .group_by(CampaignMember.stage, CampaignMember.state)
    ).all()
    if any(state in OPEN_STATES for _, state, _ in stages):
        return
    if campaign.state == CampaignState.RUNNING:
        campaign.state = CampaignState.ENDED
        campaign.ended_at = work.now
    counts: dict[str, int] = {}
    for stage, _, count in stages:
        counts[stage] = counts.get(stage, 0) + int(count)
    events.append(
        work, "campaign.ended", {"campaign": campaign_id, "counts": counts}, subject=f"campaign/{campaign_id}"
    )
    if campaign.case_id is not None:
        _tell_case(work, campaign, counts)


def _tell_case(work: Work, campaign: Campaign, counts: Mapping[str, int]) -> None:
    """The message ``campaign.ended`` with the figures in words, for whoever files the report."""
    settings = load_bundle(work.session, campaign.procedure_version_id).settings.campaign
    words = {} if settings is None else {e.key: e.titles["zh-Hans"] for e in settings.ends}
    words |= {MemberState.BLOCKED: "不能发起", MemberState.FAILED: "发起出错", "cancelled": "未发起"}
    report = "；".join(f"{words.get(k, k)} {n} 人" for k, n in sorted(counts.items(), key=lambda c: -c[1]))
    job = Job(
        type=DELIVER,
        state=JobState.READY,
        payload={
            "name": ENDED,
            "key": str(campaign.id),
            "variables": {"report": report},
            "from": campaign.case_id,
        },
        idempotency_key=f"{ENDED}/{campaign.id}",
        due_at=work.now,
        created_at=work.now,
    )
    work.session.add(job)
    work.after_commit.append(lambda: work.ports.wake(job.id))
