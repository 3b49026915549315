"""A campaign as life is: who negotiates, refuses, is away, is protected, cannot be reached, leaves."""

from __future__ import annotations

import secrets
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sqlalchemy import func, select, update

from models.campaign import CampaignMember
from models.contract import PersonDetail
from models.delivery import Delivery
from models.document import Document
from models.job import Job, JobState
from models.leave import LeaveRequest, LeaveState
from models.person import Person, PersonFlag
from models.task import Task, TaskState
from tests.change.acts import VALUES, Change, home_of
from webapp.domain.permissions import SYSTEM
from webapp.domain.reach import AddressRefusedError, Channel, Receipt
from webapp.domain.text import msg
from webapp.edge import utc_now
from webapp.services.campaigns import control
from webapp.services.campaigns.progress import read_progress
from webapp.services.jobs.registry import HANDLERS
from webapp.services.leaving import announce_leaving
from webapp.services.messages import follow
from webapp.services.procedures.bundle import load_bundle

#: Of a thousand people; whoever is left over agrees and signs.
SHARES = {"negotiates": 50, "refuses": 30, "away": 20, "blocked": 20, "unreachable": 15, "leaves": 10}
DEAD = "13999999999"


class Killed(BaseException):
    """The worker dies here: nothing after this line happens, what was committed stays."""


@dataclass
class Gateway:
    """A text-message gateway that counts: each key is one message, however often it is handed over."""

    asks: bool = False
    keys: Counter = field(default_factory=Counter)

    def send(self, letter):
        if letter.address == DEAD:
            raise AddressRefusedError(msg("空号"))
        self.keys[letter.key] += 1
        return Receipt(provider_id=letter.key)


class Running:
    """A clock that runs with the real one, as a stamp's time must, and that a test may move."""

    def __init__(self):
        self.shift = timedelta(0)

    def __call__(self):
        return utc_now() + self.shift

    @property
    def now(self):
        return self()

    @now.setter
    def now(self, moment):
        self.shift = moment - utc_now()


class AllDay:
    """No quiet hours: a test does not wait for the morning."""

    def until(self, now):
        return now


class Life:
    """One campaign with a fate for everybody; the workers are killed at random where a chance is given."""

    def __init__(self, company, clock, *, people, folder, chance=None, sign=None, outbox=None):
        Change.populate(company, people)
        self.change = Change(company, clock)
        self.change.opens_signing(folder)
        self.gateway = outbox or Gateway()
        self.pool = None  # workers in processes of their own
        ports = company.house.ports
        object.__setattr__(ports, "channels", {Channel.SMS: self.gateway})
        object.__setattr__(ports, "quiet", AllDay())
        self.company, self.chance, self.kills = company, chance, 0
        self.numbers = [f"N{n:03d}" for n in range(people)]
        self.fates = self._fates(people, sign)
        self.acts = Counter()  # what HR does by hand
        self.wrong = []  # moments at which the page's figures were wrong

    def _fates(self, people, sign):
        found, rest = {}, iter(self.numbers)
        for fate, of_thousand in SHARES.items():
            for _ in range(max(1, round(of_thousand * people / 1000))):
                found[next(rest)] = fate
        for place, number in enumerate(rest):
            found[number] = "agrees" if sign is None or place < sign else "silent"
        return found

    def having(self, *fates):
        return [n for n in self.numbers if self.fates[n] in fates]

    def prepare(self):
        """What is known of people before anybody is asked."""
        today = date(2026, 11, 26)
        with self.company.house.unit(SYSTEM) as work:
            people = {p.number: p for p in work.session.scalars(select(Person))}
            for number in self.numbers[1::2]:  # whoever HR knows the address of finds it filled in
                detail = PersonDetail(
                    person_id=people[number].id, address=home_of(number), changed_at=work.now
                )
                work.session.add(detail)
            for number in self.having("unreachable"):
                people[number].phone = DEAD
            for number in self.having("blocked"):
                work.session.add(
                    PersonFlag(
                        person_id=people[number].id,
                        kind="pregnant",
                        valid_from=today - timedelta(days=200),
                        purpose="特殊劳动保护",
                        keep_until=today + timedelta(days=900),
                        recorded_at=work.now,
                    )  # fmt: skip
                )
            for number in self.having("away"):
                work.session.add(
                    LeaveRequest(
                        person_id=people[number].id,
                        kind="annual",
                        state=LeaveState.APPROVED,
                        starts_on=today,
                        ends_on=today + timedelta(days=1),
                        minutes=960,
                        day_basis="working",
                        explanation={},
                        created_at=work.now,
                    )  # fmt: skip
                )

    def work(self):
        """The worker's part, killed now and then after the work and before its end is written."""
        if self.pool is not None:
            self.pool.drain(self.look)
            self.kills = self.pool.kills
            return
        if self.chance is None:
            self.plain_work()
            return
        worker = self.change.worker
        real = dict(HANDLERS)

        def deadly(handler):
            def act(units, job):
                if self.chance.random() < 0.02:
                    raise Killed
                result = handler(units, job)
                if self.chance.random() < 0.02:
                    raise Killed
                return result

            return act

        HANDLERS.update({kind: deadly(handler) for kind, handler in real.items()})
        try:
            while True:
                try:
                    while worker.sweep():
                        self.look()
                    break
                except Killed:
                    self.kills += 1
                    self._let_leases_end()
        finally:
            HANDLERS.update(real)

    def _let_leases_end(self):
        with self.company.house.unit(SYSTEM) as work:
            work.session.execute(
                update(Job)
                .where(Job.state == JobState.LEASED)
                .values(leased_until=work.now - timedelta(seconds=1))
            )
        self.change.worker = type(self.change.worker)(self.company.house, secrets.token_hex(4))

    def look(self):
        """The page's figures against the rows, at any moment."""
        if self.made is None:
            return
        total, before = self._count()
        with self.company.view("hr") as work:
            campaign = control.read_campaign(work, self.made)
            settings = load_bundle(work.session, campaign.procedure_version_id).settings.campaign
            shown = read_progress(work, campaign, settings)
        _, after = self._count()  # other processes go on meanwhile
        if shown.total != total or not before <= shown.started <= after:
            self.wrong.append((shown.total, shown.started, total, before, after))

    def _count(self):
        with self.company.house.view(SYSTEM) as work:
            of = CampaignMember.campaign_id == self.made
            total = work.session.scalar(select(func.count()).where(of))
            begun = work.session.scalar(select(func.count()).where(of, CampaignMember.case_id.is_not(None)))
            return total, begun

    made = None

    def ask_everybody(self):
        """HR puts it together; legal approves; everybody is asked; dead numbers are mended."""
        self.plain_work = self.change.work
        self.change.work = self.work  # whatever the acts do, the worker may die
        self.made = self.change.make(*self.numbers, at_home=True)
        self.acts["campaign"] += 1
        self.change.launch(self.made)
        case_id = self.change.campaign(self.made).case_id
        self.change.complete("legal", self.change.task(case_id, "legal"), outcome="approve")
        self.change.launch(self.made)
        self.acts["launch"] += 2
        self.mend_numbers()

    def mend_numbers(self):
        with self.company.view("hr") as work:
            dead = [row.id for row in follow.unreached(work)]
        for place, delivery_id in enumerate(dead):
            with self.company.unit("hr") as work:
                follow.correct(work, delivery_id, channel="sms", address=f"1370000{place:04d}")
            self.acts["number"] += 1
        self.work()

    @contextmanager
    def at_once(self):
        """Many people act; the workers come along as they can, and have caught up at the end."""
        self.change.work = lambda: None
        yield
        self.change.work = self.work
        self.work()

    def everybody_answers(self):
        """People answer; HR responds to wishes: one is met half-way, the next kept as it is."""
        with self.at_once():
            for number in self.having("refuses"):
                self.change.does(self.made, number, "answer", outcome="refuse")
            for number in self.having("negotiates"):
                self.change.does(self.made, number, "answer", outcome="negotiate", wish="希望早半小时下班")
        with self.at_once():
            self._respond()
        willing = self.having("agrees", "negotiates", "unreachable", "away")
        with self.at_once():
            for number in willing:
                self.change.does(self.made, number, "answer", outcome="agree")
        with self.at_once():
            for number in willing:
                self.change.signs(self.made, number)
        self._some_leave()

    def _respond(self):
        for place, number in enumerate(self.having("negotiates")):
            terms = {k: VALUES[k] for k in ("hours_system", "shift_start", "allowance", "effective_from")}
            reply = (
                {"outcome": "revise", "reply": "可以", "shift_end": "22:30", "remark": "", **terms}
                if place % 2
                else {"outcome": "keep", "reply": "这次不能单独调整"}
            )
            self.change.does(self.made, number, "counter", who="hr", **reply)
            self.acts["wish"] += 1

    def _some_leave(self):
        with self.company.house.unit(SYSTEM) as work:
            for number in self.having("leaves"):
                person = work.session.get_one(Person, self.company.ids[number])
                person.left_on = self.company.house.clock().date() - timedelta(days=2)
                announce_leaving(work, person)
        self.acts["leavers"] += 1  # one import of the month's changes
        self.work()

    def seal(self):
        """The seal holder approves lists until none waits."""
        while self._sealing():
            self.change.seals()
            self.acts["seal"] += 1
        if self.having("silent"):
            self.change.later(10)  # nobody answers any more: time ends it

    def _sealing(self):
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalar(
                select(func.count()).where(Task.element_id == "seal", Task.state == TaskState.OPEN)
            )

    def report(self):
        case_id = self.change.campaign(self.made).case_id
        self.change.complete("hr", self.change.task(case_id, "report"), note="")
        self.acts["report"] += 1

    def live(self):
        """From the list of numbers to the filed report."""
        self.prepare()
        self.ask_everybody()
        self.everybody_answers()
        self.seal()
        self.report()
        return self

    def ends(self):
        """How many ended how."""
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.execute(
                select(CampaignMember.stage, func.count())
                .where(CampaignMember.campaign_id == self.made)
                .group_by(CampaignMember.stage)
            )
            return {stage: int(count) for stage, count in rows}

    def expected(self):
        count = Counter(self.fates.values())
        found = {
            "changed": count["agrees"] + count["negotiates"] + count["unreachable"] + count["away"],
            "refused": count["refuses"],
            "blocked": count["blocked"],
            "left": count["leaves"],
            "expired": count["silent"],
        }
        return {stage: n for stage, n in found.items() if n}

    def documents(self):
        """Texts made, and how many jobs asked for one."""
        with self.company.house.view(SYSTEM) as work:
            made = work.session.scalar(select(func.count()).select_from(Document))
            asked = work.session.scalar(select(func.count()).where(Job.type == "make-document"))
            return int(made or 0), int(asked or 0)

    def notices(self):
        """Rows of messages, distinct keys among them, and keys that the gateway saw more than once."""
        with self.company.house.view(SYSTEM) as work:
            keys = list(work.session.scalars(select(Delivery.key)))
        return len(keys), len(set(keys)), [k for k, n in self.gateway.keys.items() if n > 1]


def chance(seed):
    """A repeatable hand of fate."""
    return Random(seed)
