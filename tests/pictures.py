"""``make docs``: the pictures of the README and the how-tos, taken from the demo company in Chromium."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser import Desk, browser_of_this_process, close_browser, serve

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "hegui-demo-2026"
PICTURES = (
    # file, who, path, phone
    ("inbox", "chensiyuan", "/inbox/", False),
    ("task", "chensiyuan", "first task", False),
    ("case", "zhaomin", "first case", False),
    ("leave-phone", "lina", "/leave/", True),
    ("studio", "wutao", "/studio/", False),
    ("admin", "admin", "/admin/people/", False),
    ("evidence", "linfan", "first evidence", False),
    ("bundle", "linfan", "/bundles/1", False),
)


def main() -> int:
    """Load a fresh demo company and take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "HEGUI_DATA_DIR": folder, "HEGUI_QUEUE": "immediate"}
        for command in (["db", "upgrade"], ["demo"]):
            subprocess.run([sys.executable, "-m", "webapp.cli", *command], check=True, env=env, cwd=ROOT)
        os.environ.update(HEGUI_DATA_DIR=folder, HEGUI_QUEUE="immediate")
        from wsgi import make_app

        with serve(make_app()) as address:
            browser = browser_of_this_process()
            for name, who, path, phone in PICTURES:
                _take(browser, address, name, who=who, path=path, phone=phone)
            close_browser()
    return 0


def _take(browser, address, name, *, who, path, phone):
    desk = Desk(browser, address, phone=phone)
    desk.log_in(who, PASSWORD)
    page = desk.open(_resolve(desk, path))
    page.wait_for_load_state("networkidle")
    page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png")
    desk.context.close()
    print(f"docs/pictures/{name}.png")


def _resolve(desk, path):
    if path.startswith("/"):
        return path
    where, selector = ("/inbox/", "a[data-open]") if path == "first task" else ("/cases/", "a[data-open]")
    page = desk.open(where)
    href = page.locator(selector).first.get_attribute("href")
    return f"{href}/evidence" if path == "first evidence" else href


if __name__ == "__main__":
    raise SystemExit(main())
