"""A case mended by HR: tokens added and withdrawn, variables corrected, an ended case begun again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.case import CaseState
from webapp.domain.errors import ConflictError
from webapp.domain.text import msg
from webapp.engine.values import Modify, Restart, SetVariables
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.messages import deliver_buffered
from webapp.services.cases.operate import OVER, check_running, operable, reason_given
from webapp.services.cases.run import run
from webapp.services.cases.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import ItemKey
    from webapp.services.work import Work


def modify(
    work: Work, case_id: int, *, add: tuple[str, ...] = (), withdraw: tuple[ItemKey, ...] = (), reason: str
) -> Case:
    """Open elements and withdraw open work in one act (流程干预); a reason is required.

    Raises ForbiddenError, ConflictError where the case is over, GoneError where the work is not open any
    more, InvalidError where an element cannot be opened.
    """
    case = operable(work, case_id)
    check_running(case)
    why = reason_given(reason)
    advance = run(work, case, Modify(add=add, withdraw=withdraw))
    cancelled = [p.element_id for p in advance.passed if p.state == "cancelled"]
    events.append(
        work,
        "case.modified",
        {"reason": why, "added": list(add), "withdrawn": cancelled, **facts(advance)},
        case=case,
    )
    deliver_buffered(work, case)
    work.session.flush()
    return case


def edit_variables(
    work: Work, case_id: int, *, variables: Mapping[str, Any], reason: str, at: ItemKey | None = None
) -> Case:
    """Correct variables of the case, or as an element instance sees them; old and new stand in the event."""
    case = operable(work, case_id)
    check_running(case)
    why = reason_given(reason)
    before = {name: (case.variables or {}).get(name) for name in variables}
    advance = run(work, case, SetVariables(variables=variables, at=at))
    events.append(
        work,
        "case.variables_edited",
        {"reason": why, "before": before, "after": plain(dict(variables)), **facts(advance)},
        case=case,
    )
    work.session.flush()
    return case


def restart(work: Work, case_id: int, *, element: str | None = None, reason: str) -> Case:
    """Begin an ended case again with its variables, at its start or before an element (唤醒)."""
    case = operable(work, case_id)
    if case.state not in OVER:
        raise ConflictError(msg("案件尚未结束。"))
    why = reason_given(reason)
    case.state = CaseState.ACTIVE
    case.ended_at = case.keep_until = case.outcome = None
    advance = run(work, case, Restart(element=element))
    events.append(work, "case.restarted", {"reason": why, "element": element, **facts(advance)}, case=case)
    deliver_buffered(work, case)
    work.session.flush()
    return case
