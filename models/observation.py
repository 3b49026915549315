"""What other systems report about work: each row for the purpose of a profile, and until a day.

There is no column for a place, a track, a text, a picture, a voice or a mood: what is not needed is not here
(个人信息保护法 art. 6), and what has no column cannot be kept.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.organisation import Entity


class Punch(Base):
    """A punch (打卡); of its place only whether it was a permitted one, and that only in working time."""

    __tablename__ = "punch"
    __table_args__ = (
        UniqueConstraint("person_id", "at", "direction", "source"),
        Index("ix_punch_keep_until", "keep_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who punched")
    at: Mapped[datetime] = mapped_column(doc="when")
    day: Mapped[date] = mapped_column(Date, doc="first local day of the shift that it belongs to")
    direction: Mapped[str] = mapped_column(String(8), doc="in or out (签到, 签退)")
    source: Mapped[str] = mapped_column(String(64), doc="system that it comes from")
    in_zone: Mapped[bool | None] = mapped_column(doc="in a permitted place; empty: not asked or not allowed")
    profile_id: Mapped[int] = mapped_column(ForeignKey("monitoring_profile.id"), doc="for which purpose")
    keep_until: Mapped[date] = mapped_column(Date, doc="deleted after this day")


class WorkReport(Base):
    """That a report (日报, 拜访记录) was handed in; never what it says."""

    __tablename__ = "work_report"
    __table_args__ = (
        UniqueConstraint("person_id", "day", "kind"),
        Index("ix_work_report_keep_until", "keep_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="whose report")
    day: Mapped[date] = mapped_column(Date, doc="for which day")
    kind: Mapped[str] = mapped_column(String(16), doc="daily or visit")
    source: Mapped[str] = mapped_column(String(64), doc="system that it comes from")
    profile_id: Mapped[int] = mapped_column(ForeignKey("monitoring_profile.id"), doc="for which purpose")
    keep_until: Mapped[date] = mapped_column(Date, doc="deleted after this day")


class WorkResult(Base):
    """A month's results (业绩) and hours of a person."""

    __tablename__ = "work_result"
    __table_args__ = (
        UniqueConstraint("person_id", "month"),
        Index("ix_work_result_keep_until", "keep_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="whose results")
    month: Mapped[date] = mapped_column(Date, doc="first day of the month")
    amount: Mapped[Decimal] = mapped_column(Numeric(16, 2), doc="results, in the unit of the source")
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2), doc="hours worked")
    source: Mapped[str] = mapped_column(String(64), doc="system that it comes from")
    profile_id: Mapped[int] = mapped_column(ForeignKey("monitoring_profile.id"), doc="for which purpose")
    keep_until: Mapped[date] = mapped_column(Date, doc="deleted after this day")


class Customer(Base):
    """A customer that the company knows, by its code alone: no name, no telephone."""

    __tablename__ = "customer"
    __table_args__ = (UniqueConstraint("entity_id", "code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="whose customer")
    code: Mapped[str] = mapped_column(String(64), doc="code in the company's list")
    source: Mapped[str] = mapped_column(String(64), doc="system that it comes from")

    entity: Mapped[Entity] = relationship()


class CustomerContact(Base):
    """That a person brought or served a customer, by code."""

    __tablename__ = "customer_contact"
    __table_args__ = (
        UniqueConstraint("person_id", "day", "code"),
        Index("ix_customer_contact_keep_until", "keep_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who")
    day: Mapped[date] = mapped_column(Date, doc="when")
    code: Mapped[str] = mapped_column(String(64), doc="the customer's code as the source writes it")
    source: Mapped[str] = mapped_column(String(64), doc="system that it comes from")
    profile_id: Mapped[int] = mapped_column(ForeignKey("monitoring_profile.id"), doc="for which purpose")
    keep_until: Mapped[date] = mapped_column(Date, doc="deleted after this day")


class SourceToken(Base):
    """A system that may hand in observations of one employer, with its own token."""

    __tablename__ = "source_token"
    __table_args__ = (UniqueConstraint("entity_id", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="of which employer alone")
    name: Mapped[str] = mapped_column(String(64), doc="name of the system; stands in each row as its source")
    kinds: Mapped[str] = mapped_column(String(100), doc="what it may hand in, parted by spaces")
    token: Mapped[str] = mapped_column(
        String(64), unique=True, doc="SHA-256 of the token, which is shown once"
    )
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who let it in")
    made_at: Mapped[datetime] = mapped_column(doc="when")
    used_at: Mapped[datetime | None] = mapped_column(doc="last call")
    revoked_at: Mapped[datetime | None] = mapped_column(doc="no use after this")

    entity: Mapped[Entity] = relationship()
