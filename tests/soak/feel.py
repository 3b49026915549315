"""Two hundred thousand programs that nobody wrote, in blocks of twenty thousand."""

from __future__ import annotations

from tests.bench.figure import Figure
from tests.feel.fuzz import run as run_block

PROGRAMS = 200_000
BLOCK = 20_000


def run() -> list[Figure]:
    """Run them all; a fault raises with its program."""
    tallies = [run_block(seed, BLOCK) for seed in range(1, PROGRAMS // BLOCK + 1)]
    return [
        Figure(name="programs", value=BLOCK * len(tallies), unit="programs", limit=PROGRAMS, at_least=True),
        Figure(name="with a value", value=sum(t["value"] for t in tallies), unit="programs"),
        Figure(name="slowest program", value=max(t["slowest"] for t in tallies), unit="s", limit=2.0),
        Figure(name="memory", value=max(t["memory"] for t in tallies), unit="MiB", limit=300.0),
    ]
