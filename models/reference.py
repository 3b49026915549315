"""Reference data that a year or a city changes: calendar days and region parameters, with source."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, JsonText


class CalendarDay(Base):
    """A day that differs from the plain week (全国年节及纪念日放假办法; yearly notice)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True, doc="local date")
    kind: Mapped[str] = mapped_column(String(16), doc="statutory, rest or working")
    name: Mapped[str] = mapped_column(String(60), doc="name of the holiday, or 调休")
    source: Mapped[str] = mapped_column(String(200), doc="notice that says so")
    published_on: Mapped[date] = mapped_column(Date, doc="when the notice came out")


class RegionParameter(Base):
    """A figure or table that a region sets, valid for a time; changed by two people."""

    __tablename__ = "region_parameter"
    __table_args__ = (
        UniqueConstraint("key", "region", "valid_from", "state"),
        Index("ix_region_parameter_key", "key", "region", "valid_from"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), doc="what it is: minimum-wage.month")
    region: Mapped[str] = mapped_column(String(12), doc="GB/T 2260 code; CN: the whole country")
    valid_from: Mapped[date] = mapped_column(Date, doc="first day")
    valid_to: Mapped[date | None] = mapped_column(Date, doc="last day, if known")
    value: Mapped[Any] = mapped_column(JsonText, doc="number as text, or a small table")
    unit: Mapped[str] = mapped_column(String(32), doc="CNY/month, days, …")
    source: Mapped[str] = mapped_column(String(300), doc="document, number, article")
    confidence: Mapped[str] = mapped_column(String(16), doc="high, medium, low: low is shown as unconfirmed")
    state: Mapped[str] = mapped_column(String(16), default="proposed", doc="proposed, active or replaced")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="first pair of eyes")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="second pair of eyes")
    changed_at: Mapped[datetime] = mapped_column(doc="last change")
