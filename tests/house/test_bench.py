"""Promises of the bench: limits hold, figures are written down."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from tests.bench.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("bench_main", ROOT / "tests" / "bench" / "__main__.py")
bench = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bench)


class TestFigure:
    @pytest.mark.parametrize(
        ("value", "limit", "at_least", "held"),
        [
            (1, None, False, True),
            (1, 1, False, True),
            (2, 1, False, False),
            (2, 1, True, True),
            (0, 1, True, False),
        ],
    )
    def test_is_held_within_its_limit(self, value, limit, at_least, held):
        assert Figure(name="n", value=value, unit="ms", limit=limit, at_least=at_least).held is held


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of modules in a root of its own."""
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "FIGURES", tmp_path / "figures.md")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def write(name, value, limit):
        made = tmp_path / "measured"
        made.mkdir(exist_ok=True)
        body = f"from tests.bench.figure import Figure\ndef run():\n    return [Figure(name='{name}', value={value}, unit='ms', limit={limit})]\n"
        (made / f"{name}.py").write_text(body)
        return str(made)

    yield write
    for module in [name for name in sys.modules if name.startswith("measured")]:
        del sys.modules[module]


class TestBench:
    def test_writes_what_it_measured(self, folder):
        assert bench.main([folder("quick", 1, 2)]) == 0
        row = next(line for line in bench.FIGURES.read_text().splitlines() if line.startswith("| quick |"))
        assert row.startswith("| quick | quick | 1 ms | ≤ 2 ms | yes | 20")
        assert f"{os.cpu_count()} cores, load " in row

    def test_fails_over_a_limit(self, folder):
        assert bench.main([folder("slow", 3, 2)]) == 1
        assert "**no**" in bench.FIGURES.read_text()

    def test_fails_where_a_module_breaks(self, folder):
        assert bench.main([folder("broken", "1 / 0", 2)]) == 1

    def test_keeps_the_section_of_the_other_folder(self, folder):
        bench.FIGURES.write_text(bench.HEAD + "\n## other\n\nkept\n")
        bench.main([folder("one", 1, 2)])
        bench.main([folder("one", 1, 2)])
        assert bench.FIGURES.read_text().count("## measured") == 1
        assert "kept" in bench.FIGURES.read_text()

    def test_one_module_alone_leaves_the_figures_of_the_others(self, folder):
        folder("one", 1, 2)
        bench.main([folder("two", 1, 2)])
        del sys.modules["measured.one"]
        assert bench.main([folder("one", 1.5, 2), "one"]) == 0
        rows = [line for line in bench.FIGURES.read_text().splitlines() if " ms |" in line]
        assert [row.split(" | ")[:3] for row in rows] == [
            ["| one", "one", "1.5 ms"],
            ["| two", "two", "1 ms"],
        ]

    def test_a_whole_run_writes_nothing_of_a_module_that_breaks(self, folder):
        folder("one", 1, 2)
        bench.main([folder("two", 1, 2)])
        del sys.modules["measured.one"]
        assert bench.main([folder("one", "1 / 0", 2)]) == 1
        assert "| one |" not in bench.FIGURES.read_text()
