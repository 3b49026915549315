"""The consent ledger (个人信息保护法 arts. 13-16, 29): texts by edition, and what people said to them.

Nothing in it is ever changed: a new wording is another edition, a withdrawal another entry. Consent to one text
is not consent to the next edition of it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.person import Person


class ConsentAct(StrEnum):
    """What a person said."""

    GIVEN = "given"  # 同意
    DECLINED = "declined"  # 不同意: asked and refused; nothing follows from it (art. 16)
    WITHDRAWN = "withdrawn"  # 撤回: from now on; what was done before stays lawful (art. 15)


class ConsentText(Base):
    """One edition of what people are asked to agree to; each purpose is asked on its own (art. 29)."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("purpose", "edition"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32), doc="location, biometrics, …: what it is asked for")
    edition: Mapped[int] = mapped_column(doc="1, 2, 3 …; the highest is asked now")
    titles: Mapped[Any] = mapped_column(JsonText, doc="by language tag")
    bodies: Mapped[Any] = mapped_column(
        JsonText, doc="by language tag; says purpose, necessity, effect, what happens without (art. 30)"
    )
    article: Mapped[str] = mapped_column(String(100), doc="which provision wants it asked on its own")
    sha256: Mapped[str] = mapped_column(String(64), doc="of the Chinese body, in hex")
    on_demand: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        doc="asked by a case alone; shown to a person once it was asked",
    )
    made_at: Mapped[datetime] = mapped_column(doc="when this edition came into the house")


class ConsentEntry(Base):
    """One line of the ledger."""

    __tablename__ = "consent_entry"
    __table_args__ = (Index("ix_consent_entry_person", "person_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who said it; nobody else can")
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"), index=True, doc="to which edition")
    act: Mapped[str] = mapped_column(String(16), doc="see ConsentAct")
    language: Mapped[str] = mapped_column(String(12), doc="in which language it was read")
    at: Mapped[datetime] = mapped_column(doc="when")
    ends_on: Mapped[date | None] = mapped_column(doc="last day of what was agreed to; empty: until withdrawn")
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, doc="which case asked; empty: the person's own page"
    )
    paper_digest: Mapped[str] = mapped_column(
        String(64),
        default="",
        server_default="",
        doc="sha256 of the paper shown by that case, in hex; empty: none",
    )

    person: Mapped[Person] = relationship()
    text: Mapped[ConsentText] = relationship()
