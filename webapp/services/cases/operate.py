"""A case operated from outside: withdrawn by its starter; cancelled, suspended, resumed, retried by HR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.case import Case, CaseState
from models.event import Event
from models.person import Person
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.engine.readings import has_finished
from webapp.engine.values import Cancel, Retry
from webapp.services import events
from webapp.services.cases.incidents import failed_jobs, resolve, stands_still
from webapp.services.cases.messages import deliver_buffered
from webapp.services.cases.run import run
from webapp.services.jobs import queue
from webapp.services.procedures.bundle import load_bundle
from webapp.services.scope import readable_cases

if TYPE_CHECKING:
    from webapp.domain.text import Message
    from webapp.services.work import Work

OVER = (CaseState.COMPLETED, CaseState.CANCELLED)
MAX_REASON = 500


def lock_readable(work: Work, case_id: int) -> Case:
    """Lock a case that the actor may read; raises NotFoundError for missing and foreign alike."""
    case = work.session.scalars(
        select(Case)
        .options(joinedload(Case.person, innerjoin=True))
        .where(Case.id == case_id, readable_cases(work.actor))
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if case is None:
        raise NotFoundError
    return case


def withdraw(work: Work, case_id: int, *, reason: str = "") -> Case:
    """Take one's own request back (撤回), as long as the step that the procedure names has not been done.

    Raises ForbiddenError for others, ConflictError where it is too late or the case is over.
    """
    case = lock_readable(work, case_id)
    if work.actor.person_id not in (case.person_id, case.starter_id):
        raise ForbiddenError(msg("只有申请人可以撤回。"))
    check_running(case)
    bundle = load_bundle(work.session, case.procedure_version_id)
    until = bundle.settings.withdraw_until
    if until is None or has_finished(bundle.specification, case.snapshot, until):
        raise ConflictError(msg("已经办理到这一步，不能撤回；请改为申请变更。"))
    return _end(work, case, outcome="withdrawn", kind="case.withdrawn", reason=reason)


def cancel(work: Work, case_id: int, *, reason: str, seen: int | None = None) -> Case:
    """End a running case with all that is open in it (终止)."""
    case = operable(work, case_id, seen=seen)
    check_running(case)
    return _end(work, case, outcome="cancelled", kind="case.cancelled", reason=reason_given(reason))


def suspend(work: Work, case_id: int, *, reason: str, seen: int | None = None) -> Case:
    """Let nothing move until resumed (暂停)."""
    case = operable(work, case_id, seen=seen)
    if case.state != CaseState.ACTIVE:
        raise ConflictError(msg("只有办理中的案件可以暂停。"))
    case.state = CaseState.SUSPENDED
    events.append(work, "case.suspended", {"reason": reason_given(reason)}, case=case)
    work.session.flush()
    return case


def resume(work: Work, case_id: int, *, seen: int | None = None) -> Case:
    """Go on with a suspended case (恢复).

    Results that jobs left meanwhile move it now; timers that came due fire at the next sweep.
    """
    case = operable(work, case_id, seen=seen)
    if case.state != CaseState.SUSPENDED:
        raise ConflictError(msg("案件没有暂停。"))
    case.state = CaseState.INCIDENT if stands_still(work, case) else CaseState.ACTIVE
    events.append(work, "case.resumed", {}, case=case)
    queue.release_held(work, case)
    deliver_buffered(work, case)
    work.session.flush()
    return case


def retry(work: Work, case_id: int, *, element_id: str, seen: int | None = None) -> Case:
    """Run on from an incident at an element (重试)."""
    return retry_locked(work, operable(work, case_id, seen=seen), element_id=element_id)


def retry_locked(work: Work, case: Case, *, element_id: str) -> Case:
    """Run a locked case on from an incident; the caller has checked that the actor may."""
    if case.state != CaseState.INCIDENT:
        raise ConflictError(msg("案件没有停在问题上，不需要重试。"))
    failed = failed_jobs(work, case, element_id=element_id)
    for job_id in failed:
        queue.retry(work, job_id)
    if failed:
        return case  # the engine waits for the job as before
    resolve(work, case, element_id=element_id)
    advance = run(work, case, Retry(element_id=element_id))
    events.append(
        work,
        "incident.retried",
        {"element": element_id, "again": [i.element_id for i in advance.incidents]},
        case=case,
    )
    work.session.flush()
    return case


def operable(work: Work, case_id: int, *, seen: int | None = None) -> Case:
    """Lock a case that the actor may operate, at the version that their page showed.

    Raises NotFoundError where it may not be read, ForbiddenError where it may not be operated, ConflictError
    with the name of whoever was faster.
    """
    case = lock_readable(work, case_id)
    if not work.actor.may_within(
        Permission.CASE_OPERATE, entity_id=case.entity_id, department_path=case.department_path
    ):
        raise ForbiddenError(msg("只有本单位人事可以对案件进行这项操作。"))
    check_seen(work, case, seen)
    return case


def check_seen(work: Work, case: Case, seen: int | None) -> None:
    """Raise ConflictError, with the name of whoever was faster, where a page shows an older state."""
    if seen is not None and case.version != seen:
        raise ConflictError(_faster(work, case))


def _faster(work: Work, case: Case) -> Message:
    name = work.session.scalar(
        select(Person.name)
        .select_from(Event)
        .outerjoin(Person, Event.actor_id == Person.id)
        .where(Event.case_id == case.id)
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    who: Message | str = name or msg("系统")
    return msg("页面打开后{name}办理过这个案件，您的操作没有生效。请刷新后再看。", name=who)


def check_running(case: Case) -> None:
    """Raise ConflictError for a case that is over."""
    if case.state in OVER:
        raise ConflictError(msg("案件已经结束。"))


def reason_given(text: str) -> str:
    """The reason without blanks around it; InvalidError where it is missing or too long."""
    text = text.strip()
    if not text or len(text) > MAX_REASON:
        raise InvalidError(fields={"reason": (msg("请写明原因（{most} 字以内）。", most=MAX_REASON),)})
    return text


def _end(work: Work, case: Case, *, outcome: str, kind: str, reason: str) -> Case:
    run(work, case, Cancel())
    case.state = CaseState.CANCELLED
    case.outcome = outcome
    events.append(work, kind, {"reason": reason[:MAX_REASON]}, case=case)
    work.session.flush()
    return case
