"""What people do with leave, in one word each, and what the books say afterwards."""

from __future__ import annotations

from sqlalchemy import func, select

from models.event import Event
from models.leave import AttendanceDay, LeaveEntry, LeaveRequest
from models.task import Task, TaskState
from webapp.domain.permissions import SYSTEM
from webapp.services.leave.ask import AskLeave, ask
from webapp.services.leave.change import ChangeLeave, ask_change, withdraw_leave
from webapp.services.tasks.complete import CompleteTask, complete


def form(kind="annual", first="2026-12-01", last="2026-12-01", **more):
    """Values of the request form, as a page posts them."""
    values = {"type": kind, "start_date": first, "end_date": last, "part": "full", "reason": "家中有事"}
    return {**values, **more}


class Leave:
    """The company's leave."""

    def __init__(self, company, clock):
        self.company = company
        self.clock = clock

    def ask(self, who="lina", kind="annual", first="2026-12-01", last="2026-12-01", *, key=None, **more):
        """Ask for leave; its id."""
        with self.company.unit(who) as work:
            return ask(work, AskLeave(values=form(kind, first, last, **more), key=key)).request_id

    def request(self, request_id):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(LeaveRequest, request_id)

    def tasks(self, request_id):
        """Open tasks of a request by element."""
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(Task)
                .join(LeaveRequest, LeaveRequest.case_id == Task.case_id)
                .where(LeaveRequest.id == request_id, Task.state == TaskState.OPEN)
                .order_by(Task.id)
            )
            return {t.element_id: t for t in rows}

    def decide(self, who, request_id, element="approve", **values):
        """Complete an open task of a request."""
        task = self.tasks(request_id)[element]
        with self.company.unit(who) as work:
            complete(
                work,
                CompleteTask(task_id=task.id, version=task.version, values={"outcome": "approve", **values}),
            )

    def approved(self, *args, **more):
        """Asked and approved by the line manager."""
        request_id = self.ask(*args, **more)
        self.decide("head", request_id)
        return request_id

    def change(self, request_id, who="lina", **values):
        with self.company.unit(who) as work:
            ask_change(
                work, ChangeLeave(request_id=request_id, values={"change_reason": "计划有变", **values})
            )

    def withdraw(self, request_id, who="lina"):
        with self.company.unit(who) as work:
            withdraw_leave(work, request_id)

    def ledger(self, request_id):
        """Minutes that the ledger holds for a request, by (kind, year), without zeros."""
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.execute(
                select(LeaveEntry.kind, LeaveEntry.year, func.sum(LeaveEntry.minutes))
                .where(LeaveEntry.request_id == request_id)
                .group_by(LeaveEntry.kind, LeaveEntry.year)
            )
            return {(k, y): int(m) for k, y, m in rows if m}

    def lines(self, request_id):
        """The ledger's lines of a request, in order."""
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.execute(
                select(LeaveEntry.kind, LeaveEntry.what, LeaveEntry.minutes)
                .where(LeaveEntry.request_id == request_id)
                .order_by(LeaveEntry.id)
            )
            return [tuple(r) for r in rows]

    def attendance(self, who="lina"):
        """Days with leave, with minutes and kind."""
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(AttendanceDay)
                .where(AttendanceDay.person_id == self.company.ids[who], AttendanceDay.leave_minutes > 0)
                .order_by(AttendanceDay.day)
            )
            return {r.day.isoformat(): (r.leave_minutes, r.leave_kind) for r in rows}

    def events(self, request_id):
        with self.company.house.view(SYSTEM) as work:
            return list(
                work.session.scalars(
                    select(Event.kind)
                    .join(LeaveRequest, LeaveRequest.case_id == Event.case_id)
                    .where(LeaveRequest.id == request_id)
                    .order_by(Event.sequence)
                )
            )

    def agree(self, request_id, who="lina"):
        """Minutes of request, ledger and attendance; all three must be one figure."""
        request = self.request(request_id)
        taken = -sum(self.ledger(request_id).values())
        absent = sum(minutes for minutes, _ in self.attendance(who).values())
        assert request.minutes == taken == absent
        return taken
