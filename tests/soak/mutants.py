"""Seeded mutants of engine, decisions, feel and domain: a random sample of what mutmut makes, each against its tests.

All mutants of the rooms would take days; a sample of a seeded choice says how many are killed and which ones live.
Against a mutant run the tests of its room that reach the changed lines, as a coverage run found them, quick ones
first; where a line also runs before any test, all of the room. Texts of sentences are left out: their translations
are promised in tests/house.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import libcst
from coverage import CoverageData
from mutmut.mutation.file_mutation import create_mutations, deep_replace

from tests.bench.figure import Figure
from tests.soak import chosen
from tests.soak.equivalents import EQUIVALENT

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "engine": ("tests/engine",),
    "decisions": ("tests/decisions",),
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
SAMPLE = 16  # mutants a room
SHARE = 90.0  # per cent that must be killed
SEED = 20261126
WORKERS = 2
SECONDS = 240  # a mutant that runs longer hangs, and so is found


@dataclass(frozen=True)
class Mutant:
    """A file with one thing changed."""

    file: str
    source: str
    difference: str
    lines: tuple[int, ...] = ()  # of the file as it is, where it was changed


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
        lines = list(difflib.unified_diff(module.code.splitlines(), source.splitlines(), lineterm="", n=0))
        found[name, source] = Mutant(name, source, "\n".join(lines[2:]), _changed(lines))
    return list(found.values())


def _changed(lines: list[str]) -> tuple[int, ...]:
    found: list[int] = []
    for line in lines:
        if hunk := re.match(r"@@ -(\d+)(?:,(\d+))? ", line):
            found += range(int(hunk[1]), int(hunk[1]) + max(1, int(hunk[2] or 1)))
    return tuple(found)


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

    def kills(self, mutant: Mutant, reach: Reach) -> bool:
        """Whether a test fails, or none comes to an end."""
        place = self.folder / mutant.file
        before = place.read_text(encoding="utf-8")
        place.write_text(mutant.source, encoding="utf-8")
        names = reach.tests_of(mutant)
        try:
            done = self.test(sorted({n.partition("::")[0] for n in names}), names=names)
        except subprocess.TimeoutExpired:
            return True
        finally:
            place.write_text(before, encoding="utf-8")
        if done.returncode in {4, 5}:  # no such test, or none: that kills nothing
            raise AssertionError(done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
        return done.returncode != 0

    def test(
        self, paths: list[str], *more: str, names: list[str] | None = None, seconds: int | None = SECONDS
    ):
        """Run tests in the copy, all of the paths or those named."""
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
        environment = dict(os.environ)
        if names is not None:
            chosen_file = self.folder / "chosen.txt"
            chosen_file.write_text("\n".join(names), encoding="utf-8")
            environment[chosen.LIST] = str(chosen_file)
            command += ["-p", "tests.soak.chosen"]
        return subprocess.run(  # noqa: S603  # our own tests
            [*command, *more, *paths],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            timeout=seconds,
            check=False,
        )


class Reach:
    """Which tests of a room reach which line, found by running all of them once over the house as it is."""

    def __init__(self, bench: Bench, room: str) -> None:
        self.folder = bench.folder
        more = ("--durations=0", "--durations-min=0", "-vv", f"--cov=webapp/{room}", "--cov-context=test")
        done = bench.test(list(ROOMS[room]), *more, "--cov-report=", seconds=None)
        text = done.stdout.decode()
        if done.returncode:
            raise AssertionError(f"the tests of {room} fail without any mutant\n{text[-3000:]}")
        self.seconds: dict[str, float] = {}
        for took, name in re.findall(r"^([\d.]+)s (?:call|setup|teardown) +(.+?)\s*$", text, re.MULTILINE):
            self.seconds[name] = self.seconds.get(name, 0) + float(took)
        self.data = CoverageData(str(bench.folder / ".coverage"))
        self.data.read()

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Node ids, the quickest first; all of the room where the lines run before any test."""
        by_line = self.data.contexts_by_lineno(str(self.folder / mutant.file))
        near = [next((n for n in range(line, 0, -1) if n in by_line), line) for line in mutant.lines]
        found = {context.rpartition("|")[0] for line in near for context in by_line.get(line, ())}
        names = self.seconds if not found or "" in found else found
        return sorted(names, key=lambda name: (self.seconds.get(name, 0), name))


def run(count: int = SAMPLE) -> list[Figure]:
    """The share of mutants killed in each room; each is printed with its end."""
    return [figure for room in ROOMS for figure in try_room(room, count)]


def try_room(room: str, count: int) -> list[Figure]:
    """Test a sample of one room's mutants."""
    mutants = sample(room, count, Random(f"{SEED} {room}"))
    judged = [m for m in mutants if (m.file, m.difference.partition("\n")[2]) in EQUIVALENT]
    mutants = [m for m in mutants if m not in judged]
    with tempfile.TemporaryDirectory(prefix="hegui-mutants-") as name, ThreadPoolExecutor(WORKERS) as pool:
        benches = [Bench(Path(name) / str(number)) for number in range(WORKERS)]
        reach, free = Reach(benches[0], room), list(benches)

        def try_out(mutant: Mutant) -> bool:
            bench = free.pop()
            try:
                dead = bench.kills(mutant, reach)
            finally:
                free.append(bench)
            print(f"{'killed' if dead else 'LIVES'}: {mutant.file}\n{mutant.difference}\n", flush=True)
            return dead

        killed = list(pool.map(try_out, mutants))
    share = round(100 * sum(killed) / len(killed), 1)
    return [
        Figure(name=f"{room}: mutants tried, of a seeded sample", value=len(killed), unit="mutants"),
        Figure(
            name=f"{room}: left out, equivalent for a reason written down", value=len(judged), unit="mutants"
        ),
        Figure(name=f"{room}: killed", value=share, unit="%", limit=SHARE, at_least=True),
    ]


def main(argv: list[str]) -> int:
    """``python -m tests.soak.mutants ROOM COUNT``: one room alone, with a sample of another size."""
    figures = try_room(argv[0], int(argv[1]))
    print(*figures, sep="\n")
    return 0 if all(figure.held for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
