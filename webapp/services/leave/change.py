"""A person asks to cut short, extend, move or cancel a booked leave, or takes a request back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.leave import LeaveRequest, LeaveState
from webapp.domain.errors import ConflictError, InvalidError, NotFoundError
from webapp.domain.text import msg
from webapp.services import forms
from webapp.services.cases.messages import correlate
from webapp.services.cases.operate import withdraw
from webapp.services.idempotency import recall, remember
from webapp.services.leave.assess import assess
from webapp.services.leave.balances import read_book
from webapp.services.leave.booking import asked_of, draws_of
from webapp.services.leave.changed import CANCEL, read_change
from webapp.services.leave.follow import CHANGE
from webapp.services.leave.persons import lock_person
from webapp.services.procedures.bundle import load_bundle
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.text import Message
    from webapp.services.leave.assess import Assessed
    from webapp.services.leave.changed import Change
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

FORM = "leave-change-request"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLeave:
    """Ask for a change with the values of its form."""

    request_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None


def own_request(work: Work, request_id: int) -> LeaveRequest:
    """The actor's own request with its case; raises NotFoundError for missing and foreign alike."""
    request = work.session.scalars(
        select(LeaveRequest)
        .options(joinedload(LeaveRequest.case), joinedload(LeaveRequest.person, innerjoin=True))
        .where(LeaveRequest.id == request_id, LeaveRequest.person_id == work.person_id)
    ).one_or_none()
    if request is None or request.case is None:
        raise NotFoundError
    return request


def ask_change(work: Work, command: ChangeLeave) -> LeaveRequest:
    """Ask for a change of a booked leave; the message reaches the running case in the same transaction.

    Raises NotFoundError, ConflictError where the leave does not wait for one, InvalidError at the field.
    """
    what = f"leave.change/{command.request_id}"
    request = own_request(work, command.request_id)
    if recall(work, command.key, what) is not None:
        return request
    if request.state != LeaveState.APPROVED or request.case is None:
        raise ConflictError(_why_not(request))
    bundle = load_bundle(work.session, request.case.procedure_version_id)
    values = accept_change(work, bundle, request, values=command.values)
    change = read_change(values)
    kept: dict[str, Any] = {"kind": change.kind}
    if change.kind != CANCEL:
        assessed = assess_change(work, request, change, record=True)
        if assessed.objections:
            raise InvalidError(fields=_fields(change, assessed.objections))
        kept["draws"] = [{"kind": k, "year": y, "minutes": m} for k, y, m in assessed.draws]
    request.state = LeaveState.CANCEL_PENDING
    request.explanation = {**request.explanation, "change": kept}
    work.session.flush()
    if correlate(work, CHANGE, key=str(request.id), variables=values) is None:
        raise ConflictError(_why_not(request))
    remember(work, command.key, what, answer={"request": request.id})
    work.session.flush()
    return request


def change_page(work: Work, request_id: int, locale: str) -> tuple[forms.Form, dict[str, Any]]:
    """The change form of one's own booked leave, in a language; raises NotFoundError, ConflictError."""
    request = own_request(work, request_id)
    if request.state != LeaveState.APPROVED or request.case is None:
        raise ConflictError(_why_not(request))
    bundle = load_bundle(work.session, request.case.procedure_version_id)
    form = forms.load(forms.localise(bundle.form(FORM), locale))
    return form, change_context(request.case.variables)


def _why_not(request: LeaveRequest) -> Message:
    if request.state == LeaveState.CANCEL_PENDING:
        return msg("已有一项变更在审批中，请等它办完。")
    if request.state == LeaveState.PENDING:
        return msg("申请还在审批中，可以直接撤回。")
    return msg("这次休假已经结束或取消，不能再变更。")


def accept_change(
    work: Work, bundle: Bundle, request: LeaveRequest, *, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Values that the change form accepts."""
    form = forms.load(bundle.form(FORM))
    variables = {} if request.case is None else request.case.variables
    accepted = forms.accept(form, values, context=change_context(variables), now=work.now)
    return dict(accepted.values)


def change_context(variables: Mapping[str, Any]) -> dict[str, Any]:
    """What of the case the change form shows; an earlier change is not proposed again."""
    return {k: variables.get(k) for k in ("type", "start_date", "end_date", "days")}


def assess_change(work: Work, request: LeaveRequest, change: Change, *, record: bool = False) -> Assessed:
    """Assess a booked leave as it would be after the change; what it holds already counts as free."""
    law = load_law(work.session)
    person = lock_person(work, request.person_id) if record else request.person
    asked = change.applied(asked_of(request, law))
    book = read_book(work.session, person.id, since=min(request.starts_on.year, asked.first.year))
    for kind, year, minutes in draws_of(request):
        book.used[(kind, year)] = book.used.get((kind, year), 0) - minutes
    return assess(work, person, asked, law=law, book=book, but=request.id, record=record)


def _fields(change: Change, objections: Mapping[str, tuple[Message, ...]]) -> dict[str, tuple[Message, ...]]:
    moved = change.first is not None
    names = {"start_date": "new_start_date" if moved else "new_end_date", "end_date": "new_end_date"}
    found: dict[str, tuple[Message, ...]] = {}
    for name, sentences in objections.items():
        place = names.get(name, name)
        found[place] = (*found.get(place, ()), *sentences)
    return found


def withdraw_leave(work: Work, request_id: int, *, reason: str = "") -> LeaveRequest:
    """Take one's own request back before it is booked."""
    request = own_request(work, request_id)
    if request.case_id is None:
        raise NotFoundError
    withdraw(work, request.case_id, reason=reason)
    return request
