"""A million events in the real tables: written, placed, headed, read again whole, proved one by one."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from random import Random

from pymerkle import SqliteTree
from pymerkle import verify_inclusion as verify_theirs
from sqlalchemy import select, text

from models import metadata
from models.event import Event
from models.session import open_engine
from tests.bench.figure import Figure
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.evidence import inclusion_proof, required_nodes, verify_inclusion
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services import events
from webapp.services.log import check_log, sequence, take_head
from webapp.services.log.nodes import load_nodes
from webapp.services.work import Ports

EVENTS = 1_000_000
CHUNK = 2_000  # events a transaction writes
PROOFS = 500


def run(count: int = EVENTS) -> list[Figure]:
    """Write, place, check and prove on SQLite."""
    with tempfile.TemporaryDirectory(prefix="hegui-soak-") as folder:
        path = Path(folder) / "hegui.sqlite"
        engine = open_engine(f"sqlite:///{path}")
        with engine.execution_options(hegui_write=True).begin() as connection:
            metadata.create_all(connection)
        house = open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake))
        figures = [*_grow(house, count), *_check(house, count), *_prove(house, count)]
        with house.view(SYSTEM) as work:
            work.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        figures.append(Figure(name="database a million events", value=path.stat().st_size / 1e6, unit="MB"))
        engine.dispose()
        return figures


def _grow(house, count):
    begun = time.perf_counter()
    for start in range(0, count, CHUNK):
        with house.unit(SYSTEM) as work:
            for number in range(start, min(start + CHUNK, count)):
                events.append(work, "soak.written", {"n": number}, subject=f"soak/{number % 100}")
    written, begun = time.perf_counter() - begun, time.perf_counter()
    placed = 1
    while placed:
        with house.unit(SYSTEM) as work:
            placed = sequence(work)
    spent = time.perf_counter() - begun
    return [
        Figure(name=f"{count:,} events written, many a transaction", value=count / written, unit="/s"),
        Figure(name="places given in the tree", value=count / spent, unit="/s"),
    ]


def _check(house, count):
    with house.unit(SYSTEM) as work:
        size = take_head(work).size
    begun = time.perf_counter()
    with house.view(SYSTEM) as work:
        faults = sum(1 for _ in check_log(work.session))
    return [
        Figure(name="events under the head", value=size, unit="", limit=count, at_least=True),
        Figure(name="faults that reading all of them finds", value=faults, unit="", limit=0),
        Figure(name="the whole log read and verified", value=time.perf_counter() - begun, unit="s"),
    ]


def _prove(house, count):
    """Random events proved from SQL; beside it pymerkle in memory, over a fiftieth of the leaves."""
    picks = Random(9162)
    spent = checked = steps = wrong = 0.0
    with house.view(SYSTEM) as work:
        head = bytes.fromhex(work.session.execute(text("SELECT root FROM log_head")).scalar_one())
        for _ in range(PROOFS):
            index = picks.randrange(count)
            leaf = work.session.scalars(select(Event.leaf).where(Event.position == index)).one()
            begun = time.perf_counter()
            nodes = load_nodes(work.session, required_nodes(size=count, index=index))
            proof = inclusion_proof(index, count, lambda *key: nodes[key])  # noqa: B023
            spent, begun = spent + time.perf_counter() - begun, time.perf_counter()
            good = verify_inclusion(bytes.fromhex(leaf), proof, index=index, size=count, root=head)
            checked += time.perf_counter() - begun
            steps, wrong = max(steps, len(proof)), wrong + (not good)
    theirs, their_steps, their_check = _other(count)
    return [
        Figure(name="proofs of random events that fail", value=wrong, unit="", limit=0),
        Figure(name=f"one event proved from SQL, of {count:,}", value=spent / PROOFS * 1000, unit="ms"),
        Figure(
            name="the same beside pymerkle's SQLite tree", value=spent / PROOFS / theirs, unit="×", limit=1.0
        ),
        Figure(name="proof size", value=32 * steps, unit="bytes"),
        Figure(name="proof size beside pymerkle's", value=steps / their_steps, unit="×", limit=1.0),
        Figure(name="a proof verified", value=checked / PROOFS * 1e6, unit="µs"),
        Figure(name="the same beside pymerkle", value=checked / PROOFS / their_check, unit="×", limit=1.0),
    ]


def _other(count):
    """Seconds of pymerkle for a proof over as many leaves in its own SQLite tree, its steps, its check."""
    with tempfile.TemporaryDirectory(prefix="hegui-soak-") as folder:
        tree = SqliteTree(str(Path(folder) / "merkle.sqlite"), algorithm="sha256")
        tree.append_entries([b"entry %d" % number for number in range(count)])
        root = tree.get_state(count)
        begun = time.perf_counter()
        proofs = [tree.prove_inclusion(count // 3 + place, count) for place in range(5)]
        spent, begun = (time.perf_counter() - begun) / len(proofs), time.perf_counter()
        for place, proof in enumerate(proofs):
            verify_theirs(tree.get_leaf(count // 3 + place), root, proof)
        checked = (time.perf_counter() - begun) / len(proofs)
        return spent, len(proofs[0].serialize()["path"]), checked
