"""Which combinations of pieces no rule covers: the algebra of gaps and of covered rules.

A rule is a box: the product of the pieces that it passes in each column. Rules are bits of an integer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEPS = 400_000  # pieces that the searches of one table may look at

Places = tuple[int, ...]  # pieces of one column, by place
Region = tuple[Places, ...]  # of each column


class TooComplexError(Exception):
    """The search for uncovered regions was given up."""


class Steps:
    """What the searches of one table may still look at."""

    def __init__(self, left: int = STEPS) -> None:
        self.left = left

    def take(self, pieces: int) -> None:
        """Look at so many pieces; TooComplexError where too few are left."""
        self.left -= pieces
        if self.left < 0:
            raise TooComplexError


def find_uncovered(columns: Sequence[Sequence[int]], rules: int, *, steps: Steps) -> Iterator[Region]:
    """The regions that none of ``rules`` covers; ``columns`` hold for each piece the bits that it passes.

    Regions do not overlap and together are all that is uncovered. Raises TooComplexError.
    """
    yield from _Search(columns, steps).walk(0, rules, ())


class _Search:
    def __init__(self, columns: Sequence[Sequence[int]], steps: Steps) -> None:
        self.columns = columns
        self.steps = steps
        steps.take(sum(len(column) for column in columns))
        self.covered: set[tuple[int, int]] = set()
        self.whole = self._whole_from()

    def _whole_from(self) -> list[int]:
        """For each depth the rules that pass everything in the columns from there on."""
        whole = [-1]
        for column in reversed(self.columns):
            every = whole[-1]
            for mask in column:
                every &= mask
            whole.append(every)
        return whole[::-1]

    def walk(self, depth: int, rules: int, region: Region) -> Iterator[Region]:
        if rules & self.whole[depth] or (depth, rules) in self.covered:
            return
        if not rules or depth == len(self.columns):
            rest = tuple(tuple(range(len(column))) for column in self.columns[depth:])
            yield region + rest
            return
        self.steps.take(len(self.columns[depth]))
        found = False
        for passing, places in self._groups(depth, rules).items():
            for uncovered in self.walk(depth + 1, passing, (*region, tuple(places))):
                found = True
                yield uncovered
        if not found:
            self.covered.add((depth, rules))

    def _groups(self, depth: int, rules: int) -> dict[int, list[int]]:
        """Pieces that the same of the rules pass go together."""
        groups: dict[int, list[int]] = {}
        for place, mask in enumerate(self.columns[depth]):
            groups.setdefault(mask & rules, []).append(place)
        return groups


def is_covered(columns: Sequence[Sequence[int]], box: Region, rules: int, *, steps: Steps) -> bool:
    """Whether the rules together cover a box; its columns must not be empty."""
    inside = [[column[place] for place in places] for column, places in zip(columns, box, strict=True)]
    return next(find_uncovered(inside, rules, steps=steps), None) is None
