"""What becomes of a request when its case moves: over, ended from outside, waiting for a change again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.leave import LeaveState
from webapp.domain.text import msg
from webapp.engine.values import Cancel
from webapp.services.leave.booking import cancel, find_request
from webapp.services.leave.kinds import BOOKED

if TYPE_CHECKING:
    from models.case import Case
    from models.leave import LeaveRequest
    from webapp.engine.values import Advance, Command
    from webapp.services.work import Work

CHANGE = "leave.change"  # the message by which a change is asked for


def follow_leave(work: Work, case: Case, *, command: Command, advance: Advance) -> None:
    """Bring the request in line with its case; reads nothing where nothing can have changed."""
    waits = any(m.name == CHANGE for m in advance.messages)
    waited = any(m[1] == CHANGE for m in (case.waits or {}).get("messages", {}).values())
    if not advance.ended and not (waits and not waited):
        return
    request = find_request(work, case.id)
    if request is None:
        return
    if isinstance(command, Cancel):
        _withdrawn(work, case, request)
    elif advance.ended and request.state == LeaveState.APPROVED:
        request.state = LeaveState.TAKEN
    elif waits and request.state == LeaveState.CANCEL_PENDING:  # the change was refused
        request.state = LeaveState.APPROVED
        request.explanation = {**request.explanation, "change": None}


def _withdrawn(work: Work, case: Case, request: LeaveRequest) -> None:
    """Give back what an ended case held or had booked."""
    if request.state in (LeaveState.PENDING, *BOOKED):
        cancel(work, case, request, sentence=msg("{number} 撤销。", number=case.number))
