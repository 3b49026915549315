"""Who is away now, and until when: deadlines for an answer wait for leave and illness."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.leave import LeaveRequest, LeaveState
from models.person import PersonFlag
from webapp.services.people import local_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

MEDICAL = "medical-period"  # kind of protected fact: 医疗期


def absent_until(work: Work, person_id: int, *, on: date) -> date | None:
    """The last day of an absence that covers a day, leaves that follow each other taken together.

    Booked leave and the medical period count, which may be open: then the day itself is answered.
    """
    spans = _spans(work, person_id, on=on)
    until, day = None, on
    while (end := max((last for first, last in spans if first <= day <= last), default=None)) is not None:
        until, day = end, end + timedelta(days=1)
    return until


def _spans(work: Work, person_id: int, *, on: date) -> list[tuple[date, date]]:
    leaves = work.session.execute(
        select(LeaveRequest.starts_on, LeaveRequest.ends_on).where(
            LeaveRequest.person_id == person_id,
            LeaveRequest.state.in_([LeaveState.APPROVED, LeaveState.CANCEL_PENDING]),
            LeaveRequest.ends_on >= on,
        )
    ).all()
    ill = work.session.execute(
        select(PersonFlag.valid_from, PersonFlag.valid_to).where(
            PersonFlag.person_id == person_id, PersonFlag.kind == MEDICAL, PersonFlag.valid_from <= on
        )
    ).all()
    found = [(first, last) for first, last in leaves]
    return found + [(first, last or on) for first, last in ill]


def find_absence(work: Work, case: Case, job: Job) -> Mapping[str, Any]:  # noqa: ARG001  (every local job takes it)
    """The local job ``find-absence``: is the person of the case away today?

    Result: ``away``; ``from``, the day after which time to answer runs: the last day away, else today.
    """
    today = local_date(work.now)
    until = absent_until(work, case.person_id, on=today)
    return {"away": until is not None, "from": (until or today).isoformat()}
