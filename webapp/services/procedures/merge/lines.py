"""Documents, scenarios and settings line by line, as the program diff3 does it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from webapp.services.procedures.merge.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    Lines = tuple[str, ...]

MOST_SHOWN = 40  # lines of either side


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hunk:
    """Lines ``first`` up to before ``last`` of the base became ``text``."""

    first: int
    last: int
    text: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """A stretch of the base with what each side made of it."""

    was: Lines
    own: Lines
    now: Lines

    @property
    def offered(self) -> bool:
        """Whether the shipped state changed it, and the owner does not have it so."""
        return self.now not in (self.was, self.own)


def offer(base: str, local: str, new: str) -> list[Unit]:
    """A unit for each stretch of lines that the shipped state changed."""
    return [
        Unit(
            key=str(number),
            shows=_shown(region.was, region.now),
            ours_shows=() if region.own == region.was else _shown(region.was, region.own),
        )
        for number, region in enumerate(_regions(base, local, new))
        if region.offered
    ]


def apply(base: str, local: str, new: str, *, taken: frozenset[str]) -> str:
    """The owner's text with the taken stretches as shipped."""
    return "".join(
        line
        for number, region in enumerate(_regions(base, local, new))
        for line in (region.now if region.offered and str(number) in taken else region.own)
    )


def _shown(was: Lines, now: Lines) -> Lines:
    return tuple(
        f"{mark} {line.rstrip()}" for mark, lines in (("-", was), ("+", now)) for line in lines[:MOST_SHOWN]
    )


def _regions(base: str, local: str, new: str) -> Iterator[_Region]:
    """The base cut where either side changed it; changes that touch are one stretch."""
    lines = _split(base)
    both = ((False, _split(local)), (True, _split(new)))
    hunks = [(hunk, side) for side, text in both for hunk in _hunks(lines, text)]
    hunks.sort(key=lambda each: (each[0].first, each[0].last))
    done = 0
    while hunks:
        first, last = hunks[0][0].first, hunks[0][0].last
        group = []
        while hunks and hunks[0][0].first <= last:
            group.append(hunks.pop(0))
            last = max(last, group[-1][0].last)
        yield _still(lines[done:first])
        own, now = (
            _with(lines, [hunk for hunk, of in group if of is side], span=(first, last))
            for side in (False, True)
        )
        yield _Region(was=lines[first:last], own=own, now=now)
        done = last
    yield _still(lines[done:])


def _still(lines: Lines) -> _Region:
    return _Region(was=lines, own=lines, now=lines)


def _with(lines: Lines, hunks: list[_Hunk], *, span: tuple[int, int]) -> Lines:
    """What one side made of a span of the base."""
    found, done = list[str](), span[0]
    for hunk in hunks:
        found += [*lines[done : hunk.first], *hunk.text]
        done = hunk.last
    return (*found, *lines[done : span[1]])


def _hunks(was: Lines, now: Lines) -> Iterator[_Hunk]:
    for tag, first, last, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _Hunk(first=first, last=last, text=now[start:end])


def _split(text: str) -> Lines:
    return tuple(text.splitlines(keepends=True))
