"""Promises about the house itself."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("webapp/**/*.py"), *ROOT.glob("models/**/*.py"), ROOT / "wsgi.py"])


def test_commit_stands_at_the_edge_alone():
    guilty = [str(p.relative_to(ROOT)) for p in SOURCES if re.search(r"(?<!def )\bcommit\(", p.read_text())]
    assert [g for g in guilty if g != "webapp/edge.py"] == []


def test_only_settings_reads_the_environment():
    guilty = [str(p.relative_to(ROOT)) for p in SOURCES if re.search(r"os\.environ|getenv", p.read_text())]
    assert [g for g in guilty if g != "webapp/settings.py"] == []


def test_no_file_is_a_store_room():
    long_files = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := p.read_text().count("\n")) > 400}
    assert long_files == {}


def test_procedures_are_data():
    assert [*ROOT.glob("bpmn/**/*.py"), *ROOT.glob("forms/**/*.py")] == []
