"""A pytest plugin: run the tests that a file names, in its order, and leave out all others."""

from __future__ import annotations

import os
from pathlib import Path

LIST = "HEGUI_CHOSEN_TESTS"  # environment variable: path of a file with one node id a line


def pytest_collection_modifyitems(config, items):
    """Keep the named ones; exit code 5 where none of them was collected."""
    place = {name: n for n, name in enumerate(Path(os.environ[LIST]).read_text("utf-8").splitlines())}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in place])
    items[:] = sorted((i for i in items if i.nodeid in place), key=lambda i: place[i.nodeid])
