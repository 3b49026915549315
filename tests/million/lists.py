"""The lists of the house over a million tasks: ``make million``.

Loading them takes half an hour on two cores, and five gigabytes of disk on each database; ``make bench`` reads the
same lists over fewer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.bench.house import HITS, REPEATS, lists, open_company

if TYPE_CHECKING:
    from tests.bench.figure import Figure

TASKS = 1_000_000


def run() -> list[Figure]:
    """Both databases, one after the other."""
    hits = {name: number for name, (number, _limit) in HITS.items()}
    found: list[Figure] = []
    for kind in ("sqlite", "postgresql"):
        with open_company(kind) as company:
            found += lists(company, tasks=TASKS, hits=hits, times=REPEATS)
    return [replace(f, value=round(f.value, 2)) for f in found]
