"""Seeded mutants of domain, feel and engine: a random sample of what mutmut makes, each against its room's tests.

All mutants of the three rooms would take days; a sample of a seeded choice says how many are killed and which ones
live. Texts of sentences are left out: their translations are promised in tests/house.
"""

from __future__ import annotations

import difflib
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import libcst
from mutmut.mutation.file_mutation import create_mutations, deep_replace

from tests.bench.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "engine": ("tests/engine",),
    "feel": ("tests/feel",),
    "domain": ("tests/domain", "tests/law"),
}
NEEDED = (
    "webapp",
    "models",
    "tests",
    "bpmn",
    "forms",
    "migrations",
    "pyproject.toml",
    "docs",
    "package.json",
)
SAMPLE = 60  # mutants a room
SHARE = 90.0  # per cent that must be killed
SEED = 20261126
WORKERS = 2
SECONDS = 300  # a mutant that runs longer hangs, and so is found


@dataclass(frozen=True)
class Mutant:
    """A file with one thing changed."""

    file: str
    source: str
    difference: str


class Sentences(libcst.CSTVisitor):
    """What stands in msg(…)."""

    def __init__(self) -> None:
        self.nodes: set[int] = set()

    def visit_Call(self, node: libcst.Call) -> bool:
        if isinstance(node.func, libcst.Name) and node.func.value == "msg":
            node.visit(_Everything(self.nodes))
        return True


class _Everything(libcst.CSTVisitor):
    def __init__(self, nodes: set[int]) -> None:
        self.nodes = nodes

    def on_visit(self, node: libcst.CSTNode) -> bool:
        self.nodes.add(id(node))
        return True


def sample(room: str, count: int, chance: Random) -> list[Mutant]:
    """So many mutants of a room, each file chosen by its length."""
    files = sorted((ROOT / "webapp" / room).rglob("*.py"))
    weights = [len(file.read_bytes()) for file in files]
    found: dict[tuple[str, str], Mutant] = {}
    made = {}
    while len(found) < count:
        file = chance.choices(files, weights)[0]
        if file not in made:
            made[file] = _mutations(file)
        module, mutations = made[file]
        if not mutations:
            continue
        mutation = chance.choice(mutations)
        source = deep_replace(module, mutation.original_node, mutation.mutated_node).code
        if source == module.code:
            continue
        name = str(file.relative_to(ROOT))
        lines = difflib.unified_diff(module.code.splitlines(), source.splitlines(), lineterm="", n=0)
        found[name, source] = Mutant(name, source, "\n".join(list(lines)[2:]))
    return list(found.values())


def _mutations(file: Path):
    module, mutations, _classes, _functions = create_mutations(str(file), file.read_text(encoding="utf-8"))
    sentences = Sentences()
    module.visit(sentences)
    return module, [
        mutation
        for mutation in mutations
        if mutation.contained_by_top_level_function and id(mutation.original_node) not in sentences.nodes
    ]


class Bench:
    """A copy of the house in which one mutant at a time is tested."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in NEEDED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(
                    source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
                )
            elif source.exists():
                shutil.copy(source, folder / name)

    def kills(self, mutant: Mutant, tests: tuple[str, ...]) -> bool:
        """Whether a test fails, or none comes to an end."""
        place = self.folder / mutant.file
        before = place.read_text(encoding="utf-8")
        place.write_text(mutant.source, encoding="utf-8")
        command = [
            sys.executable,
            "-B",
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
        ]
        try:
            done = subprocess.run(  # noqa: S603  # our own tests
                [*command, *tests], cwd=self.folder, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return True
        finally:
            place.write_text(before, encoding="utf-8")
        return done.returncode != 0


def run(count: int = SAMPLE) -> list[Figure]:
    """The share of mutants killed in each room; each is printed with its end."""
    return [figure for room in ROOMS for figure in try_room(room, count)]


def try_room(room: str, count: int) -> list[Figure]:
    """Test a sample of one room's mutants."""
    mutants = sample(room, count, Random(f"{SEED} {room}"))
    with tempfile.TemporaryDirectory(prefix="hegui-mutants-") as name, ThreadPoolExecutor(WORKERS) as pool:
        benches = [Bench(Path(name) / str(number)) for number in range(WORKERS)]
        free = list(benches)

        def try_out(mutant: Mutant) -> bool:
            bench = free.pop()
            try:
                dead = bench.kills(mutant, ROOMS[room])
            finally:
                free.append(bench)
            print(f"{'killed' if dead else 'LIVES'}: {mutant.file}\n{mutant.difference}\n", flush=True)
            return dead

        broken = benches[0].kills(
            Mutant("pyproject.toml", (ROOT / "pyproject.toml").read_text(), ""), ROOMS[room]
        )
        if broken:
            raise AssertionError(f"the tests of {room} fail without any mutant")
        killed = list(pool.map(try_out, mutants))
    share = round(100 * sum(killed) / len(killed), 1)
    return [
        Figure(name=f"{room}: mutants tried, of a seeded sample", value=len(killed), unit="mutants"),
        Figure(name=f"{room}: killed", value=share, unit="%", limit=SHARE, at_least=True),
    ]
