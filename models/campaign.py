"""Campaigns: one procedure started for many people, with the state of each of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.person import Person


class CampaignState(StrEnum):
    """Where a campaign stands."""

    CHECKING = "checking"  # each person is looked at; nobody has been asked
    CHECKED = "checked"  # the result of the dry run is there
    APPROVAL = "approval"  # the case that prepares it is running: text, consultation
    READY = "ready"  # may be started
    RUNNING = "running"  # cases are started, people answer
    PAUSED = "paused"  # no further case is started; running ones go on
    ENDED = "ended"  # every member reached an end
    STOPPED = "stopped"  # called off; no further case will be started


class MemberState(StrEnum):
    """Where one person of a campaign stands."""

    UNCHECKED = "unchecked"  # not looked at yet
    BLOCKED = "blocked"  # may not be asked: ``reasons`` says why
    WAITING = "waiting"  # may be asked; the case has not begun
    RUNNING = "running"  # the case runs
    FAILED = "failed"  # the case could not begin: ``reasons`` says why
    ENDED = "ended"  # the case has ended


class Campaign(Base):
    """A campaign (批次): any procedure whose settings have a ``campaign`` section."""

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_entity_id_created_at", "entity_id", "created_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    procedure_key: Mapped[str] = mapped_column(String(64), doc="what is started for each member")
    procedure_version_id: Mapped[int] = mapped_column(
        ForeignKey("procedure_version.id"), index=True, doc="pinned: every member's case runs this version"
    )
    title: Mapped[str] = mapped_column(String(120), doc="what it is called; title of the cases")
    entity_id: Mapped[int | None] = mapped_column(
        ForeignKey("entity.id"), doc="data scope: the one employer of all members; empty: several"
    )
    state: Mapped[str] = mapped_column(String(16), doc="see CampaignState")
    selection: Mapped[Any] = mapped_column(JsonText, doc="how the people were chosen: filter or list")
    values: Mapped[Any] = mapped_column(JsonText, doc="what is common to all cases, as its form accepted it")
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, doc="case that prepares and closes it, if any"
    )
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who made it")
    total: Mapped[int] = mapped_column(default=0, doc="members")
    revision: Mapped[int] = mapped_column(default=0, doc="times its common values were corrected midway")
    runs: Mapped[int] = mapped_column(default=0, doc="times it was set going; part of the chunks' keys")
    created_at: Mapped[datetime] = mapped_column(doc="when it was put together")
    started_at: Mapped[datetime | None] = mapped_column(doc="first case")
    ended_at: Mapped[datetime | None] = mapped_column(doc="last member's end, or when it was called off")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])

    __mapper_args__ = {"version_id_col": version}


class CampaignMember(Base):
    """One person of a campaign; its case begins at most once."""

    __tablename__ = "campaign_member"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        # the whole progress of a campaign, by branch, is one walk over this index
        Index("ix_campaign_member_progress", "campaign_id", "entity_id", "stage", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), doc="of which campaign")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="employer: progress by branch")
    state: Mapped[str] = mapped_column(String(16), doc="see MemberState")
    stage: Mapped[str] = mapped_column(
        String(48), doc="key of a stage or end that the procedure's settings name, or the state"
    )
    stage_at: Mapped[datetime] = mapped_column(doc="since when")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True, doc="its case")
    revision: Mapped[int] = mapped_column(default=0, doc="correction of the campaign that the case has")
    reasons: Mapped[Any] = mapped_column(
        JsonText, nullable=True, doc="why blocked or failed: list of code, article, sentence"
    )

    person: Mapped[Person] = relationship()
    case: Mapped[Case | None] = relationship()
