"""Running cases moved to another version of their procedure: one run, and what became of each case."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.person import Person
from models.procedure import Procedure, ProcedureVersion


class MemberState(StrEnum):
    """What became of a case of a run."""

    PENDING = "pending"  # its turn has not come
    MOVED = "moved"  # runs on in the other version
    BLOCKED = "blocked"  # stays where it was, the sentence says why


class MigrationRun(Base):
    """A move of cases from one version to another, in the order of their ids, one transaction each."""

    __tablename__ = "migration_run"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    procedure_id: Mapped[int] = mapped_column(
        ForeignKey("procedure.id"), index=True, doc="of which procedure"
    )
    from_version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"), doc="where they were")
    to_version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"), doc="where they go")
    mapping: Mapped[Any] = mapped_column(JsonText, doc="element id -> its id in the other version")
    reason: Mapped[str] = mapped_column(Text, doc="why, in words")
    back_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("migration_run.id"), doc="run that this one takes back"
    )
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who pressed the button")
    started_at: Mapped[datetime] = mapped_column(doc="when")
    finished_at: Mapped[datetime | None] = mapped_column(doc="when no case was pending any more")

    procedure: Mapped[Procedure] = relationship()
    from_version: Mapped[ProcedureVersion] = relationship(foreign_keys=[from_version_id])
    to_version: Mapped[ProcedureVersion] = relationship(foreign_keys=[to_version_id])
    started_by: Mapped[Person] = relationship()


class MigrationMember(Base):
    """A case of a run; the state that it had before is kept, so that the move can be taken back exactly."""

    __tablename__ = "migration_member"
    __table_args__ = (Index("ix_migration_member_state", "run_id", "state", "case_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("migration_run.id"), primary_key=True, doc="which run")
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, doc="which case")
    state: Mapped[str] = mapped_column(String(16), doc="see MemberState")
    problem: Mapped[Any] = mapped_column(JsonText, nullable=True, doc="why it stays: key and values")
    snapshot: Mapped[str | None] = mapped_column(Text, doc="the engine's state before the move")
    case_version: Mapped[int | None] = mapped_column(
        doc="the case's guard after the move: unchanged, nobody has acted since"
    )
    moved_at: Mapped[datetime | None] = mapped_column(doc="when it was moved")

    run: Mapped[MigrationRun] = relationship()
    case: Mapped[Case] = relationship()
