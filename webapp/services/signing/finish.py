"""How a person leaves the signing page: signed, refused, or with another outcome that the step offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.signing import FlowState, read_stroke
from webapp.domain.text import msg
from webapp.services.signing.flows import (
    OUTCOMES,
    SIGN,
    check_time,
    flow_of,
    lock_flow,
    lock_signing,
    log,
    move,
)
from webapp.services.tasks.complete import CompleteTask, complete

if TYPE_CHECKING:
    from models.signing import SigningFlow
    from models.task import Task
    from webapp.services.tasks.complete import Completed
    from webapp.services.work import Work

SIGNED, REFUSED, NEGOTIATE = "signed", "refused", "negotiate"
LONGEST_REASON = 1000  # characters
DEFAULT_OUTCOMES = (SIGNED, REFUSED)


def offered(task: Task) -> tuple[str, ...]:
    """The outcomes that a signing task offers, as its property names them."""
    named = str((task.properties or {}).get(OUTCOMES) or "")
    return tuple(each.strip() for each in named.split(",") if each.strip()) or DEFAULT_OUTCOMES


def finish(work: Work, task_id: int, *, seen: str, version: int, stroke: object) -> Completed:
    """Keep the hand-written name (None: the person wrote none) and complete the task as signed.

    The certificate's signature follows by the diagram's job ``sign-document``. Raises ConflictError before
    the will is confirmed, InvalidError for a stroke that is none.
    """
    flow = lock_flow(work, task_id, seen=seen)
    if flow.state != FlowState.CONFIRMED:
        raise ConflictError(msg("请先确认签署意愿。"))
    if stroke is not None:
        written = read_stroke(stroke)
        flow.stroke = written.plain()
        points = sum(map(len, written.lines))
        log(work, flow, "written", stroke_sha256=written.digest(), points=points)
    flow.outcome, flow.finished_at = SIGNED, work.now
    work.session.flush()
    command = CompleteTask(task_id=task_id, version=version, values={"outcome": SIGNED}, door=SIGN)
    return complete(work, command)


def leave(work: Work, task_id: int, *, version: int, outcome: str, reason: str) -> Completed:
    """Complete the task with another outcome than signed, from any step before the end; a reason is asked.

    ``refused`` ends the flow; what else the step offers (negotiate) ends it as well, since another text
    follows. Raises InvalidError with the field.
    """
    task, document = lock_signing(work, task_id)
    if outcome == SIGNED or outcome not in offered(task):
        raise InvalidError(fields={"outcome": (msg("请选择一个结果。"),)})
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        told = msg("请写明原因，1 到 {most} 个字。", most=LONGEST_REASON)
        raise InvalidError(fields={"reason": (told,)})
    flow = flow_of(work, document.id)
    if flow is None:
        raise ConflictError(msg("请先阅读告知书。"))
    check_time(work, flow)
    _end(work, flow, outcome=outcome, reason=reason)
    values = {"outcome": outcome, "comment": reason}
    return complete(work, CompleteTask(task_id=task_id, version=version, values=values, door=SIGN))


def _end(work: Work, flow: SigningFlow, *, outcome: str, reason: str) -> None:
    flow.outcome, flow.reason, flow.finished_at, flow.intent = outcome, reason, work.now, None
    move(work, flow, FlowState.REFUSED, outcome=outcome, reason=reason)
    work.session.flush()
