"""Three people on a phone answer an offer, each in their own way; HR watches it move from a desk."""

import gzip
from datetime import timedelta

import pytest

from tests.browser import Desk, serve
from tests.pdf.tools import needs_openssl, run
from tests.signing.test_browser import give_key, needs_pdfsig, read_to_the_end, write_name
from tests.web import PASSWORD, make_settings
from webapp.app import create_app

pytestmark = [
    needs_openssl,
    pytest.mark.browser,
    pytest.mark.xdist_group("chromium"),
]

BUDGET = 150 * 1024  # bytes, gzip, before the document shows


@pytest.fixture
def visit(company, signing, chromium, tmp_path):
    """Log in as somebody on a phone or at a desk; what their pages complain about fails the test."""
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


def offer(change, made, number):
    return f"/tasks/{change.task(change.case(made, number).id, 'answer').id}"


def test_the_offer_on_a_phone_weighs_little_and_offers_three_answers_of_one_size(visit, change):
    made = change.going("N000")
    desk = visit("N000")
    desk.page.wait_for_load_state("networkidle")  # what the log-in fetched is over
    fetched = []
    desk.page.on("response", lambda r: fetched.append(r))
    page = desk.open(offer(change, made, "N000"))
    assert "从元旦起" in page.inner_text("[data-paper] >> nth=0")  # the letter first, in plain words
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


@needs_pdfsig
def test_one_signs_with_a_passkey_another_refuses_a_third_negotiates_twice_and_hr_seals(
    visit, signing, tmp_path
):
    made = signing.going("N000", "N001", "N002")

    desk = visit("N001")
    page = desk.open(offer(signing, made, "N001"))
    page.tap("[data-answer=refuse]")
    page.wait_for_selector("#answer-form")
    page.tap("[data-primary]")  # a reason is not asked for
    page.wait_for_url("**/cases/*")
    signing.work()
    assert signing.stage(made, "N001") == "refused"

    second = visit("N002")
    page = second.open(offer(signing, made, "N002"))
    page.fill("#f-text", "网费补贴怎么发？")
    page.tap("#questions button")
    page.wait_for_selector("#questions .comments")
    negotiate(second, offer(signing, made, "N002"), "希望 22:30 下班", lost=True)
    hr = visit("hr", phone=False)
    page = hr.open(f"/tasks/{signing.task(signing.case(made, 'N002').id, 'counter').id}")
    assert "网费补贴怎么发？" in page.inner_text(".comments")
    assert "希望 22:30 下班" in page.inner_text("main")
    respond(hr, "修改条件", "可以", shift_end="22:30")
    signing.work()
    page = second.open(offer(signing, made, "N002"))
    assert "19:00–23:00" in page.inner_text(".compare small")  # what the text before this one said
    negotiate(second, offer(signing, made, "N002"), "津贴再加十元")
    hr.open(f"/tasks/{signing.task(signing.case(made, 'N002').id, 'counter').id}")
    respond(hr, "维持原方案", "全公司一个标准")
    signing.work()

    first = visit("N000")
    for desk, number in ((first, "N000"), (second, "N002")):
        page = desk.open(offer(signing, made, number))
        page.tap("[data-answer=agree]")
        page.wait_for_selector("[data-primary]")
        page.tap("[data-primary]")
        page.wait_for_url("**/sign/*")
        sign_with_passkey(desk, signing, number)
    assert [signing.stage(made, n) for n in ("N000", "N002")] == ["sealing", "sealing"]

    page = hr.open("/seals/")
    page.check("[data-check-all]")
    page.get_by_role("button", name="列出清单，准备盖章").click()
    page.wait_for_selector("[name=password]")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="用密码批准用印").click()
    page.wait_for_selector(".verdict")
    signing.work()
    assert [signing.stage(made, n) for n in ("N000", "N002")] == ["changed", "changed"]

    for desk, number in ((first, "N000"), (second, "N002")):
        task = signing.done(made, number, "sign")
        page = desk.open(f"/sign/{task.id}")
        with page.expect_download() as coming:
            page.get_by_role("link", name="下载文书（PDF）").click()
        coming.value.save_as(tmp_path / f"{number}.pdf")
        said = run("pdfsig", "-nocert", tmp_path / f"{number}.pdf").stdout.decode()
        assert said.count("Signature is Valid") == 2
        assert said.rindex("Total document signed") > said.rindex("Not total document signed")
        text = run("pdftotext", tmp_path / f"{number}.pdf", "-").stdout.decode()
        assert signing.name(number) in text


def negotiate(desk, path, wish, *, lost=False):
    """Ask for something else; where the line is lost meanwhile, what was typed is there again."""
    page = desk.open(path)
    page.tap("[data-answer=negotiate]")
    page.wait_for_selector("#answer-form")
    assert page.input_value("#f-wish") == ""
    page.fill("#f-wish", wish)
    page.wait_for_selector("[data-draft-state][data-state=saved]")
    if lost:
        page = desk.open(path)
        page.tap("[data-answer=negotiate]")
        page.wait_for_selector("#answer-form")
        assert page.input_value("#f-wish") == wish
    page.tap("[data-primary]")
    page.wait_for_url("**/cases/*")


def respond(desk, answer, reply, **terms):
    """HR answers a wish in the form at the desk."""
    page = desk.page
    page.wait_for_selector("[data-mounted]", state="attached")
    page.get_by_label(answer, exact=True).first.check()
    page.get_by_label("给员工的回复").first.fill(reply)
    for value in terms.values():
        field = page.get_by_label("下班时间").first
        field.fill(value)
        field.press("Tab")
    before = page.url
    page.click("[data-form-submit]")
    page.wait_for_url(lambda url: url != before)


def sign_with_passkey(desk, signing, number):
    """All steps of the signing page with thumb and passkey."""
    give_key(desk, signing.keys[number])
    page = desk.page
    page.get_by_role("button", name="我已了解，继续").click()
    page.check("[name=agreed]")
    for press in ("同意并继续", "是我本人，继续", "看过了，阅读全文"):
        page.get_by_role("button", name=press).click()
    page.wait_for_selector("[data-pages]")
    signing.clock.now += timedelta(seconds=20)
    read_to_the_end(page)
    page.wait_for_selector(".signing-will")
    page.get_by_role("button", name="用指纹或面容确认签署").click()
    page.wait_for_selector("[data-pad]")
    write_name(page)
    page.get_by_role("button", name="完成签署").click()
    page.wait_for_selector(".verdict")
    signing.work()


def test_the_campaign_moves_on_the_screen_while_people_answer(visit, change):
    made = change.going("N000", "N001")
    page = visit("hr", phone=False).open(f"/campaigns/{made}")
    assert page.locator(".outcomes").count() == 0
    change.does(made, "N000", "answer", outcome="refuse")
    page.wait_for_selector(".outcomes li")  # the page asks by itself
    assert "不同意" in page.inner_text(".outcomes")
