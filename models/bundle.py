"""Bundles of evidence (证据册) that legal puts together for a dispute: exhibits in order, each with its words.

What legal thinks of them stands in ``models.counsel``; what was filed, in ``bundle_edition``, which never changes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, Date, ForeignKey, Index, String, Text, UniqueConstraint, event, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.person import Person


class Bundle(Base):
    """A bundle about one person: all their cases or one, with or without a range of days."""

    __tablename__ = "bundle"
    __table_args__ = (Index("ix_bundle_entity_id_changed_at", "entity_id", "changed_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    title: Mapped[str] = mapped_column(String(200), doc="what the dispute is called")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="about whom")
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, doc="of one case only; empty: all cases of the person"
    )
    first_day: Mapped[date | None] = mapped_column(Date, doc="papers from this local date on; empty: all")
    last_day: Mapped[date | None] = mapped_column(Date, doc="papers up to this local date; empty: all")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="employer; data scope")
    department_path: Mapped[str] = mapped_column(String(200), doc="department's path; data scope")
    tribunal: Mapped[str] = mapped_column(String(100), default="", doc="where it is filed: 仲裁委员会, 法院")
    docket: Mapped[str] = mapped_column(String(100), default="", doc="its number there: 案号")
    role: Mapped[str] = mapped_column(String(16), default="respondent", doc="of the company: see domain")
    exhibit_count: Mapped[int] = mapped_column(default=0, doc="our exhibits, for lists")
    edition_count: Mapped[int] = mapped_column(default=0, doc="editions frozen so far")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who began it")
    created_at: Mapped[datetime] = mapped_column(doc="when")
    changed_by_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), doc="who wrote last: names the winner"
    )
    changed_at: Mapped[datetime] = mapped_column(doc="last write to it or anything in it")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])
    changed_by: Mapped[Person] = relationship(foreign_keys=[changed_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        """What people call it: ZJ-2026-000012."""
        return f"ZJ-{self.created_at.year}-{self.id:06d}"


class BundleReader(Base):
    """Somebody whom legal lets in: reads and comments, changes nothing, never sees a privileged note."""

    __tablename__ = "bundle_reader"

    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), primary_key=True, doc="which bundle")
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, index=True, doc="who may read"
    )
    let_in_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who let them in")
    let_in_at: Mapped[datetime] = mapped_column(doc="when")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Exhibit(Base):
    """One exhibit with the columns of 证据规定 art. 19: source, object and content of proof, form, pages."""

    __tablename__ = "exhibit"
    __table_args__ = (
        Index("ix_exhibit_bundle_id_side", "bundle_id", "side", "position", "id"),
        UniqueConstraint("bundle_id", "document_id"),
        UniqueConstraint("bundle_id", "attachment_id"),
        UniqueConstraint("bundle_id", "event_id"),
        UniqueConstraint("bundle_id", "custody_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), doc="of which bundle")
    side: Mapped[str] = mapped_column(String(8), doc="ours or theirs")
    position: Mapped[int] = mapped_column(doc="1, 2, 3 … within the side: its number")
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("document.id"), index=True, doc="a document that the house made"
    )
    attachment_id: Mapped[int | None] = mapped_column(
        ForeignKey("attachment.id"), index=True, doc="a file of a case"
    )
    custody_id: Mapped[int | None] = mapped_column(
        ForeignKey("custody.id"), index=True, doc="an item of the vault"
    )
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True, doc="an act in the log")
    sha256: Mapped[str] = mapped_column(
        String(64), index=True, doc="of the bytes when it was added; of an act, its leaf"
    )
    media_type: Mapped[str] = mapped_column(String(100), doc="found from the content; of an act, empty")
    size: Mapped[int] = mapped_column(doc="bytes; of an act 0")
    dangerous: Mapped[bool] = mapped_column(default=False, doc="active content: kept, flagged, never opened")
    printable: Mapped[bool] = mapped_column(
        default=True, server_default=true(), doc="its copy shows what it says; otherwise a slip stands for it"
    )
    kind: Mapped[str] = mapped_column(String(32), doc="which paper it is, as the checks name it")
    dated: Mapped[date | None] = mapped_column(Date, doc="day on it")
    name: Mapped[str] = mapped_column(String(200), doc="证据名称")
    source: Mapped[str] = mapped_column(String(300), doc="证据来源")
    proves: Mapped[str] = mapped_column(String(500), doc="证明对象: the claim that it supports")
    content: Mapped[str] = mapped_column(Text, doc="证明内容: what it says about the claim")
    form: Mapped[str] = mapped_column(String(16), doc="original, copy, electronic or printout")
    pages: Mapped[int] = mapped_column(doc="printed pages")
    weakness: Mapped[str] = mapped_column(Text, default="", doc="what legal sees against it, said beside it")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who added it")
    added_at: Mapped[datetime] = mapped_column(doc="when")


class ExhibitPage(Base):
    """What one page of an exhibit says, for search; read once, when the exhibit was added."""

    __tablename__ = "exhibit_page"

    exhibit_id: Mapped[int] = mapped_column(ForeignKey("exhibit.id"), primary_key=True, doc="which exhibit")
    page: Mapped[int] = mapped_column(primary_key=True, doc="from 1")
    text: Mapped[str] = mapped_column(Text, doc="as PDFium reads it")


class PageGram(Base):
    """Two neighbouring characters on a page; the whole row is the key, in the order in which a search walks."""

    __tablename__ = "exhibit_page_gram"
    __table_args__ = ({"sqlite_with_rowid": False},)

    bundle_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("bundle.id"), primary_key=True, doc="which bundle"
    )
    gram: Mapped[str] = mapped_column(String(2), primary_key=True, doc="two characters, folded")
    exhibit_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("exhibit.id"), primary_key=True, index=True, doc="which exhibit"
    )
    page: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="from 1")


class BundleEdition(Base):
    """A bundle as it was frozen: what was filed. Only an erasure takes words out of it; the hash still holds."""

    __tablename__ = "bundle_edition"
    __table_args__ = (UniqueConstraint("bundle_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), doc="of which bundle")
    number: Mapped[int] = mapped_column(doc="1, 2, 3 …")
    note: Mapped[str] = mapped_column(String(200), doc="why it was frozen: 立案, 补充证据")
    content: Mapped[Any] = mapped_column(JsonText, doc="exhibits and opinions as they stood")
    content_sha256: Mapped[str] = mapped_column(String(64), doc="over the digests of its lines; see domain")
    erased_at: Mapped[datetime | None] = mapped_column(doc="when words of it went with their case")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who froze it")
    made_at: Mapped[datetime] = mapped_column(doc="when")

    made_by: Mapped[Person] = relationship()


#: As the migration ``bundle`` made them; ERASABLE takes the place of the first.
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER bundle_edition_keep BEFORE UPDATE ON bundle_edition"
        " BEGIN SELECT RAISE(ABORT, 'editions never change'); END",
        "CREATE TRIGGER bundle_edition_stay BEFORE DELETE ON bundle_edition"
        " BEGIN SELECT RAISE(ABORT, 'editions never change'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION hegui_edition_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'editions never change'; END $$",
        "CREATE TRIGGER bundle_edition_keep BEFORE UPDATE OR DELETE ON bundle_edition"
        " FOR EACH ROW EXECUTE FUNCTION hegui_edition_keep()",
    ),
}
UNGUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (),  # triggers go with their tables
    "postgresql": ("DROP FUNCTION IF EXISTS hegui_edition_keep() CASCADE",),
}


_KEPT = ("id", "bundle_id", "number", "content_sha256", "made_by_id", "made_at")
_CHANGED = " OR ".join(("NEW.erased_at IS NULL", *(f"NEW.{name} <> OLD.{name}" for name in _KEPT)))
#: What is known by its hash never changes; words may go, and the row then says when.
ERASABLE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        f"CREATE TRIGGER bundle_edition_keep BEFORE UPDATE ON bundle_edition WHEN {_CHANGED}"
        " BEGIN SELECT RAISE(ABORT, 'editions never change'); END",
        GUARDS["sqlite"][1],
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION hegui_edition_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'editions never change'; END IF;"
        f" IF {_CHANGED} THEN RAISE EXCEPTION 'editions never change'; END IF; RETURN NEW; END $$",
        GUARDS["postgresql"][1],
    ),
}


def _listen(when: str, statement: str, dialect: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    table = BundleEdition.__table__
    event.listen(table if when == "after_create" else Base.metadata, when, ddl.execute_if(dialect=dialect))


for _dialect, _statements in ERASABLE.items():
    for _statement in _statements:
        _listen("after_create", _statement, _dialect)
for _statement in UNGUARDS["postgresql"]:
    _listen("after_drop", _statement, "postgresql")
