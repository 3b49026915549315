"""A procedure suspended by its owner: no case begins, by hand or by itself; running ones go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.procedure import Procedure
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.procedures.drafts import check_note, may_edit
from webapp.services.procedures.starts import next_due, registered

if TYPE_CHECKING:
    from webapp.services.work import Work


def suspend_procedure(work: Work, key: str, *, reason: str) -> Procedure:
    """Let no new case begin (停用发起); raises ForbiddenError for whoever does not own the procedure."""
    procedure = _lock(work, key)
    if procedure.suspended_at is not None:
        raise ConflictError(msg("流程已经暂停发起。"))
    note = check_note(reason, empty=msg("请写明暂停的原因。"))
    procedure.suspended_at = work.now
    events.append(
        work, "procedure.suspended", {"key": key, "reason": note}, subject=f"procedure/{procedure.key}"
    )
    work.session.flush()
    return procedure


def resume_procedure(work: Work, key: str) -> Procedure:
    """Let cases begin again; starts that timers missed meanwhile are skipped."""
    procedure = _lock(work, key)
    if procedure.suspended_at is None:
        raise ConflictError(msg("流程没有暂停。"))
    procedure.suspended_at = None
    for row in registered(work, [procedure.id]).get(procedure.id, ()):
        if row.due_at is not None and row.due_at <= work.now:
            row.due_at = next_due(work, row)
    events.append(work, "procedure.resumed", {"key": key}, subject=f"procedure/{procedure.key}")
    work.session.flush()
    return procedure


def _lock(work: Work, key: str) -> Procedure:
    procedure = work.session.scalars(
        select(Procedure).where(Procedure.key == key).with_for_update()
    ).one_or_none()
    if procedure is None:
        raise NotFoundError
    if not may_edit(work, procedure):
        raise ForbiddenError
    return procedure
