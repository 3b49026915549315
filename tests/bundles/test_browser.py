"""The review desk in Chromium: from a name to a filing set in few clicks, and all of it by keyboard."""

import io
import zipfile

import pytest

from tests.browser import Desk as Screen
from tests.browser import serve
from tests.bundles.conftest import LEGAL, pdf
from tests.bundles.test_editions import words_of
from tests.web import make_web

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOST = 20  # clicks and keys from a name to a complete filing set


class Hand:
    """A hand that counts what it does: each click, each key, each letter of a name."""

    def __init__(self, page):
        self.page = page
        self.count = 0

    def click(self, selector):
        self.count += 1
        self.page.click(selector)

    def go(self, selector):
        """Click on what leads to another page."""
        with self.page.expect_navigation():
            self.click(selector)
        self.ready()

    def press(self, key, *, leads=False):
        self.count += 1
        if not leads:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.ready()

    def write(self, text):
        self.page.wait_for_selector("#who:focus")  # the browser puts the focus there when it first draws
        self.count += len(text)
        self.page.keyboard.insert_text(text)

    def ready(self):
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def fetch(self, act):
        """What a click or key brings as a file."""
        with self.page.expect_download() as waiting:
            act()
        return waiting.value.path().read_bytes()


@pytest.fixture
def screen(company, chromium, tmp_path):
    case_id = company.case()
    company.file(case_id, "送达回执.pdf", pdf("receipt", "second page"), kind="service")
    company.file(case_id, "工会函.pdf", pdf("letter"), kind="union_letter")
    with serve(make_web(company, tmp_path)) as address:
        screen = Screen(chromium, address)
        screen.log_in(LEGAL)
        yield screen
        screen.context.close()


class TestFiling:
    def test_from_a_name_to_a_filing_set_in_at_most_twenty_clicks_and_all_by_keyboard(self, company, screen):
        self.by_hand(company, Hand(screen.page))
        self.by_keyboard(company, screen)
        assert screen.complaints == []

    def by_hand(self, company, hand):
        hand.go(".rail a[href='/bundles/']")
        hand.go("a[href='/bundles/new']")
        hand.write("李娜")
        hand.press("Enter", leads=True)
        hand.go("[data-primary]")
        hand.go("a[href$='/editions']")
        hand.go("[data-primary]")
        whole = hand.fetch(lambda: hand.click("a[href$='/editions/1/set.pdf']"))
        split = hand.fetch(lambda: hand.click("a[href$='/editions/1/split.zip']"))
        listed = hand.fetch(lambda: hand.click("a[href$='/editions/1/list.docx']"))
        assert hand.count <= MOST
        said = words_of(whole)
        assert len(said) == 6  # the list, then five pages of three exhibits
        assert "第 5 页 / 共 5 页" in said[5]
        names = zipfile.ZipFile(io.BytesIO(split)).namelist()
        assert names[2:] == ["001-变更协议.pdf", "002-送达回执.pdf", "003-工会函.pdf"]
        assert listed.startswith(b"PK")
        assert company.names(1) == ["变更协议", "送达回执.pdf", "工会函.pdf"]

    def by_keyboard(self, company, screen):
        screen.open("/bundles/")
        hand = Hand(screen.page)
        hand.press("n", leads=True)
        hand.write("李娜")
        hand.press("Enter", leads=True)
        hand.press("Control+Enter", leads=True)
        hand.press("j")
        hand.press("Shift+Tab")  # from the name of the first exhibit to its handle
        kept = company.version(2) + 2
        hand.press("ArrowDown")
        hand.press("ArrowDown")
        screen.page.wait_for_selector(f"[data-order][data-kept='{kept}']", state="attached")
        assert company.names(2) == ["送达回执.pdf", "工会函.pdf", "变更协议"]
        hand.press("f", leads=True)
        hand.press("Control+Enter", leads=True)
        whole = hand.fetch(lambda: hand.press("p"))
        assert "送达回执" in words_of(whole)[1]
