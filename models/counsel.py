"""What legal and those whom it lets in say about a bundle: comments, opinions on the other side's exhibits,
privileged notes; and the rules by which a bundle has gaps.

A privileged note leaves this table for one page alone; nothing that prints, packs or exports reads it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.case import Case
from models.person import Person


class ExhibitComment(Base):
    """A remark of a reader on an exhibit or the whole bundle; stays inside."""

    __tablename__ = "exhibit_comment"
    __table_args__ = (Index("ix_exhibit_comment_bundle_id", "bundle_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), doc="on which bundle")
    exhibit_id: Mapped[int | None] = mapped_column(
        ForeignKey("exhibit.id"), index=True, doc="on which exhibit; empty: on the bundle"
    )
    text: Mapped[str] = mapped_column(Text, doc="what is said")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who says it")
    at: Mapped[datetime] = mapped_column(doc="when")

    by: Mapped[Person] = relationship()


class ExhibitOpinion(Base):
    """Our opinion on an exhibit of the other side (质证意见)."""

    __tablename__ = "exhibit_opinion"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id"), primary_key=True, doc="on which exhibit"
    )
    authenticity: Mapped[str] = mapped_column(String(16), doc="真实性: accepted, denied or reserved")
    authenticity_why: Mapped[str] = mapped_column(String(500), doc="reason")
    legality: Mapped[str] = mapped_column(String(16), doc="合法性")
    legality_why: Mapped[str] = mapped_column(String(500), doc="reason")
    relevance: Mapped[str] = mapped_column(String(16), doc="关联性")
    relevance_why: Mapped[str] = mapped_column(String(500), doc="reason")
    weight: Mapped[str] = mapped_column(String(1000), doc="证明力: what it proves at most, in words")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who wrote it last")
    at: Mapped[datetime] = mapped_column(doc="when")

    by: Mapped[Person] = relationship()


class PrivilegedNote(Base):
    """What counsel thinks: seen by legal of the scope on the page of the bundle, and nowhere else."""

    __tablename__ = "privileged_note"
    __table_args__ = (Index("ix_privileged_note_bundle_id", "bundle_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), doc="on which bundle")
    exhibit_id: Mapped[int | None] = mapped_column(
        ForeignKey("exhibit.id"), index=True, doc="on which exhibit; empty: on the bundle"
    )
    text: Mapped[str] = mapped_column(Text, doc="never in an event, a file or an answer to a machine")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who wrote it")
    at: Mapped[datetime] = mapped_column(doc="when")

    by: Mapped[Person] = relationship()


class PaperRequest(Base):
    """A paper that somebody was asked for: the case that asks, and where it came from."""

    __tablename__ = "paper_request"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True, doc="for which bundle")
    exhibit_id: Mapped[int | None] = mapped_column(
        ForeignKey("exhibit.id"), index=True, doc="whose gap it closes; empty: the bundle's"
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True, doc="the case that asks")
    asked_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who was asked")
    what: Mapped[str] = mapped_column(String(300), doc="which paper, in words")
    at: Mapped[datetime] = mapped_column(doc="when")

    asked: Mapped[Person] = relationship()
    case: Mapped[Case] = relationship()


class GapRule(Base):
    """A rule of reference: a paper that calls for another, and the sentence where that one is missing."""

    __tablename__ = "gap_rule"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True, doc="short name of the rule")
    for_kind: Mapped[str] = mapped_column(String(32), doc="kind of the exhibit that calls; any; or bundle")
    ground: Mapped[str | None] = mapped_column(
        String(16), doc="only where the dismissal stands on this ground: 39(2); empty: always"
    )
    needs: Mapped[str] = mapped_column(String(32), doc="what has to be there: a kind of paper or a fact")
    sentence: Mapped[str] = mapped_column(String(200), doc="zh-Hans; {exhibit} is its name")
    sentence_zh_hant: Mapped[str] = mapped_column(
        String(200),
        server_default="",
        doc="the same in zh-Hant; empty: not yet given, the first one is shown",
    )
    sentence_en: Mapped[str] = mapped_column(String(300), doc="the same in English")
    article: Mapped[str] = mapped_column(String(120), doc="law and article")
    active: Mapped[str] = mapped_column(String(3), default="yes", doc="yes or no")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    __mapper_args__ = {"version_id_col": version}

    @property
    def sentences(self) -> dict[str, str]:
        """The sentence by language tag, as it is written: one that is not yet given is empty."""
        return {"zh-Hans": self.sentence, "zh-Hant": self.sentence_zh_hant, "en": self.sentence_en}
