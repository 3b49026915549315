"""Log-ins. Column names are those that Flask-Security asks for; the model itself knows nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.person import Person


class Account(Base):
    """A person's log-in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True, doc="whose log-in")
    username: Mapped[str] = mapped_column(String(64), unique=True, doc="what is typed at log-in")
    email: Mapped[str] = mapped_column(String(255), unique=True, doc="address for recovery")
    password: Mapped[str | None] = mapped_column(String(255), doc="argon2 hash")
    active: Mapped[bool] = mapped_column(default=True, doc="False: no log-in")
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, doc="changes to end all sessions")
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True, doc="passkey handle")
    tf_primary_method: Mapped[str | None] = mapped_column(String(64), doc="second factor in use")
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255), doc="encrypted TOTP secret")
    mf_recovery_codes: Mapped[Any] = mapped_column(JsonText, default=list, doc="encrypted recovery codes")
    us_totp_secrets: Mapped[str | None] = mapped_column(Text, doc="unused; Flask-Security asks for it")
    failed_logins: Mapped[int] = mapped_column(default=0, doc="since the last good one")
    locked_until: Mapped[datetime | None] = mapped_column(doc="no log-in before this time")
    last_login_at: Mapped[datetime | None] = mapped_column(doc="last good log-in")
    must_change_password: Mapped[bool] = mapped_column(
        default=False, doc="first log-in or reset by an administrator"
    )

    person: Mapped[Person] = relationship()
    passkeys: Mapped[list[Passkey]] = relationship(back_populates="account", cascade="all, delete-orphan")


class Passkey(Base):
    """A WebAuthn credential."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True, doc="whose key")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True, doc="credential id")
    public_key: Mapped[bytes] = mapped_column(LargeBinary, doc="COSE key")
    sign_count: Mapped[int] = mapped_column(default=0, doc="last counter seen")
    transports: Mapped[Any] = mapped_column(JsonText, default=list, doc="how the browser reaches the key")
    backup_state: Mapped[bool] = mapped_column(default=False, doc="synced to other devices")
    device_type: Mapped[str] = mapped_column(String(64), default="", doc="single_device or multi_device")
    extensions: Mapped[str | None] = mapped_column(String(255), doc="what the browser said")
    name: Mapped[str] = mapped_column(String(64), doc="name that its owner gave it")
    usage: Mapped[str] = mapped_column(String(64), default="first", doc="first or secondary factor")
    create_datetime: Mapped[datetime] = mapped_column(doc="when it was registered")
    lastuse_datetime: Mapped[datetime] = mapped_column(doc="when it was last used")

    account: Mapped[Account] = relationship(back_populates="passkeys")


class Grant(Base):
    """A role within a scope: an entity, a department subtree, or the whole group where both are empty."""

    __tablename__ = "grant"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who holds it")
    role: Mapped[str] = mapped_column(String(32), doc="see webapp.domain.permissions.Role")
    entity_id: Mapped[int | None] = mapped_column(ForeignKey("entity.id"), doc="only in this entity")
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), doc="only below this department"
    )


class LoginSession(Base):
    """A browser that is logged in; its owner sees the list and ends what they do not know."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True, doc="whose session")
    token: Mapped[str] = mapped_column(
        String(64), unique=True, doc="SHA-256 of the random value in the cookie"
    )
    created_at: Mapped[datetime] = mapped_column(doc="log-in")
    seen_at: Mapped[datetime] = mapped_column(doc="last request, to the minute")
    address: Mapped[str] = mapped_column(String(64), default="", doc="network address at log-in")
    agent: Mapped[str] = mapped_column(String(200), default="", doc="browser, shortened")
    revoked_at: Mapped[datetime | None] = mapped_column(doc="ended by its owner or an administrator")
