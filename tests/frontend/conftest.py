"""A real Chromium against the style guide's application."""

import logging
import threading

import pytest
from werkzeug.serving import make_server

from tests.frontend.styleguide import create_app


@pytest.fixture(scope="session")
def guide():
    """The application and its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visit:
    """One page with everything that it complained about."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.complaints = []
        self.requests = []
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda response: self.requests.append(response))  # noqa: PLW0108

    def open(self, path, ready="html[data-ready]"):
        self.page.goto(self.address + path)
        self.page.wait_for_selector(ready, state="attached")
        return self.page


@pytest.fixture
def visit(chromium, guide):
    """Open pages: ``visit("/form", ready="[data-mounted]", phone=True)``."""
    contexts = []

    def start(path, *, ready="html[data-ready]", phone=False, bypass=False, locale="zh-CN"):
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = chromium.new_context(viewport=size, has_touch=phone, locale=locale, bypass_csp=bypass)
        contexts.append(context)
        made = Visit(context.new_page(), guide[1])
        made.open(path, ready)
        return made

    yield start
    for context in contexts:
        context.close()
