"""Time without the time for which other processes had the processors: figures that a busy machine leaves as they are."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine


class Stopwatch:
    """Times what this process and the server processes of a database do.

    From the wall clock it takes what Linux counts in ``/proc/<pid>/schedstat``: nanoseconds for which a process
    could have run and stood in the queue. Waiting for the disk stays in. Where there is no such file, as on
    other systems, it is a wall clock.
    """

    def __init__(self, engine: Engine) -> None:
        self.pids = ["self"]
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                found = connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL"))
                self.pids += [str(pid) for pid in found]

    def times(self, one: Callable[[], None], other: Callable[[], None], *, repeats: int) -> float:
        """How many times as long the one takes: medians of both, measured in turn, after one of each."""
        spent: dict[Callable[[], None], list[int]] = {one: [], other: []}
        for act in (one, other):
            act()
        for _ in range(repeats):
            for act, times in spent.items():
                times.append(self.lap(act))
        return statistics.median(spent[one]) / statistics.median(spent[other])

    def lap(self, act: Callable[[], None]) -> int:
        """Nanoseconds of one act."""
        queued, begun = self._queued(), time.perf_counter_ns()
        act()
        return time.perf_counter_ns() - begun - (self._queued() - queued)

    def _queued(self) -> int:
        return sum(_queued(pid) for pid in self.pids)


def _queued(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1])
    except OSError:
        return 0
