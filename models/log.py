"""The Merkle tree over the event log (RFC 9162), and its stamped heads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, LargeBinary, SmallInteger, String, event
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId


class LogNode(Base):
    """A perfect node: it covers leaves that are all present, so it never changes."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, doc="0: leaf")
    place: Mapped[int] = mapped_column(
        BigId, primary_key=True, autoincrement=False, doc="from the left, from 0"
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), doc="SHA-256")


class LogHead(Base):
    """The root over the first leaves, and the time-stamp token over its canonical text."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    size: Mapped[int] = mapped_column(BigId, unique=True, doc="how many leaves it covers")
    root: Mapped[str] = mapped_column(String(64), doc="hex")
    at: Mapped[datetime] = mapped_column(doc="when it was computed, by the server's clock")
    token: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="RFC 3161 reply; empty: pending, tried again"
    )
    stamped_at: Mapped[datetime | None] = mapped_column(doc="what the token states")


_FAIL = "the tree of the log is append-only"
#: A node never changes; a head gets its token once.
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        f"CREATE TRIGGER log_node_keep BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, '{_FAIL}'); END",
        f"CREATE TRIGGER log_node_stay BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, '{_FAIL}'); END",
        "CREATE TRIGGER log_head_keep BEFORE UPDATE ON log_head WHEN NOT (OLD.token IS NULL AND"
        " NEW.token IS NOT NULL AND NEW.id = OLD.id AND NEW.size = OLD.size AND NEW.root = OLD.root AND"
        f" NEW.at = OLD.at) BEGIN SELECT RAISE(ABORT, '{_FAIL}'); END",
        f"CREATE TRIGGER log_head_stay BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, '{_FAIL}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION hegui_log_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_TABLE_NAME = 'log_head' AND TG_OP = 'UPDATE' THEN"
        " IF OLD.token IS NULL AND NEW.token IS NOT NULL AND"
        " (to_jsonb(NEW) - 'token' - 'stamped_at') = (to_jsonb(OLD) - 'token' - 'stamped_at')"
        f" THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION '{_FAIL}'; END $$",
        "CREATE TRIGGER log_node_keep BEFORE UPDATE OR DELETE ON log_node"
        " FOR EACH ROW EXECUTE FUNCTION hegui_log_keep()",
        "CREATE TRIGGER log_head_keep BEFORE UPDATE OR DELETE ON log_head"
        " FOR EACH ROW EXECUTE FUNCTION hegui_log_keep()",
    ),
}
UNGUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (),  # triggers go with their tables
    "postgresql": ("DROP FUNCTION IF EXISTS hegui_log_keep() CASCADE",),
}


def _listen(when: str, statement: str, dialect: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(Base.metadata, when, ddl.execute_if(dialect=dialect))


for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        _listen("after_create", _statement, _dialect)
for _statement in UNGUARDS["postgresql"]:
    _listen("after_drop", _statement, "postgresql")
