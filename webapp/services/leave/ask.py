"""A person asks for leave: form checked, days counted, held back, case begun; all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from models.leave import LeaveRequest, LeaveState
from models.task import Attachment
from webapp.domain.errors import InvalidError
from webapp.domain.leave import LeaveType
from webapp.domain.regions import parameter_region
from webapp.domain.text import msg
from webapp.services import events, forms
from webapp.services.calendars import LazyCalendar
from webapp.services.cases.start import StartCase, start_pinned
from webapp.services.idempotency import recall, remember
from webapp.services.leave.asked import office_hours, read_asked
from webapp.services.leave.assess import assess
from webapp.services.leave.balances import read_book
from webapp.services.leave.kinds import NAMES
from webapp.services.leave.persons import colleagues, lock_me, read_me
from webapp.services.procedures.bundle import load_bundle, version_to_start
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from models.person import Person
    from webapp.services.leave.assess import Assessed
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

PROCEDURE = "leave"
WHAT = "leave.ask"
REASON_FREE = frozenset({LeaveType.ANNUAL, LeaveType.COMPANY, LeaveType.TIME_OFF})  # nobody needs a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLeave:
    """Ask for leave with the values of the form; ``key`` is the page's idempotency key."""

    values: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a press is told, also when it is repeated."""

    request_id: int
    case_id: int
    repeated: bool = False


def ask(work: Work, command: AskLeave) -> Asked:
    """Ask for leave for oneself.

    Raises InvalidError with a sentence at each wrong field: form, dates, overlap, balance, missing rows.
    """
    answer = recall(work, command.key, WHAT)
    if answer is not None:
        return Asked(request_id=answer["request"], case_id=answer["case"], repeated=True)
    person = lock_me(work)
    bundle = load_bundle(work.session, version_to_start(work.session, PROCEDURE))
    uploads = own_drafts(work) if command.values.get("proof") else []
    handover = command.values.get("handover")
    known = colleagues(work, person, number=str(handover)) if handover else []
    values = check_form(work, bundle, command.values, known=known, uploads=uploads)
    assessed = assess_values(work, person, values, record=True)
    if assessed.objections:
        raise InvalidError(fields=assessed.objections)
    handover_id = known[0]["id"] if known else None
    request = _write_request(work, values, assessed=assessed, handover_id=handover_id)
    case = _start(work, person, bundle, request=request, values=values, assessed=assessed)
    _take_uploads(work, case, values, uploads=uploads)
    remember(work, command.key, WHAT, answer={"request": request.id, "case": case.id})
    work.session.flush()
    return Asked(request_id=request.id, case_id=case.id)


def ask_page(work: Work, locale: str) -> tuple[forms.Form, dict[str, Any]]:
    """The request form in a language, with the colleagues who may take over: what a page draws."""
    bundle = load_bundle(work.session, version_to_start(work.session, PROCEDURE))
    schema = forms.localise(bundle.form(bundle.settings.start_form or "leave-request"), locale)
    return forms.load(schema), {"colleagues": colleagues(work, read_me(work))}


def check_form(
    work: Work,
    bundle: Bundle,
    values: Mapping[str, Any],
    *,
    known: list[dict[str, Any]],
    uploads: list[Attachment],
) -> dict[str, Any]:
    """Values that the request form accepts, in their types; raises InvalidError at each field.

    ``known`` are the colleagues who may be named as handover person.
    """
    form = forms.load(bundle.form(bundle.settings.start_form or "leave-request"))
    accepted = forms.accept(
        form,
        values,
        context={"colleagues": known},
        uploads={
            str(u.id): forms.Upload(name=u.name, media_type=u.media_type, dangerous=u.dangerous)
            for u in uploads
        },
        now=work.now,
    )
    found = dict(accepted.values)
    if LeaveType(str(found["type"])) not in REASON_FREE and not str(found.get("reason") or "").strip():
        raise InvalidError(fields={"reason": (msg("请填写事由。"),)})
    return found


def assess_values(
    work: Work, person: Person, values: Mapping[str, Any], *, record: bool = False, but: int | None = None
) -> Assessed:
    """Assess accepted values; raises InvalidError at a field whose value cannot be read as a time."""
    law = load_law(work.session)
    asked = read_asked(values, law=law, region=parameter_region(person.region))
    book = read_book(work.session, person.id, since=asked.first.year)
    return assess(work, person, asked, law=law, book=book, but=but, record=record)


def own_drafts(work: Work) -> list[Attachment]:
    """Files that the actor brought for a request not yet sent."""
    return list(
        work.session.scalars(
            select(Attachment)
            .where(
                Attachment.uploaded_by_id == work.person_id,
                Attachment.case_id.is_(None),
                Attachment.task_id.is_(None),
                Attachment.field == "proof",
            )
            .order_by(Attachment.id)
            .limit(50)
        )
    )


def _write_request(
    work: Work, values: Mapping[str, Any], *, assessed: Assessed, handover_id: int | None
) -> LeaveRequest:
    asked = assessed.asked
    request = LeaveRequest(
        person_id=work.person_id,
        kind=asked.kind.value,
        state=LeaveState.PENDING,
        starts_on=asked.first,
        starts_minute=asked.first_minute,
        ends_on=asked.last,
        ends_minute=asked.last_minute,
        minutes=assessed.counted.minutes,
        day_basis=short_basis(assessed),
        reason=str(values.get("reason") or ""),
        handover_id=handover_id,
        provisional=bool(assessed.counted.provisional),
        explanation=assessed.explanation(),
        created_at=work.now,
    )
    work.session.add(request)
    work.session.flush()  # the case names it by id
    return request


def short_basis(assessed: Assessed) -> str:
    """The day basis as the row keeps it."""
    return assessed.counted.basis.value.removesuffix("_days").split("_days_")[0][:16]


def _start(
    work: Work,
    person: Person,
    bundle: Bundle,
    *,
    request: LeaveRequest,
    values: Mapping[str, Any],
    assessed: Assessed,
) -> Case:
    asked = assessed.asked
    office = office_hours(load_law(work.session), region=parameter_region(person.region), on=asked.last)
    variables = {
        **values,
        "request_id": str(request.id),
        "days": assessed.counted.days,
        "minutes": assessed.counted.minutes,
        "has_proof": bool(values.get("proof")),
        "leave_ends_at": asked.ends_at(office).isoformat(),
    }
    command = StartCase(
        procedure_key=PROCEDURE, person_id=person.id, title=title_of(assessed), variables=variables
    )
    case = start_pinned(work, command, bundle)
    request.case_id = case.id
    if case.variables.get("proof_missing"):
        within = int(case.variables.get("proof_within") or 0)
        request.proof_due_on = LazyCalendar(work.session).add_working_days(asked.last, within)
    elif variables["has_proof"]:
        request.proof_at = work.now
    events.append(
        work,
        "leave.requested",
        {
            "request": request.id,
            "kind": request.kind,
            "first": asked.first.isoformat(),
            "last": asked.last.isoformat(),
            "minutes": request.minutes,
            "draws": request.explanation["draws"],
            "provisional": request.provisional,
        },
        case=case,
    )
    return case


def title_of(assessed: Assessed) -> str:
    """One line for lists."""
    asked = assessed.asked
    days = (
        f"{asked.first:%m-%d}" if asked.first == asked.last else f"{asked.first:%m-%d} 至 {asked.last:%m-%d}"
    )
    return f"{NAMES[asked.kind]} {days}"


def _take_uploads(work: Work, case: Case, values: Mapping[str, Any], *, uploads: list[Attachment]) -> None:
    named = {str(v.get("id")) if isinstance(v, dict) else str(v) for v in values.get("proof") or ()}
    ids = [u.id for u in uploads if str(u.id) in named]
    if ids:
        work.session.execute(
            update(Attachment)
            .where(Attachment.id.in_(ids))
            .values(case_id=case.id)
            .execution_options(synchronize_session=False)
        )
