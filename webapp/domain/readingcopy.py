"""A safe reading copy (阅读件) as values: what a file says, without anything in it that could act."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Words = str | Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labels and values, such as the headers of an e-mail."""

    rows: tuple[tuple[Message, Words], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A heading within the copy."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Text as it stands, line by line."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table; ``widths`` are the columns' shares of the line."""

    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was drawn anew: JPEG, nothing of the original's bytes."""

    jpeg: bytes
    width: int  # pixels
    height: int


Part = Facts | Caption | Passage | Rows | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that a reading copy shows; ``notes`` say what it leaves out."""

    parts: tuple[Part, ...]
    notes: tuple[Message, ...] = ()


def to_json(reading: Reading) -> bytes:
    """The copy as JSON text in UTF-8, from which :func:`from_json` makes the same value."""
    plain = {
        "parts": [_PLAIN[type(part)](part) for part in reading.parts],
        "notes": [_words(note) for note in reading.notes],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(text: bytes) -> Reading:
    """Read what :func:`to_json` wrote; raises ValueError, KeyError or TypeError for anything else."""
    plain = json.loads(text)
    return Reading(
        parts=tuple(_READ[part["is"]](part) for part in plain["parts"]),
        notes=tuple(_message(note) for note in plain["notes"]),
    )


def _words(words: Any) -> Any:
    if isinstance(words, Message):
        return {"key": words.key, "values": {name: _words(value) for name, value in words.values.items()}}
    return str(words)


def _message(plain: Mapping[str, Any]) -> Message:
    return Message(str(plain["key"]), {name: _read_words(value) for name, value in plain["values"].items()})


def _read_words(plain: Any) -> Words:
    return _message(plain) if isinstance(plain, dict) else str(plain)


def _plain_rows(part: Rows) -> dict[str, Any]:
    return {
        "is": "rows",
        "head": [_words(cell) for cell in part.head],
        "rows": [[_words(cell) for cell in row] for row in part.rows],
        "widths": list(part.widths),
    }


def _plain_picture(part: Picture) -> dict[str, Any]:
    encoded = base64.b64encode(part.jpeg).decode()
    return {"is": "picture", "jpeg": encoded, "width": part.width, "height": part.height}


_PLAIN: dict[type[Any], Callable[[Any], dict[str, Any]]] = {
    Facts: lambda part: {"is": "facts", "rows": [[_words(label), _words(v)] for label, v in part.rows]},
    Caption: lambda part: {"is": "caption", "words": _words(part.words)},
    Passage: lambda part: {"is": "passage", "text": part.text},
    Rows: _plain_rows,
    Picture: _plain_picture,
}
_READ: dict[str, Callable[[Mapping[str, Any]], Part]] = {
    "facts": lambda plain: Facts(rows=tuple((_message(k), _read_words(v)) for k, v in plain["rows"])),
    "caption": lambda plain: Caption(words=_read_words(plain["words"])),
    "passage": lambda plain: Passage(text=str(plain["text"])),
    "rows": lambda plain: Rows(
        head=tuple(_read_words(cell) for cell in plain["head"]),
        rows=tuple(tuple(_read_words(cell) for cell in row) for row in plain["rows"]),
        widths=tuple(int(width) for width in plain["widths"]),
    ),
    "picture": lambda plain: Picture(
        jpeg=base64.b64decode(plain["jpeg"]), width=int(plain["width"]), height=int(plain["height"])
    ),
}
