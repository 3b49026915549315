"""Jobs: what must happen outside the click, at least once, with a key that the receiver can see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, JsonText


class JobState(StrEnum):
    """Where a job stands."""

    READY = "ready"  # may be taken once due
    LEASED = "leased"  # a worker has it until its lease ends
    HELD = "held"  # its work is done; the suspended case takes the result (payload) when it is resumed
    DONE = "done"  # finished
    FAILED = "failed"  # no retries left: an incident
    CANCELLED = "cancelled"  # the case went on without it


UNFINISHED = (JobState.READY, JobState.LEASED, JobState.HELD, JobState.FAILED)


class Job(Base):
    """A service task (with a case and element), or mail, chat, HTTP, documents (without)."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "due_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    type: Mapped[str] = mapped_column(String(64), doc="what kind of worker takes it")
    state: Mapped[str] = mapped_column(String(16), doc="see JobState")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True, doc="which case, if any")
    element_instance: Mapped[str | None] = mapped_column(String(64), doc="engine key")
    round: Mapped[int | None] = mapped_column(doc="engine key, second half")
    element_id: Mapped[str | None] = mapped_column(String(128), doc="BPMN id")
    payload: Mapped[Any] = mapped_column(JsonText, doc="variables and headers; a held job's result")
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True, doc="the receiver keys on it")
    retries: Mapped[int] = mapped_column(default=3, doc="tries left; taken one off when leased")
    attempts: Mapped[int] = mapped_column(default=0, doc="tries made")
    due_at: Mapped[datetime] = mapped_column(doc="not before")
    leased_until: Mapped[datetime | None] = mapped_column(doc="after this another worker may take it")
    leased_by: Mapped[str | None] = mapped_column(String(64), doc="worker that has it")
    error: Mapped[str | None] = mapped_column(Text, doc="last failure, in words")
    created_at: Mapped[datetime] = mapped_column(doc="when it was written")
    done_at: Mapped[datetime | None] = mapped_column(doc="when it ended")


class Notice(Base):
    """A line for a person inside Hegui (站内通知, 抄送) with its read receipt."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person", "person_id", "read_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="for whom")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), doc="about which case")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), doc="about which task")
    kind: Mapped[str] = mapped_column(String(32), doc="urge, reminder, escalation, cc, result")
    message: Mapped[Any] = mapped_column(JsonText, doc="sentence: key and values")
    sent_at: Mapped[datetime] = mapped_column(doc="when")
    read_at: Mapped[datetime | None] = mapped_column(doc="read receipt")
