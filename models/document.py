"""Documents (文书): a text made once for a person, as PDF, with its values frozen. A row never changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.person import Person


class Document(Base):
    """A document as it was before anybody signed; a corrected text is another document."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_document_person_id_made_at", "person_id", "made_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), doc="in which case it was made")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="about whom")
    procedure_version_id: Mapped[int] = mapped_column(
        ForeignKey("procedure_version.id"), doc="whose template it was made from"
    )
    number: Mapped[str] = mapped_column(String(64), doc="what is printed on each page: CC-2026-000123-D1")
    kind: Mapped[str] = mapped_column(String(32), doc="supplement, letter, notice, consent, annex, …")
    template: Mapped[str] = mapped_column(String(200), doc="path of the template in the version's files")
    title: Mapped[str] = mapped_column(String(200), doc="as printed, in the governing language")
    titles: Mapped[Any] = mapped_column(JsonText, doc="language tag -> title, for lists")
    language: Mapped[str] = mapped_column(
        String(40), doc="governing language, then translations: zh-Hans, zh-Hans+en"
    )
    values: Mapped[Any] = mapped_column(JsonText, doc="what the template was filled with, frozen")
    content: Mapped[Any] = mapped_column(
        JsonText, doc="clauses (id, title, text) and named changes (title, before, after), for differences"
    )
    text: Mapped[str] = mapped_column(Text, doc="plain text of the governing language and translations")
    text_sha256: Mapped[str] = mapped_column(String(64), doc="of the text as UTF-8; printed on each page")
    sha256: Mapped[str] = mapped_column(String(64), index=True, doc="of the PDF; its place in the store")
    pages: Mapped[int] = mapped_column(doc="number of pages")
    pictures: Mapped[Any] = mapped_column(
        JsonText, doc="SHA-256 of each page's picture, in order; they lie in the store"
    )
    fields: Mapped[Any] = mapped_column(
        JsonText, doc="empty signature fields: name, page from 1, rect in points"
    )
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("document.id"), index=True, doc="the text that this one takes the place of"
    )
    key: Mapped[str | None] = mapped_column(
        String(64), unique=True, doc="job that made it: repeated, one row"
    )
    made_at: Mapped[datetime] = mapped_column(doc="when; printed on it")

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship()
    replaces: Mapped[Document | None] = relationship(remote_side=[id])


#: What was made is never changed; retention may erase the row whole.
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER document_keep BEFORE UPDATE ON document"
        " BEGIN SELECT RAISE(ABORT, 'documents never change'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION hegui_document_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'documents never change'; END $$",
        "CREATE TRIGGER document_keep BEFORE UPDATE ON document"
        " FOR EACH ROW EXECUTE FUNCTION hegui_document_keep()",
    ),
}
UNGUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (),  # triggers go with their tables
    "postgresql": ("DROP FUNCTION IF EXISTS hegui_document_keep() CASCADE",),
}


def _listen(when: str, statement: str, dialect: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(
        Document.__table__ if when == "after_create" else Base.metadata, when, ddl.execute_if(dialect=dialect)
    )


for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        _listen("after_create", _statement, _dialect)
for _statement in UNGUARDS["postgresql"]:
    _listen("after_drop", _statement, "postgresql")
