"""Proofs beside pymerkle's, and packs with many attachments: memory may not grow with them."""

from __future__ import annotations

import hashlib
import io
import tempfile
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

from pymerkle import InmemoryTree
from pypdf import PdfReader

from tests.bench.figure import Figure
from tests.evidence.packs import Workshop
from tests.pdf.samples import sample, sample_book
from webapp.adapters.pack import Member, member, write_pack
from webapp.adapters.pdf import render_book, render_case
from webapp.adapters.verifier import verify
from webapp.domain.evidence import Leaves, inclusion_proof, root_hash, verify_inclusion

LEAVES = 20_000
FILES = 100
FILE_SIZE = 1_000_000  # bytes
BOOKS = (20, 200, 1_000)  # pages


def run() -> list[Figure]:
    """Measure."""
    return [*_proofs(), *_packs(), *_filings(), *_book()]


def _seconds(act, rounds=1):
    start = time.perf_counter()
    for _ in range(rounds):
        act()
    return (time.perf_counter() - start) / rounds


def _proofs() -> list[Figure]:
    entries = [b"entry %d" % number for number in range(LEAVES)]
    other = InmemoryTree(algorithm="sha256")
    for entry in entries:
        other.append_entry(entry)
    tree = Leaves([hashlib.sha256(b"\0" + entry).digest() for entry in entries])
    root = root_hash(LEAVES, tree)
    index = LEAVES // 3
    proof = inclusion_proof(index, LEAVES, tree)
    ours = _seconds(lambda: inclusion_proof(index, LEAVES, tree), 200)
    theirs = _seconds(lambda: other.prove_inclusion(index + 1, LEAVES), 20)
    leaf = tree(0, index)
    check = _seconds(lambda: verify_inclusion(leaf, proof, index=index, size=LEAVES, root=root), 200)
    return [
        Figure(
            name=f"proof of one in {LEAVES:,}, share of pymerkle's time",
            value=ours / theirs,
            unit="×",
            limit=1.0,
        ),
        Figure(name="proof size", value=32 * len(proof), unit="bytes"),
        Figure(name="check of a proof", value=check * 1e6, unit="µs"),
    ]


def _packs() -> list[Figure]:
    workshop = Workshop()
    few = _peak(workshop, 1)
    many = _peak(workshop, FILES)
    return [
        Figure(name=f"pack with {FILES} files of 1 MB, written", value=many[1], unit="s"),
        Figure(name=f"pack with {FILES} files of 1 MB, verified", value=many[2], unit="s"),
        Figure(name="peak memory of 100 files beside one file", value=many[0] / few[0], unit="×", limit=1.5),
    ]


def _peak(workshop, count):
    """Peak memory of writing to a file, seconds of writing and of verifying."""
    data = bytes(FILE_SIZE - 8)
    files = {f"{n:03d}.bin": data + n.to_bytes(8, "big") for n in range(count)}
    contents = workshop.contents(files=files)
    names = list(files)
    files.clear()
    members = tuple(
        Member(path=f"originals/{name}", open=lambda n=n: io.BytesIO(data + n.to_bytes(8, "big")))
        for n, name in enumerate(names)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        tracemalloc.start()
        with path.open("w+b") as out:
            wrote = _seconds(lambda: write_pack(out, replace(contents, members=members), seal=workshop.seal))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        start = time.perf_counter()
        results = verify(path, workshop.ca.root.certificate)
        checked = time.perf_counter() - start
    if not all(result["passed"] for result in results):
        raise AssertionError("the pack does not verify")
    return peak, wrote, checked


def _filings() -> list[Figure]:
    """Whole packs with their printed books: of three lengths, with a hundred files of a megabyte."""
    workshop = Workshop()
    render_book(sample_book())  # fonts are read once a process
    figures: list[Figure] = []
    for pages in BOOKS:
        book = _book_of(pages)
        few = _filing(workshop, book, 1)
        many = _filing(workshop, book, FILES)
        name = f"{many[3]} pages and {FILES} files of 1 MB"
        figures += [
            Figure(name=f"{name}: book and pack", value=many[1], unit="s of CPU"),
            Figure(name=f"{name}: size", value=many[2] / 1e6, unit="MB"),
            Figure(name=f"{name}: peak memory", value=many[0] / 1e6, unit="MB"),
            Figure(name=f"{name}: peak beside one file", value=many[0] / few[0], unit="×", limit=1.1),
        ]
    return figures


def _book_of(pages):
    """A book of about so many pages: its case has as many events as that takes."""
    event, entry = sample().events[0], sample_book().entries[0]

    def made(count):
        case = sample(events=tuple(replace(event, sequence=number) for number in range(1, count + 1)))
        entries = tuple(replace(entry, sequence=number) for number in range(1, count + 1))
        return sample_book(cases=(case,), entries=entries)

    few, many = (len(PdfReader(io.BytesIO(render_book(made(count)))).pages) for count in (100, 400))
    return made(max(int(100 + (pages - few) * 300 / (many - few)), 1))


def _filing(workshop, book, count):
    """Peak memory and seconds of printing and packing, the pack's size, the book's pages."""
    data = bytes(FILE_SIZE - 8)
    files = {f"{n:03d}.bin": n.to_bytes(8, "big") + data for n in range(count)}
    contents = workshop.contents(files=files)
    names = list(files)
    files.clear()
    members = tuple(
        Member(path=f"originals/{name}", open=lambda n=n: io.BytesIO(n.to_bytes(8, "big") + data))
        for n, name in enumerate(names)
    )
    with tempfile.TemporaryFile() as out:

        def make():
            out.seek(0)
            pdf = render_book(book)
            made = replace(contents, members=(member("证据册.pdf", pdf), *members))
            write_pack(out, made, seal=workshop.seal)
            return pdf

        begun = time.process_time()
        pdf = make()
        spent = time.process_time() - begun
        tracemalloc.start()  # apart: tracing makes the printing several times slower
        make()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        size = out.tell()
    return peak, spent, size, len(PdfReader(io.BytesIO(pdf)).pages)


def _book() -> list[Figure]:
    render_case(sample())
    event = sample().events[0]
    long = sample(events=tuple(replace(event, sequence=number) for number in range(1, 2001)))
    return [
        Figure(
            name="case of 30 events as PDF",
            value=_seconds(lambda: render_case(sample()), 3) * 1000,
            unit="ms",
        ),
        Figure(name="case of 2,000 events as PDF", value=_seconds(lambda: render_case(long)), unit="s"),
    ]
