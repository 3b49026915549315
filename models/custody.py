"""The vault (证据保管库): files as they came in, each with its chain of custody. No row ever changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.person import Person
from webapp.domain.custody import item_number


class Custody(Base):
    """A file in the vault: what it is, where from, and by whom, when and how it was collected."""

    __tablename__ = "custody"
    __table_args__ = (
        Index("ix_custody_entity_id_id", "entity_id", "id"),
        Index("ix_custody_keep_until", "keep_until", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="the employer; data scope")
    department_path: Mapped[str] = mapped_column(String(200), doc="department's path; data scope")
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, doc="which case; empty: about a person alone"
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="about whom")
    kind: Mapped[str] = mapped_column(String(16), doc="see ItemKind")
    name: Mapped[str] = mapped_column(String(200), doc="file name as shown")
    media_type: Mapped[str] = mapped_column(String(100), doc="found from the content, not from the name")
    size: Mapped[int] = mapped_column(doc="bytes")
    sha256: Mapped[str] = mapped_column(String(64), index=True, doc="of the bytes; their place in the store")
    sm3: Mapped[str | None] = mapped_column(
        String(64), doc="GB/T 32905 digest of the same bytes; empty where this machine cannot compute it"
    )
    dangerous: Mapped[bool] = mapped_column(doc="active or unknown content: kept, flagged, never opened")
    reasons: Mapped[Any] = mapped_column(JsonText, doc="why it is flagged: sentences, key and values")
    source: Mapped[str] = mapped_column(String(200), doc="来源: system, account or place it is from")
    collected_by: Mapped[str] = mapped_column(String(100), doc="收集人: who collected it, also from outside")
    collected_at: Mapped[datetime] = mapped_column(doc="when it was collected")
    method: Mapped[str] = mapped_column(String(16), doc="see Method")
    method_note: Mapped[str] = mapped_column(String(500), doc="how, in words")
    legality: Mapped[str] = mapped_column(Text, doc="合法性说明: on what ground it could be collected")
    medium: Mapped[str] = mapped_column(String(200), doc="原始载体: what the original lies on; may be empty")
    keeper: Mapped[str] = mapped_column(String(100), doc="who kept the original medium when it came in")
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who brought it into the vault")
    taken_at: Mapped[datetime] = mapped_column(doc="when")
    keep_until: Mapped[datetime | None] = mapped_column(
        doc="retention of an item without a case; one with a case goes with it"
    )

    case: Mapped[Case | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    taken_by: Mapped[Person] = relationship(foreign_keys=[taken_by_id])

    @property
    def number(self) -> str:
        """What people call it: EV-2026-000012."""
        return item_number(self.taken_at.year, self.id)


class CustodyStep(Base):
    """One link of an item's chain of custody; each is an event of the log, too."""

    __tablename__ = "custody_step"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    custody_id: Mapped[int] = mapped_column(ForeignKey("custody.id"), index=True, doc="which item")
    kind: Mapped[str] = mapped_column(String(16), doc="see Step")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who; empty: the system itself")
    at: Mapped[datetime] = mapped_column(doc="when")
    receiver: Mapped[str] = mapped_column(String(100), doc="to whom a medium or copy went; may be empty")
    reason: Mapped[str] = mapped_column(String(500), doc="why; may be empty where the link itself says it")

    by: Mapped[Person | None] = relationship()


class ReadingCopy(Base):
    """The safe reading copy (阅读件) of an item: made by the server, with nothing of the original running."""

    __tablename__ = "reading_copy"
    __table_args__ = (UniqueConstraint("custody_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    custody_id: Mapped[int] = mapped_column(ForeignKey("custody.id"), doc="of which item")
    sha256: Mapped[str | None] = mapped_column(
        String(64), index=True, doc="of the PDF in the store; empty where none could be made"
    )
    pages: Mapped[int] = mapped_column(doc="of the PDF; 0 where there is none")
    content_sha256: Mapped[str | None] = mapped_column(
        String(64), doc="of what it shows as JSON in the store, from which the book of a pack prints it again"
    )
    fault: Mapped[Any] = mapped_column(
        JsonText, nullable=True, doc="why there is none: a sentence, key and values"
    )
    made_at: Mapped[datetime] = mapped_column(doc="when")


KEPT = ("custody", "custody_step", "reading_copy")
#: What came in is never changed; retention may erase a row whole.
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER {name}_keep BEFORE UPDATE ON {name}"
        " BEGIN SELECT RAISE(ABORT, 'the vault never changes'); END"
        for name in KEPT
    ),
    "postgresql": (
        "CREATE FUNCTION hegui_custody_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'the vault never changes'; END $$",
        *(
            f"CREATE TRIGGER {name}_keep BEFORE UPDATE ON {name}"
            " FOR EACH ROW EXECUTE FUNCTION hegui_custody_keep()"
            for name in KEPT
        ),
    ),
}
UNGUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (),  # triggers go with their tables
    "postgresql": ("DROP FUNCTION IF EXISTS hegui_custody_keep() CASCADE",),
}


def _listen(when: str, statement: str, dialect: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(Base.metadata, when, ddl.execute_if(dialect=dialect))


for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        _listen("after_create", _statement, _dialect)
for _statement in UNGUARDS["postgresql"]:
    _listen("after_drop", _statement, "postgresql")
