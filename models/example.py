"""Worked examples of the law: what a lawyer says must come out, beside what the product says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.person import Person


class WorkedExample(Base):
    """One example (算例). Its content never changes: a wrong one is withdrawn and another added."""

    __tablename__ = "worked_example"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True, doc="its id in the file, e.g. OT-01")
    area: Mapped[str] = mapped_column(String(64), doc="rule that is asked, as in `hegui rule`")
    inputs: Mapped[Any] = mapped_column(JsonText, doc="what is asked, JSON values by name")
    expected: Mapped[Any] = mapped_column(JsonText, doc="what must come out, by name; other values are free")
    basis: Mapped[str] = mapped_column(String(1000), default="", doc="articles and the reckoning by hand")
    confidence: Mapped[str] = mapped_column(String(16), doc="high, medium, low: how sure its author is")
    asked_on: Mapped[date] = mapped_column(Date, doc="the day that counts where the inputs name none")
    sha256: Mapped[str] = mapped_column(String(64), doc="over all of the above, RFC 8785")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who; empty: shipped")
    added_at: Mapped[datetime] = mapped_column(doc="when it came in")
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="the lawyer who signed it")
    signed_at: Mapped[datetime | None] = mapped_column(doc="when it was signed")
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who took it back")
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="when it was taken back")
    withdrawn_why: Mapped[str] = mapped_column(String(500), default="", doc="why, in words")

    added_by: Mapped[Person | None] = relationship(foreign_keys=[added_by_id])
    signed_by: Mapped[Person | None] = relationship(foreign_keys=[signed_by_id])
    withdrawn_by: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by_id])
