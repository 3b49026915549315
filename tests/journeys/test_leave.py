"""A leave from the phone that asks to the paper that proves it."""

import subprocess

import pytest
from sqlalchemy import func, select

from models.case import Case
from models.leave import LeaveRequest
from models.task import Task, TaskState
from tests.browser import Desk
from webapp.domain.permissions import SYSTEM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("chromium"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
TOMORROW = "2026-11-25"


def walk_to_first_task(desk):
    """j, Enter: the first row of the inbox."""
    page = desk.open("/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    page.wait_for_selector("[data-mounted]", state="attached")
    return page


def tab_to(page, label):
    """Press Tab until the control with this label holds the keys; a press that never gets there fails."""
    for _ in range(60):
        if page.evaluate("document.activeElement?.labels?.[0]?.innerText?.trim() ?? ''") == label:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way to {label} by keyboard")


def count(company, table, *where):
    with company.house.view(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(table).where(*where))


def test_three_taps_three_keys_and_four_records_that_agree(chromium, address, company, leave, tmp_path):
    phone = Desk(chromium, address, phone=True)
    page = phone.log_in("lina")
    taps = 0
    page.tap(".tabbar a.act")
    taps += 1
    page.wait_for_url("**/leave/ask*")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.tap("button[data-primary]")
    taps += 1
    page.wait_for_url("**/leave/1")
    assert taps <= 3
    assert "待审批" in page.inner_text("main")

    desk = Desk(chromium, address)
    desk.log_in("head")
    page = walk_to_first_task(desk)
    tab_to(page, "同意")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/inbox/")

    office = Desk(chromium, address)
    office.log_in("hr")
    page = office.open("/attendance/?month=2026-11")
    cells = page.locator("td.on-leave a")
    assert [cells.nth(i).get_attribute("aria-label") for i in range(cells.count())] == ["年休假 8 小时"]
    case = leave.request(1).case_id
    told = office.open(f"/cases/{case}").inner_text(".timeline")
    for word in ("李娜", "陈思远"):
        assert word in told
    paper = tmp_path / "case.pdf"
    paper.write_bytes(office.context.request.get(f"{address}/cases/{case}/book.pdf").body())
    text = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], check=True, capture_output=True
    ).stdout.decode()
    for word in ("李娜", "陈思远", "年休假 11-25", "同意"):
        assert word in text, text

    assert leave.agree(1) == 480
    assert leave.ledger(1) == {("annual", 2026): -480}
    assert leave.attendance() == {TOMORROW: (480, "annual")}
    assert "leave.booked" in leave.events(1)
    assert [phone.complaints, desk.complaints, office.complaints] == [[], [], []]


def test_an_unanswered_press_repeated_acts_once(chromium, address, company):
    phone = Desk(chromium, address, phone=True)
    phone.log_in("lina")
    page = phone.open("/leave/ask")
    key = page.locator("#leave-form [name=idempotency_key]").input_value()

    def swallow(route):
        route.fetch(max_redirects=0)  # it arrives; its answer is lost on the way
        route.abort("connectionreset")

    page.route("**/leave/ask", swallow, times=1)
    with page.expect_event("requestfailed"):
        page.tap("button[data-primary]")
    assert count(company, LeaveRequest) == 1
    again = phone.context.request.post(
        f"{address}/leave/ask",
        form={
            "csrf_token": phone.context.request.get(f"{address}/leave/ask")
            .text()
            .split('name="csrf-token" content="')[1]
            .split('"')[0],
            "idempotency_key": key,
            "type": "annual",
            "start_date": TOMORROW,
            "end_date": TOMORROW,
            "part": "full",
        },
    )
    assert again.url.endswith("/leave/1")
    assert count(company, LeaveRequest) == count(company, Case) == 1
    assert count(company, Task, Task.state == TaskState.OPEN) == 1
