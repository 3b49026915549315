"""RFC 9162 section 2.1: the Merkle tree of the event log, read through perfect nodes kept in SQL.

A *perfect* node (level, index) covers the leaves ``index·2^level`` up to ``(index+1)·2^level``, all present.
It never changes once written, so rows can be inserted and never updated; ragged right edges are computed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NODE_PREFIX = b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()  # section 2.1.1: the hash of an empty tree


class NodeReader(Protocol):
    """Gives the digest of a perfect node; level 0 holds the leaf hashes."""

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the 32 bytes of node (level, index)."""


class Leaves:
    """A reader over leaf hashes in memory, each perfect node computed once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves
        self._cache: dict[tuple[int, int], bytes] = {}

    def __len__(self) -> int:
        return len(self._leaves)

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return node (level, index), computing what lies below it."""
        if level == 0:
            return self._leaves[index]
        key = (level, index)
        if key not in self._cache:
            self._cache[key] = node_hash(self(level - 1, 2 * index), self(level - 1, 2 * index + 1))
        return self._cache[key]


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def root_hash(size: int, nodes: NodeReader) -> bytes:
    """Return the root over the first ``size`` leaves (Merkle Tree Hash, section 2.1.1)."""
    return _range_hash(0, size, nodes) if size else EMPTY_ROOT


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count`` (at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(start: int, end: int, nodes: NodeReader) -> bytes:
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_hash(start, middle, nodes), _range_hash(middle, end, nodes))


def inclusion_proof(index: int, size: int, nodes: NodeReader) -> tuple[bytes, ...]:
    """Return PATH(index, D_size) of section 2.1.3.1, nearest sibling first; ``index`` counts from 0."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} does not lie in a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_hash(middle, end, nodes))
            end = middle
        else:
            proof.append(_range_hash(start, middle, nodes))
            start = middle
    return tuple(reversed(proof))


def consistency_proof(old: int, new: int, nodes: NodeReader) -> tuple[bytes, ...]:
    """Return PROOF(old, D_new) of section 2.1.4.1; empty when the sizes are equal or ``old`` is 0."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} does not come before a tree of {new}")
    proof: list[bytes] = []
    start, end, known = 0, new, True
    while old and old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_hash(middle, end, nodes))
            end = middle
        else:
            proof.append(_range_hash(start, middle, nodes))
            start, known = middle, False
    if old and not known:
        proof.append(_range_hash(start, end, nodes))
    return tuple(reversed(proof))


def verify_inclusion(leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, root: bytes) -> bool:
    """Check an inclusion proof by the algorithm of section 2.1.3.2; False for anything malformed."""
    if not 0 <= index < size:
        return False
    place, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            digest = node_hash(sibling, digest)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and digest == root


def verify_consistency(
    proof: Sequence[bytes],
    *,
    old: int,
    new: int,
    old_root: bytes,
    new_root: bytes,
) -> bool:
    """Check by section 2.1.4.2 that the tree of ``old`` leaves is the beginning of that of ``new``."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(path) and _fold_consistency(path, old=old, new=new) == (old_root, new_root)


def _fold_consistency(path: list[bytes], *, old: int, new: int) -> tuple[bytes, bytes] | None:
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return (before, after) if last == 0 else None


def grown_nodes(index: int, leaf: bytes, nodes: NodeReader) -> Iterator[tuple[int, int, bytes]]:
    """Yield the perfect nodes (level, index, digest) that exist once leaf ``index`` is appended.

    The first is the leaf itself; the others are the parents that it completes, so a batch inserts
    ``2n - popcount`` rows in all. ``nodes`` reads the left siblings, which were written before.
    """
    level, digest = 0, leaf
    yield level, index, digest
    while index & 1:
        digest = node_hash(nodes(level, index - 1), digest)
        level, index = level + 1, index >> 1
        yield level, index, digest


def required_nodes(
    *, index: int | None = None, old: int | None = None, size: int
) -> frozenset[tuple[int, int]]:
    """Return the (level, index) pairs that the root of ``size`` and the proofs asked for will read.

    Lets a caller fetch them in one statement before computing.
    """
    asked: set[tuple[int, int]] = set()

    def record(level: int, place: int, /) -> bytes:
        asked.add((level, place))
        return bytes(32)

    root_hash(size, record)
    if index is not None:
        inclusion_proof(index, size, record)
    if old is not None:
        consistency_proof(old, size, record)
    return frozenset(asked)
