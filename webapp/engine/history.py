"""The finished element instances of a case: read only when a return or a migration needs the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Record:
    """A finished element instance."""

    id: int
    element: str
    scope: int
    before: list[int]  # the instances whose tokens came in
    flows: list[str]  # through which flows, beside ``before``; only joins need it
    cancelled: bool = False

    def dump(self) -> list[Any]:
        """As JSON: [id, element, scope, before, flows, cancelled] without empty ends."""
        body = [self.id, self.element, self.scope, self.before, self.flows, int(self.cancelled)]
        while body[-1] in (0, []) and len(body) > 3:
            body.pop()
        return body


class History:
    """Records in the order in which they finished; kept as they were saved until somebody asks for one.

    A click on a case with a long past would else build a value for every step ever done.
    """

    def __init__(self, saved: list[list[Any]] | None = None) -> None:
        self._saved = [] if saved is None else saved
        self._records: dict[int, Record] | None = None

    def add(self, record: Record) -> None:
        """Append a finished instance."""
        if self._records is None:
            self._saved.append(record.dump())
        else:
            self._records[record.id] = record

    @property
    def records(self) -> dict[int, Record]:
        """All records by id; changes made to them are saved."""
        if self._records is None:
            self._records = {item[0]: _record(item) for item in self._saved}
        return self._records

    def dump(self) -> list[list[Any]]:
        """All records as JSON."""
        if self._records is None:
            return self._saved
        return [record.dump() for record in self._records.values()]


def _record(item: list[Any]) -> Record:
    number, element, scope, *rest = item
    missing: list[Any] = [[], [], 0]
    before, flows, cancelled = rest + missing[len(rest) :]
    return Record(
        id=number, element=element, scope=scope, before=before, flows=flows, cancelled=bool(cancelled)
    )
