"""How cases begin by themselves: registered start events, and which message began which case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.procedure import Procedure


class StartTrigger(Base):
    """A message, signal or timer start event of the version that new cases use; a release moves it over."""

    __tablename__ = "start_trigger"
    __table_args__ = (
        UniqueConstraint("procedure_id", "element_id"),
        Index("ix_start_trigger_name", "kind", "name"),
        Index("ix_start_trigger_due_at", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), doc="of which procedure")
    procedure_version_id: Mapped[int] = mapped_column(
        ForeignKey("procedure_version.id"), doc="version that its cases use"
    )
    element_id: Mapped[str] = mapped_column(String(128), doc="BPMN id of the start event")
    kind: Mapped[str] = mapped_column(String(16), doc="message, signal or timer")
    name: Mapped[str | None] = mapped_column(String(200), doc="of the message or signal")
    timer: Mapped[str | None] = mapped_column(String(16), doc="date or cycle")
    expression: Mapped[str | None] = mapped_column(Text, doc="the timer's text as drawn")
    anchor_at: Mapped[datetime] = mapped_column(
        doc="from when cycles count; stays over releases that leave the timer alone"
    )
    due_at: Mapped[datetime | None] = mapped_column(doc="when the timer starts the next case; empty: never")

    procedure: Mapped[Procedure] = relationship()


class MessageStart(Base):
    """A case that a message began: of one key only one case of a procedure runs at a time."""

    __tablename__ = "message_start"
    __table_args__ = (
        UniqueConstraint("procedure_id", "message_id"),
        Index("ix_message_start_key", "procedure_id", "name", "correlation_key"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, doc="the case")
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), doc="of which procedure")
    name: Mapped[str] = mapped_column(String(200), doc="message name")
    correlation_key: Mapped[str | None] = mapped_column(String(200), doc="key that came with it")
    message_id: Mapped[str | None] = mapped_column(
        String(200), doc="sender's id: a repeat starts nothing, however late it comes"
    )
