"""Redacted editions (遮盖版): what is left out of a pack, with its reason, so that every proof still holds.

An event's leaf is over its whole salted payload. So a masked payload is withheld with its salt, as after an
erasure: leaf, chain and tree stay and verify. What of it is not masked is shown as an extract that nothing
proves until the payload itself is produced; the verifier says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.evidence import canonical_json
from webapp.domain.keys import read_key
from webapp.domain.pack import SEALED, LogEntry
from webapp.domain.scene import Scene
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMAT = 1  # of data/log/masking.json
BLOCK = "■■■"  # stands where something was
LONG = 4  # characters from which the same words are masked wherever else they stand
SHORT = 2  # characters from which they are masked in the book
#: Keys under which people write in their own words: of an event masked whole, these words go everywhere.
OWN_WORDS = frozenset({"reason", "comment", "text", "note", "refusal", "opinion", "statement", "legality"})
FORM = ("values", "variables")  # an event that has one of these says what a form says


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """One thing to leave out, and why: an event, fields of its payload, an original, or pages of one."""

    reason: str
    sequence: int | None = None  # of an event of the case
    fields: tuple[str, ...] = ()  # dotted places below the payload's ``data``; empty: the whole payload
    sha256: str = ""  # of an original
    pages: tuple[int, ...] = ()  # from 1; empty: the whole original


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedEvent:
    """An event whose payload is withheld."""

    case: str
    sequence: int
    fields: tuple[str, ...]  # empty: all of it
    reason: str
    shown: str | None  # RFC 8785 text of what is not masked; None where all is
    form: bool = False  # all of a form's values are withheld with it

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "case": self.case,
            "sequence": self.sequence,
            "fields": list(self.fields),
            "reason": self.reason,
            "shown": self.shown,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedFile:
    """An original that is not in the pack; ``excerpt`` is the path of what is shown instead."""

    sha256: str
    name: str
    reason: str
    pages: tuple[int, ...] = ()  # masked ones; empty: all
    excerpt: str | None = None  # below data/
    excerpt_sha256: str | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "sha256": self.sha256,
            "name": self.name,
            "reason": self.reason,
            "pages": list(self.pages),
            "excerpt": self.excerpt,
            "excerpt_sha256": self.excerpt_sha256,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Masking:
    """The masking note 遮盖说明: what was left out of an edition."""

    events: tuple[MaskedEvent, ...] = ()
    files: tuple[MaskedFile, ...] = ()
    words: tuple[str, ...] = ()  # what may not be read anywhere in the edition, longest first

    def text(self) -> bytes:
        """The RFC 8785 text of data/log/masking.json; the words themselves are not in it."""
        return canonical_json(
            {
                "format": FORMAT,
                "events": [event.plain() for event in self.events],
                "files": [file.plain() for file in self.files],
            }
        )

    def scrub(self, text: str) -> str:
        """The text with every masked word blocked out."""
        for word in self.words:
            text = text.replace(word, BLOCK)
        return text

    def leaks(self, text: str) -> bool:
        """Whether a printed text still has masked words, however its lines were broken."""
        squeezed = "".join(text.split())
        return any(len(word) >= LONG and "".join(word.split()) in squeezed for word in self.words)


def mask_entries(
    entries: Sequence[LogEntry], masks: Iterable[Mask]
) -> tuple[tuple[LogEntry, ...], tuple[MaskedEvent, ...], tuple[str, ...]]:
    """Withhold the payloads asked for, and those that say the same; entries, notes and masked words.

    Raises InvalidError for an event that is not there, is erased or closes the chain, for a field that it
    does not have, and for a mask without a reason.
    """
    asked = _asked(entries, masks)
    words = _words(entries, asked)
    notes: dict[int, MaskedEvent] = {}
    for entry in entries:
        mask = asked.get(entry.sequence)
        if mask is None and entry.payload is not None:
            mask = _echo(entry, words, asked)
        if mask is not None:
            notes[entry.sequence] = _note(entry, mask)
    kept = tuple(
        replace(entry, payload=None, salt=None) if entry.sequence in notes else entry for entry in entries
    )
    return kept, tuple(notes.values()), words


def _asked(entries: Sequence[LogEntry], masks: Iterable[Mask]) -> dict[int, Mask]:
    by_number = {entry.sequence: entry for entry in entries}
    asked: dict[int, Mask] = {}
    for mask in masks:
        if not mask.reason.strip():
            raise InvalidError(msg("每处遮盖都要写明原因。"))
        if mask.sequence is None:
            continue
        entry = by_number.get(mask.sequence)
        if entry is None or entry.payload is None:
            raise InvalidError(msg("没有可遮盖的事件 {number}。", number=mask.sequence))
        if json.loads(entry.payload)["kind"] == SEALED:
            raise InvalidError(msg("封存事件不能遮盖，否则无法证明事件链完整。"))
        before = asked.get(mask.sequence)
        if before is not None:
            whole = not before.fields or not mask.fields
            mask = replace(  # noqa: PLW2901  # two masks of one event are one
                mask,
                fields=() if whole else (*before.fields, *mask.fields),
                reason="；".join(dict.fromkeys((before.reason, mask.reason))),
            )
        asked[entry.sequence] = mask
    return asked


def _words(entries: Sequence[LogEntry], asked: dict[int, Mask]) -> tuple[str, ...]:
    found: set[str] = set()
    for entry in entries:
        mask = asked.get(entry.sequence)
        if mask is None or entry.payload is None:
            continue
        data = json.loads(entry.payload)["data"]
        own = [place for place, _ in leaves(data) if place.rsplit(".", 1)[-1] in OWN_WORDS]
        for place in mask.fields or own:
            found.update(_texts(_value(data, place, entry.sequence)))
    return tuple(sorted((word for word in found if len(word) >= SHORT), key=len, reverse=True))


def _value(data: Any, place: str, number: int) -> Any:
    for name in place.split("."):
        if isinstance(data, list) and (key := read_key(name)) is not None and key < len(data):
            data = data[key]
        elif isinstance(data, dict) and name in data:
            data = data[name]
        else:
            raise InvalidError(msg("事件 {number} 没有字段 {field}。", number=number, field=place))
    return data


def _texts(value: Any) -> Iterator[str]:
    """Every text and number in a value, as it would be printed."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _echo(entry: LogEntry, words: Sequence[str], asked: dict[int, Mask]) -> Mask | None:
    """A mask for an event that says masked words again; None where it does not."""
    assert entry.payload is not None  # the caller looked
    said = json.loads(entry.payload)
    if said["kind"] == SEALED:
        return None
    long = [word for word in words if len(word) >= LONG]
    places = tuple(place for place, value in leaves(said["data"]) if any(word in value for word in long))
    if not places:
        return None
    reason = next(iter(asked.values())).reason
    return Mask(reason=reason, sequence=entry.sequence, fields=places)


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every single text and number in a value with its dotted place, as it would be printed."""
    pairs: Iterable[tuple[str, Any]] = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = ((str(number), item) for number, item in enumerate(value))
    elif value is not None and not isinstance(value, bool):
        yield place, str(value)
    for name, item in pairs:
        yield from leaves(item, f"{place}.{name}" if place else name)


def _note(entry: LogEntry, mask: Mask) -> MaskedEvent:
    assert entry.payload is not None  # checked when the masks were read
    shown = None
    if mask.fields:
        said = json.loads(entry.payload)
        for place in mask.fields:
            *above, last = place.split(".")
            holder = _value(said["data"], ".".join(above), entry.sequence) if above else said["data"]
            holder[int(last) if isinstance(holder, list) else last] = BLOCK
        shown = canonical_json(said).decode()
    return MaskedEvent(
        case=entry.case,
        sequence=entry.sequence,
        fields=mask.fields,
        reason=mask.reason.strip(),
        shown=shown,
        form=not mask.fields and any(name in json.loads(entry.payload)["data"] for name in FORM),
    )


def scrubbed(value: Any, masking: Masking) -> Any:
    """A frozen value with every masked word in it blocked out, however deep; drawings and hashes stay."""
    if isinstance(value, str):
        return masking.scrub(value)
    if isinstance(value, Message):
        values = {name: scrubbed(each, masking) for name, each in value.values.items()}
        return replace(value, values=values)
    if isinstance(value, tuple):
        return tuple(scrubbed(each, masking) for each in value)
    if is_dataclass(value) and not isinstance(value, type | Scene | LogEntry):
        changes = {each.name: scrubbed(getattr(value, each.name), masking) for each in fields(value)}
        return replace(value, **changes)
    return value


__all__ = ["BLOCK", "Mask", "MaskedEvent", "MaskedFile", "Masking", "leaves", "mask_entries", "scrubbed"]
