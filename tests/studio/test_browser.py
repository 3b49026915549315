"""In a real browser: an owner changes leave's diagram, a second person releases it."""

import logging
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from models.case import Case
from tests.company import ask, open_task
from tests.conftest import make_database
from tests.studio.test_updates import upgrade
from tests.web import PASSWORD
from webapp.domain.permissions import SYSTEM

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
READY = "[data-studio-diagram][data-mounted]"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def database_url(request, tmp_path_factory):
    """One database is enough for what a browser sees."""
    return make_database("sqlite", request, tmp_path_factory)


@pytest.fixture
def site(app):
    """The application on a port of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium, site):
    """Log a person in; what their pages complain about is gathered in ``complaints``."""
    contexts, complaints = [], []

    def start(who, language="zh-Hans"):
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN", bypass_csp=False
        )
        contexts.append(context)
        context.add_cookies([{"name": "language", "value": language, "url": site}])
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.goto(site + "/login")
        page.fill("input[name=username]", who)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    start.complaints, start.site = complaints, site
    yield start
    for context in contexts:
        context.close()


def grave(page):
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.reload()
    page.wait_for_load_state("networkidle")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run().then(r => r.violations)")
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in ("serious", "critical")]


def test_from_draft_to_a_case_on_version_2(visit, studio):
    owner = visit("owner")
    owner.goto(visit.site + "/studio/")
    owner.click("text=起草新版本")
    owner.wait_for_selector(READY)
    change = """([id, from, to]) => { const s = document.querySelector('[data-studio-diagram]').studio;
      const e = s.modeler.get('elementRegistry').get(id); s.modeler.get('modeling').updateProperties(e, {name: to}); s.select(id); }"""
    owner.evaluate(
        """() => { const s = document.querySelector('[data-studio-diagram]').studio;
        const e = s.modeler.get('elementRegistry').get('hr');
        const a = e.businessObject.extensionElements.values.find(v => v.$type === 'zeebe:AssignmentDefinition');
        s.modeler.get('modeling').updateModdleProperties(e, a, {candidateGroups: 'nobody'}); }"""
    )
    with owner.expect_response("**/save/**"):
        owner.click("[data-studio-save]")
    owner.wait_for_selector(".element-problem.error")
    assert "没有可以认领任务的角色“nobody”" in owner.locator(".element-problem.error").first.inner_text()
    assert owner.locator("[data-studio-submit]").is_disabled()
    assert "个问题必须先解决" in owner.locator("[data-publish-reason]").inner_text()
    owner.click("[data-studio-undo]")
    owner.evaluate(change, ["approve", "", "主管先批"])
    with owner.expect_response("**/save/**"):
        owner.click("[data-studio-save]")
    owner.wait_for_selector("[data-studio-submit]:not([disabled])")
    owner.click("[data-studio-submit]")
    owner.fill("[data-publish-note]", "主管审批改名")
    owner.click("[data-studio-publish]")
    owner.wait_for_url("**/review")
    second = visit("hr2")
    second.goto(visit.site + "/studio/leave/2/review")
    assert "改为“主管先批”" in second.locator("main").inner_text()
    second.click("text=发布第 2 版")
    second.click("[data-confirm-yes]")
    second.wait_for_selector("text=第 2 版已发布")
    case_id = ask(studio)
    assert open_task(studio, case_id).names["zh-Hans"] == "主管先批"
    with studio.house.view(SYSTEM) as work:
        assert work.session.get_one(Case, case_id).procedure_version.number == 2
    assert visit.complaints == []


@pytest.mark.parametrize("path", ["", "leave/1/edit/leave.bpmn", "leave/1/review", "leave/1/tests"])
def test_pages_have_nothing_grave(visit, path):
    page = visit("owner")
    page.goto(f"{visit.site}/studio/{path}")
    page.wait_for_load_state("networkidle")
    assert grave(page) == []
    assert visit.complaints == []


def test_the_panel_writes_what_a_vote_needs_and_takes_away_what_it_does_not_use(visit, studio):
    owner = visit("owner")
    owner.goto(visit.site + "/studio/")
    owner.click("text=起草新版本")
    owner.wait_for_selector(READY)
    owner.evaluate("document.querySelector('[data-studio-diagram]').studio.select('hr')")

    def choose(name, value):
        owner.locator(f"select[name='approval-{name}']").select_option(value)

    def written():
        return owner.evaluate(
            """() => Object.fromEntries(document.querySelector('[data-studio-diagram]').studio.modeler
            .get('elementRegistry').get('hr').businessObject.extensionElements.values
            .find(v => v.$type === 'zeebe:Properties').properties
            .filter(p => p.name.startsWith('approval.')).map(p => [p.name, p.value]))"""
        )

    def fill(name, value):
        owner.fill(f"input[name='approval-{name}']", value)
        owner.wait_for_function(
            """value => document.querySelector('[data-studio-diagram]').studio.modeler
            .get('elementRegistry').get('hr').businessObject.extensionElements.values
            .find(v => v.$type === 'zeebe:Properties').properties.some(p => p.value === value)""",
            arg=value,
        )

    choose("mode", "share")
    fill("share", "2/3")
    fill("approvers", "=[manager]")
    assert {
        "approval.mode": "share",
        "approval.share": "2/3",
        "approval.approvers": "=[manager]",
    }.items() <= (written().items())
    choose("mode", "all")
    assert "approval.share" not in written()
    assert written()["approval.approvers"] == "=[manager]"
    choose("mode", "single")
    assert "approval.approvers" not in written()
    assert visit.complaints == []


def test_an_update_is_compared_and_taken_by_keyboard(visit, studio):
    upgrade(studio)
    owner = visit("owner")
    owner.goto(visit.site + "/studio/")
    owner.focus("text=对照更新")
    owner.keyboard.press("Enter")
    owner.wait_for_url("**/studio/leave/update")
    assert owner.evaluate("document.documentElement.scrollWidth") <= 1440
    conflict = owner.locator(".offered.conflict input[type=radio]")
    assert [conflict.nth(place).is_checked() for place in (0, 1)] == [False, False]
    owner.focus(".offered:not(.conflict) input:checked")
    owner.keyboard.press("Enter")  # nobody has chosen between the two sides: the browser stops there
    assert conflict.first.evaluate("field => field === document.activeElement")
    owner.keyboard.press("ArrowDown")
    assert conflict.nth(1).is_checked()
    owner.keyboard.press("Enter")
    owner.wait_for_url("**/studio/leave/3/review")
    assert 'name="人事复核"' in studio.body(3)
    assert 'name="主管审批"' in studio.body(3)
    assert visit.complaints == []
