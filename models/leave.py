"""Leave (休假): requests, the append-only ledger, and attendance by person and day."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.person import Person


class LeaveState(StrEnum):
    """Where a request stands (labour-law reference 2g)."""

    DRAFT = "draft"  # typed, not sent
    PENDING = "pending"  # with approvers; already reserved against the balance
    APPROVED = "approved"  # booked
    REJECTED = "rejected"  # refused with a reason
    CANCEL_PENDING = "cancel_pending"  # its owner asks to cancel, shorten or extend (销假)
    CANCELLED = "cancelled"  # taken back, the reservation or booking reversed
    TAKEN = "taken"  # over


class LeaveRequest(Base):
    """A request for leave (请假申请). Half-days and hours are minutes inside."""

    __tablename__ = "leave_request"
    __table_args__ = (Index("ix_leave_request_person", "person_id", "starts_on", "ends_on"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True, doc="its case")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who will be away")
    kind: Mapped[str] = mapped_column(String(32), doc="annual, sick, marriage, …")
    state: Mapped[str] = mapped_column(String(16), doc="see LeaveState")
    starts_on: Mapped[date] = mapped_column(Date, doc="first day")
    starts_minute: Mapped[int] = mapped_column(default=0, doc="minutes of that working day already worked")
    ends_on: Mapped[date] = mapped_column(Date, doc="last day")
    ends_minute: Mapped[int] = mapped_column(
        default=480, doc="minutes of the last working day that are leave"
    )
    minutes: Mapped[int] = mapped_column(doc="counted by the day basis of kind and region")
    day_basis: Mapped[str] = mapped_column(String(16), doc="working or calendar")
    reason: Mapped[str] = mapped_column(String(500), default="", doc="in the person's words")
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who takes over (交接人)")
    proof_due_on: Mapped[date | None] = mapped_column(Date, doc="late proof is due by this day")
    proof_at: Mapped[datetime | None] = mapped_column(doc="when proof came")
    provisional: Mapped[bool] = mapped_column(default=False, doc="counted on an unpublished calendar")
    explanation: Mapped[Any] = mapped_column(JsonText, doc="how the count and entitlement were found")
    created_at: Mapped[datetime] = mapped_column(doc="when it was sent")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers")

    case: Mapped[Case | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __mapper_args__ = {"version_id_col": version}


class LeaveEntry(Base):
    """A line of the ledger (休假台账): never changed, only followed by another."""

    __tablename__ = "leave_entry"
    __table_args__ = (Index("ix_leave_entry_person", "person_id", "kind", "year", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="whose balance")
    kind: Mapped[str] = mapped_column(String(32), doc="annual, sick, …")
    year: Mapped[int] = mapped_column(doc="year of the entitlement")
    minutes: Mapped[int] = mapped_column(doc="plus: granted or given back; minus: taken")
    what: Mapped[str] = mapped_column(String(16), doc="grant, book, reverse, adjust, carry, expire")
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("leave_request.id"), index=True, doc="its request"
    )
    reason: Mapped[Any] = mapped_column(JsonText, doc="sentence and explanation")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who; empty: a rule")
    at: Mapped[datetime] = mapped_column(doc="when it was written")


class AttendanceDay(Base):
    """One person, one day (考勤日): planned and absent minutes, and why."""

    __tablename__ = "attendance_day"
    __table_args__ = (
        UniqueConstraint("person_id", "day"),
        Index("ix_attendance_day_day", "day", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who")
    day: Mapped[date] = mapped_column(Date, doc="local date, Asia/Shanghai")
    day_kind: Mapped[str] = mapped_column(String(16), doc="working, rest or statutory")
    planned_minutes: Mapped[int] = mapped_column(default=0, doc="by calendar or roster")
    leave_minutes: Mapped[int] = mapped_column(default=0, doc="approved leave on this day")
    leave_kind: Mapped[str | None] = mapped_column(String(32), doc="kind of that leave")
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("leave_request.id"), index=True, doc="its request"
    )
    worked_minutes: Mapped[int | None] = mapped_column(doc="from punches, once they come")
    updated_at: Mapped[datetime] = mapped_column(doc="last change")
