"""Every kind of event that a case's chain may hold has a line in the reader's words."""

import ast
from pathlib import Path

from webapp.services.cases.timeline import TITLES

ROOT = Path(__file__).resolve().parents[2]


def kinds_of_cases():
    """The literal kinds of ``events.append(work, kind, …, case=…)`` below webapp/services, with their file."""
    for path in sorted(ROOT.glob("webapp/services/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "append":
                continue
            if getattr(getattr(node.func, "value", None), "id", "") != "events":
                continue
            if not any(k.arg == "case" for k in node.keywords) or len(node.args) < 2:
                continue
            kind = node.args[1]
            if isinstance(kind, ast.Constant):
                yield kind.value, path.name
            elif isinstance(kind, ast.IfExp):
                yield from ((part.value, path.name) for part in (kind.body, kind.orelse))


def test_no_kind_is_shown_as_a_mere_record():
    found = list(kinds_of_cases())
    assert len(found) > 30
    assert [(kind, where) for kind, where in found if kind not in TITLES] == []
