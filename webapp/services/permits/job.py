"""Local jobs over the permit register: a case that a decision ends writes what the bureau wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.permit import Permit
from models.task import Attachment
from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.hours.cycle import Basis
from webapp.domain.keys import file_key
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.contracts.posts import read_posts
from webapp.services.contracts.terms import read_day
from webapp.services.permits.register import PermitValues, plain_permit, put_scan, save_permit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work


def record_permit(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``record-permit``: what the bureau granted, into the register of the case's employer.

    Inputs: ``number``, ``system``, ``posts``, ``valid_from``, ``valid_to`` and, where they apply, ``cycle``,
    ``basis``, ``persons``, ``region`` (GB/T 2260, else the employer's), ``scan`` (files of the case). Result:
    ``permit`` (id), ``permit_number``. Raises InvalidError with what the register refuses.
    """
    inputs = {**job.headers, **job.variables}
    values = PermitValues(
        number=str(inputs.get("number") or "").strip(),
        entity_id=case.entity_id,
        region=str(inputs.get("region") or case.person.entity.region),
        system=str(inputs.get("system") or ""),
        posts=read_posts(inputs.get("posts")),
        valid_from=read_day(inputs.get("valid_from")),
        valid_to=read_day(inputs.get("valid_to")),
        cycle=str(inputs["cycle"]) if inputs.get("cycle") else None,
        basis=str(inputs.get("basis") or Basis.STATUTORY_AVERAGE),
        persons=tuple(str(each) for each in inputs.get("persons") or ()),
    )
    row = save_permit(work, values)
    scan = _scan(work, case, inputs.get("scan"))
    if scan is not None:
        put_scan(work, row, sha256=scan.sha256, name=scan.name, media_type=scan.media_type)
    events.append(work, "permit.granted", {"permit": row.id, **plain_permit(row)}, case=case)
    return {"permit": str(row.id), "permit_number": row.number}


def end_permit(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``end-permit``: from ``day`` on the permit ``number`` covers nobody (行政许可法第69条).

    What it covered on days before stays as it was. Result: ``permit``, ``ended_on``. Raises
    InvalidError for a number that the register lacks, ForbiddenError outside the actor's scope.
    """
    inputs = {**job.headers, **job.variables}
    number, day = str(inputs.get("number") or ""), read_day(inputs.get("day"))
    row = work.session.scalars(
        select(Permit)
        .where(Permit.entity_id == case.entity_id, Permit.number == number)
        .with_for_update(of=Permit)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if not work.actor.may_within(Permission.PERMIT_WRITE, entity_id=case.entity_id):
        raise ForbiddenError
    if row is None:
        raise InvalidError(msg("台账里没有文号为“{number}”的审批。", number=number))
    row.revoked_on = day if row.revoked_on is None else min(day, row.revoked_on)
    row.recorded_by_id, row.recorded_at = work.actor.person_id, work.now
    work.session.flush()
    ended = row.revoked_on.isoformat()
    events.append(work, "permit.ended", {"permit": row.id, "number": number, "day": ended}, case=case)
    return {"permit": str(row.id), "ended_on": ended}


def _scan(work: Work, case: Case, value: Any) -> Attachment | None:
    """The first file that a form's file field named, if it belongs to the case."""
    files = value if isinstance(value, list | tuple) else ()
    key = file_key(files[0]) if files else None
    if key is None:
        return None
    return work.session.scalars(
        select(Attachment).where(Attachment.id == key, Attachment.case_id == case.id)
    ).one_or_none()
