"""The real application in a real Chromium: a server on a port of its own, people who log in."""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server

from tests.conftest import missing
from tests.web import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Counted:
    """An application that knows how many requests it is answering."""

    def __init__(self, app):
        self.app, self.open, self.changed = app, 0, threading.Condition()

    def count(self, step):
        with self.changed:
            self.open += step
            self.changed.notify_all()

    def __call__(self, environ, start_response):
        self.count(1)
        try:
            return self.app(environ, start_response)
        finally:
            self.count(-1)

    def wait(self):
        """Wait for the last answer: its thread still holds a connection to the database."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.open == 0, timeout=60), "a request never ended"


@contextmanager
def serve(app):
    """Serve the application; its address. No answer is being made any more when it ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    counted = Counted(app)
    server = make_server("localhost", 0, counted, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        counted.wait()


_running: list[Any] = []


def browser_of_this_process():
    """The one headless Chromium of a test process: Playwright's sync API bears no second one beside it."""
    if not CHROMIUM:
        missing("chromium", "no chromium on the path")
    if not _running:
        from playwright.sync_api import sync_playwright

        playwright = sync_playwright().start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        _running.extend([browser, playwright])
    return _running[0]


def close_browser():
    """End it; the test session calls this last."""
    if _running:
        browser, playwright = _running
        _running.clear()
        browser.close()
        playwright.stop()


class Desk:
    """One person at one screen, with everything that their pages complained about."""

    def __init__(self, browser, address, *, phone=False, locale="zh-CN", **more):
        size = PHONE if phone else DESK
        self.context = browser.new_context(viewport=size, has_touch=phone, locale=locale, **more)
        self.page = self.context.new_page()
        self.address = address
        self.complaints = []
        self.page.on("console", lambda m: m.type == "error" and self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path):
        """Go to a page and wait until its script has started."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self.page

    def log_in(self, who, password=PASSWORD):
        """Log in as a person of the small company."""
        page = self.open("/login")
        page.fill("#username", who.replace("_", ""))
        page.fill("#password", password)
        with page.expect_navigation():  # the log-in page was ready too: only a new page answers
            page.keyboard.press("Enter")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page
