"""Plays a story of a procedure's own folder in the browser: every act of a person at that person's screen.

Jobs and timers are the real worker's, at the story's own times. What the story says must hold afterwards is
looked at in the database; what people must be told, and which ways they are offered, on the page.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from models.campaign import CampaignMember
from models.case import Case
from models.person import Person
from models.task import Task, TaskState
from tests.browser import DESK, PHONE
from tests.evidence.packs import faults, verify
from tests.journeys.hand import fill, send
from tests.journeys.theatre import ACTORS, SIGNER
from tests.web import PASSWORD
from webapp.domain.permissions import SYSTEM
from webapp.services import forms, scenarios
from webapp.services.cases.timeline import read_timeline
from webapp.services.demo.reading import Reading
from webapp.services.people import local_date
from webapp.services.procedures.bundle import load_bundle, version_to_start
from webapp.worker import Worker

ROOT = Path(__file__).resolve().parents[2]
#: What a story gives and the house knows by itself: no page asks for it.
HOUSE = (
    "employee",
    "applicant",
    "starter",
    "manager",
    "entity_head",
    "region",
    "post",
    "hired_on",
    "investigator",
)
NUMBERS = re.compile(r"\.\d+(?=\.)")  # of rows, within the name of a field
GLANCE = timedelta(seconds=20)  # longer than the browser will say that a page was looked at
STEPS = (  # of signing: what is pressed, in the order of the screens
    "我已了解，继续", "同意并继续", "是我本人，继续", "看过了，阅读全文", "我已看完全文，继续",
    "用指纹或面容确认签署", "不手写，直接完成",
)  # fmt: skip


class Player:
    """One story; ``cast`` names the log-ins behind its people, ``more`` what its start page asks beyond it.

    ``says`` has sentences by step (or ``case``) that its page must show, ``ways`` the answers that it must offer,
    and no others; ``desk`` has sentences that the same page must show at a desk, where form-js draws the form.
    """

    def __init__(self, theatre, procedure, name, *, cast, more=None, says=None, ways=None, desk=None):
        self.theatre, self.procedure, self.more = theatre, procedure, more or {}
        self.says, self.ways, self.at_desk = says or {}, ways or {}, desk or {}
        text = (ROOT / "bpmn" / procedure / "scenarios" / f"{name}.toml").read_text()
        self.story = scenarios.load(text)
        logins = {**theatre.logins, **{alias: theatre.logins[who] for alias, who in cast.items()}}
        last = max((step.at for step in self.story.steps if step.at), default=self.story.now)  # its own days
        self.reading = Reading(stage=theatre.stage, logins=logins, scenario=self.story, now=last)
        self.worker = Worker(theatre.house, "w1")
        self.names = {person_id: who for who, person_id in theatre.logins.items()}
        self.case_id, self.last = 0, ""
        self.told = {}  # what was last answered at a step
        self.looked = set()  # steps whose page was held against ``says`` and ``ways``

    def play(self):
        """Act by act, from the start page to the last step that the story tells."""
        self.theatre.clock.now = self.story.now + self.reading.shift
        for step in self.story.steps:
            if step.at is not None and step.act != "message":
                self._wait_for(step.at)
            if step.act == "start":
                self._begin()
            elif step.act == "complete":
                self.told[step.element] = self.reading.real(step.values)
                self._answer(step.element)
            elif step.act == "message":
                MESSAGES[step.message](self, step.at)
            self.work()
            fault = self.reading.fault(self.case_id, step)
            assert fault == "", fault
            if "ended" in step.then:
                self._end(step.then["ended"])
        for element in self.open_tasks() & (self.says.keys() | self.ways.keys()) - self.looked:
            self.page_of(element)
        self._look_at_case()
        assert self.looked == self.says.keys() | self.ways.keys()

    def _wait_for(self, moment):
        self.theatre.clock.now = max(self.theatre.clock.now, moment + self.reading.shift)

    def work(self):
        """Let the worker fire what is due and do what waits."""
        while self.worker.sweep():
            pass

    def open_tasks(self):
        """Elements of the open tasks of the case."""
        with self.theatre.house.view(SYSTEM) as work:
            mine = (Task.case_id == self.case_id, Task.state == TaskState.OPEN)
            return set(work.session.scalars(select(Task.element_id).where(*mine)))

    def page_of(self, element):
        """The page of an open step, in the hand of whose turn it is; with what it must say."""
        task = self.reading.task(self.case_id, element)
        who, address = self.names[self.reading.holder(task).person_id], f"/tasks/{task.id}"
        desk = self.theatre.at(who)
        page = desk.page
        if (self.last, page.url) != (who, desk.address + address):  # else the last answer led on to it
            page = desk.open(address)
        self.last = who
        self._look(element, page)
        if element in self.at_desk:
            self._look_at_desk(element, page)
        return page

    def cases_of(self, procedure):
        """Cases of a procedure, oldest first: what a story began beside its own."""
        with self.theatre.house.view(SYSTEM) as work:
            found = select(Case).where(Case.procedure_key == procedure).order_by(Case.id)
            return work.session.scalars(found).all()

    def pack(self):
        """The sealed pack as legal downloads it, and what the published verifier finds wrong with it."""
        page = self.theatre.at("linfan").open(f"/cases/{self.case_id}/evidence")
        with page.expect_download() as coming:
            page.get_by_role("button", name="导出证据包").click()
        path = self.theatre.folder / "pack.zip"
        coming.value.save_as(path)
        root = self.theatre.authority().trust(self.theatre.clock.now)["root.pem"]
        _, report = verify(self.theatre.folder, path.read_bytes(), root)
        return path.read_bytes(), faults(report)

    # --- the acts of people

    def _begin(self):
        given = self.reading.given() | self.more
        starter = next(who for who in ACTORS if self._number(who) == given["starter"])
        page = self.theatre.at(starter).open(f"/begin/{self.procedure}")
        page.fill("[name=_person]", given["employee"])
        values = {key: value for key, value in given.items() if key not in HOUSE}
        self._fill(page, "#begin-form", values)
        send(page, "#begin-form")
        self.case_id = int(page.url.rsplit("/", 1)[1])

    def _answer(self, element):
        task = self.reading.task(self.case_id, element)
        values = {key: value for key, value in self.told[element].items() if key != "actor"}
        special = {"sign": self._sign, "seal": self._seal}.get((task.properties or {}).get("page"))
        if special is not None:
            special(task, values)
            return
        page = self.page_of(element)
        self._fill(page, "#task-form", values, task)
        send(page)

    def _fill(self, page, form, values, task=None):
        """Fill a form; a story's value that the form has no field for is a fault, a field not shown is none."""
        undrawn = {NUMBERS.sub("", name) for name in fill(page, form, values)}
        with self.theatre.house.view(SYSTEM) as work:
            if task is None:
                bundle = load_bundle(work.session, version_to_start(work.session, self.procedure))
                schema = bundle.form(bundle.settings.start_form)
            else:
                case = work.session.get_one(Case, task.case_id)
                schema = load_bundle(work.session, case.procedure_version_id).form(task.form_id)
        lost = undrawn - set(_names(forms.load(schema).components))
        assert lost == set(), f"the form has no field for {lost}"

    def _sign(self, task, values):
        desk = self._desk(task)
        if values["outcome"] != "signed":
            page = desk.open(f"/sign/{task.id}/answer/{values['outcome']}")
            page.fill("[name=reason]", values.get("comment", "与事实不符"))
            page.locator(".signing-act button").click()
            page.wait_for_selector(".verdict")
            return
        page = desk.open(f"/sign/{task.id}")
        while not page.locator(".verdict").count():
            self._sign_on(page)

    def _sign_on(self, page):
        """Press on from one screen of signing to the next."""
        if page.locator("[name=agreed]").count():
            page.check("[name=agreed]")
        if page.locator("#identity [name=password]").count():
            page.fill("#identity [name=password]", PASSWORD)
        if page.locator("[data-pages]").count():
            self.theatre.clock.now += GLANCE
            figures = page.locator("[data-page]")
            for number in range(figures.count()):
                figures.nth(number).scroll_into_view_if_needed()
                page.wait_for_function(
                    "n => document.querySelectorAll('[data-page] img')[n].complete", arg=number
                )
            page.wait_for_selector("[data-read-on]:not([disabled])")
        words = "|".join(map(re.escape, STEPS))
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile(f"^({words})$")).click()
        page.wait_for_load_state()

    def _seal(self, task, values):
        page = self._desk(task).open("/seals/")
        row = page.locator("tr", has=page.locator(f'[name=id][value="{task.id}"]'))
        if values["outcome"] != "sealed":
            row.locator("summary").click()
            row.locator("[name=reason]").fill(values.get("reason", "内容有误，请更正"))
            with page.expect_navigation():
                row.get_by_role("button", name="退回，不盖章").click()
            return
        row.locator("[name=id]").check()
        with page.expect_navigation():
            page.get_by_role("button", name="列出清单，准备盖章").click()
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="用密码批准用印").click()

    def _sign_for(self, until):
        """HR launches the campaign; who has a phone signs on it, with whom has none HR goes through it on paper.

        ``until``: when the time to sign is over.
        """
        with self.theatre.house.view(SYSTEM) as work:
            campaign = work.session.get_one(Case, self.case_id).variables["campaign"]
        page = self.theatre.at("zhaomin").open(f"/campaigns/{campaign}")
        with page.expect_navigation():
            page.get_by_role("button", name="启动").click()
        self.work()
        own, others = self._receipts(campaign)
        self._sign(self.reading.task(own, "sign"), {"outcome": "signed"})
        self.work()
        self._wait_for(until)
        self.work()
        today = local_date(self.theatre.clock.now).isoformat()
        for case_id in others:
            task = self.reading.task(case_id, "paper")
            page = self._desk(task).open(f"/tasks/{task.id}")
            values = {"explained": "当面说明并送交纸质文本", "outcome": "signed", "signed_on": today,
                      "scan": [{"id": "1", "name": "签收单.pdf"}]}  # fmt: skip
            self._fill(page, "#task-form", values, task)
            send(page)

    def _receipts(self, campaign):
        """Cases of a campaign: the signer's, and the others'."""
        with self.theatre.house.view(SYSTEM) as work:
            members = work.session.scalars(
                select(CampaignMember).where(CampaignMember.campaign_id == int(campaign))
            ).all()
            found = {member.person_id: member.case_id for member in members}
        return found.pop(self.theatre.logins[SIGNER]), list(found.values())

    # --- what is known, and what people are told

    def _desk(self, task):
        self.last = ""
        return self.theatre.at(self.names[self.reading.holder(task).person_id])

    def _number(self, who):
        with self.theatre.house.view(SYSTEM) as work:
            return work.session.get_one(Person, self.theatre.logins[who]).number

    def _look(self, element, page):
        """Hold a page against what it must say and offer."""
        if element in self.says.keys() | self.ways.keys():
            said = page.inner_text("main")
            missing = [words for words in self.says.get(element, ()) if words not in said]
            assert missing == [], said
            offered = page.locator("[name=outcome]").evaluate_all("all => all.map(e => e.value)")
            assert element not in self.ways or tuple(offered) == tuple(self.ways[element]), offered
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the phone"
            self.looked.add(element)

    def _look_at_desk(self, element, page):
        page.set_viewport_size(DESK)
        page.reload()
        page.wait_for_selector("[data-mounted]", state="attached")
        said = page.inner_text("main")
        missing = [words for words in self.at_desk[element] if words not in said]
        assert missing == [], said
        page.set_viewport_size(PHONE)
        page.reload()
        page.wait_for_selector("html[data-ready]", state="attached")

    def _look_at_case(self):
        if "case" in self.says:
            self._look("case", self.theatre.at("zhaomin").open(f"/cases/{self.case_id}"))

    def _end(self, element):
        """The case ended there, once what comes again and again was answered again."""
        while open_tasks := self.open_tasks() & self.told.keys():
            for again in open_tasks:
                self._answer(again)
            self.work()
        with self.theatre.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, self.case_id)
            assert case.ended_at is not None, self.open_tasks()
            assert element in read_timeline(work, case).passed


def _names(components, prefix=""):
    """Names of all fields of a form, those of rows without their numbers."""
    for each in components:
        name = prefix + ".".join(each.path)
        yield name
        yield from _names(each.children, f"{name}." if each.repeats else prefix)


MESSAGES = {"campaign.ended": Player._sign_for}
