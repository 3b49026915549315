"""What changed from one text to the next, clause by clause, in words that a signer reads.

Clauses are told apart by their ids, never by their place: a clause that moved is not a change.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from webapp.domain.documents import ClauseText

# What a comparison never tears: figures, Latin words; every other character stands alone.
_PIECES = re.compile(r"[0-9A-Za-z:：.,%/–-]+|\s+|.", re.DOTALL)
SHORT = 2  # equal pieces between two changes that are shown as one change
MOSTLY_NEW = 0.35  # below this likeness a clause is shown whole, old and new


class Kind(StrEnum):
    """How a clause stands to the text before."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text: equal, taken out or put in."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChange:
    """One clause: its title, what it said, what it says, and the stretches that differ."""

    id: str
    title: str
    kind: Kind
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()

    @property
    def excerpts(self) -> tuple[tuple[Piece, ...], ...]:
        """The lines in which something changed, each as its pieces; lines that stayed are left out."""
        lines: list[list[Piece]] = [[]]
        for piece in self.pieces:
            for number, text in enumerate(piece.text.split("\n")):
                if number:
                    lines.append([])
                if text:
                    lines[-1].append(Piece(kind=piece.kind, text=text))
        return tuple(tuple(line) for line in lines if any(piece.kind is not Kind.SAME for piece in line))

    @property
    def sentence(self) -> Message:
        """The change in one sentence."""
        values = {"title": self.title}
        if self.kind is Kind.SAME:
            return msg("“{title}”没有变化。", **values)
        if self.kind is Kind.ADDED:
            return msg("新增“{title}”：{after}", after=self.after, **values)
        if self.kind is Kind.REMOVED:
            return msg("删去“{title}”，原为：{before}", before=self.before, **values)
        spots = tuple(_spots(self.pieces))
        if len(spots) == 1:
            before, after = spots[0]
            return _spot(self.title, before, after)
        return msg("“{title}”有 {count} 处改动。", count=len(spots), **values)


def _spot(title: str, before: str, after: str) -> Message:
    if not before:
        return msg("“{title}”增加了“{after}”。", title=title, after=after)
    if not after:
        return msg("“{title}”删去了“{before}”。", title=title, before=before)
    return msg("“{title}”由“{before}”变为“{after}”。", title=title, before=before, after=after)


def _spots(pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    """Neighbouring stretches taken out and put in, as pairs of before and after."""
    before = after = ""
    for piece in (*pieces, Piece(kind=Kind.SAME, text="")):
        if piece.kind is Kind.REMOVED:
            before += piece.text
        elif piece.kind is Kind.ADDED:
            after += piece.text
        elif before or after:
            yield before, after
            before = after = ""


def compare_clauses(before: Sequence[ClauseText], after: Sequence[ClauseText]) -> tuple[ClauseChange, ...]:
    """Every clause of the new text in its order; what was taken out stands behind the clause it followed."""
    old = {clause.id: clause for clause in before}
    new = {clause.id: clause for clause in after}
    found = [_one(old.get(clause.id), clause) for clause in after]
    for place, clause in enumerate(before):
        if clause.id not in new:
            earlier = [c.id for c in before[:place]]
            spot = max((n for n, change in enumerate(found, 1) if change.id in earlier), default=0)
            found.insert(spot, _removed(clause))
    return tuple(found)


def _removed(clause: ClauseText) -> ClauseChange:
    return ClauseChange(id=clause.id, title=clause.title, kind=Kind.REMOVED, before=clause.text, after="")


def _one(before: ClauseText | None, after: ClauseText) -> ClauseChange:
    if before is None:
        return ClauseChange(id=after.id, title=after.title, kind=Kind.ADDED, before="", after=after.text)
    same = before.text == after.text and before.title == after.title
    return ClauseChange(
        id=after.id,
        title=after.title,
        kind=Kind.SAME if same else Kind.CHANGED,
        before=before.text,
        after=after.text,
        pieces=() if same else compare_texts(before.text, after.text),
    )


def compare_texts(before: str, after: str) -> tuple[Piece, ...]:
    """The stretches of two texts; figures and Latin words stay whole, short equal bits are swallowed."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < MOSTLY_NEW:
        return _pair(before, after)
    pieces: list[Piece] = []
    held_old = held_new = ""
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal" and not ((held_old or held_new) and i2 - i1 < SHORT and i2 < len(old)):
            pieces += [*_pair(held_old, held_new), Piece(kind=Kind.SAME, text=left)]
            held_old = held_new = ""
        else:
            held_old, held_new = held_old + left, held_new + right
    return (*pieces, *_pair(held_old, held_new))


def _pair(before: str, after: str) -> tuple[Piece, ...]:
    both = (Piece(kind=Kind.REMOVED, text=before), Piece(kind=Kind.ADDED, text=after))
    return tuple(piece for piece in both if piece.text)
