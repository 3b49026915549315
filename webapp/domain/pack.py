"""An evidence pack as values: whose it is, what lies in it, and the log's proofs over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import category, normalize

from webapp.domain.errors import InvalidError
from webapp.domain.evidence import canonical_json
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import datetime

FORMAT = 1  # of the files under data/log; the verifier refuses another
LONGEST_NAME = 180  # bytes in UTF-8: file systems allow 255, the verifier 240
SEALED = "case.sealed"  # kind of the event that closes a case's chain
EXPORTED = "evidence.exported"  # kind of the event that names a pack and its book that were given out
_FORBIDDEN = frozenset('/\\:*?"<>|%')


class PackError(InvalidError):
    """The pack cannot be made: something in it contradicts the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInfo:
    """What the cover and bag-info.txt say."""

    number: str  # of the pack; ASCII, also the name of its folder
    title: str
    organisation: str
    made_at: datetime
    made_by: str
    software: str  # name and version


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One event of the log with its inclusion proof; digests in hex.

    ``payload`` is the RFC 8785 text that was hashed; it and ``salt`` are None once retention erased them.
    """

    position: int  # leaf index in the tree, from 0
    case: str
    sequence: int
    previous: str
    leaf: str
    salt: str | None
    payload: str | None
    proof: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return the entry as JSON values."""
        return {
            "position": self.position,
            "case": self.case,
            "sequence": self.sequence,
            "previous": self.previous,
            "leaf": self.leaf,
            "salt": self.salt,
            "payload": self.payload,
            "proof": list(self.proof),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """The root over the first ``size`` leaves; its canonical text is what gets stamped."""

    size: int
    root: str  # hex
    at: str  # ISO 8601, UTC

    def text(self) -> bytes:
        """Return the RFC 8785 text."""
        fields = {"at": self.at, "format": FORMAT, "root": self.root, "size": self.size}
        return canonical_json(fields)


def safe_name(name: str, *, number: int | None = None) -> str:
    """Return a file name that every system and the verifier accept; ``number`` is put before it.

    Separators, control and invisible characters and marks that shells expand become ``_``; the ending
    stays. The name that people gave stands in the log, not here.
    """
    clean = "".join(
        "_" if char in _FORBIDDEN or category(char)[0] == "C" or category(char) in ("Zl", "Zp") else char
        for char in normalize("NFC", name)
    ).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 8:
        stem, ending = clean, ""
    prefix = f"{number:03d}-" if number is not None else ""
    tail = f".{ending}" if ending else ""
    room = LONGEST_NAME - len((prefix + tail).encode())
    stem = stem.encode()[:room].decode(errors="ignore") or "_"
    return prefix + stem + tail


def check_path(path: str) -> None:
    """Raise PackError unless ``path`` is relative, of safe names, in NFC: the verifier asks the same."""
    parts = path.split("/")
    if path != normalize("NFC", path) or any(part != safe_name(part) for part in parts):
        raise PackError(msg("证据包内的文件路径不合规：{path}。", path=path[:120]))
