"""Real processes under HTTP load on both databases, killed at random: no answered click and no job may be lost."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figure import Figure
from tests.conftest import private_postgresql
from tests.journeys.crashes import lose_an_answer, prepare, running, settle, storm

if TYPE_CHECKING:
    from collections.abc import Iterator

PRESSES = 300
KILLS = 40
SEED = 7


def run(presses: int = PRESSES, kills: int = KILLS) -> list[Figure]:
    """Storm both databases; every figure that has a limit counts something lost or done twice."""
    return [f for kind in ("sqlite", "postgresql") for f in _storm(kind, presses, kills=kills)]


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'hegui.sqlite'}"
        return
    with private_postgresql() as pattern:
        if pattern is None:
            raise RuntimeError("PostgreSQL is not installed here")
        yield pattern.format(name="postgres")


def _storm(kind: str, presses: int, *, kills: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name, _database(kind, Path(name)) as url:
        begun = time.perf_counter()
        site = prepare(Path(name), url, queue=kind, presses=presses)
        with running(site):
            lose_an_answer(site, site.presses[0])
            storm(site, seed=SEED, kills=kills)
        seconds = time.perf_counter() - begun
        verdict = settle(site)
        site.house.engine.dispose()
    must_be_none = ("unanswered", "lost", "doubled", "unheard", "undone")
    return [
        *(Figure(name=f"{kind}: {n}", value=getattr(verdict, n), unit="", limit=0) for n in must_be_none),
        Figure(name=f"{kind}: processes killed", value=verdict.killed, unit="", limit=kills, at_least=True),
        Figure(
            name=f"{kind}: presses sent again",
            value=verdict.repeated,
            unit="",
            limit=kills // 4,
            at_least=True,
        ),
        Figure(name=f"{kind}: time", value=round(seconds, 1), unit="s"),
    ]
