"""Working terms (劳动条件): what contract and supplements together say of place, hours and pay, by day.

A chain of versions beside ``contract``: each holds from its first day until the next one's. A version may be
added back in time, as a supplement that is signed late changes a cycle that runs already.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.document import Document
from models.person import Contract, Person


class ContractTerms(Base):
    """One version of a person's working terms; never changed, only followed by another."""

    __tablename__ = "contract_terms"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        Index("ix_contract_terms_person", "person_id", "effective_from", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), doc="the base contract (原劳动合同)")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="the worker")
    number: Mapped[int] = mapped_column(doc="1, 2, 3 … in the order in which they were agreed")
    post: Mapped[str | None] = mapped_column(String(100), doc="post (岗位)")
    place: Mapped[str | None] = mapped_column(String(300), doc="place of work (工作地点), in full")
    hours_system: Mapped[str] = mapped_column(
        String(16), doc="standard, comprehensive or irregular (工时制度)"
    )
    shift_start: Mapped[time | None] = mapped_column(Time, doc="local time; empty: no fixed shift")
    shift_end: Mapped[time | None] = mapped_column(Time, doc="local time; not after the start: the next day")
    cycle: Mapped[str | None] = mapped_column(String(16), doc="week, month, quarter … of comprehensive hours")
    pay: Mapped[Any] = mapped_column(
        JsonText, default=list, doc="items of pay: name, amount (decimal as text, CNY), unit (month, day, …)"
    )
    effective_from: Mapped[date] = mapped_column(Date, doc="first day, local")
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("document.id"), doc="the supplement that says so; empty: the contract itself"
    )
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True, doc="its case")
    recorded_at: Mapped[datetime] = mapped_column(doc="when it was added to the chain")

    contract: Mapped[Contract] = relationship()
    person: Mapped[Person] = relationship()
    document: Mapped[Document | None] = relationship()


class PersonDetail(Base):
    """What only contracts and notices need of a person (劳动合同法第17条): kept apart, read by few."""

    __tablename__ = "person_detail"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, doc="about whom")
    identity_kind: Mapped[str] = mapped_column(
        String(32), default="居民身份证", doc="kind of identity document"
    )
    identity_number: Mapped[str | None] = mapped_column(String(32), doc="its number (证件号码)")
    address: Mapped[str | None] = mapped_column(String(300), doc="home address (住址)")
    delivery_address: Mapped[str | None] = mapped_column(
        String(300), doc="where papers are served (送达地址); empty: the home address"
    )
    electronic: Mapped[str | None] = mapped_column(
        String(16), doc="agreed or refused: electronic form of contracts; empty: not asked yet"
    )
    electronic_at: Mapped[datetime | None] = mapped_column(doc="when they said so")
    changed_at: Mapped[datetime] = mapped_column(doc="last change")


class EntityDetail(Base):
    """What contracts say of an employer (劳动合同法第17条第1款第1项)."""

    __tablename__ = "entity_detail"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True, doc="which employer")
    address: Mapped[str | None] = mapped_column(String(300), doc="registered address (住所)")
    representative: Mapped[str | None] = mapped_column(
        String(100), doc="legal representative or person in charge (法定代表人或主要负责人)"
    )
    contact: Mapped[str | None] = mapped_column(
        Text, doc="telephone or mail of the people in charge of contracts"
    )
