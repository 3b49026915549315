"""The local job ``settle-alert``: what somebody decided about an alert is written down, with their reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.monitoring import Alert, AlertState
from models.procedure import Procedure
from models.trigger import StartTrigger
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from webapp.domain.keys import read_key
from webapp.domain.text import msg
from webapp.services import events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

MOST = 1000  # characters of a reason


def settle_alert(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """Inputs: ``alert``, ``outcome`` (discarded or handed-on), ``reason``; ``message``: what is thrown next.

    The system cannot settle an alert: a person must stand behind the click. Raises InvalidError where nothing
    would receive what is handed on.
    """
    given = {**job.headers, **job.variables}
    alert = work.session.scalars(
        select(Alert)
        .where(Alert.case_id == case.id, Alert.id == _number(given.get("alert")))
        .with_for_update()
    ).one_or_none()
    outcome = str(given.get("outcome") or "")
    if alert is None or outcome not in (AlertState.DISCARDED, AlertState.HANDED_ON):
        raise InvalidError(msg("这条预警不属于本案件，或结论有误。"))
    if work.actor.system:
        raise InvalidError(msg("预警只能由人研判，系统不能代为决定。"))
    if work.actor.person_id == alert.person_id:
        raise ForbiddenError(msg("不能研判关于自己的预警，请转给另一人。"))
    if alert.state != AlertState.OPEN:
        raise ConflictError(msg("这条预警已有结论。"))
    if outcome == AlertState.HANDED_ON and not _received(work, str(given.get("message") or "")):
        raise InvalidError(msg("还没有流程接收移交的预警：请先发布调查流程，或写明原因后排除。"))
    alert.state, alert.reason = outcome, str(given.get("reason") or "")[:MOST]
    alert.decided_by_id, alert.decided_at = work.actor.person_id, work.now
    facts = {"alert": alert.id, "outcome": outcome, "reason": alert.reason}
    events.append(work, "alert.settled", facts, case=case)
    return {}


def _number(value: Any) -> int:
    return read_key(str(value or "")) or 0


def _received(work: Work, name: str) -> bool:
    """Whether a released procedure begins by this message."""
    found = work.session.scalar(
        select(StartTrigger.id)
        .join(Procedure, Procedure.id == StartTrigger.procedure_id)
        .where(StartTrigger.kind == "message", StartTrigger.name == name, Procedure.suspended_at.is_(None))
        .limit(1)
    )
    return found is not None
