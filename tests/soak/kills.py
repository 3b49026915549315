"""Five hundred cases whose driver is killed at random points, on both databases; a receiver outside counts effects."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from models import metadata
from models.session import open_engine
from tests.bench.figure import Figure
from tests.conftest import private_postgresql
from tests.services.kills import drive, leftovers, prepare, random_deaths, receiving, story
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.edge import open_edge
from webapp.services.work import Ports

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 250  # on each database


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database of a kind; its URL."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'hegui.sqlite'}"
        return
    with private_postgresql() as pattern:
        if pattern is None:
            raise RuntimeError("PostgreSQL is not installed here")
        yield pattern.format(name="postgres")


@contextmanager
def empty_house(kind: str) -> Iterator[tuple[Any, str, Path]]:
    """A house over an empty database of a kind, its URL, and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="hegui-soak-") as name, database(kind, Path(name)) as url:
        engine = open_engine(url)
        with engine.execution_options(hegui_write=True).begin() as connection:
            metadata.create_all(connection)
        yield open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake)), url, Path(name)
        engine.dispose()


def run(runs: int = RUNS) -> list[Figure]:
    """Kill on both databases."""
    return [figure for kind in ("sqlite", "postgresql") for figure in _kill(kind, runs)]


def _kill(kind: str, runs: int) -> list[Figure]:
    chance = Random(f"kill {kind}")
    with empty_house(kind) as (house, url, folder), receiving() as (receiver, address):
        site = prepare(house, folder, url, address)
        house.engine.dispose()
        begun = time.perf_counter()
        drive(site, "quiet", deaths=[])
        seconds, tellings = time.perf_counter() - begun, site.told.value
        quiet = story(house, "quiet", receiver)
        done = deaths = different = tried = 0
        while done < runs:
            tried += 1
            house.engine.dispose()
            name = f"run {tried}"
            killed = drive(site, name, deaths=random_deaths(chance, tellings=tellings, seconds=seconds))
            done, deaths = done + (killed > 0), deaths + killed
            if story(house, name, receiver) != quiet:
                different += 1
                print(f"{name} on {kind} ended otherwise: {story(house, name, receiver)}")
        left = sum(leftovers(house).values())
    return [
        Figure(name=f"{kind}: runs that were killed", value=done, unit="runs", limit=runs, at_least=True),
        Figure(name=f"{kind}: kills", value=deaths, unit=""),
        Figure(
            name=f"{kind}: runs that ended otherwise than one left in peace",
            value=different,
            unit="runs",
            limit=0,
        ),
        Figure(name=f"{kind}: jobs, messages or log faults left over", value=left, unit="", limit=0),
        Figure(
            name=f"{kind}: effects that a receiver saw, each once by its key",
            value=len(receiver.effects),
            unit="",
        ),
        Figure(name=f"{kind}: times that it was asked for them", value=receiver.asked, unit=""),
    ]
