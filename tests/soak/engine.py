"""The long random test: thousands of random processes against the token model, with returns, from threads too."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.bench.figure import Figure
from tests.engine.tearing import tear, try_out
from tests.engine.twins import play_random

PROCESSES = 2_000
STEPS = 60
THREADS = 4


def run(processes: int = PROCESSES, *, first_seed: int = 10_000) -> tuple[Figure, ...]:
    """Play random processes in several threads over the shared specification cache; any difference raises."""
    begun = time.perf_counter()
    seeds = range(first_seed, first_seed + processes)
    with ThreadPoolExecutor(THREADS) as pool:
        counts = list(pool.map(lambda seed: play_random(random.Random(seed), steps=STEPS), seeds))
        torn = list(pool.map(_tear, range(first_seed, first_seed + processes)))
    acts = sum(counts, Counter())
    return (
        Figure(
            name="random processes that agree with the model",
            value=len(counts),
            unit="processes",
            limit=processes,
            at_least=True,
        ),
        Figure(name="acts", value=acts.total(), unit="acts", limit=processes * 10, at_least=True),
        Figure(
            name="shortest run", value=min(c.total() for c in counts), unit="acts", limit=10, at_least=True
        ),
        Figure(name="longest run", value=max(c.total() for c in counts), unit="acts"),
        *(
            Figure(
                name=f"{kind} among them", value=acts[kind], unit="acts", limit=processes // 2, at_least=True
            )
            for kind in ("return", "throw", "fire")
        ),
        Figure(
            name="torn diagrams refused in words or run",
            value=len(torn),
            unit="diagrams",
            limit=processes,
            at_least=True,
        ),
        Figure(
            name="torn diagrams that were published and ran",
            value=torn.count("published and run"),
            unit="diagrams",
        ),
        Figure(name="time", value=round(time.perf_counter() - begun, 1), unit="s"),
    )


def _tear(seed: int) -> str:
    chance = random.Random(seed)
    return try_out(tear(chance), chance)


if __name__ == "__main__":
    for figure in run(int(sys.argv[1]) if len(sys.argv) > 1 else PROCESSES):
        print(figure)  # noqa: T201
