"""Signing (签署): how far a document is, what was agreed to, the codes sent, and each signed edition."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.document import Document
from models.person import Person


class Stage(StrEnum):
    """What was added to a document to make an edition of it."""

    SIGNED = "signed"  # the person's signature
    SEALED = "sealed"  # the company's seal
    ARCHIVED = "archived"  # revocation data and the archive time stamp
    RENEWED = "renewed"  # a younger archive time stamp


class SealState(StrEnum):
    """What became of one document of a batch."""

    WAITING = "waiting"  # a worker seals it in a moment
    DONE = "done"  # approved, its case goes on
    FAILED = "failed"  # refused, with the reason; the task stays open


class SigningFlow(Base):
    """One document being signed by one person; see webapp.domain.signing.FlowState for its steps."""

    __tablename__ = "signing_flow"
    __table_args__ = (
        UniqueConstraint("document_id"),
        Index("ix_signing_flow_state", "state", "archived_at"),
        Index("ix_signing_flow_person_id", "person_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), doc="what is signed")
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="in which case")
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True, doc="task at which it is signed")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who signs")
    role: Mapped[str] = mapped_column(
        String(16), doc="signature field: employee, or company where nobody signs before it"
    )
    document_sha256: Mapped[str] = mapped_column(String(64), doc="of the PDF that the person was shown")
    state: Mapped[str] = mapped_column(String(16), doc="see FlowState")
    provider: Mapped[str] = mapped_column(String(32), doc="who certifies: trial, or a licensed provider")
    provider_ref: Mapped[str | None] = mapped_column(String(128), unique=True, doc="the provider's flow id")
    waiting_for: Mapped[str | None] = mapped_column(
        Text, doc="why the CA or TSA did not answer; the step is tried again"
    )
    opened_at: Mapped[datetime] = mapped_column(doc="when the page was first opened")
    expires_at: Mapped[datetime | None] = mapped_column(doc="nobody signs after this")
    identity: Mapped[Any] = mapped_column(JsonText, nullable=True, doc="method, result id, time")
    pages_read: Mapped[Any] = mapped_column(
        JsonText, default=dict, doc="page number -> milliseconds that it was on the screen"
    )
    reported_at: Mapped[datetime | None] = mapped_column(doc="last report of pages read: bounds the next")
    changes_seen_at: Mapped[datetime | None] = mapped_column(doc="when the differences were shown")
    intent: Mapped[Any] = mapped_column(
        JsonText, nullable=True, doc="what is being confirmed, with its nonce; gone once confirmed"
    )
    will: Mapped[Any] = mapped_column(
        JsonText, nullable=True, doc="how the will was confirmed: intent, method, assertion"
    )
    stroke: Mapped[Any] = mapped_column(
        JsonText, nullable=True, doc="hand-written name as points; no signature depends on it"
    )
    outcome: Mapped[str | None] = mapped_column(String(32), doc="signed, refused, negotiate, …")
    reason: Mapped[str | None] = mapped_column(Text, doc="of a refusal or withdrawal, in the person's words")
    finished_at: Mapped[datetime | None] = mapped_column(doc="when the person was done with the page")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who approved the seal")
    approved_at: Mapped[datetime | None] = mapped_column(doc="when")
    archived_at: Mapped[datetime | None] = mapped_column(doc="when the last archive time stamp was set")
    stamp_ends_at: Mapped[datetime | None] = mapped_column(
        index=True, doc="end of that stamp's certificate: renewed before"
    )
    delivered_at: Mapped[datetime | None] = mapped_column(doc="when the copy was handed to the person")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    document: Mapped[Document] = relationship()
    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    __mapper_args__ = {"version_id_col": version}


class SignedEdition(Base):
    """A document with one more signature; the bytes of the edition before are its beginning."""

    __tablename__ = "signed_edition"
    __table_args__ = (UniqueConstraint("document_id", "sha256"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True, doc="of which document")
    stage: Mapped[str] = mapped_column(String(16), doc="see Stage")
    sha256: Mapped[str] = mapped_column(String(64), doc="of the bytes; their place in the store")
    size: Mapped[int] = mapped_column(doc="bytes")
    stamped_at: Mapped[datetime] = mapped_column(doc="by the newest time-stamp token in it")
    made_at: Mapped[datetime] = mapped_column(doc="when it was kept, by the server's clock")


class Consent(Base):
    """An agreement of a person to a text: its version and hash, and when it was taken back."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person_id", "person_id", "purpose", "agreed_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who agreed")
    flow_id: Mapped[int | None] = mapped_column(
        ForeignKey("signing_flow.id"), index=True, doc="at which signing"
    )
    purpose: Mapped[str] = mapped_column(String(32), doc="electronic-form, …")
    text_version: Mapped[str] = mapped_column(String(16), doc="version of the text")
    text_sha256: Mapped[str] = mapped_column(String(64), doc="of the text as shown, UTF-8")
    language: Mapped[str] = mapped_column(String(12), doc="in which it was shown")
    agreed_at: Mapped[datetime] = mapped_column(doc="when")
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="when it was taken back")


class SigningCode(Base):
    """A one-time code (一次性验证码); only its hash is kept."""

    __tablename__ = "signing_code"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    flow_id: Mapped[int] = mapped_column(ForeignKey("signing_flow.id"), index=True, doc="for which signing")
    nonce: Mapped[str] = mapped_column(String(64), doc="of the intent that it confirms, and no other")
    salt: Mapped[str] = mapped_column(String(32), doc="hex")
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of salt and code, hex")
    channel: Mapped[str] = mapped_column(String(16), doc="where it was sent: notice, sms, …")
    attempts: Mapped[int] = mapped_column(default=0, doc="wrong tries")
    made_at: Mapped[datetime] = mapped_column(doc="when it was sent")
    ends_at: Mapped[datetime] = mapped_column(doc="not accepted after this")
    used_at: Mapped[datetime | None] = mapped_column(doc="when it was accepted, or replaced by another")


class ProviderCall(Base):
    """A call of the provider that was heard; the same one again does nothing."""

    __tablename__ = "provider_call"

    nonce: Mapped[str] = mapped_column(String(64), primary_key=True, doc="the provider's, once a call")
    flow_id: Mapped[int] = mapped_column(ForeignKey("signing_flow.id"), index=True, doc="about which signing")
    state: Mapped[str] = mapped_column(String(16), doc="what it said: only a hint to ask")
    stated_at: Mapped[datetime] = mapped_column(doc="when, by the provider's clock")
    heard_at: Mapped[datetime] = mapped_column(doc="when, by ours")


class SealBatch(Base):
    """What a seal holder approved in one go (用印审批), with one re-authentication over the list."""

    __tablename__ = "seal_batch"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who approved")
    list_sha256: Mapped[str] = mapped_column(String(64), doc="of the canonical list of tasks and documents")
    listed_at: Mapped[datetime] = mapped_column(doc="when the list was put before the holder")
    method: Mapped[str | None] = mapped_column(String(16), doc="passkey or password; empty: not approved")
    proof: Mapped[Any] = mapped_column(JsonText, doc="intent, and the passkey's assertion over it")
    approved_at: Mapped[datetime | None] = mapped_column(doc="when; empty: nothing of it is sealed")

    holder: Mapped[Person] = relationship()
    items: Mapped[list[SealItem]] = relationship(back_populates="batch", order_by="SealItem.id")


class SealItem(Base):
    """One document of a batch."""

    __tablename__ = "seal_item"
    __table_args__ = (UniqueConstraint("batch_id", "task_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("seal_batch.id"), index=True, doc="of which batch")
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True, doc="the task page=seal")
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), doc="what is sealed")
    file_sha256: Mapped[str] = mapped_column(String(64), doc="edition that the holder saw in the list")
    state: Mapped[str] = mapped_column(String(16), doc="see SealState")
    problem: Mapped[Any] = mapped_column(
        JsonText, nullable=True, doc="why it failed: sentence as a row keeps it"
    )
    done_at: Mapped[datetime | None] = mapped_column(doc="when it was decided")

    batch: Mapped[SealBatch] = relationship(back_populates="items")
    document: Mapped[Document] = relationship()
