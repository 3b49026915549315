"""Reference data as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from webapp.services import events
from webapp.services.tables.read import PAGE, in_words, list_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.domain.text import Message
    from webapp.services.tables.describe import Table
    from webapp.services.work import Work

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide ones too, in our locale
MOST = 10_000  # rows of one file


def guarded(value: Any) -> str:
    """A cell that is text wherever a spreadsheet would read a formula (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def export_csv(work: Work, table: Table, *, search: str, translate: Callable[[Message], str]) -> bytes:
    """The rows that the actor may read, in UTF-8 with a byte order mark; the export itself is an event."""
    out = io.StringIO()
    writer = csv.writer(out)
    fields = [f for f in table.fields if f.listed]
    writer.writerow([translate(f.label) for f in fields])
    count = 0
    for page in range(MOST // PAGE):
        found = list_rows(work, table, search=search, page=page)
        for row in found.rows:
            cells = [in_words(found.names, f, getattr(row, f.name)) for f in fields]
            writer.writerow([guarded(c) for c in cells])
        count += len(found.rows)
        if len(found.rows) < PAGE:
            break
    events.append(work, "reference.exported", {"table": table.key, "rows": count}, subject=table.key)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
