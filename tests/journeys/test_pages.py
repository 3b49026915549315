"""Every page of every role in every language: nothing complains, nothing is closed to a reader."""

import re

import pytest
from sqlalchemy import select

from models.case import Case
from models.leave import LeaveRequest
from models.organisation import Department, Entity
from models.person import Person
from tests.browser import DESK, Desk
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
LANGUAGES = ("zh-Hans", "en", "zh-Hant")
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


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role(chromium, address, company, leave, role):
    with company.house.unit(SYSTEM) as work:
        seed_worked_examples(work)
    leave.approved("lina")
    leave.ask("wang", first="2026-12-03", last="2026-12-03")
    leave.ask("lina", first="2026-12-07", last="2026-12-07")
    who, beside, pages = ROLES[role]
    desk = Desk(chromium, address)
    page = desk.log_in(who)
    shown = page.eval_on_selector_all(".rail li a", "links => links.map(a => a.getAttribute('href'))")
    assert {*WORK, *beside} <= set(shown)
    asked = desk.context.request
    wrong = [("closed", path) for path in shown if asked.get(address + path).status != 200]
    own = chromium.new_context(viewport=DESK, storage_state=desk.context.storage_state(), bypass_csp=True)
    searched, data = own.new_page(), known_data(company)
    for language in LANGUAGES:
        speak(desk.context, address, language)
        for path in pages:
            answer = page.goto(address + path)
            if answer.status != 200:
                wrong.append((language, path, answer.status))
                continue
            page.wait_for_selector("html[data-ready]", state="attached")
            if page.get_attribute("html", "lang") != language:
                wrong.append((language, path, page.get_attribute("html", "lang")))
            if language == "en":
                wrong += [(language, path, text) for text in sorted(chinese_left(page, data))]
    speak(own, address, "zh-Hans")
    for path in pages:
        searched.goto(address + path)
        wrong += [("axe", path, found) for found in serious(searched).items()]
    own.close()
    wrong += desk.complaints
    assert wrong == [], "\n".join(map(str, wrong))
