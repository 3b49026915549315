"""Procedures and their immutable versions: diagrams, decisions, forms and documents under one hash."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText


class VersionState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"  # its author still changes it; no case may use it
    SUBMITTED = "submitted"  # waits for a second person
    RELEASED = "released"  # new cases use the newest of these; never changes again
    WITHDRAWN = "withdrawn"  # released once, no new cases; running ones stay on it


class Procedure(Base):
    """A procedure (流程), e.g. ``leave``."""

    __tablename__ = "procedure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True, doc="folder name under bpmn/ and forms/")
    titles: Mapped[Any] = mapped_column(JsonText, doc="language tag -> title")
    prefix: Mapped[str] = mapped_column(String(8), doc="first part of its cases' numbers")
    owner_role: Mapped[str] = mapped_column(String(32), doc="role that may edit it")
    start_roles: Mapped[Any] = mapped_column(JsonText, doc="roles that may start it")
    retention_years: Mapped[int] = mapped_column(default=2, doc="years a case is kept after its end")
    shipped_sha256: Mapped[str | None] = mapped_column(
        String(64), doc="last shipped state offered to the owner"
    )
    compared_sha256: Mapped[str | None] = mapped_column(
        String(64),
        doc="shipped state that the released version is based on: taken from, or left; see updates",
    )
    suspended_at: Mapped[datetime | None] = mapped_column(
        doc="since when no new case begins; running ones go on"
    )

    versions: Mapped[list[ProcedureVersion]] = relationship(
        back_populates="procedure", order_by="ProcedureVersion.number"
    )


class ProcedureVersion(Base):
    """A version; once released neither it nor its files ever change."""

    __tablename__ = "procedure_version"
    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        Index("ix_procedure_version_state", "procedure_id", "state", "number"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), doc="of which procedure")
    number: Mapped[int] = mapped_column(doc="1, 2, 3 …")
    state: Mapped[str] = mapped_column(String(16), doc="see VersionState")
    sha256: Mapped[str] = mapped_column(
        String(64), doc="over diagram, decisions, forms and documents together"
    )
    specification_sha256: Mapped[str | None] = mapped_column(
        ForeignKey("specification.sha256"), doc="the compiled main diagram; empty in a draft"
    )
    process_id: Mapped[str] = mapped_column(String(128), doc="BPMN id of the main process")
    notes: Mapped[str] = mapped_column(Text, default="", doc="what changed, in words")
    base_number: Mapped[int | None] = mapped_column(doc="version that the draft was made from")
    merged_sha256: Mapped[str | None] = mapped_column(
        String(64), doc="shipped state that was compared to make this draft; empty: drawn by its owner alone"
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who drew it; empty: shipped")
    created_at: Mapped[datetime] = mapped_column(doc="first saved")
    submitted_at: Mapped[datetime | None] = mapped_column(doc="handed to the second person")
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="second person")
    released_at: Mapped[datetime | None] = mapped_column(doc="from when new cases use it")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    procedure: Mapped[Procedure] = relationship(back_populates="versions")
    files: Mapped[list[ProcedureFile]] = relationship(
        order_by="ProcedureFile.path", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class ProcedureFile(Base):
    """One file of a version: a diagram, decision table, form, document template or scenario."""

    __tablename__ = "procedure_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_version.id"), doc="of which version")
    path: Mapped[str] = mapped_column(String(200), doc="leave.bpmn, approver.dmn, request.form, …")
    kind: Mapped[str] = mapped_column(
        String(16), doc="diagram, decision, form, document, clauses, scenario, settings"
    )
    sha256: Mapped[str] = mapped_column(String(64), doc="of the body")
    body: Mapped[str] = mapped_column(Text, doc="the file, as text")


class ShippedState(Base):
    """The files of a procedure as they shipped once: what an owner's changes are told apart by."""

    __tablename__ = "shipped_state"
    __table_args__ = (UniqueConstraint("procedure_id", "sha256"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), doc="of which procedure")
    sha256: Mapped[str] = mapped_column(String(64), doc="over all files, as of a version")
    files: Mapped[Any] = mapped_column(JsonText, doc="path -> text")
    noted_at: Mapped[datetime] = mapped_column(doc="when an upgrade brought it")


class Specification(Base):
    """A compiled diagram, stored once and shared by all cases that run it."""

    __tablename__ = "specification"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, doc="of the body")
    body: Mapped[str] = mapped_column(Text, doc="JSON text of the token engine's specification")
