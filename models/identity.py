"""Letting people in: invitations, and the identities that other systems vouch for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.person import Person


class Invitation(Base):
    """A link sent to a person's own address; using it is the identity act of the first activation."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who is let in")
    token: Mapped[str] = mapped_column(String(64), unique=True, doc="SHA-256 of the link's random part")
    delivery_id: Mapped[int | None] = mapped_column(
        ForeignKey("delivery.id"), doc="the message that carried it; empty: handed over by an administrator"
    )
    made_at: Mapped[datetime] = mapped_column(doc="when")
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="who invited; empty: the command line"
    )
    expires_at: Mapped[datetime] = mapped_column(doc="no use after this")
    tries: Mapped[int] = mapped_column(default=0, doc="wrong employee numbers typed")
    used_at: Mapped[datetime | None] = mapped_column(doc="when it was used, or replaced by a newer one")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class ExternalIdentity(Base):
    """Somebody as another system knows them: OpenID Connect ``sub``, WeCom userid, DingTalk unionId."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("provider", "subject"), UniqueConstraint("provider", "person_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str] = mapped_column(String(16), doc="oidc, wecom, dingtalk")
    subject: Mapped[str] = mapped_column(String(255), doc="the provider's own name for the person")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who it is here")
    linked_at: Mapped[datetime] = mapped_column(doc="when the person, logged in, linked it")

    person: Mapped[Person] = relationship()
