"""The event log: append-only rows in their final shape, chained per case; payloads apart, erasable once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText


class Event(Base):
    """One act. The row never changes: triggers on both databases refuse it."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_id", "sequence"),
        Index("ix_event_subject", "subject", "id"),
        Index("ix_event_position", "position", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), doc="chain; empty: acts outside any case"
    )
    sequence: Mapped[int | None] = mapped_column(doc="1, 2, 3 … within the case")
    kind: Mapped[str] = mapped_column(String(64), doc="noun.past-participle: task.completed")
    subject: Mapped[str | None] = mapped_column(String(64), doc="record outside a case: person/17")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who; empty: the system itself")
    at: Mapped[datetime] = mapped_column(doc="when, by the server's clock")
    previous: Mapped[str] = mapped_column(
        String(64), doc="link before it in the case, hex; 64 zeros at first"
    )
    leaf: Mapped[str] = mapped_column(String(64), doc="SHA-256(0x00 || salt || RFC 8785 JSON), hex")
    link: Mapped[str] = mapped_column(String(64), doc="SHA-256 over previous and leaf, hex")
    position: Mapped[int | None] = mapped_column(BigId, doc="place in the tree; the sequencer gives it")

    payload: Mapped[EventPayload] = relationship(back_populates="event")


class EventPayload(Base):
    """What an event says, with its salt. Erased once by the retention service; the leaf stays."""

    __tablename__ = "event_payload"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, doc="which event")
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32), doc="32 random bytes")
    body: Mapped[str | None] = mapped_column(Text, doc="RFC 8785 JSON")
    erased_at: Mapped[datetime | None] = mapped_column(doc="when retention erased it")

    event: Mapped[Event] = relationship(back_populates="payload")


class Idempotency(Base):
    """A click that was answered: the same key acts once and reads the same answer."""

    __tablename__ = "idempotency"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, doc="who pressed")
    key: Mapped[str] = mapped_column(String(64), primary_key=True, doc="made by the page")
    what: Mapped[str] = mapped_column(String(64), doc="use case and record: the key fits nothing else")
    answer: Mapped[Any] = mapped_column(JsonText, doc="what the first press was told")
    at: Mapped[datetime] = mapped_column(index=True, doc="when; swept after seven days")


#: Nothing but its place in the tree, given once, may be added to an event; a payload is erased once, whole.
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER event_keep BEFORE UPDATE ON event WHEN NOT (OLD.position IS NULL AND"
        " NEW.position IS NOT NULL AND NEW.id = OLD.id AND NEW.case_id IS OLD.case_id AND"
        " NEW.sequence IS OLD.sequence AND NEW.kind = OLD.kind AND NEW.subject IS OLD.subject AND"
        " NEW.actor_id IS OLD.actor_id AND NEW.at = OLD.at AND NEW.previous = OLD.previous AND"
        " NEW.leaf = OLD.leaf AND NEW.link = OLD.link)"
        " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
        "CREATE TRIGGER event_stay BEFORE DELETE ON event"
        " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
        "CREATE TRIGGER event_payload_keep BEFORE UPDATE ON event_payload WHEN NOT"
        " (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.body IS NULL AND NEW.salt IS NULL"
        " AND NEW.event_id = OLD.event_id)"
        " BEGIN SELECT RAISE(ABORT, 'payloads are erased whole or not at all'); END",
        "CREATE TRIGGER event_payload_stay BEFORE DELETE ON event_payload"
        " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION hegui_event_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'events are append-only'; END IF;"
        " IF OLD.position IS NOT NULL OR NEW.position IS NULL OR"
        " (to_jsonb(NEW) - 'position') IS DISTINCT FROM (to_jsonb(OLD) - 'position')"
        " THEN RAISE EXCEPTION 'events are append-only'; END IF; RETURN NEW; END $$",
        "CREATE FUNCTION hegui_payload_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'events are append-only'; END IF;"
        " IF OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR NEW.body IS NOT NULL"
        " OR NEW.salt IS NOT NULL OR NEW.event_id <> OLD.event_id"
        " THEN RAISE EXCEPTION 'payloads are erased whole or not at all'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER event_keep BEFORE UPDATE OR DELETE ON event"
        " FOR EACH ROW EXECUTE FUNCTION hegui_event_keep()",
        "CREATE TRIGGER event_payload_keep BEFORE UPDATE OR DELETE ON event_payload"
        " FOR EACH ROW EXECUTE FUNCTION hegui_payload_keep()",
    ),
}
UNGUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (),  # triggers go with their tables
    "postgresql": (
        "DROP FUNCTION IF EXISTS hegui_event_keep() CASCADE",
        "DROP FUNCTION IF EXISTS hegui_payload_keep() CASCADE",
    ),
}


def _listen(when: str, statement: str, dialect: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(Base.metadata, when, ddl.execute_if(dialect=dialect))


for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        _listen("after_create", _statement, _dialect)
for _statement in UNGUARDS["postgresql"]:
    _listen("after_drop", _statement, "postgresql")
