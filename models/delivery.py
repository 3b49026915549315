"""Messages to people outside Hegui (SMS, mail, WeCom, DingTalk): what was said, to which address, what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.person import Person


class DeliveryState(StrEnum):
    """How far a message is; what a channel cannot tell is never guessed."""

    WAITING = "waiting"  # written down; the channel has not taken it yet (quiet hours, or a fault)
    SENT = "sent"  # the channel took it and gave its number
    DELIVERED = "delivered"  # the channel says that it arrived
    FAILED = "failed"  # this address does not work; the next channel, or HR's list, goes on
    SETTLED = "settled"  # failed, and HR has dealt with it (new number, handed over on paper)


class Contact(Base):
    """An address of a person on a channel, kept to reach them in the employment relation (PIPL art. 13(2))."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("person_id", "channel"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="whose address")
    channel: Mapped[str] = mapped_column(String(16), doc="sms, mail, wecom, dingtalk")
    address: Mapped[str] = mapped_column(
        String(200), doc="number, mail address or user id; dropped with the person"
    )
    changed_at: Mapped[datetime] = mapped_column(doc="when it was entered")
    dead_at: Mapped[datetime | None] = mapped_column(doc="the channel refused it: not used until corrected")
    dead_reason: Mapped[str | None] = mapped_column(String(200), doc="what the channel said")

    person: Mapped[Person] = relationship()


class Delivery(Base):
    """One message on one channel; another channel for the same message is a row of its own."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_state", "state", "entity_id", "id"),
        Index("ix_delivery_provider", "channel", "provider_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(
        String(64), unique=True, doc="message id that the receiver sees; the same at every try"
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="to whom")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="the employer; HR's scope")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True, doc="about which case")
    template: Mapped[str] = mapped_column(String(64), doc="which text; see procedure.toml")
    language: Mapped[str] = mapped_column(String(12), doc="language of the text")
    channel: Mapped[str] = mapped_column(String(16), doc="sms, mail, wecom, dingtalk")
    address: Mapped[str] = mapped_column(String(200), doc="as used; shown masked")
    body: Mapped[str] = mapped_column(Text, doc="the text as sent")
    sha256: Mapped[str] = mapped_column(String(64), doc="of the text as UTF-8; named by the events")
    masked: Mapped[str | None] = mapped_column(
        Text, doc="takes the text's place once it was handed over or has lapsed: without its one-time code"
    )
    expires_at: Mapped[datetime | None] = mapped_column(doc="not sent after this: what it says has lapsed")
    state: Mapped[str] = mapped_column(String(16), doc="see DeliveryState")
    attempts: Mapped[int] = mapped_column(default=0, doc="tries made")
    provider_id: Mapped[str | None] = mapped_column(String(100), doc="the channel's own number")
    error: Mapped[Any | None] = mapped_column(
        JsonText, nullable=True, doc="last fault: a sentence's key and values, or null"
    )
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("delivery.id"), doc="the failed row that this one goes on from"
    )
    asked_at: Mapped[datetime] = mapped_column(doc="when the act asked for it")
    not_before: Mapped[datetime] = mapped_column(doc="end of the quiet hours, or the asking")
    sent_at: Mapped[datetime | None] = mapped_column(doc="when the channel took it")
    delivered_at: Mapped[datetime | None] = mapped_column(doc="when it arrived, by the channel")

    person: Mapped[Person] = relationship()
