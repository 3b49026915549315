"""Warnings before a permit ends: the days come from the parameter ``permit.reminder_days``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from models.account import Grant
from models.job import Job
from models.permit import Permit
from webapp.domain.permissions import Role
from webapp.domain.permits import renewal
from webapp.domain.regions import parameter_region
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.jobs.later import enqueue_at
from webapp.services.notices import tell
from webapp.services.people import SHANGHAI, local_date
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.permits import Renewal
    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

KIND = "permit-expiry"
HOUR = time(8)  # local time at which a day's look is due

AHEAD = timedelta(days=400)  # further ends are not looked at


def renewal_of(work: Work, permit: Permit) -> Renewal:
    """When to be reminded, by when to apply (行政许可法第50条), from when standard hours hold."""
    law = current_law(work.session, local_date(work.now))
    return renewal(permit.valid_to, law=law, region=parameter_region(permit.region)).value


def look_daily(work: Work, day: date) -> None:
    """Make sure that the register is looked at on a day: one row a day, however often this is asked."""
    key = f"{KIND}-{day.isoformat()}"
    if work.session.scalar(select(Job.id).where(Job.idempotency_key == key)) is None:
        enqueue_at(work, KIND, {}, key=key, at=datetime.combine(day, HOUR, SHANGHAI))


def permit_expiry(units: Units, _job: TakenJob) -> Mapping[str, Any]:
    """The job ``permit-expiry``: warn, and ask for tomorrow's look in the same transaction."""
    with units() as work:
        warned = warn_of_ends(work)
        look_daily(work, local_date(work.now) + timedelta(days=1))
    return {"warned": warned}


def warn_of_ends(work: Work) -> int:
    """Tell HR of the employer once on each reminder day, and once when a permit has ended; how many."""
    today = local_date(work.now)
    rows = work.session.scalars(
        select(Permit)
        .where(Permit.valid_to <= today + AHEAD, Permit.revoked_on.is_(None))
        .order_by(Permit.id)
    ).all()
    return sum(_warn(work, row, today) for row in rows)


def _warn(work: Work, permit: Permit, today: date) -> bool:
    plan = renewal_of(work, permit)
    days = sorted({*plan.reminders, plan.apply_by, plan.falls_back_on})
    passed = [day for day in days if day <= today]
    if not passed or (permit.warned_on is not None and permit.warned_on >= passed[-1]):
        return False
    permit.warned_on = today
    values = {
        "number": permit.number,
        "last": permit.valid_to.isoformat(),
        "apply": plan.apply_by.isoformat(),
    }
    if today >= plan.falls_back_on:
        message = msg("特殊工时审批 {number} 已于 {last} 到期，相关岗位自次日起恢复标准工时制。", **values)
    elif today > plan.apply_by:
        message = msg("特殊工时审批 {number} 将于 {last} 到期，申请延续的期限（{apply}）已过。", **values)
    else:
        message = msg("特殊工时审批 {number} 将于 {last} 到期，请在 {apply} 前申请延续。", **values)
    tell(work, _hr_of(work, permit), message, kind="reminder")
    events.append(
        work, "permit.warned", {"permit": permit.id, "on": today.isoformat()}, subject=f"permit/{permit.id}"
    )
    return True


def _hr_of(work: Work, permit: Permit) -> list[int]:
    here = or_(Grant.entity_id == permit.entity_id, Grant.entity_id.is_(None))
    return list(
        work.session.scalars(
            select(Grant.person_id).where(Grant.role.in_([Role.HR, Role.HR_HEAD]), here).order_by(Grant.id)
        )
    )
