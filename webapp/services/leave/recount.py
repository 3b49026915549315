"""Leave counted anew after the calendar or a parameter changed: by new lines and notices, never silently."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from models.case import CaseState
from models.leave import LeaveEntry, LeaveRequest, LeaveState
from webapp.domain.text import msg
from webapp.engine.values import SetVariables
from webapp.services import events
from webapp.services.cases.run import run
from webapp.services.jobs.queue import lock_case
from webapp.services.leave.assess import assess
from webapp.services.leave.balances import read_book
from webapp.services.leave.booking import asked_of, draws_of, find_request, rewrite
from webapp.services.leave.counting import as_days
from webapp.services.leave.grants import mend_grant
from webapp.services.leave.kinds import GRANTED, kind_name
from webapp.services.leave.persons import lock_person
from webapp.services.notices import tell
from webapp.services.people import local_date
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from models.case import Case
    from models.person import Person
    from webapp.services.leave.assess import Assessed, Draws
    from webapp.services.work import Work

OPEN = (LeaveState.PENDING, LeaveState.APPROVED, LeaveState.CANCEL_PENDING)
CHUNK = 20  # requests or people of one transaction


def recount_leave(units: Callable[[], AbstractContextManager[Work]], job: Any) -> Mapping[str, Any]:
    """The job ``leave-recount``: open and future requests, then the year's grants, in small transactions."""
    with units() as work:
        requests = _touched(work, [date.fromisoformat(d) for d in job.payload.get("days", ())])
        grants = _granted(work) if job.payload.get("keys") else []
    changed = 0
    for chunk in (requests[i : i + CHUNK] for i in range(0, len(requests), CHUNK)):
        with units() as work:
            changed += sum(recount(work, case_id) for case_id in chunk)
    mended = 0
    for some in (grants[i : i + CHUNK] for i in range(0, len(grants), CHUNK)):
        with units() as work:
            mended += sum(_mend(work, *each) for each in some)
    return {"looked": len(requests), "changed": changed, "grants": mended}


def _touched(work: Work, days: list[date]) -> list[int]:
    """Cases of open requests that are not over yet or cover a changed day."""
    query = select(LeaveRequest.case_id).where(
        LeaveRequest.state.in_(OPEN),
        LeaveRequest.case_id.is_not(None),
        or_(
            LeaveRequest.ends_on >= local_date(work.now),
            *((LeaveRequest.starts_on <= d) & (LeaveRequest.ends_on >= d) for d in days),
        ),
    )
    return [case_id for case_id in work.session.scalars(query.order_by(LeaveRequest.id)) if case_id]


def recount(work: Work, case_id: int) -> bool:
    """Count one request anew; True where its days, its ledger or its certainty changed."""
    case = lock_case(work, case_id)
    request = find_request(work, case_id)
    if request is None or request.state not in OPEN:
        return False
    law = load_law(work.session)
    person = lock_person(work, request.person_id)
    asked = asked_of(request, law)
    book = read_book(work.session, person.id, since=asked.first.year)
    if request.state != LeaveState.PENDING:
        for kind, year, minutes in draws_of(request):
            book.used[(kind, year)] = book.used.get((kind, year), 0) - minutes
    found = assess(work, person, asked, law=law, book=book, but=request.id, record=True)
    before = (request.minutes, request.explanation["days"], request.provisional)
    after = found.explanation()
    if before == (found.counted.minutes, after["days"], bool(found.counted.provisional)):
        return False
    _apply(work, case, request, found=found)
    return True


def _apply(work: Work, case: Case, request: LeaveRequest, *, found: Assessed) -> None:
    old, change = request.minutes, request.explanation.get("change")
    sentence = msg("{number} 日历或参数变化，重新计算。", number=case.number)
    if request.state == LeaveState.PENDING:
        request.minutes = found.counted.minutes
        request.provisional = bool(found.counted.provisional)
        request.explanation = found.explanation()
    else:
        rewrite(work, request, found, sentence=sentence, draws=_whole(found))
    if change:
        request.explanation = {**request.explanation, "change": change}
    if case.state == CaseState.ACTIVE:
        days = as_days(request.minutes, found.counted.day)
        run(work, case, SetVariables(variables={"days": days, "minutes": request.minutes}))
    facts = {"request": request.id, "before": old, "after": request.minutes}
    events.append(work, "leave.recounted", facts, case=case)
    if old != request.minutes:
        _tell(work, case, request, old=old, day=found.counted.day)


def _whole(found: Assessed) -> Draws:
    """All minutes, also where no balance is left: a leave that was approved stays, its ledger goes below."""
    if sum(m for _, _, m in found.draws) == found.counted.minutes:
        return found.draws
    return tuple((found.asked.kind.value, year, m) for year, m in found.counted.by_year.items())


def _tell(work: Work, case: Case, request: LeaveRequest, *, old: int, day: int) -> None:
    readers = [p for p in (request.person_id, request.person.manager_id) if p is not None]
    tell(
        work,
        readers,
        msg(
            "日历或参数变化后，{kind}（{first} 至 {last}，{number}）由 {old} 天重新计为 {new} 天。",
            kind=kind_name(request.kind),
            first=request.starts_on.isoformat(),
            last=request.ends_on.isoformat(),
            number=case.number,
            old=as_days(old, day),
            new=as_days(request.minutes, day),
        ),
        kind="recount",
        case_id=case.id,
    )


def _granted(work: Work) -> list[tuple[int, str, int, int]]:
    """Grants of this and later years: person, kind, year, minutes granted."""
    rows = work.session.execute(
        select(LeaveEntry.person_id, LeaveEntry.kind, LeaveEntry.year, func.sum(LeaveEntry.minutes))
        .where(
            LeaveEntry.what == "grant",
            LeaveEntry.kind.in_([k.value for k in GRANTED]),
            LeaveEntry.year >= local_date(work.now).year,
        )
        .group_by(LeaveEntry.person_id, LeaveEntry.kind, LeaveEntry.year)
        .order_by(LeaveEntry.person_id)
    )
    return [(p, k, y, int(m)) for p, k, y, m in rows]


def _mend(work: Work, person_id: int, kind: str, year: int, granted: int) -> bool:  # noqa: PLR0917  # a row
    person: Person = lock_person(work, person_id)
    difference = mend_grant(work, person, kind, year=year, law=load_law(work.session), granted=granted)
    if difference:
        events.append(
            work,
            "leave.granted",
            {"kind": kind, "year": year, "by": difference},
            subject=f"person/{person_id}",
        )
        tell(
            work,
            [person_id],
            msg(
                "{year} 年{kind}天数按新的规定调整，请到“我的休假”查看。",
                year=str(year),
                kind=kind_name(kind),
            ),
            kind="recount",
        )
    return bool(difference)
