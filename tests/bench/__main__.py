"""Measure: ``python -m tests.bench [FOLDER] [MODULE …]``, e.g. ``make bench``, ``make soak``.

Every module of the folder that has ``run() -> list[Figure]`` is called, each in turn. The figures are printed
and written into docs/figures.md under the folder's heading; exit code 1 where one is over its limit.
"""

from __future__ import annotations

import importlib
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "figures.md"
HEAD = "# Figures\n\nWritten by `make bench` and `make soak`; measured on two cores.\n"
COLUMNS = "| module | figure | value | limit | held |\n|---|---|---:|---:|---|\n"


def main(argv: list[str]) -> int:
    """Run the modules; 1 where a figure is over its limit or a module fails."""
    folder = Path(argv[0]) if argv else Path("tests/bench")
    rows: list[tuple[str, Figure]] = []
    broken: list[str] = []
    for path in sorted((ROOT / folder).glob("*.py")):
        if path.stem.startswith("_") or (argv[1:] and path.stem not in argv[1:]):
            continue
        try:
            rows += [(path.stem, figure) for figure in _run_module(path)]
        except Exception as error:
            broken.append(path.stem)
            print(f"{path.stem}: {type(error).__name__}: {error}", file=sys.stderr)
    table = COLUMNS + "".join(_write_row(module, figure) for module, figure in rows)
    print(table)
    if not argv[1:]:
        _write_section(folder.name, table)
    over = [f"{module}: {figure.name}" for module, figure in rows if not figure.held]
    print(f"{len(rows)} figures, {len(over)} over their limit, {len(broken)} modules broken", *over, sep="\n")
    return 1 if over or broken else 0


def _run_module(path: Path) -> list[Figure]:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if not hasattr(module, "run"):
        return []
    started = time.perf_counter()
    figures = module.run()
    print(f"{path.stem}: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    return list(figures)


def _write_row(module: str, figure: Figure) -> str:
    limit = (
        "" if figure.limit is None else f"{'≥' if figure.at_least else '≤'} {figure.limit:,.6g} {figure.unit}"
    )
    held = "yes" if figure.held else "**no**"
    return f"| {module} | {figure.name} | {figure.value:,.6g} {figure.unit} | {limit} | {held} |\n"


def _write_section(name: str, table: str) -> None:
    text = FIGURES.read_text(encoding="utf-8") if FIGURES.exists() else HEAD
    section = f"\n## {name}\n\n{table}"
    pattern = re.compile(rf"\n## {name}\n.*?(?=\n## |\Z)", re.DOTALL)
    text = pattern.sub(lambda _: section, text) if pattern.search(text) else text + section
    FIGURES.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
