"""Permits: read within the actor's scope, entered and changed by HR, each act an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.organisation import Entity, EntityKind
from models.permit import Permit
from webapp.adapters.uploads import inspect
from webapp.domain import permits as rules
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.hours.cycle import Basis, CycleKind
from webapp.domain.overtime import HoursSystem
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.people import local_date
from webapp.services.permits.expiry import look_daily
from webapp.services.scope import lock_within, within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from models.person import Person
    from webapp.services.work import Work

MOST = 500
SCAN_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "image/heic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitValues:
    """A permit as typed or imported; dates are local."""

    number: str
    entity_id: int
    region: str
    system: str
    posts: tuple[str, ...]
    valid_from: date
    valid_to: date
    cycle: str | None = None
    basis: str = Basis.STATUTORY_AVERAGE
    persons: tuple[str, ...] = ()
    revoked_on: date | None = None


def permit_for(work: Work, person: Person, day: date) -> Permit | None:
    """The permit that covers a person's post on a day (劳动法第39条); None: standard hours hold."""
    rows = work.session.scalars(select(Permit).where(Permit.entity_id == person.entity_id)).all()
    by_number = {row.number: row for row in rows}
    found = rules.permit_on(
        [as_rule(row) for row in rows],
        entity=str(person.entity_id),
        post=person.post,
        person=person.number,
        on=day,
    )
    return None if found is None else by_number[found.number]


def domain_permits(work: Work, entity_id: int) -> tuple[rules.Permit, ...]:
    """All permits of an employer as the rules want them; its id is the entity."""
    rows = work.session.scalars(select(Permit).where(Permit.entity_id == entity_id)).all()
    return tuple(as_rule(row) for row in rows)


def as_rule(row: Permit) -> rules.Permit:
    """A row as the rules want it."""
    return rules.Permit(
        number=row.number,
        entity=str(row.entity_id),
        region=row.region,
        system=HoursSystem(row.system),
        posts=frozenset(row.posts),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        cycle=None if row.cycle is None else CycleKind(row.cycle),
        basis=Basis(row.basis),
        persons=frozenset(row.persons),
        revoked_on=row.revoked_on,
    )


def list_permits(work: Work) -> list[Permit]:
    """The permits of the actor's scope, those that end first at the top."""
    return list(
        work.session.scalars(
            select(Permit)
            .where(within(work.actor, Permission.PERMIT_READ, entity=Permit.entity_id))
            .order_by(Permit.valid_to, Permit.id)
            .limit(MOST)
        )
    )


def readable_permit(work: Work, permit_id: int) -> Permit:
    """One permit; raises NotFoundError for a missing and for a forbidden one alike."""
    found = work.session.scalars(
        select(Permit).where(
            Permit.id == permit_id, within(work.actor, Permission.PERMIT_READ, entity=Permit.entity_id)
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def employers(work: Work) -> list[Entity]:
    """The employers for which the actor may enter permits."""
    return list(
        work.session.scalars(
            select(Entity)
            .where(
                within(work.actor, Permission.PERMIT_WRITE, entity=Entity.id),
                Entity.kind.in_([EntityKind.COMPANY, EntityKind.BRANCH]),
            )
            .order_by(Entity.code)
        )
    )


def save_permit(
    work: Work, values: PermitValues, *, permit_id: int | None = None, version: int | None = None
) -> Permit:
    """Enter a permit, or change one that was seen at ``version``.

    Raises InvalidError field by field, ForbiddenError outside the actor's scope, ConflictError when somebody
    else changed it or the number is taken.
    """
    _check(work, values)
    taken = work.session.scalar(
        select(Permit.id).where(Permit.entity_id == values.entity_id, Permit.number == values.number)
    )
    if taken is not None and taken != permit_id:
        raise _field("number", msg("这个用人单位已有文号为“{number}”的审批。", number=values.number))
    row = Permit(recorded_at=work.now) if permit_id is None else _locked(work, permit_id, version)
    before = None if permit_id is None else plain_permit(row)
    for key, value in _columns(values).items():
        setattr(row, key, value)
    row.recorded_by_id, row.recorded_at = work.actor.person_id, work.now
    work.session.add(row)
    work.session.flush()
    kind = "permit.recorded" if before is None else "permit.changed"
    events.append(work, kind, {"before": before, "after": plain_permit(row)}, subject=f"permit/{row.id}")
    look_daily(work, local_date(work.now))
    return row


def keep_scan(work: Work, permit_id: int, *, name: str, data: bytes, version: int) -> Permit:
    """Keep the scan of the decision; only PDF and pictures. Raises as ``save_permit`` does."""
    row = _locked(work, permit_id, version)
    found = inspect(data, name)
    if found.media_type not in SCAN_TYPES or found.dangerous:
        raise _field("file", msg("请上传 PDF 或照片。"))
    put_scan(work, row, sha256=work.ports.blobs.put(data), name=found.name, media_type=found.media_type)
    return row


def put_scan(work: Work, row: Permit, *, sha256: str, name: str, media_type: str) -> None:
    """Name bytes of the store as the scan of a permit that the caller may write; raises InvalidError."""
    if media_type not in SCAN_TYPES:
        raise _field("file", msg("请上传 PDF 或照片。"))
    row.scan_sha256, row.scan_name, row.scan_type = sha256, name, media_type
    row.recorded_by_id, row.recorded_at = work.actor.person_id, work.now
    work.session.flush()
    scan = {"name": name, "sha256": sha256}
    events.append(work, "permit.scanned", {"permit": row.id, "scan": scan}, subject=f"permit/{row.id}")


def read_scan(work: Work, permit_id: int) -> tuple[Permit, bytes]:
    """The scan of a readable permit; raises NotFoundError."""
    row = readable_permit(work, permit_id)
    if row.scan_sha256 is None:
        raise NotFoundError
    return row, work.ports.blobs.get(row.scan_sha256)


def plain_permit(row: Permit) -> dict[str, Any]:
    """A permit as plain JSON."""
    return {
        "number": row.number,
        "entity": row.entity_id,
        "region": row.region,
        "system": row.system,
        "posts": row.posts,
        "cycle": row.cycle,
        "basis": row.basis,
        "persons": row.persons,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
        "revoked_on": None if row.revoked_on is None else row.revoked_on.isoformat(),
    }


def _columns(values: PermitValues) -> Mapping[str, Any]:
    return {
        "number": values.number,
        "entity_id": values.entity_id,
        "region": values.region,
        "system": str(values.system),
        "posts": list(values.posts),
        "cycle": values.cycle if values.system == HoursSystem.COMPREHENSIVE else None,
        "basis": str(values.basis),
        "persons": list(values.persons),
        "valid_from": values.valid_from,
        "valid_to": values.valid_to,
        "revoked_on": values.revoked_on,
    }


def _check(work: Work, values: PermitValues) -> None:
    if not work.actor.may_within(Permission.PERMIT_WRITE, entity_id=values.entity_id):
        raise ForbiddenError
    if not values.number:
        raise _field("number", msg("请填写批复文号。"))
    if not values.posts:
        raise _field("posts", msg("请填写审批覆盖的岗位，名称与批复一致。"))
    if values.valid_to < values.valid_from:
        raise _field("valid_to", msg("失效日期早于生效日期。"))
    if values.system not in (HoursSystem.COMPREHENSIVE, HoursSystem.IRREGULAR):
        raise _field("system", msg("请选择综合计算工时制或不定时工作制。"))
    if values.system == HoursSystem.COMPREHENSIVE and values.cycle not in set(CycleKind):
        raise _field("cycle", msg("综合计算工时制须选择计算周期。"))


def _field(name: str, message: Message) -> InvalidError:
    return InvalidError(fields={name: (message,)})


def _locked(work: Work, permit_id: int, version: int | None) -> Permit:
    return lock_within(work, Permit, permit_id, permission=Permission.PERMIT_WRITE, version=version)
