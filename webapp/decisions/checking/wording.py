"""Put a region of a table into words, the words of FEEL."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from webapp.feel import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.decisions.checking.atoms import Atom
    from webapp.decisions.checking.columns import Column


def describe(columns: Sequence[Column], region: Sequence[Sequence[int]]) -> str:
    """``年龄 < 18; 级别 "A", "B"``; columns that are not restricted are left out."""
    parts = [
        f"{column.label} {_describe_places(column.atoms, places)}"
        for column, places in zip(columns, region, strict=True)
        if len(places) < column.asked
    ]
    return "; ".join(parts) or "-"


def _describe_places(atoms: Sequence[Atom], places: Sequence[int]) -> str:
    runs = []
    for _, group in groupby(enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0]):
        runs.append([atoms[place] for _, place in group])
    words: list[str] = []
    for run in runs:
        words += _describe_run(run, atoms)
    return ", ".join(words)


def _describe_run(run: Sequence[Atom], atoms: Sequence[Atom]) -> list[str]:
    line = [atom for atom in run if not atom.other and (atom.stretch or _is_ordered(atoms, atom))]
    words = [_describe_line(line)] if line else []
    for atom in run:
        if atom.other:
            named = [_spell(other.sample) for other in atoms if not other.other and other.sample is not None]
            words.append(f"not({', '.join(named)})")
        elif atom not in line:
            words.append(_spell(atom.sample))
    return words


def _is_ordered(atoms: Sequence[Atom], atom: Atom) -> bool:
    return atom.sample is not None and any(other.stretch for other in atoms)


def _describe_line(line: Sequence[Atom]) -> str:
    first, last = line[0], line[-1]
    low = first.low if first.stretch else first.sample
    high = last.high if last.stretch else last.sample
    if low is None:
        return f"{'<' if last.stretch else '<='} {_spell(high)}"
    if high is None:
        return f"{'>' if first.stretch else '>='} {_spell(low)}"
    if low == high:
        return _spell(low)
    return f"{'(' if first.stretch else '['}{_spell(low)}..{_spell(high)}{')' if last.stretch else ']'}"


def _spell(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else text_of(value)
