"""A case mended by HR: tokens moved, steps sent back, variables corrected, an ended case begun again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import CaseState, IncidentRow
from models.job import Job, JobState
from models.task import Task, TaskState
from webapp.domain.errors import ConflictError, InvalidError, NotFoundError
from webapp.domain.text import msg
from webapp.engine import readings
from webapp.engine.errors import GoneError, StuckError
from webapp.engine.values import Modify, Restart, Return, SetVariables
from webapp.services import events, search
from webapp.services.cases.facts import facts
from webapp.services.cases.messages import deliver_buffered
from webapp.services.cases.operate import OVER, check_running, operable, reason_given, retry_locked
from webapp.services.cases.run import outside_of, run
from webapp.services.cases.values import plain
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import ItemKey
    from webapp.services.work import Work


def modify(
    work: Work,
    case_id: int,
    *,
    add: tuple[str, ...] = (),
    withdraw: tuple[ItemKey, ...] = (),
    reason: str,
    seen: int | None = None,
) -> Case:
    """Open elements and withdraw open work in one act (流程干预); a reason is required.

    Raises ForbiddenError, ConflictError where the case is over or was changed since the page was ``seen``,
    GoneError where the work is not open any more, InvalidError where an element cannot be opened.
    """
    case = operable(work, case_id, seen=seen)
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


def send_back(work: Work, case_id: int, *, command: Return, reason: str, seen: int | None = None) -> Case:
    """Send a case back to a finished step on behalf of whoever has the open work (代为退回).

    Raises GoneError where that is not open any more, InvalidError where the step does not lie before it.
    """
    case = operable(work, case_id, seen=seen)
    check_running(case)
    why = reason_given(reason)
    advance = run(work, case, command)
    events.append(
        work,
        "case.returned",
        {
            "reason": why,
            "to": command.to_element,
            "straight": command.straight_back,
            "withdrawn": [p.element_id for p in advance.passed if p.state == "cancelled"],
            **facts(advance),
        },
        case=case,
    )
    deliver_buffered(work, case)
    work.session.flush()
    return case


def edit_variables(
    work: Work,
    case_id: int,
    *,
    variables: Mapping[str, Any],
    reason: str,
    at: ItemKey | None = None,
    seen: int | None = None,
) -> Case:
    """Correct variables of the case, or as an element instance sees them; old and new stand in the event.

    Open tasks and jobs see the new values. Raises InvalidError where an open step cannot be evaluated with
    them; nothing is changed then.
    """
    case = operable(work, case_id, seen=seen)
    check_running(case)
    _write(work, case, variables=variables, why=reason_given(reason), at=at)
    deliver_buffered(work, case)
    work.session.flush()
    return case


def _write(
    work: Work, case: Case, *, variables: Mapping[str, Any], why: str, at: ItemKey | None = None
) -> None:
    before = _before(work, case, at)
    advance = run(work, case, SetVariables(variables=variables, at=at))
    _refresh(work, case)
    events.append(
        work,
        "case.variables_edited",
        {
            "reason": why,
            "before": plain({name: before.get(name) for name in variables}),
            "after": plain(dict(variables)),
            **facts(advance),
        },
        case=case,
    )


def _before(work: Work, case: Case, at: ItemKey | None) -> Mapping[str, Any]:
    specification = load_bundle(work.session, case.procedure_version_id).specification
    if at is None:
        return readings.root_variables(specification, case.snapshot)
    return readings.variables_at(specification, case.snapshot, at)


def _refresh(work: Work, case: Case) -> None:
    """Open tasks and jobs were written down with the old values: evaluate them anew."""
    bundle = load_bundle(work.session, case.procedure_version_id)
    try:
        items, jobs = readings.open_work(
            bundle.specification, case.snapshot, outside=outside_of(work, case, bundle)
        )
    except StuckError as error:
        raise InvalidError(error.message) from error
    inputs = {(i.key.element_instance, i.key.round): i.variables for i in items}
    for task in work.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN)
    ):
        task.variables = plain(dict(inputs.get((task.element_instance, task.round), task.variables)))
    wanted = {(j.key.element_instance, j.key.round): j for j in jobs}
    waiting = (JobState.READY, JobState.FAILED)
    for row in work.session.scalars(select(Job).where(Job.case_id == case.id, Job.state.in_(waiting))):
        job = wanted.get((row.element_instance or "", row.round or 0))
        if job is not None:
            row.payload = {**row.payload, "variables": plain(dict(job.variables))}
    search.refresh_case(work, case.id)


def retry_changed(
    work: Work,
    case_id: int,
    incident_id: int,
    *,
    variables: Mapping[str, Any],
    reason: str = "",
    seen: int | None = None,
) -> Case:
    """Run on from an incident with corrected input; without any it is tried again as it was.

    Raises NotFoundError for an incident of another case, ConflictError for one that is mended already.
    """
    case = operable(work, case_id, seen=seen)
    check_running(case)
    incident = work.session.get(IncidentRow, incident_id)
    if incident is None or incident.case_id != case.id:
        raise NotFoundError
    if incident.resolved_at is not None:
        raise ConflictError(msg("这个问题已经处理。"))
    if variables:
        at = stuck_key(work, case, incident.element_id)
        _write(work, case, variables=variables, why=reason_given(reason), at=at)
    retry_locked(work, case, element_id=incident.element_id)
    work.session.flush()
    return case


def stuck_key(work: Work, case: Case, element_id: str) -> ItemKey:
    """The key of what stands still at an element: of the token, or of the job that failed."""
    specification = load_bundle(work.session, case.procedure_version_id).specification
    tokens = [t for t in readings.tokens_of(specification, case.snapshot) if t.element_id == element_id]
    standing = [t for t in tokens if t.state == "incident"] or [t for t in tokens if t.state == "job"]
    if not standing:
        raise GoneError
    return standing[0].key


def restart(
    work: Work, case_id: int, *, element: str | None = None, reason: str, seen: int | None = None
) -> Case:
    """Begin an ended case again with its variables, at its start or before an element (唤醒)."""
    case = operable(work, case_id, seen=seen)
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
