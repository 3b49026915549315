"""The columns of a table as pieces, and which pieces each rule passes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.decisions.checking.atoms import ANYTHING, NULL, Atom, cut, floor
from webapp.decisions.checking.constants import find_constants
from webapp.decisions.language import compile_tests
from webapp.decisions.run import DEFAULT_LIMITS, Run
from webapp.feel.types import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from webapp.decisions.checking.kinds import Known
    from webapp.decisions.language import Tests
    from webapp.decisions.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one input is tested for, over all clauses that test it.

    ``sure`` and ``maybe`` hold for each rule the pieces that it passes, as bits: an opaque cell counts as
    passing nothing for the one and everything for the other.
    """

    label: str
    index: int  # of its first clause, from 1
    atoms: tuple[Atom, ...]
    sure: tuple[int, ...]
    maybe: tuple[int, ...]
    asked: int  # pieces, from the first, that a table must cover: null only where a cell speaks of it


def cut_columns(table: Table, kinds: Sequence[Known]) -> list[Column]:
    """The columns of a table; clauses with the same expression are one column."""
    clauses: dict[str, list[int]] = {}
    for index, clause in enumerate(table.inputs):
        clauses.setdefault(clause.expression.text.source, []).append(index)
    return [_cut(table, indexes, kinds[indexes[0]]) for indexes in clauses.values()]


def places_of(pieces: int) -> tuple[int, ...]:
    """The places of the bits that are set, in order."""
    return tuple(place for place in range(pieces.bit_length()) if pieces >> place & 1)


def turn(rows: Sequence[int], size: int) -> tuple[int, ...]:
    """From the pieces of each rule to the rules of each of ``size`` pieces."""
    alike: dict[int, int] = {}
    for row, pieces in enumerate(rows):
        alike[pieces] = alike.get(pieces, 0) | 1 << row
    turned = [0] * size
    for pieces, rules in alike.items():
        for place in places_of(pieces):
            turned[place] |= rules
    return tuple(turned)


def _cut(table: Table, indexes: list[int], kind: Known) -> Column:
    cells = [[rule.tests[index] for index in indexes] for rule in table.rules]
    domains = _domains(table, indexes)
    constants = []
    for test in {test.source: test for row in cells for test in row if test}.values():
        constants += find_constants(test) or []
    for domain in domains:
        constants += [value for value in find_constants(domain) or [] if value is not None]
    atoms = cut(constants, boolean=kind == BOOLEAN)
    ordered = atoms is not None and any(atom.stretch for atom in atoms)
    answers = _Answers(atoms or ANYTHING, blind=atoms is None, ordered=ordered)
    answers = _Answers(_allowed(answers, domains), blind=atoms is None, ordered=ordered)
    rows = [answers.of_all(test for test in tests if test is not None) for tests in cells]
    return Column(
        label=table.inputs[indexes[0]].label,
        index=indexes[0] + 1,
        atoms=answers.atoms,
        sure=tuple(sure for sure, _ in rows),
        maybe=tuple(maybe for _, maybe in rows),
        asked=len(answers.atoms) - (NULL in answers.atoms and None not in constants),
    )


def _domains(table: Table, indexes: list[int]) -> list[Tests]:
    """What the clauses, or their types, allow."""
    found = []
    for index in indexes:
        clause = table.inputs[index]
        listed = table.types.is_collection(clause.type_ref)
        allowed = "" if listed else table.types.allowed_text(clause.type_ref)
        if clause.values is not None:
            found.append(clause.values)
        elif allowed:
            found.append(compile_tests(allowed, names=(), place=""))
    return [domain for domain in found if find_constants(domain) is not None]


def _allowed(answers: _Answers, domains: list[Tests]) -> tuple[Atom, ...]:
    """The pieces that the domains do not rule out; all of them where they would rule out all."""
    _, kept = answers.of_all(domains)
    pieces = enumerate(answers.atoms)
    left = tuple(atom for place, atom in pieces if atom is NULL or kept >> place & 1)
    return left if set(left) - {NULL} else answers.atoms


class _Answers:
    """Which pieces cells pass, surely and maybe; each text is asked once, and once between its constants.

    ``blind``: the column could not be cut at its constants, so cells that have any are opaque.
    ``ordered``: its values lie on a line, so that a cell is the same all the way between its constants.
    """

    def __init__(self, atoms: tuple[Atom, ...], *, blind: bool, ordered: bool) -> None:
        self.atoms = atoms
        self.ordered = ordered
        self.blind = blind
        self.full = (1 << len(atoms)) - 1
        self.known: dict[str, tuple[int, int]] = {}

    def of_all(self, tests: Iterable[Tests]) -> tuple[int, int]:
        """What passes all of the cells."""
        sure = maybe = self.full
        for test in tests:
            if test.source not in self.known:
                self.known[test.source] = self._ask(test)
            sure &= self.known[test.source][0]
            maybe &= self.known[test.source][1]
        return sure, maybe

    def _ask(self, test: Tests) -> tuple[int, int]:
        constants = find_constants(test)
        if constants is None or (constants and self.blind):
            return 0, self.full
        points = sorted({floor(value) for value in constants if value is not None}) if self.ordered else []
        run = Run(now=None, functions={}, limits=DEFAULT_LIMITS)
        answers: dict[Hashable, bool] = {}
        passed = 0
        for place, atom in enumerate(self.atoms):
            key = _key_on_line(atom, points) if self.ordered else (type(atom.sample), atom.sample)
            if key not in answers:
                answers[key] = test.match(atom.sample, {}, run)
            passed |= answers[key] << place
        return passed, passed


def _key_on_line(atom: Atom, points: list[Any]) -> Hashable:
    """Pieces that a cell with these constants cannot tell apart have one key."""
    if atom.sample is None:
        return "null", 0
    if atom.stretch:
        return "gap", 0 if atom.low is None else bisect_right(points, atom.low)
    place = bisect_left(points, atom.sample)
    met = place < len(points) and points[place] == atom.sample
    return "point" if met else "gap", place
