"""What every table shares: names of constraints, 64-bit keys, aware UTC times, exact decimals."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, String, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.functions import GenericFunction

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: 64-bit keys; on SQLite its INTEGER, which alone numbers rows by itself.
BigId = BigInteger().with_variant(Integer, "sqlite")

#: Sorts behind every real due time, so that a keyset needs no NULL handling.
FAR = datetime(9999, 12, 31, tzinfo=UTC)


#: One encoder for all values: ``json.dumps`` would make one for each.
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC; a naive one is refused at the door."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """JSON as TEXT: key order and numbers stay as written, which JSONB does not promise.

    Decimals and dates are tagged by whoever writes them; only plain JSON values enter here.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else ENCODE(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else json.loads(value)


class json_strings(GenericFunction[str]):  # noqa: N801  # it reads like the SQL function that it is
    """The strings of a JSON list that a text column holds, a row each, in a column ``value``."""

    type = String()
    inherit_cache = True


@compiles(json_strings)
def _json_strings(element: json_strings, compiler: Any, **kw: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **kw)} AS JSON))"


@compiles(json_strings, "sqlite")
def _json_strings_sqlite(element: json_strings, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


class Base(DeclarativeBase):
    """The declarative base."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime()}


__all__ = ["FAR", "Base", "BigId", "JsonText", "UtcDateTime", "json_strings"]
