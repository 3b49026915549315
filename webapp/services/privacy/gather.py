"""Everything that the house keeps about a person, by the register: what they may have a copy of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, select, true

from models import metadata
from webapp.adapters.privacydata import shipped_register
from webapp.services.people import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement

    from webapp.domain.processing import Activity, RegisteredTable
    from webapp.services.work import Work

PERSON, ACCOUNT, CASE = "person", "account", "case"
EVIDENCE = "evidence"  # the activity whose records wait for the end of a dispute
MOST = 20_000  # rows of one table
EMPTY: tuple[Any, ...] = (None, "", [], {})
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?\+\d{2}:\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one table keeps about a person; ``withheld`` rows belong to cases that are closed to them."""

    activity: Activity
    table: str
    rows: tuple[dict[str, Any], ...]
    withheld: int


def gather(work: Work, person_id: int, *, whole: bool) -> list[Kept]:
    """Read it, table by table; with ``whole`` also what stands in restricted cases and the evidence."""
    found = []
    for activity, entry in shipped_register().tables():
        table = metadata.tables[entry.name]
        if not entry.handed_out:
            continue
        mine = _mine(table, person_id)
        closed = _closed(table, activity)
        rows = [
            _plain(entry, row)
            for row in work.session.execute(
                select(*(table.c[name] for name in entry.handed_out))
                .where(mine, *(() if whole or closed is None else (~closed,)))
                .order_by(*table.primary_key.columns)
                .limit(MOST)
            )
        ]
        withheld = 0
        if closed is not None and not whole:
            key = next(iter(table.primary_key.columns))
            withheld = len(work.session.execute(select(key).where(mine, closed).limit(MOST)).all())
        found.append(Kept(activity=activity, table=entry.name, rows=tuple(rows), withheld=withheld))
    return found


def _mine(table: Table, person_id: int) -> ColumnElement[bool]:
    if table.name == PERSON:
        return table.c.id == person_id
    if "person_id" in table.c:
        return table.c.person_id == person_id
    account = metadata.tables[ACCOUNT].c
    return table.c.account_id.in_(select(account.id).where(account.person_id == person_id))


def _closed(table: Table, activity: Activity) -> ColumnElement[bool] | None:
    """Rows of cases that the person does not read; None where a table has none such."""
    case = metadata.tables[CASE].c
    if table.name == CASE:
        return table.c.restricted.is_(True)
    if "case_id" not in table.c:
        return None
    restricted = table.c.case_id.in_(select(case.id).where(case.restricted.is_(True)))
    if activity.key == EVIDENCE:
        return true()  # whatever is kept for a dispute
    return table.c.case_id.is_not(None) & restricted


def _plain(entry: RegisteredTable, row: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in zip(entry.handed_out, row, strict=True)}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.hex()
    return value


def shown_rows(kept: Kept, labels: Mapping[str, str]) -> Iterator[str]:
    """Each row as one line to read: what has a name and a value; the JSON holds the rest."""
    for row in kept.rows:
        shown = (f"{labels[k]}：{_words(v)}" for k, v in row.items() if k in labels and v not in EMPTY)
        yield "；".join(shown) or "—"


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "，".join(f"{key}={_words(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "、".join(_words(inner) for inner in value)
    text = str(value)
    if MOMENT.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return text
