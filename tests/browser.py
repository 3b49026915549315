"""The real application in a real Chromium: a server on a port of its own, people who log in."""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import contextmanager

from werkzeug.serving import make_server

from tests.conftest import missing
from tests.web import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def serve(app):
    """Serve the application; its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def launch():
    """A headless Chromium."""
    if not CHROMIUM:
        missing("chromium", "no chromium on the path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Desk:
    """One person at one screen, with everything that their pages complained about."""

    def __init__(self, browser, address, *, phone=False, locale="zh-CN"):
        size = PHONE if phone else DESK
        self.context = browser.new_context(viewport=size, has_touch=phone, locale=locale)
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
        page.keyboard.press("Enter")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page
