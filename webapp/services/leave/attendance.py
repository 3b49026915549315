"""Attendance by person and day (考勤日), always derived anew from the booked requests of those days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from models.leave import AttendanceDay, LeaveRequest
from webapp.domain.calendar import DayKind
from webapp.services.leave.asked import day_minutes
from webapp.services.leave.kinds import BOOKED
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.services.work import Work

KINDS = {DayKind.STATUTORY: "statutory", DayKind.REST: "rest", DayKind.WORKING: "working"}


@dataclass(slots=True)
class _Absent:
    """What a day's booked requests say together."""

    minutes: int = 0
    longest: int = 0
    kind: str | None = None
    request_id: int | None = None

    def add(self, request: LeaveRequest, minutes: int) -> None:
        self.minutes += minutes
        if minutes > self.longest:
            self.longest, self.kind, self.request_id = minutes, request.kind, request.id

    def row(self) -> dict[str, Any]:
        return {"leave_minutes": self.minutes, "leave_kind": self.kind, "request_id": self.request_id}


@dataclass(slots=True)
class _Days:
    found: dict[date, _Absent] = field(default_factory=dict)

    def add(self, request: LeaveRequest) -> None:
        for day, minutes in days_of(request):
            self.found.setdefault(day, _Absent()).add(request, minutes)


def days_of(request: LeaveRequest) -> Iterable[tuple[date, int]]:
    """The days of a request that cost something, with minutes."""
    return ((date.fromisoformat(day), minutes) for day, minutes in request.explanation["days"])


def refresh_attendance(work: Work, person_id: int, *, first: date, last: date) -> None:
    """Write the attendance of a person from first to last, both included, after the booked requests."""
    work.session.flush()  # states and days are read back
    wanted = _Days()
    for request in work.session.scalars(
        select(LeaveRequest)
        .where(
            LeaveRequest.person_id == person_id,
            LeaveRequest.state.in_(BOOKED),
            LeaveRequest.starts_on <= last,
            LeaveRequest.ends_on >= first,
        )
        .order_by(LeaveRequest.id)
    ):
        wanted.add(request)
    rows = {
        row.day: row
        for row in work.session.execute(
            select(
                AttendanceDay.id,
                AttendanceDay.day,
                AttendanceDay.leave_minutes,
                AttendanceDay.leave_kind,
                AttendanceDay.request_id,
            ).where(AttendanceDay.person_id == person_id, AttendanceDay.day.between(first, last))
        )
    }
    days = {d: a for d, a in wanted.found.items() if first <= d <= last}
    _insert(work, person_id, {d: a for d, a in days.items() if d not in rows})
    _update(work, [(row, days.get(day, _Absent())) for day, row in rows.items()])


def _insert(work: Work, person_id: int, days: dict[date, _Absent]) -> None:
    if not days:
        return
    law = load_law(work.session)
    rows = []
    for day, absent in sorted(days.items()):
        kind = law.calendar.day(day).kind
        planned = day_minutes(law, on=day) if kind is DayKind.WORKING else 0
        rows.append(
            {
                "person_id": person_id,
                "day": day,
                "day_kind": KINDS[kind],
                "planned_minutes": planned,
                "updated_at": work.now,
                **absent.row(),
            }
        )
    work.session.execute(insert(AttendanceDay), rows)


def _update(work: Work, pairs: list[tuple[Any, _Absent]]) -> None:
    changed = [
        {"id": row.id, "updated_at": work.now, **absent.row()}
        for row, absent in pairs
        if (row.leave_minutes, row.leave_kind, row.request_id)
        != (absent.minutes, absent.kind, absent.request_id)
    ]
    if changed:
        work.session.execute(update(AttendanceDay), changed)
