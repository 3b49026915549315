"""How long things are kept: legal holds that stop every clock, and erasures that two people decide."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.case import Case
from models.person import Person


class LegalHold(Base):
    """A hold (证据保全): while it stands nothing that it covers is erased, whatever its end date says."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_entity", "entity_id", "released_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="the employer; data scope")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True, doc="this case alone")
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True, doc="every case about this person; empty: of the employer"
    )
    since: Mapped[datetime | None] = mapped_column(doc="cases that ended at or after this; empty: any")
    until: Mapped[datetime | None] = mapped_column(doc="cases that began before this; empty: any")
    reason: Mapped[str] = mapped_column(String(500), doc="dispute, number of the tribunal's file, …")
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who placed it")
    placed_at: Mapped[datetime] = mapped_column(doc="when")
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who released it")
    released_at: Mapped[datetime | None] = mapped_column(doc="when; empty while it stands")
    release_reason: Mapped[str | None] = mapped_column(String(500), doc="why it is no longer needed")

    case: Mapped[Case | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    placed_by: Mapped[Person] = relationship(foreign_keys=[placed_by_id])


class ErasureState(StrEnum):
    """Where the erasure of a case stands."""

    PROPOSED = "proposed"  # somebody proposed it; a second person decides
    CONFIRMED = "confirmed"  # decided; a job does it
    REFUSED = "refused"  # the second person said no, with a reason
    DONE = "done"  # contents are gone; leaves, chain and proofs stand


class Erasure(Base):
    """The end of a case's contents (PIPL art. 47): proposed by one, decided by another, done by a job."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_state", "state", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="whose contents")
    state: Mapped[str] = mapped_column(String(16), doc="see ErasureState")
    reason: Mapped[str] = mapped_column(String(500), doc="why now")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who proposed it")
    proposed_at: Mapped[datetime] = mapped_column(doc="when")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who decided")
    decided_at: Mapped[datetime | None] = mapped_column(doc="when")
    decision_reason: Mapped[str | None] = mapped_column(String(500), doc="why not, where refused")
    done_at: Mapped[datetime | None] = mapped_column(doc="when the contents were gone")

    case: Mapped[Case] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
