"""Cases: one row is one running or finished procedure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.person import Person
from models.procedure import ProcedureVersion


class CaseState(StrEnum):
    """Where a case stands."""

    ACTIVE = "active"  # something is open or waited for
    SUSPENDED = "suspended"  # nothing may move until resumed
    INCIDENT = "incident"  # stands still at a fault that somebody must mend
    COMPLETED = "completed"  # reached its end
    CANCELLED = "cancelled"  # ended from outside


class Case(Base):
    """A case (案件, 流程实例)."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_entity_id_state_started_at", "entity_id", "state", "started_at", "id"),
        Index("ix_case_person_id_started_at", "person_id", "started_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    prefix: Mapped[str] = mapped_column(String(8), doc="first part of its number: LV")
    procedure_version_id: Mapped[int] = mapped_column(
        ForeignKey("procedure_version.id"), index=True, doc="pinned"
    )
    procedure_key: Mapped[str] = mapped_column(String(64), doc="copied, so that lists need no join")
    specification_sha256: Mapped[str] = mapped_column(
        ForeignKey("specification.sha256"), doc="what the engine runs"
    )
    title: Mapped[str] = mapped_column(String(200), doc="one line for lists")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="about whom")
    starter_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who began it")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="employer; data scope")
    department_path: Mapped[str] = mapped_column(String(200), index=True, doc="department's path; data scope")
    state: Mapped[str] = mapped_column(String(16), doc="see CaseState")
    outcome: Mapped[str | None] = mapped_column(String(32), doc="approved, rejected, withdrawn, …: for lists")
    restricted: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        doc="read by whoever works on it or may read evidence, not by the person and their line",
    )
    snapshot: Mapped[str] = mapped_column(
        Text, deferred=False, doc="token engine's state as TEXT, never JSONB"
    )
    variables: Mapped[Any] = mapped_column(JsonText, doc="root scope, small and flat")
    started_at: Mapped[datetime] = mapped_column(doc="first act")
    ended_at: Mapped[datetime | None] = mapped_column(doc="last act")
    keep_until: Mapped[datetime | None] = mapped_column(doc="retention; set at the end")
    waits: Mapped[Any] = mapped_column(
        JsonText,
        default=dict,
        doc="timers and messages as last projected, so that a click only writes changes",
    )
    event_count: Mapped[int] = mapped_column(default=0, doc="events in its chain")
    event_hash: Mapped[str] = mapped_column(String(64), default="", doc="last link of its chain, hex")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    starter: Mapped[Person] = relationship(foreign_keys=[starter_id])
    procedure_version: Mapped[ProcedureVersion] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        """What people call it: LV-2026-000123."""
        return case_number(self.prefix, self.started_at.year, self.id)


def case_number(prefix: str, year: int, case_id: int) -> str:
    """The number of a case; the id in it alone makes it unique."""
    return f"{prefix}-{year}-{case_id:06d}"


class Timer(Base):
    """A waiting timer; one indexed sweep finds those that are due."""

    __tablename__ = "timer"
    __table_args__ = (Index("ix_timer_due_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="whose timer")
    element_instance: Mapped[str] = mapped_column(String(64), doc="engine key")
    round: Mapped[int] = mapped_column(doc="engine key, second half")
    element_id: Mapped[str] = mapped_column(String(128), doc="BPMN id")
    due_at: Mapped[datetime] = mapped_column(doc="when to fire")


class AwaitedMessage(Base):
    """A message that a case waits for."""

    __tablename__ = "awaited_message"
    __table_args__ = (Index("ix_awaited_message_name", "name", "correlation_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="which case")
    element_instance: Mapped[str] = mapped_column(String(64), doc="engine key")
    round: Mapped[int] = mapped_column(doc="engine key, second half")
    element_id: Mapped[str] = mapped_column(String(128), doc="BPMN id")
    name: Mapped[str] = mapped_column(String(200), doc="message name")
    correlation_key: Mapped[str | None] = mapped_column(String(200), doc="evaluated on arrival")


class BufferedMessage(Base):
    """A message that came before anybody waited for it; kept until its time to live ends."""

    __tablename__ = "buffered_message"
    __table_args__ = (Index("ix_buffered_message_name", "name", "correlation_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), doc="message name")
    correlation_key: Mapped[str | None] = mapped_column(String(200), doc="whom it is for")
    message_id: Mapped[str | None] = mapped_column(
        String(200), unique=True, doc="sender's id: a repeat is dropped"
    )
    variables: Mapped[Any] = mapped_column(JsonText, doc="what it brings")
    expires_at: Mapped[datetime] = mapped_column(index=True, doc="end of its time to live")


class IncidentRow(Base):
    """A fault at an element: the case stands still there until somebody retries."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="which case")
    element_id: Mapped[str] = mapped_column(String(128), doc="BPMN id")
    kind: Mapped[str] = mapped_column(String(32), doc="expression, job, limit, …")
    message: Mapped[Any] = mapped_column(JsonText, doc="sentence: key and values")
    opened_at: Mapped[datetime] = mapped_column(doc="when it happened")
    resolved_at: Mapped[datetime | None] = mapped_column(doc="when it was mended")
