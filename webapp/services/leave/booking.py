"""The local job ``book-leave``: ledger, attendance, request and stand-in, inside the click's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.leave import LeaveRequest, LeaveState
from webapp.domain.errors import InvalidError
from webapp.domain.leave import LeaveType
from webapp.domain.regions import parameter_region
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.leave import standin
from webapp.services.leave.asked import Asked, day_minutes, office_hours
from webapp.services.leave.assess import assess
from webapp.services.leave.attendance import refresh_attendance
from webapp.services.leave.balances import read_book
from webapp.services.leave.changed import read_change
from webapp.services.leave.counting import as_days
from webapp.services.leave.ledger import book
from webapp.services.leave.persons import lock_person
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.case import Case
    from webapp.domain.law import Law
    from webapp.engine.values import Job
    from webapp.services.leave.assess import Assessed, Draws
    from webapp.services.work import Work

Gives = dict[str, Any]


def book_leave(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """What a diagram asks for by the header ``operation``: book, change, convert or release.

    Gives ends_at, cancelled, start_date, end_date, days and type.
    """
    operation = str(job.headers.get("operation", ""))
    if not str(job.variables.get("request_id", "")).isdigit():
        return _without_record(job.variables)
    request = find_request(work, case.id)
    if request is None or operation not in OPERATIONS:
        raise InvalidError(msg("流程图要求的休假操作“{operation}”无法执行。", operation=operation))
    return OPERATIONS[operation](work, case, request, given=job.variables)


def _without_record(given: Mapping[str, Any]) -> Gives:
    """A trial of the diagram, begun without the leave page: it names no request, so nothing is booked."""
    return {
        "ends_at": given.get("leave_ends_at"),
        "cancelled": given.get("change_kind") == "cancel",
        **{name: given.get(name) for name in ("start_date", "end_date", "days", "type")},
    }


def find_request(work: Work, case_id: int) -> LeaveRequest | None:
    """The leave of a case, with its person; from the session where it is there already."""
    place = f"leave of case {case_id}"  # a click asks several times; the identity map alone holds it weakly
    if place not in work.session.info:
        work.session.info[place] = work.session.scalars(
            select(LeaveRequest)
            .options(joinedload(LeaveRequest.person, innerjoin=True))
            .where(LeaveRequest.case_id == case_id)
        ).one_or_none()
    found: LeaveRequest | None = work.session.info[place]
    return found


def draws_of(request: LeaveRequest) -> Draws:
    """The draws that a request's row keeps."""
    return tuple((d["kind"], d["year"], d["minutes"]) for d in request.explanation.get("draws", ()))


def asked_of(request: LeaveRequest, law: Law) -> Asked:
    """A request's kind and time."""
    return Asked(
        kind=LeaveType(request.kind),
        first=request.starts_on,
        last=request.ends_on,
        first_minute=request.starts_minute,
        last_minute=request.ends_minute,
        day=day_minutes(law, on=request.starts_on),
        hours=bool(request.explanation.get("hours")),
    )


def gives(request: LeaveRequest, law: Law) -> Gives:
    """What the job hands back to the diagram."""
    asked = asked_of(request, law)
    region = parameter_region(request.person.region)
    return {
        "ends_at": asked.ends_at(office_hours(law, region=region, on=asked.last)).isoformat(),
        "cancelled": request.state == LeaveState.CANCELLED,
        "start_date": request.starts_on,
        "end_date": request.ends_on,
        "days": as_days(request.minutes, asked.day),
        "type": request.kind,
    }


def _book(work: Work, case: Case, request: LeaveRequest, *, given: Mapping[str, Any]) -> Gives:  # noqa: ARG001
    law = load_law(work.session)
    request.state = LeaveState.APPROVED
    book(work, request, draws_of(request), sentence=msg("{number} 批准登记。", number=case.number), before={})
    refresh_attendance(work, request.person_id, first=request.starts_on, last=request.ends_on)
    standin.arrange(work, request)
    _note(work, case, request, kind="leave.booked")
    return gives(request, law)


def _change(work: Work, case: Case, request: LeaveRequest, *, given: Mapping[str, Any]) -> Gives:
    law = load_law(work.session)
    change = read_change(given)
    if change.kind == "cancel":
        cancel(work, case, request, sentence=msg("{number} 全部取消。", number=case.number))
        return gives(request, law)
    person = lock_person(work, request.person_id)
    asked = change.applied(asked_of(request, law))
    since = min(request.starts_on.year, asked.first.year)
    known = read_book(work.session, person.id, since=since)
    _give_back(known, request)
    assessed = assess(work, person, asked, law=law, book=known, but=request.id, record=True)
    if assessed.objections:
        reason = next(iter(assessed.objections.values()))[0]
        raise InvalidError(msg("无法登记这项变更：{reason}", reason=reason))
    rewrite(work, request, assessed, sentence=msg("{number} 变更登记。", number=case.number))
    request.state = LeaveState.APPROVED
    standin.revoke(work, request)
    standin.arrange(work, request)
    _note(work, case, request, kind="leave.changed")
    return gives(request, law)


def _give_back(known: Any, request: LeaveRequest) -> None:
    """Count as free what the request itself holds in the ledger."""
    for kind, year, minutes in draws_of(request):
        known.used[(kind, year)] = known.used.get((kind, year), 0) - minutes


def rewrite(
    work: Work,
    request: LeaveRequest,
    assessed: Assessed,
    *,
    sentence: Message,
    draws: Draws | None = None,
) -> int:
    """Give a booked request another count: ledger lines for the difference, attendance of both spans."""
    taken = assessed.draws if draws is None else draws
    first = min(request.starts_on, assessed.asked.first)
    last = max(request.ends_on, assessed.asked.last)
    request.kind = assessed.asked.kind.value
    request.starts_on, request.ends_on = assessed.asked.first, assessed.asked.last
    request.starts_minute, request.ends_minute = assessed.asked.first_minute, assessed.asked.last_minute
    request.minutes = assessed.counted.minutes
    request.provisional = bool(assessed.counted.provisional)
    kept = [{"kind": k, "year": y, "minutes": m} for k, y, m in taken]
    request.explanation = {**assessed.explanation(), "draws": kept}
    lines = book(work, request, taken, sentence=sentence)
    refresh_attendance(work, request.person_id, first=first, last=last)
    return lines


def cancel(work: Work, case: Case, request: LeaveRequest, *, sentence: Message) -> None:
    """Take a leave back: the ledger reversed, attendance cleared, the stand-in ended."""
    first, last = request.starts_on, request.ends_on
    request.state = LeaveState.CANCELLED
    request.minutes = 0
    request.explanation = {**request.explanation, "days": [], "draws": [], "change": None}
    book(work, request, (), sentence=sentence)
    refresh_attendance(work, request.person_id, first=first, last=last)
    standin.revoke(work, request)
    _note(work, case, request, kind="leave.cancelled")


def _convert(work: Work, case: Case, request: LeaveRequest, *, given: Mapping[str, Any]) -> Gives:  # noqa: ARG001
    law = load_law(work.session)
    before = asked_of(request, law)
    asked = Asked(
        kind=LeaveType.PERSONAL,
        first=before.first,
        last=before.last,
        first_minute=before.first_minute,
        last_minute=before.last_minute,
        day=before.day,
        hours=before.hours,
    )
    known = read_book(work.session, request.person_id, since=request.starts_on.year)
    assessed = assess(work, request.person, asked, law=law, book=known, but=request.id, record=True)
    rewrite(work, request, assessed, sentence=msg("{number} 证明不合格，改记事假。", number=case.number))
    _note(work, case, request, kind="leave.converted")
    return gives(request, law)


def _release(work: Work, case: Case, request: LeaveRequest, *, given: Mapping[str, Any]) -> Gives:  # noqa: ARG001
    request.state = LeaveState.REJECTED
    _note(work, case, request, kind="leave.released")
    return {}


def _note(work: Work, case: Case, request: LeaveRequest, *, kind: str) -> None:
    events.append(
        work,
        kind,
        {
            "request": request.id,
            "kind": request.kind,
            "first": request.starts_on.isoformat(),
            "last": request.ends_on.isoformat(),
            "minutes": request.minutes,
            "draws": request.explanation.get("draws", []),
        },
        case=case,
    )


OPERATIONS: dict[str, Callable[..., Gives]] = {
    "book": _book,
    "change": _change,
    "convert": _convert,
    "release": _release,
}
