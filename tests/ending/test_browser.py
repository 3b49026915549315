"""People work these procedures in Chromium: a blocked plan at a desk, an arbitration on a phone to its pack."""

import pytest

from tests.browser import Desk, serve
from tests.ending.acts import ADDRESS
from tests.evidence.packs import faults, verify
from tests.pdf.tools import needs_openssl
from tests.web import make_settings
from webapp.app import create_app
from webapp.edge import utc_now

pytestmark = [needs_openssl, pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture
def visit(company, sealing, chromium, tmp_path):
    """Log in as somebody; what their pages complain about fails the test."""
    app = create_app(make_settings(tmp_path), house=company.house)
    with serve(app) as address:
        desks = []

        def start(who, *, phone=True):
            desk = Desk(chromium, address, phone=phone)
            desks.append(desk)
            desk.log_in(who)
            return desk

        yield start
        complaints = [c for d in desks for c in d.complaints]
        for desk in desks:
            desk.context.close()
        assert complaints == []


def fill(page, **values):
    """Fill a form by the names of its fields; ``__`` stands for the dot of a path.

    Choices come last: where others depend on them the page draws its fields again, with what was typed.
    """
    choices = {}
    for name, value in values.items():
        field = page.locator(f'[name="{name.replace("__", ".")}"]')
        if field.first.evaluate("e => e.type") == "radio":
            choices[name.replace("__", ".")] = value
        elif field.first.evaluate("e => e.type") == "select-one":
            field.select_option(value)
        else:
            field.fill(value)
    for name, value in choices.items():
        page.locator(f'[name="{name}"][value="{value}"]').focus()
        page.keyboard.press("Space")


def send(page):
    with page.expect_navigation():
        page.click("[data-primary]")
    page.wait_for_selector("html[data-ready]", state="attached")


def test_a_blocked_plan_shows_the_article_and_what_would_open_the_way_and_no_way_on(visit, sealing):
    case_id = sealing.begins("dismissal", occasion="期满复查仍未改正")
    hr = visit("hr")
    page = hr.open(f"/tasks/{sealing.task(case_id, 'plan').id}")
    page.select_option('[name="ground"]', "39(4)")
    page.wait_for_selector('[name="facts.second_employment_proved"]')
    asked = page.locator('[name="facts.second_employment_proved"][value="no"]')
    asked.check()
    fill(
        page, facts_text="只在对方展台出现过，没有其他证据。", last_day="2026-12-31", delivery_address=ADDRESS
    )
    send(page)
    page = hr.open(f"/tasks/{sealing.task(case_id, 'obstacle').id}")
    said = page.inner_text("main")
    assert "劳动合同法第39条第4项" in said
    assert "补充社保、工资、合同等证据" in said
    offered = page.locator('[name="outcome"]').evaluate_all("all => all.map(e => e.value)")
    assert offered == ["revise", "close"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    fill(page, outcome="close")
    send(page)
    assert sealing.row(case_id).ended_at is not None


def test_an_arbitration_is_worked_on_a_phone_from_the_notice_to_the_sealed_pack(visit, sealing, tmp_path):
    today = sealing.clock.now.date().isoformat()
    page = visit("hr").open("/begin/arbitration")
    fill(page, _person="E0003", received_on=today, commission="浦东新区仲裁委", file_number="100 号")
    fill(page, claims__0__kind="unlawful", claims__0__amount="156000")
    send(page)
    case_id = sealing.case_about("arbitration")
    sealing.work()
    legal = visit("legal")

    def step(element, **values):
        page = legal.open(f"/tasks/{sealing.task(case_id, element).id}")
        first = {name: values.pop(name) for name in list(values) if name.endswith("exposure")}
        if first:  # another figure than the law's: a field for the reason is drawn
            fill(page, **first)
            page.keyboard.press("Tab")
            page.wait_for_selector('[name="positions.0.why_differs"]')
        fill(page, **values)
        send(page)
        sealing.work()

    page = visit("hr2").open(f"/tasks/{sealing.task(case_id, 'figures').id}")
    assert page.locator('[name="monthly_wage"]').count() == 0  # asked for overtime alone
    fill(page, ended_on=today, avg_12m_gross="12000", local_average="12307", local_minimum="2740")
    fill(page, figure_source="工资台账")
    send(page)
    assert "举证责任" in legal.open(f"/tasks/{sealing.task(case_id, 'assess').id}").inner_text("main")
    one = {
        "kind": "unlawful",
        "risk": "high",
        "exposure": "156000",
        "position": "程序合法",
        "exhibits": "1-4",
    }
    one |= {"why_differs": "按请求金额"}
    step("assess", outcome="answer", **{f"positions__0__{name}": value for name, value in one.items()})
    step("answer", done_on=today)
    step("hearing", hearing_on=today, hearing_place="第三仲裁庭", counsel="何律")
    step("held", outcome="award", record="双方举证质证完毕")
    step(
        "award",
        award_received_on=today,
        awarded__0__kind="unlawful",
        awarded__0__amount="100",
        local_minimum="2740",
    )
    step("appeal", outcome="sue", because="不服裁决")
    assert "第47、49条" in legal.open(f"/tasks/{sealing.task(case_id, 'appeal_shut').id}").inner_text("main")
    step("appeal_shut")
    step("appeal", outcome="accept", because="金额合理")
    sealing.does(case_id, "comply", "hr", done_on=today, paid=100, lessons="按约定地址送达")
    assert sealing.events(case_id)[-1] == "case.sealed"
    page = legal.open(f"/cases/{case_id}/evidence")
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出证据包").click()
    coming.value.save_as(tmp_path / "pack.zip")
    root = sealing.company.house.ports.doors().trust(utc_now())["root.pem"]
    assert faults(verify(tmp_path, (tmp_path / "pack.zip").read_bytes(), root)[1]) == []
