"""Approvals by several people: one ballot a step, one vote a person; the engine is told the outcome once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.person import Person
from models.task import Task


class BallotState(StrEnum):
    """Where a ballot stands."""

    OPEN = "open"  # votes are wanted
    DECIDED = "decided"  # the engine was told the outcome
    CANCELLED = "cancelled"  # the case went on without it


class Ballot(Base):
    """The vote of one approval step (会签, 或签, 依次, 票签); its policy is frozen when it opens."""

    __tablename__ = "ballot"
    __table_args__ = (UniqueConstraint("case_id", "element_instance", "round"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), doc="which case")
    element_instance: Mapped[str] = mapped_column(String(64), doc="engine key")
    round: Mapped[int] = mapped_column(doc="engine key, second half")
    element_id: Mapped[str] = mapped_column(String(128), doc="BPMN id of the step")
    mode: Mapped[str] = mapped_column(String(16), doc="all, any, sequence or share")
    on_reject: Mapped[str] = mapped_column(String(16), doc="decides or counts")
    share: Mapped[str] = mapped_column(String(24), doc="how much has to agree: 60 or 2/3")
    state: Mapped[str] = mapped_column(String(16), doc="see BallotState")
    outcome: Mapped[str | None] = mapped_column(String(16), doc="approve or reject")
    opened_at: Mapped[datetime] = mapped_column(doc="when it opened")
    decided_at: Mapped[datetime | None] = mapped_column(doc="when it was certain")

    case: Mapped[Case] = relationship()
    votes: Mapped[list[Vote]] = relationship(back_populates="ballot", order_by="Vote.id")


class Vote(Base):
    """One person's vote, advice or waiting turn; it is never deleted."""

    __tablename__ = "vote"
    __table_args__ = (
        Index("ix_vote_ballot", "ballot_id", "id"),
        Index("ix_vote_task", "task_id"),
        Index("ix_vote_person", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), doc="of which step")
    kind: Mapped[str] = mapped_column(String(16), doc="original, beside, before, after or delegate")
    state: Mapped[str] = mapped_column(String(16), doc="waiting, open, done or skipped")
    seq: Mapped[int] = mapped_column(doc="place among those asked one after the other")
    weight: Mapped[int] = mapped_column(default=1, doc="how much it counts, a whole number")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"), doc="vote whose holder added it")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="whose; empty: of a queue")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="whom the step named, where a stand-in or transfer holds it"
    )
    queue: Mapped[str | None] = mapped_column(String(64), doc="role@entity that may take it")
    why: Mapped[str] = mapped_column(
        String(16), default="named", doc="named, substitute, self, left, added …"
    )
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), doc="its task now or last")
    decision: Mapped[str | None] = mapped_column(String(16), doc="approve or reject; of a delegate: advice")
    values: Mapped[Any] = mapped_column(JsonText, nullable=True, doc="what the form accepted")
    comment: Mapped[str] = mapped_column(Text, default="", doc="the opinion given with it")
    decided_at: Mapped[datetime | None] = mapped_column(doc="when")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who")
    added_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="who added it; empty: the step"
    )
    reason: Mapped[str] = mapped_column(Text, default="", doc="why it was added or taken out")

    ballot: Mapped[Ballot] = relationship(back_populates="votes")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    added_by: Mapped[Person | None] = relationship(foreign_keys=[added_by_id])
    task: Mapped[Task | None] = relationship()


class CaseCopy(Base):
    """A case shown to somebody who need not act (抄送), with the receipt that they read it (已阅)."""

    __tablename__ = "case_copy"
    __table_args__ = (UniqueConstraint("case_id", "person_id"), Index("ix_case_copy_person", "person_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), doc="which case")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="to whom")
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who sent it")
    note: Mapped[str] = mapped_column(Text, default="", doc="why they should know")
    sent_at: Mapped[datetime] = mapped_column(doc="when")
    read_at: Mapped[datetime | None] = mapped_column(doc="when they said that they read it")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    sent_by: Mapped[Person | None] = relationship(foreign_keys=[sent_by_id])
