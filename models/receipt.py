"""Receipts (签收): that a person has received a text of the company, in which version, and when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.document import Document
from models.person import Person


class ReceiptForm(StrEnum):
    """How it was acknowledged."""

    SIGNED = "signed"  # with the person's own certificate, on the document itself
    PAPER = "paper"  # on paper; the scan lies in the case


class Receipt(Base):
    """A text that a person has signed for; a later version is another row."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("document_id"),
        Index("ix_receipt_person_id_kind", "person_id", "kind", "received_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who received it")
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), doc="the text with the receipt on it, as it was shown to the person"
    )
    kind: Mapped[str] = mapped_column(String(32), doc="what it is: rules, notice, …")
    title: Mapped[str] = mapped_column(String(200), doc="of the text that was received")
    text_version: Mapped[str] = mapped_column(String(40), doc="its version, as printed")
    form: Mapped[str] = mapped_column(String(16), doc="see ReceiptForm")
    received_on: Mapped[date] = mapped_column(Date, doc="local day of the signature")
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="in which case")
    recorded_at: Mapped[datetime] = mapped_column(doc="when the row was written")

    person: Mapped[Person] = relationship()
    document: Mapped[Document] = relationship()
