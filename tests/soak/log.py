"""Sixteen writers at once on PostgreSQL, workers killed at random: no gap, no fork, no lost act in the log."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time

from sqlalchemy import func, select, text

from models import metadata
from models.event import Event
from models.session import open_engine
from tests.bench.figure import Figure
from tests.conftest import private_postgresql
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services import events
from webapp.services.log import check_log, sequence, take_head
from webapp.services.work import Ports

WRITERS = 16
SECONDS = 60.0
FORK = multiprocessing.get_context("fork")


def run(seconds: float = SECONDS) -> list[Figure]:
    """Write, place and kill for a while, then read the whole log again."""
    with private_postgresql() as pattern:
        if pattern is None:
            raise RuntimeError("PostgreSQL is not installed here")
        url = pattern.format(name="postgres")
        engine = open_engine(url)
        with engine.begin() as connection:
            metadata.create_all(connection)
        engine.dispose()
        acknowledged, killed = _storm(url, seconds)
        figures = _judge(url, acknowledged, killed=killed, seconds=seconds)
        return [*figures, *_beside_plain_rows(url, seconds / 4)]


def _beside_plain_rows(url, seconds):
    """What the log costs: the same rows in tables without it, by as many writers for as long."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain (LIKE event INCLUDING ALL)"))
        connection.execute(text("CREATE TABLE plain_body (LIKE event_payload INCLUDING ALL)"))
        connection.execute(text("CREATE SEQUENCE plain_ids"))
    engine.dispose()
    logged, plain = _rate(url, _write, seconds), _rate(url, _write_plain, seconds)
    return [
        Figure(name="events a second, nobody killed, with their places in the tree", value=logged, unit="/s"),
        Figure(name="the same rows a second without the log", value=plain, unit="/s"),
        Figure(name="the log's share of that", value=round(logged / plain, 2), unit="times"),
    ]


def _rate(url, write, seconds):
    """Rows a second by sixteen writers; with the log, the sequencer runs beside them."""
    counters = [FORK.Value("q", 0, lock=False) for _ in range(WRITERS)]
    crew = [FORK.Process(target=write, args=(url, n, counters[n]), daemon=True) for n in range(WRITERS)]
    if write is _write:
        crew.append(FORK.Process(target=_place, args=(url,), daemon=True))
    for process in crew:
        process.start()
    while not all(counter.value for counter in counters):
        time.sleep(0.05)
    before, begun = sum(counter.value for counter in counters), time.monotonic()
    time.sleep(seconds)
    rate = (sum(counter.value for counter in counters) - before) / (time.monotonic() - begun)
    for process in crew:
        process.kill()
        process.join()
    return rate


def _write_plain(url, writer, counter):
    """The rows of three events in one transaction, again and again: as long as the real ones, but made of nothing."""
    house = _house(url)
    row = text(
        "INSERT INTO plain (id, kind, subject, at, previous, leaf, link) VALUES (:id, 'soak.written', :subject, :at,"
        " :hash, :hash, :hash)"
    )
    body = text("INSERT INTO plain_body (event_id, salt, body) VALUES (:id, :salt, :body)")
    while True:
        with house.unit(SYSTEM) as work:
            ids = work.session.scalars(text("SELECT nextval('plain_ids') FROM generate_series(1, 3)")).all()
            same = {"subject": f"soak/{writer}", "at": work.now, "hash": "0" * 64}
            work.session.execute(row, [{"id": number, **same} for number in ids])
            filled = {"salt": b"0" * 32, "body": "0" * 220}
            work.session.execute(body, [{"id": number, **filled} for number in ids])
        counter.value += 3


def _house(url):
    return open_edge(open_engine(url, pool_size=2), Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake))


def _write(url, writer, counter):
    """Write events for ever; the counter grows only after a commit was acknowledged."""
    house = _house(url)
    number = 0
    while True:
        with house.unit(SYSTEM) as work:
            for _ in range(3):
                events.append(work, "soak.written", {"n": number}, subject=f"soak/{writer}")
                number += 1
        counter.value += 3


def _place(url):
    house = _house(url)
    while True:
        with house.unit(SYSTEM) as work:
            if not sequence(work, limit=200):
                time.sleep(0.01)
        if random.random() < 0.02:
            with house.unit(SYSTEM) as work:
                take_head(work)


def _storm(url, seconds):
    counters = [FORK.Value("q", 0, lock=False) for _ in range(WRITERS)]
    done, killed = 0, 0
    picks = random.Random(6)

    def start(place):
        if place < WRITERS:
            process = FORK.Process(target=_write, args=(url, place, counters[place]), daemon=True)
        else:
            process = FORK.Process(target=_place, args=(url,), daemon=True)
        process.start()
        return process

    processes = [start(place) for place in range(WRITERS + 2)]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(picks.uniform(0.05, 0.4))
        place = picks.randrange(len(processes))
        os.kill(processes[place].pid, signal.SIGKILL)
        processes[place].join()
        killed += 1
        processes[place] = start(place)
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    done = sum(counter.value for counter in counters)
    return done, killed


def _judge(url, acknowledged, *, killed, seconds):
    house = _house(url)
    with house.unit(SYSTEM) as work:
        work.session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    with house.unit(SYSTEM) as work:
        take_head(work)
    with house.view(SYSTEM) as work:
        stored = work.session.scalar(select(func.count()).select_from(Event)) or 0
        faults = [str(fault) for fault in check_log(work.session)]
    if faults:
        raise AssertionError(faults[:5])
    return [
        Figure(
            name="acts that were acknowledged and are missing",
            value=max(acknowledged - stored, 0),
            unit="",
            limit=0,
        ),
        Figure(name="faults that reading the whole log finds", value=len(faults), unit="", limit=0),
        Figure(name="events written", value=stored, unit=""),
        Figure(name="events a second by 16 writers", value=stored / seconds, unit="/s"),
        Figure(name="processes killed", value=killed, unit=""),
    ]
