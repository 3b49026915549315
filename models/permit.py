"""The register of permits for special hours (特殊工时审批台账)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.organisation import Entity


class Permit(Base):
    """A permit as the bureau granted it: for one employer, posts, a system and a time (劳动法第39条)."""

    __tablename__ = "permit"
    __table_args__ = (
        UniqueConstraint("entity_id", "number"),
        Index("ix_permit_entity_id_valid_to", "entity_id", "valid_to"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(100), doc="number of the decision (批复文号)")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="the employer; never the group")
    region: Mapped[str] = mapped_column(String(12), doc="GB/T 2260 code of the bureau that granted it")
    system: Mapped[str] = mapped_column(String(16), doc="comprehensive or irregular")
    posts: Mapped[Any] = mapped_column(JsonText, doc="names of the posts as the permit writes them")
    cycle: Mapped[str | None] = mapped_column(String(16), doc="week, month, quarter, half_year, year")
    basis: Mapped[str] = mapped_column(
        String(24), default="statutory_average", doc="where the cycle's standard hours come from"
    )
    persons: Mapped[Any] = mapped_column(
        JsonText, default=list, doc="employee numbers; empty: everybody in the posts"
    )
    valid_from: Mapped[date] = mapped_column(Date, doc="first day")
    valid_to: Mapped[date] = mapped_column(Date, doc="last day")
    revoked_on: Mapped[date | None] = mapped_column(Date, doc="first day without it (行政许可法第69条)")
    scan_sha256: Mapped[str | None] = mapped_column(
        String(64), doc="scan of the decision; its place in the store"
    )
    scan_name: Mapped[str | None] = mapped_column(String(200), doc="file name as shown")
    scan_type: Mapped[str | None] = mapped_column(String(100), doc="media type, found from the content")
    warned_on: Mapped[date | None] = mapped_column(Date, doc="last day on which HR was warned of the end")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who entered it")
    recorded_at: Mapped[datetime] = mapped_column(doc="last change")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    entity: Mapped[Entity] = relationship()

    __mapper_args__ = {"version_id_col": version}
