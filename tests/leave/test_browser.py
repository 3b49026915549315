"""Three people in a real browser: asked on a phone, approved by keyboard, seen in the month."""

import threading

import pytest
from werkzeug.serving import make_server

from tests.web import PASSWORD, make_web

pytestmark = pytest.mark.browser


@pytest.fixture
def address(company, tmp_path):
    server = make_server("127.0.0.1", 0, make_web(company, tmp_path), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(address, chromium):
    """Open the front page as somebody, on a phone or a desk; complaints of the page fail the test."""
    complaints = []

    contexts = []

    def start(who, *, phone=False):
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = chromium.new_context(viewport=size, has_touch=phone, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.goto(f"{address}/login")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_request_to_record(visit, leave, address):
    phone = visit("lina", phone=True)
    phone.tap(".tabbar a.act")  # 1
    phone.wait_for_url("**/leave/ask*")
    phone.wait_for_selector("html[data-ready]", state="attached")
    phone.wait_for_selector("#cost:has-text('批准后剩余 9 天')")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.tap("button[data-primary]")  # 2: nothing typed
    phone.wait_for_url("**/leave/1")
    assert "待审批" in phone.inner_text("main")

    desk = visit("head")
    desk.goto(f"{address}/inbox/")
    desk.wait_for_selector("html[data-ready]", state="attached")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/tasks/*")
    desk.wait_for_selector("html[data-ready]", state="attached")
    desk.wait_for_selector("[data-mounted]", state="attached")
    desk.get_by_label("同意", exact=True).first.focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(lambda url: not url.rstrip("/").endswith("/tasks/1"))

    office = visit("hr")
    office.goto(f"{address}/attendance/?month=2026-11")
    assert office.locator("td.on-leave a").count() == 1
    assert leave.agree(1) == 480
