"""The salted leaf of an event and the chain of a case's events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from webapp.domain.evidence.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable

SALT_BYTES = 32
DIGEST_BYTES = 32
GENESIS = bytes(DIGEST_BYTES)  # what the first event of a case names as the one before it
LEAF_PREFIX = b"\x00"  # RFC 9162 section 2.1.1; a node has 0x01
LINK_PREFIX = b"\x02"  # ours; keeps a link from ever being read as a leaf or a node


def leaf_hash(salt: bytes, payload: Any) -> bytes:
    """SHA-256(0x00 ‖ salt ‖ RFC 8785 text): the leaf of RFC 9162 over a salted record.

    ``salt`` is 32 random bytes, kept beside the payload and erased with it: then the leaf tells nothing,
    while every proof over it still holds. Raises ValueError for another length of salt and
    NotCanonicalError for a payload that JSON cannot write in one way.
    """
    return text_leaf_hash(salt, canonical_json(payload))


def text_leaf_hash(salt: bytes, text: bytes) -> bytes:
    """The same over a payload whose RFC 8785 text is at hand."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(LEAF_PREFIX + salt + text).digest()


def link_hash(previous: bytes, leaf: bytes, *, sequence: int) -> bytes:
    """SHA-256(0x02 ‖ previous link ‖ sequence as 8 bytes, big-endian ‖ leaf).

    ``previous`` is the link of the event before it in the same case, GENESIS for the first; ``sequence``
    counts from 1 without gaps. The next row stores this value as its ``previous``.
    """
    if len(previous) != DIGEST_BYTES or len(leaf) != DIGEST_BYTES:
        raise ValueError("a digest has 32 bytes")
    if sequence < 1:
        raise ValueError("the events of a case are counted from 1")
    return hashlib.sha256(LINK_PREFIX + previous + sequence.to_bytes(8, "big") + leaf).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """A row of the log as far as the chain needs it; the payload may have been erased."""

    sequence: int
    previous: bytes
    leaf: bytes

    @property
    def link(self) -> bytes:
        """The link that the next row must name."""
        return link_hash(self.previous, self.leaf, sequence=self.sequence)


def check_chain(records: Iterable[EventRecord]) -> int | None:
    """Return the sequence at which a case's chain first breaks, None when it holds.

    A gap, a row out of order, a wrong first row and a previous link that does not fit all count.
    """
    rows = tuple(records)
    if rows and (rows[0].sequence != 1 or rows[0].previous != GENESIS):
        return rows[0].sequence
    for before, after in pairwise(rows):
        if after.sequence != before.sequence + 1 or after.previous != before.link:
            return after.sequence
    return None
