"""What is watched at a post, why, under which assessment; and the alerts that come of it, which decide nothing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.organisation import Entity
from models.person import Person


class MonitoringProfile(Base):
    """The monitoring profile (监测方案) of posts: what is looked at, for which purpose, from when to when."""

    __tablename__ = "monitoring_profile"
    __table_args__ = (Index("ix_monitoring_profile_entity", "entity_id", "valid_to"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="the employer; data scope")
    title: Mapped[str] = mapped_column(String(100), doc="what HR and the people concerned call it")
    posts: Mapped[Any] = mapped_column(JsonText, doc="names of the posts that it covers, and no others")
    watches: Mapped[Any] = mapped_column(JsonText, doc="kinds of data: punch, report, result, contact")
    purpose: Mapped[str] = mapped_column(
        String(500), doc="why; shown to everybody at these posts (PIPL 6, 17)"
    )
    necessity: Mapped[str] = mapped_column(
        String(500), doc="why less would not do; shown to everybody at these posts (PIPL 30)"
    )
    zones: Mapped[str] = mapped_column(String(300), default="", doc="permitted places of work, in words")
    keep_days: Mapped[int] = mapped_column(doc="days after which an observation is deleted (PIPL 19)")
    procedure_key: Mapped[str] = mapped_column(String(64), doc="procedure with the rules and the triage")
    valid_from: Mapped[date] = mapped_column(Date, doc="first day")
    valid_to: Mapped[date] = mapped_column(Date, doc="last day; nothing is watched without an end")
    ended_on: Mapped[date | None] = mapped_column(
        Date, doc="first day without it, where it was stopped early"
    )
    edition: Mapped[int] = mapped_column(
        default=1, doc="counts changes of substance; each needs an assessment"
    )
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who wrote it last")
    recorded_at: Mapped[datetime] = mapped_column(doc="last change")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    entity: Mapped[Entity] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ImpactAssessment(Base):
    """The personal-information-impact assessment (个人信息保护影响评估) of one edition of a profile (PIPL 55, 56)."""

    __tablename__ = "impact_assessment"
    __table_args__ = (UniqueConstraint("profile_id", "edition"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("monitoring_profile.id"), doc="of which profile")
    edition: Mapped[int] = mapped_column(doc="of which edition of it; the next needs another")
    lawful: Mapped[str] = mapped_column(
        Text, doc="are purpose and means lawful, legitimate, necessary (56(1)1)"
    )
    impact: Mapped[str] = mapped_column(Text, doc="impact on the person's rights, and risks (56(1)2)")
    measures: Mapped[str] = mapped_column(
        Text, doc="are the measures lawful, effective, proportionate (56(1)3)"
    )
    valid_to: Mapped[date] = mapped_column(Date, doc="to be made anew after this day")
    report_sha256: Mapped[str] = mapped_column(String(64), doc="the signed report; its place in the store")
    report_name: Mapped[str] = mapped_column(String(200), doc="file name as shown")
    report_type: Mapped[str] = mapped_column(String(100), doc="media type, found from the content")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who made it")
    made_at: Mapped[datetime] = mapped_column(doc="when")
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="who agreed; another person"
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="when; before that no rule runs")
    keep_until: Mapped[date] = mapped_column(Date, doc="kept three years at least (PIPL 56(2))")

    profile: Mapped[MonitoringProfile] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])


class MonitoringNotice(Base):
    """That a person was told of an edition of a profile: days before it are never looked at (PIPL 17)."""

    __tablename__ = "monitoring_notice"
    __table_args__ = (UniqueConstraint("profile_id", "edition", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("monitoring_profile.id"), doc="told of what")
    edition: Mapped[int] = mapped_column(doc="of which edition")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who was told")
    told_at: Mapped[datetime] = mapped_column(doc="when the notice stood before them")

    profile: Mapped[MonitoringProfile] = relationship()


class AlertState(StrEnum):
    """Where an alert stands; only a person moves it."""

    OPEN = "open"  # 待研判: somebody has yet to look
    DISCARDED = "discarded"  # 已排除: explained, with a reason
    HANDED_ON = "handed-on"  # 已移交: somebody found that it should be looked into


class Alert(Base):
    """What a rule found about a person's period: data and doubt, no verdict (PIPL 24)."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("rule", "person_id", "first_day"),
        Index("ix_alert_entity_state", "entity_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    profile_id: Mapped[int] = mapped_column(
        ForeignKey("monitoring_profile.id"), index=True, doc="watched why"
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="about whom")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="employer; data scope")
    procedure_version_id: Mapped[int] = mapped_column(
        ForeignKey("procedure_version.id"), doc="whose tables were asked"
    )
    rule: Mapped[str] = mapped_column(String(64), doc="key of the rule in that version")
    fired: Mapped[Any] = mapped_column(JsonText, doc="ids of the rows of the table that answered")
    first_day: Mapped[date] = mapped_column(Date, doc="first day of the period")
    last_day: Mapped[date] = mapped_column(Date, doc="last day of the period")
    titles: Mapped[Any] = mapped_column(JsonText, doc="one line by language tag")
    facts: Mapped[Any] = mapped_column(JsonText, doc="names and figures that the table was asked with")
    found: Mapped[Any] = mapped_column(
        JsonText, doc="the observations that count, in words that a page shows"
    )
    doubts: Mapped[Any] = mapped_column(JsonText, doc="what else could explain it, by language tag each")
    state: Mapped[str] = mapped_column(String(16), doc="see AlertState")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True, doc="its triage")
    made_at: Mapped[datetime] = mapped_column(doc="when the rule spoke")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who looked")
    decided_at: Mapped[datetime | None] = mapped_column(doc="when")
    reason: Mapped[str | None] = mapped_column(String(1000), doc="why discarded or handed on")

    profile: Mapped[MonitoringProfile] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    case: Mapped[Case | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
