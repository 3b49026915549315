"""Three people on a phone answer an offer, each in their own way; HR watches it move from a desk."""

import gzip

import pytest

from tests.browser import Desk, serve
from tests.web import make_web

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

BUDGET = 150 * 1024  # bytes, gzip, before the document shows


@pytest.fixture
def visit(company, change, chromium, tmp_path):
    """Log in as somebody on a phone or at a desk; what their pages complain about fails the test."""
    with serve(make_web(company, tmp_path)) as address:
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


def offer(change, made, number):
    return f"/tasks/{change.task(change.case(made, number).id, 'answer').id}"


def test_the_offer_on_a_phone_weighs_little_and_offers_three_answers_of_one_size(visit, change):
    made = change.going("N000")
    desk = visit("N000")
    fetched = []
    desk.page.on("response", lambda r: fetched.append(r))
    page = desk.open(offer(change, made, "N000"))
    assert page.inner_text(".letter").startswith("从元旦起")
    texts = page.locator(".compare > div").all_inner_texts()
    assert any("班次" in t and "19:00–23:00" in t for t in texts)
    buttons = page.locator(".answers .button").all()
    boxes = [b.bounding_box() for b in buttons]
    assert [b.get_attribute("data-answer") for b in buttons] == ["agree", "negotiate", "refuse"]
    assert max(b["width"] for b in boxes) - min(b["width"] for b in boxes) < 2
    assert {(b["height"], b["y"]) for b in boxes} == {(boxes[0]["height"], boxes[0]["y"])}
    assert boxes[0]["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    weight = sum(len(gzip.compress(r.body())) for r in fetched if r.status == 200)
    assert weight <= BUDGET, [(r.url, len(r.body())) for r in fetched]


def test_one_agrees_another_refuses_a_third_negotiates_and_asks_in_place(visit, change):
    made = change.going("N000", "N001", "N002")
    page = visit("N000").open(offer(change, made, "N000"))
    page.tap("[data-answer=agree]")
    page.wait_for_selector("[data-primary]")
    page.tap("[data-primary]")
    page.wait_for_url("**/tasks/*")
    assert change.stage(made, "N000") == "signing"

    page = visit("N001").open(offer(change, made, "N001"))
    page.tap("[data-answer=refuse]")
    page.wait_for_selector("#answer-form")
    page.tap("[data-primary]")  # a reason is not asked for
    page.wait_for_url("**/cases/*")
    change.work()
    assert change.stage(made, "N001") == "refused"

    desk = visit("N002")
    page = desk.open(offer(change, made, "N002"))
    page.fill("#f-text", "网费补贴怎么发？")
    page.tap("#questions button")
    page.wait_for_selector("#questions .comments")
    page.tap("[data-answer=negotiate]")
    page.wait_for_selector("#answer-form")
    page.fill("#f-wish", "希望 22:30 下班")
    page.wait_for_selector("[data-draft-state][data-state=saved]")
    page = desk.open(offer(change, made, "N002"))  # the phone lost its connection, the page is opened anew
    page.tap("[data-answer=negotiate]")
    page.wait_for_selector("#answer-form")
    assert page.input_value("#f-wish") == "希望 22:30 下班"
    page.tap("[data-primary]")
    page.wait_for_url("**/cases/*")
    assert change.stage(made, "N002") == "negotiating"

    desk = visit("hr", phone=False)
    page = desk.open(f"/campaigns/{made}")
    assert "停在此步" in page.inner_text(".funnel") or "协商中" in page.inner_text(".outcomes")
    page = desk.open(f"/tasks/{change.task(change.case(made, 'N002').id, 'counter').id}")
    assert "网费补贴怎么发？" in page.inner_text(".comments")
    assert "希望 22:30 下班" in page.inner_text("main")


def test_the_campaign_moves_on_the_screen_while_people_answer(visit, change):
    made = change.going("N000", "N001")
    page = visit("hr", phone=False).open(f"/campaigns/{made}")
    assert page.locator(".outcomes").count() == 0
    change.does(made, "N000", "answer", outcome="refuse")
    page.wait_for_selector(".outcomes li")  # the page asks by itself
    assert "不同意" in page.inner_text(".outcomes")
