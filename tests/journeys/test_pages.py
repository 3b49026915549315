"""Every page of every role in every language: nothing complains, nothing is closed to a reader."""

import re

import pytest
from sqlalchemy import select

from models.case import Case
from models.leave import LeaveRequest
from models.organisation import Department, Entity
from models.person import Person
from tests.browser import Desk
from tests.company import ROOT
from webapp.domain.permissions import SYSTEM
from webapp.services.examples import seed_worked_examples

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("chromium"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
WORK = ("/inbox/", "/leave/", "/leave/ask", "/cases/own", "/notices/")
TABS = ("/inbox/?tab=claimable", "/inbox/?tab=team", "/inbox/?tab=done", "/account/")
CALCULATORS = "/calculators/"
TABLES = tuple(
    f"/admin/{t}/" for t in ("people", "departments", "entities", "calendar", "parameters", "templates")
)
OFFICE = ("/cases/", "/attendance/", "/imports/", CALCULATORS, "/admin/")
# role -> (who, pages that must stand in the rail beside everybody's own work, pages walked in this role)
ROLES = {
    "employee": ("lina", (), (*WORK, *TABS, "/leave/1", "/leave/1/change", "/leave/3", "/cases/1")),
    "manager": ("head", ("/cases/", "/attendance/"), ("/tasks/2", "/cases/2")),
    "hr": ("hr", OFFICE, (*OFFICE[:4], "/leave/1", "/leave/people/", "/leave/people/3")),
    "hr-head": ("hr2", OFFICE, ("/cases/1/evidence", *TABLES)),
    "legal": (
        "far_hr",
        ("/cases/", CALCULATORS, "/admin/"),
        ("/evidence/verify", "/examples/", "/examples/1"),
    ),
    "process-owner": ("owner", ("/admin/",), ("/admin/",)),
    "union": ("stranger", (), ("/inbox/",)),
    "administrator": (
        "boss",
        ("/imports/", CALCULATORS, "/admin/"),
        ("/admin/roles/", "/admin/jobs/", "/admin/people/new"),
    ),
    "auditor": ("wang", ("/cases/", "/attendance/", CALCULATORS, "/admin/"), ("/cases/1",)),
}
TEXTS = """() => {
  const out = [];
  const data = e => e.closest('[lang]') !== document.documentElement || e.closest('tbody td, svg, script, style, template, textarea, noscript, .seal, .avatar');
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!data(walk.currentNode.parentElement)) out.push(walk.currentNode.data);
  for (const e of document.querySelectorAll('[title], [aria-label], [placeholder], [alt]'))
    if (!data(e)) for (const a of ['title', 'aria-label', 'placeholder', 'alt']) if (e.hasAttribute(a)) out.push(e.getAttribute(a));
  return out.map(t => t.trim()).filter(t => /\\p{Script=Han}/u.test(t));
}"""


def known_data(company):
    """Names of people and places, longest first: they stay as they are in every language."""
    with company.house.view(SYSTEM) as work:
        columns = (Person.name, Person.post, Department.name, Entity.name, Case.title, LeaveRequest.reason)
        found = {text for column in columns for text in work.session.scalars(select(column).distinct())}
    return sorted(found, key=len, reverse=True)


def chinese_left(page, data):
    left = set()
    for text in page.evaluate(TEXTS):
        bare = text
        for word in data:
            bare = bare.replace(word, "")
        if re.search(r"[\u4e00-\u9fff]", bare):
            left.add(text[:80])
    return left


def serious(page):
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return {v["id"]: v["nodes"][0]["html"][:160] for v in found if v["impact"] in {"serious", "critical"}}


def speak(context, address, language):
    context.add_cookies([{"name": "language", "value": language, "url": address}])


def visited(page, address, language):
    """Go to a page; what is wrong with its answer."""
    answer = page.goto(address)
    if answer.status != 200:
        return [(language, address, answer.status)]
    page.wait_for_selector("html[data-ready]", state="attached")
    found = page.get_attribute("html", "lang")
    return [] if found == language else [(language, address, found)]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role(chromium, address, company, leave, role):
    with company.house.unit(SYSTEM) as work:
        seed_worked_examples(work)
    leave.approved("lina")
    leave.ask("wang", first="2026-12-03", last="2026-12-03")
    leave.ask("lina", first="2026-12-07", last="2026-12-07")
    who, beside, pages = ROLES[role]
    desk = Desk(chromium, address)
    speak(desk.context, address, "en")
    page = desk.log_in(who)
    shown = page.eval_on_selector_all(".rail li a", "links => links.map(a => a.getAttribute('href'))")
    assert {*WORK, *beside} <= set(shown)
    asked = desk.context.request
    wrong = [("closed", path) for path in shown if asked.get(address + path).status != 200]
    data = known_data(company)
    for path in pages:  # in the house's own policy, in English, where Chinese that was left shows
        wrong += visited(page, address + path, "en")
        wrong += [("en", path, text) for text in sorted(chinese_left(page, data))]
    searched = Desk(chromium, address, storage_state=desk.context.storage_state(), bypass_csp=True)
    speak(searched.context, address, "zh-Hans")
    for path in pages:  # axe is injected, which the policy forbids
        wrong += visited(searched.page, address + path, "zh-Hans")
        wrong += [("axe", path, found) for found in serious(searched.page).items()]
    speak(desk.context, address, "zh-Hant")
    for path in pages:  # the same page with other words
        answer = asked.get(address + path)
        if answer.status != 200 or '<html lang="zh-Hant"' not in answer.text():
            wrong.append(("zh-Hant", path, answer.status))
    searched.context.close()
    desk.context.close()
    wrong += desk.complaints + searched.complaints
    assert wrong == [], "\n".join(map(str, wrong))
