"""The columns of a table as pieces, and for each piece the rules that it passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.decisions.checking.atoms import ANYTHING, NULL, Atom, cut
from webapp.decisions.checking.constants import find_constants
from webapp.decisions.language import compile_tests
from webapp.decisions.run import DEFAULT_LIMITS, Run
from webapp.feel.types import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.decisions.checking.kinds import Known
    from webapp.decisions.language import Tests
    from webapp.decisions.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one input is tested for, over all clauses that test it.

    ``sure`` and ``maybe`` hold for each piece the rules that it passes, as bits: an opaque cell counts as
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


def _cut(table: Table, indexes: list[int], kind: Known) -> Column:
    cells = [[rule.tests[index] for index in indexes] for rule in table.rules]
    domains = _domains(table, indexes)
    constants = []
    for test in {test.source: test for row in cells for test in row if test}.values():
        constants += find_constants(test) or []
    for domain in domains:
        constants += [value for value in find_constants(domain) or [] if value is not None]
    atoms = cut(constants, boolean=kind == BOOLEAN)
    answers = _Answers(atoms or ANYTHING, blind=atoms is None)
    answers = _Answers(_allowed(answers, domains), blind=atoms is None)
    sure, maybe = [0] * len(answers.atoms), [0] * len(answers.atoms)
    for row, tests in enumerate(cells):
        given = [answers.of(test) for test in tests if test is not None]
        for place in range(len(answers.atoms)):
            sure[place] |= all(answer[place] is True for answer in given) << row
            maybe[place] |= all(answer[place] is not False for answer in given) << row
    return Column(
        label=table.inputs[indexes[0]].label,
        index=indexes[0] + 1,
        atoms=answers.atoms,
        sure=tuple(sure),
        maybe=tuple(maybe),
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
    ruled = [answers.of(domain) for domain in domains]
    pieces = enumerate(answers.atoms)
    kept = tuple(
        atom for place, atom in pieces if atom is NULL or all(row[place] is not False for row in ruled)
    )
    return kept if set(kept) - {NULL} else answers.atoms


class _Answers:
    """What cells say of each piece: True, False, or None where they are opaque; each text is asked once.

    ``blind``: the column could not be cut at its constants, so cells that have any are opaque.
    """

    def __init__(self, atoms: tuple[Atom, ...], *, blind: bool) -> None:
        self.atoms = atoms
        self.blind = blind
        self.known: dict[str, tuple[bool | None, ...]] = {}

    def of(self, test: Tests) -> tuple[bool | None, ...]:
        if test.source not in self.known:
            self.known[test.source] = self._ask(test)
        return self.known[test.source]

    def _ask(self, test: Tests) -> tuple[bool | None, ...]:
        constants = find_constants(test)
        if constants is None or (constants and self.blind):
            return (None,) * len(self.atoms)
        run = Run(now=None, functions={}, limits=DEFAULT_LIMITS)
        return tuple(test.match(atom.sample, {}, run) for atom in self.atoms)
