"""A procedure is data: outside the law itself no line of code, template or front end knows one by its key."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("hours-permit", "rules-register", "investigation", "dismissal", "arbitration")
LAW = ROOT / "webapp" / "domain"  # the law is coded there, and its rules have names


def python():
    """Everything in Python but the law."""
    found = [*ROOT.glob("webapp/**/*.py"), *ROOT.glob("models/**/*.py"), ROOT / "wsgi.py"]
    return [path for path in found if LAW not in path.parents]


def drawn():
    """Templates, scripts and styles that are written by hand."""
    found = [*ROOT.glob("webapp/**/templates/**/*"), *ROOT.glob("webapp/frontend/**/*")]
    return [path for path in found if path.is_file()]


def names(key, text):
    """Whether a text has the key as a name, alone or as the first part of one: ``key``, ``key-plan``."""
    return re.search(rf"(?<![\w-]){re.escape(key)}(?!\w)", text) is not None


def strings(source):
    """Values of a Python file that could name something: no prose, so none with a blank; no docstrings."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and not re.search(r"\s", node.value)
        ):
            yield node.value


@pytest.mark.parametrize("key", KEYS)
def test_no_code_outside_the_law_knows_a_procedure(key):
    told = [
        (str(path.relative_to(ROOT)), text)
        for path in python()
        if key in (source := path.read_text())
        for text in strings(source)
        if names(key, text)
    ]
    shown = [str(path.relative_to(ROOT)) for path in drawn() if names(key, path.read_text())]
    assert (told, shown) == ([], [])


def test_the_search_finds_what_it_looks_for():
    found = list(strings('if case.key == "dismissal" or form == "dismissal-plan": pass'))
    assert [names("dismissal", text) for text in found] == [True, True]
    assert not names("dismissal", "dismissal_notice")  # a kind of document, of whatever procedure
    assert len(python()) > 300
    assert len(drawn()) > 100
