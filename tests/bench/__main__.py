"""Measure: ``python -m tests.bench [FOLDER] [MODULE …]``, e.g. ``make bench``, ``make soak``.

Every module of the folder that has ``run() -> list[Figure]`` is called, each in turn. The figures are printed
and written into docs/figures.md under the folder's heading, each row with its day, the machine's cores and how
busy others kept them before; exit code 1 where one is over its limit. Where modules are named, their rows alone
are written anew.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "figures.md"
HEAD = """# Figures

Written by `make bench`, `make million` and `make soak`, each row by the run that its last column names: the day, the
cores of the machine, and the processes that already wanted them when the run of the module began (load average of a minute;
below 1 the machine was idle).
"""
COLUMNS = "| module | figure | value | limit | held | measured |\n|---|---|---:|---:|---|---|\n"


def main(argv: list[str]) -> int:
    """Run the modules; 1 where a figure is over its limit or a module fails."""
    folder = Path(argv[0]) if argv else Path("tests/bench")
    rows: dict[str, list[str]] = {}
    over: list[str] = []
    broken: list[str] = []
    for path in sorted((ROOT / folder).glob("*.py")):
        if path.stem.startswith("_") or (argv[1:] and path.stem not in argv[1:]):
            continue
        where = _where()
        try:
            figures = _run_module(path)
        except Exception as error:
            broken.append(path.stem)
            print(f"{path.stem}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        over += [f"{path.stem}: {figure.name}" for figure in figures if not figure.held]
        if figures:
            rows[path.stem] = [_write_row(path.stem, figure, where) for figure in figures]
            print(*rows[path.stem], sep="", flush=True)
    _write_section(folder.name, rows, keep=bool(argv[1:]))
    count = sum(map(len, rows.values()))
    print(f"{count} figures, {len(over)} over their limit, {len(broken)} modules broken", *over, sep="\n")
    return 1 if over or broken else 0


def _where() -> str:
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, load {busy:.1f}"


def _run_module(path: Path) -> list[Figure]:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if not hasattr(module, "run"):
        return []
    started = time.perf_counter()
    figures = module.run()
    print(f"{path.stem}: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    return list(figures)


def _write_row(module: str, figure: Figure, where: str) -> str:
    limit = (
        "" if figure.limit is None else f"{'≥' if figure.at_least else '≤'} {figure.limit:,.6g} {figure.unit}"
    )
    held = "yes" if figure.held else "**no**"
    return f"| {module} | {figure.name} | {figure.value:,.6g} {figure.unit} | {limit} | {held} | {where} |\n"


def _write_section(name: str, rows: dict[str, list[str]], *, keep: bool) -> None:
    """Write the rows under a heading; with ``keep`` beside those of modules that did not run."""
    text = FIGURES.read_text(encoding="utf-8") if FIGURES.exists() else HEAD
    pattern = re.compile(rf"\n## {name}\n.*?(?=\n## |\Z)", re.DOTALL)
    before = pattern.search(text)
    kept: dict[str, list[str]] = {}
    for line in before[0].splitlines(keepends=True) if before and keep else ():
        if line.startswith("| ") and not line.startswith("| module"):
            kept.setdefault(line.split(" | ")[0].removeprefix("| "), []).append(line)
    whole = sorted({**kept, **rows}.items())
    section = f"\n## {name}\n\n{COLUMNS}" + "".join(line for _, lines in whole for line in lines)
    text = pattern.sub(lambda _: section, text) if before else text + section
    FIGURES.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
