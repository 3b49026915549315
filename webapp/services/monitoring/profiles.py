"""Monitoring profiles: written by HR or legal, assessed, confirmed by another person, ended at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.monitoring import MonitoringProfile
from models.organisation import Entity, EntityKind
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.monitoring import Watched
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.people import local_date
from webapp.services.procedures.bundle import released_bundles
from webapp.services.scope import lock_within, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.procedure import Procedure
    from webapp.services.work import Work

MOST = 300
SHORTEST, LONGEST = 10, 500  # characters of purpose and necessity
MOST_DAYS = 1095  # three years; longer than any limitation that such data could serve
SUBSTANCE = ("posts", "watches", "purpose", "necessity", "zones", "keep_days", "procedure_key", "valid_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileValues:
    """A profile as typed; dates are local."""

    entity_id: int
    title: str
    posts: tuple[str, ...]
    watches: tuple[str, ...]
    purpose: str
    necessity: str
    zones: str
    keep_days: int
    procedure_key: str
    valid_from: date
    valid_to: date


def list_profiles(work: Work) -> list[MonitoringProfile]:
    """The profiles of the actor's scope, newest first."""
    return list(
        work.session.scalars(
            select(MonitoringProfile)
            .options(joinedload(MonitoringProfile.entity))
            .where(within(work.actor, Permission.MONITORING_READ, entity=MonitoringProfile.entity_id))
            .order_by(MonitoringProfile.id.desc())
            .limit(MOST)
        )
    )


def readable_profile(work: Work, profile_id: int) -> MonitoringProfile:
    """One profile; raises NotFoundError for a missing and for a forbidden one alike."""
    found = work.session.scalars(
        select(MonitoringProfile).where(
            MonitoringProfile.id == profile_id,
            within(work.actor, Permission.MONITORING_READ, entity=MonitoringProfile.entity_id),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def employers(work: Work) -> list[Entity]:
    """The employers for which the actor may write profiles."""
    return list(
        work.session.scalars(
            select(Entity)
            .where(
                within(work.actor, Permission.MONITORING_WRITE, entity=Entity.id),
                Entity.kind != EntityKind.GROUP,
            )
            .order_by(Entity.code)
        )
    )


def triage_procedures(work: Work) -> list[Procedure]:
    """Released procedures that bring rules for alerts."""
    return [
        procedure
        for procedure, bundle in released_bundles(work.session)
        if bundle.settings.alerts is not None
    ]


def save_profile(
    work: Work, values: ProfileValues, *, profile_id: int | None = None, version: int | None = None
) -> MonitoringProfile:
    """Write a profile, or change one that was seen at ``version``.

    A change of substance is the next edition: what was assessed and told before does not cover it. Raises
    InvalidError field by field, ForbiddenError outside the actor's scope, ConflictError when somebody else
    changed it or it has ended.
    """
    _check(work, values)
    row = MonitoringProfile(edition=1) if profile_id is None else locked(work, profile_id, version)
    if row.ended_on is not None:
        raise ConflictError(msg("这份监测方案已停止，不能再改；请另写一份。"))
    if profile_id is not None and row.entity_id != values.entity_id:
        raise InvalidError(fields={"entity_id": (msg("用人单位不能更改，请另写一份。"),)})
    before = None if profile_id is None else plain_profile(row)
    for key, value in _columns(values).items():
        setattr(row, key, value)
    after = plain_profile(row)
    if before is not None and any(before[key] != after[key] for key in SUBSTANCE):
        row.edition += 1
    row.recorded_by_id, row.recorded_at = work.person_id, work.now
    work.session.add(row)
    work.session.flush()
    kind = "monitoring.written" if before is None else "monitoring.changed"
    told = {"before": before, "after": after, "edition": row.edition}
    events.append(work, kind, told, subject=f"monitoring/{row.id}")
    return row


def end_profile(work: Work, profile_id: int, *, version: int, reason: str) -> None:
    """Stop a profile at once: from today nothing is taken or looked at under it.

    Raises InvalidError without a reason, ConflictError where it has ended, and as ``locked`` does.
    """
    row = locked(work, profile_id, version)
    if row.ended_on is not None:
        raise ConflictError(msg("这份监测方案已停止。"))
    why = reason.strip()
    if not why:
        raise InvalidError(fields={"reason": (msg("请写明停止的原因。"),)})
    row.ended_on = local_date(work.now)
    row.recorded_by_id, row.recorded_at = work.person_id, work.now
    work.session.flush()
    events.append(work, "monitoring.ended", {"reason": why[:LONGEST]}, subject=f"monitoring/{row.id}")


def locked(work: Work, profile_id: int, version: int | None) -> MonitoringProfile:
    """A profile that the actor may write, locked; raises NotFoundError, ConflictError for another version."""
    return lock_within(
        work, MonitoringProfile, profile_id, permission=Permission.MONITORING_WRITE, version=version
    )


def plain_profile(row: MonitoringProfile) -> dict[str, Any]:
    """A profile as plain JSON."""
    return {
        "entity": row.entity_id,
        "title": row.title,
        "posts": list(row.posts),
        "watches": list(row.watches),
        "purpose": row.purpose,
        "necessity": row.necessity,
        "zones": row.zones,
        "keep_days": row.keep_days,
        "procedure_key": row.procedure_key,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
    }


def _columns(values: ProfileValues) -> Mapping[str, Any]:
    return {
        "entity_id": values.entity_id,
        "title": values.title,
        "posts": list(values.posts),
        "watches": [str(kind) for kind in values.watches],
        "purpose": values.purpose,
        "necessity": values.necessity,
        "zones": values.zones,
        "keep_days": values.keep_days,
        "procedure_key": values.procedure_key,
        "valid_from": values.valid_from,
        "valid_to": values.valid_to,
    }


def _check(work: Work, values: ProfileValues) -> None:
    if not work.actor.may_within(Permission.MONITORING_WRITE, entity_id=values.entity_id):
        raise ForbiddenError
    faults = {name: (sentence,) for name, sentence in _faults(values)}
    if values.procedure_key not in {p.key for p in triage_procedures(work)}:
        faults["procedure_key"] = (msg("请选择带有预警规则的已发布流程。"),)
    if faults:
        raise InvalidError(fields=faults)


def _faults(values: ProfileValues) -> Iterator[tuple[str, Message]]:
    if not values.title:
        yield "title", msg("请填写名称。")
    if not values.posts:
        yield "posts", msg("请填写岗位，名称与劳动合同一致；不能不分岗位地监测。")
    if not values.watches or set(values.watches) - set(Watched):
        yield "watches", msg("请选择看哪些数据；没有列出的数据不能收集。")
    for name, text in (("purpose", values.purpose), ("necessity", values.necessity)):
        if not SHORTEST <= len(text) <= LONGEST:
            yield name, msg("请写 {least} 至 {most} 字。", least=SHORTEST, most=LONGEST)
    if Watched.PUNCH in values.watches and not values.zones:
        yield "zones", msg("核对打卡地点的方案须写明许可的工作地点。")
    if not 1 <= values.keep_days <= MOST_DAYS:
        yield "keep_days", msg("保存天数应为 1 至 {most}。", most=MOST_DAYS)
    if values.valid_to < values.valid_from:
        yield "valid_to", msg("失效日期早于生效日期。")


def default_end(today: date) -> date:
    """What an empty form proposes: a year."""
    return today + timedelta(days=365)
