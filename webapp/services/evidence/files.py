"""The files that a case's events name: each once, in the order in which the log first names it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.pack import safe_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from webapp.domain.pack import LogEntry


ORIGINALS, SIGNERS = "originals", "signers"  # a signing provider's own reports lie apart


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A file that lies, or lay, in the blob store."""

    number: int  # of the exhibit, from 1
    name: str  # as people gave it
    sha256: str
    sequence: int  # of the event that first names it
    by: str  # who acted then
    at: str  # when, ISO 8601
    folder: str = ORIGINALS  # of the pack

    @property
    def path(self) -> str:
        """Where it lies in a pack, below ``data/``."""
        return f"{self.folder}/{safe_name(self.name, number=self.number)}"


def list_files(entries: Iterable[LogEntry]) -> tuple[NamedFile, ...]:
    """Read the files that the payloads name; erased payloads name none."""
    found: dict[str, NamedFile] = {}
    for entry in entries:
        said = json.loads(entry.payload) if entry.payload is not None else {}
        for sha256, name, folder in names_in(said):
            if sha256 not in found:
                found[sha256] = NamedFile(
                    number=len(found) + 1,
                    name=name,
                    sha256=sha256,
                    sequence=entry.sequence,
                    by=str(said.get("actor_name") or ""),
                    at=str(said.get("at") or ""),
                    folder=folder,
                )
    return tuple(found.values())


def names_in(value: Any) -> Iterator[tuple[str, str, str]]:
    """Yield (sha256, name, folder) of every object that has a ``sha256``, however deep."""
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str):
            folder = SIGNERS if value.get("folder") == SIGNERS else ORIGINALS
            yield value["sha256"], str(value.get("name") or "file"), folder
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from names_in(item)
