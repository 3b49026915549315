"""Whatever is killed: an answered click is never lost, an unanswered one pressed again acts once, no job is lost."""

import os
import shutil
import signal
import subprocess

import pytest
from sqlalchemy import select

from models.task import TaskDraft
from tests.browser import CHROMIUM, Desk
from tests.conftest import missing
from tests.journeys.crashes import lose_an_answer, prepare, running, settle, storm
from webapp.domain.permissions import SYSTEM

PRESSES, KILLS, SEED = 9, 2, 20261124


def test_a_killed_server_and_a_killed_worker_lose_nothing(tmp_path):
    site = prepare(tmp_path, f"sqlite:///{tmp_path / 'hegui.sqlite'}", queue="sqlite", presses=PRESSES)
    with running(site):
        lose_an_answer(site, site.presses[0])
        storm(site, seed=SEED, kills=KILLS)
    verdict = settle(site)
    assert (verdict.unanswered, verdict.lost, verdict.doubled, verdict.unheard, verdict.undone) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert verdict.killed == KILLS + 1
    assert verdict.repeated  # at least the press whose answer was lost


class Killable:
    """A Chromium of its own, begun without Playwright so that it can be killed like any process."""

    def __init__(self, browser_type, folder):
        self.process = subprocess.Popen(
            [
                *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"),
                *(f"--user-data-dir={folder}", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        address = next(line for line in self.process.stderr if "DevTools listening on" in line).split()[-1]
        self.browser = browser_type.connect_over_cdp(address)

    def kill(self):
        """SIGKILL to the browser and all its children at once: nothing is unloaded, nothing is flushed."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()


@pytest.fixture
def killable(chromium, tmp_path):
    """A browser that the test kills."""
    if not shutil.which(CHROMIUM):
        missing("chromium", "no chromium on the path")
    made = Killable(chromium.browser_type, tmp_path / "profile")
    yield made
    if made.process.poll() is None:
        made.kill()


@pytest.mark.browser
@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_a_browser_killed_while_typing_loses_two_seconds_at_most(killable, address, leave, company, phone):
    leave.ask()
    task = leave.tasks(1)["approve"].id
    desk = Desk(killable.browser, address, phone=phone)
    desk.log_in("head")
    desk.page.clock.install()  # the page's clock is ours: seconds of typing do not depend on the machine
    page = desk.open(f"/tasks/{task}")
    if not phone:
        page.wait_for_selector("[data-mounted]", state="attached")
    saved = []
    page.on("requestfinished", lambda request: request.url.endswith("/draft") and saved.append(request))
    sent = []
    page.on("request", lambda request: request.url.endswith("/draft") and sent.append(request))
    field = page.locator("textarea:visible").first
    field.focus()
    typed, at = "", []
    for number in range(60):  # five seconds without a pause
        page.keyboard.insert_text(letter := chr(0x4E00 + number))
        typed += letter
        at.append(number * 83)
        page.clock.run_for(83)
        while len(saved) < len(sent):  # an answer takes no time on the page's clock
            page.wait_for_timeout(1)
    killable.kill()
    with company.house.view(SYSTEM) as work:
        values = work.session.scalars(select(TaskDraft)).one().values
    kept = next(value for value in values.values() if isinstance(value, str) and value.startswith(typed[0]))
    assert typed.startswith(kept)
    assert len(kept) >= sum(moment <= at[-1] + 83 - 2000 for moment in at)
