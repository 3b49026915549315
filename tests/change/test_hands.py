"""HR's hands-on part of a thousand contract changes: every press of the mouse is counted by the browser."""

import math

import pytest

from tests.browser import Desk, serve
from tests.change.life import DEAD, SHARES, AllDay, Gateway
from tests.pdf.tools import needs_openssl
from tests.web import PASSWORD, make_settings
from webapp.app import create_app
from webapp.domain.reach import Channel

pytestmark = [needs_openssl, pytest.mark.browser, pytest.mark.xdist_group("chromium")]

MOST = 400  # clicks for a thousand people
BATCH = 200  # documents of one seal
COUNT = "addEventListener('click', e => e.isTrusted && window.tally(), true)"


class Hand:
    """HR at a desk, whose every trusted click is told by the page."""

    def __init__(self, browser, address):
        self.clicks = 0
        self.desk = Desk(browser, address)
        self.desk.context.expose_binding("tally", lambda _source: self.count())
        self.desk.context.add_init_script(COUNT)
        self.page = self.desk.log_in("hr")

    def count(self):
        self.clicks += 1

    def spent(self, act):
        """The clicks of one act."""
        before = self.clicks
        act()
        self.page.evaluate("1")  # the last click's tally came before this answer
        return self.clicks - before

    def write(self, selector, text):
        """Click into a field and type or paste."""
        self.page.locator(selector).first.click()
        self.page.locator(selector).first.fill(text)


@pytest.fixture
def hand(company, signing, chromium, tmp_path):
    ports = company.house.ports
    object.__setattr__(ports, "channels", {Channel.SMS: Gateway()})
    object.__setattr__(ports, "quiet", AllDay())
    with serve(create_app(make_settings(tmp_path), house=company.house)) as address:
        made = Hand(chromium, address)
        yield made
        assert made.desk.complaints == []
        made.desk.context.close()


def test_a_thousand_take_at_most_four_hundred_clicks(hand, signing):
    page = hand.page
    signing.edit("N003", phone=DEAD)

    def put_together():
        hand.desk.open("/campaigns/")
        page.get_by_role("link", name="新建").first.click()
        hand.write("#f-title", "居家夜班补充协议")
        page.locator("label.choice", has_text="按工号名单").click()
        hand.write("#f-numbers", "N000 N001 N002 N003")
        hand.write("[name=reason]", "夜间咨询增多，经协商调整")
        hand.write("[name=letter]", "从元旦起，您的班次改为 19:00 到 23:00，在家工作。")
        hand.write("[name=shift_start]", "19:00")
        hand.write("[name=shift_end]", "23:00")
        hand.write("[name=allowance]", "每晚 30 元")
        hand.write("[name=effective_from]", "2027-01-01")
        page.get_by_role("button", name="逐人核查").click()
        page.wait_for_url("**/campaigns/1")

    def launch():
        signing.work()
        hand.desk.open("/campaigns/1")
        page.get_by_role("button", name="提交文本审核").click()
        page.wait_for_selector("text=文本审核中")
        signing.complete("legal", signing.task(signing.campaign(1).case_id, "legal"), outcome="approve")
        hand.desk.open("/campaigns/1")
        page.get_by_role("button", name="启动").click()
        with page.expect_navigation():
            page.locator("[data-confirm-yes]").click()
        page.wait_for_selector("text=进行中")
        signing.work()

    def mend_a_number():
        hand.desk.open("/messages/")
        hand.write("[name=address]", "13700000001")
        with page.expect_navigation():
            page.locator("form[action$='/correct'] button").first.click()
        signing.work()

    def respond():
        hand.desk.open("/inbox/?tab=claimable")
        page.get_by_role("link", name="人事回应协商").first.click()
        page.wait_for_selector("[data-mounted]", state="attached")
        page.get_by_label("维持原方案", exact=True).first.click()
        page.get_by_label("给员工的回复").first.click()
        page.get_by_label("给员工的回复").first.fill("这次不能单独调整")
        before = page.url
        page.locator("[data-form-submit]").click()
        page.wait_for_url(lambda url: url != before)

    def seal():
        hand.desk.open("/seals/")
        page.locator("[data-check-all]").click()
        page.get_by_role("button", name="列出清单，准备盖章").click()
        hand.write("[name=password]", PASSWORD)
        page.get_by_role("button", name="用密码批准用印").click()
        page.wait_for_selector(".verdict")
        signing.work()

    def report():
        hand.desk.open(f"/tasks/{signing.task(signing.campaign(1).case_id, 'report').id}")
        before = page.url
        page.locator("[data-form-submit]").click()
        page.wait_for_url(lambda url: url != before)

    once = hand.spent(put_together) + hand.spent(launch)
    number = hand.spent(mend_a_number)
    for wisher in ("N000", "N001"):
        signing.does(1, wisher, "answer", outcome="negotiate", wish="希望早半小时下班")
    first, second = hand.spent(respond), hand.spent(respond)
    signing.work()
    for refuser in ("N001", "N002", "N003"):
        signing.does(1, refuser, "answer", outcome="refuse")
    signing.does(1, "N000", "answer", outcome="agree")
    signing.signs(1, "N000")
    batch = hand.spent(seal)
    once += hand.spent(report)
    assert signing.stage(1, "N000") == "changed"

    signed = 1000 - sum(SHARES[k] for k in ("refuses", "blocked", "leaves"))
    wishes = SHARES["negotiates"] * 3 // 2  # every other one asks twice
    thousand = (
        once
        + number * SHARES["unreachable"]
        + max(first, second) * wishes
        + batch * math.ceil(signed / BATCH)
    )
    assert 0 < thousand <= MOST, (once, number, first, second, batch)
