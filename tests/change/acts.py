"""What HR, legal and the people of a campaign do, in one word each, and what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, partial

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.account import Account, Grant, Passkey
from models.campaign import Campaign, CampaignMember
from models.case import Case
from models.document import Document
from models.event import Event
from models.organisation import Department, Entity
from models.person import Contract, Person
from models.signing import SigningFlow
from models.task import Task, TaskState
from tests.company import make_person
from tests.signing.desk import SITE, SoftKey
from webapp.adapters.passwords import hash_password
from webapp.adapters.signing import open_trial
from webapp.domain.permissions import SYSTEM, Role
from webapp.edge import utc_now
from webapp.services.campaigns import control
from webapp.services.campaigns.create import CreateCampaign, create
from webapp.services.campaigns.population import Selection
from webapp.services.signing import finish, seals, steps, will
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.worker import Worker

NAMES = ("王𬭚", "李娟", "张㛃", "刘䶮", "陈鿏", "杨洋")
PASSWORD = "correct horse battery"


@cache
def hashed():
    """The password of everybody; argon2 is slow by design: once a test process."""
    return hash_password(PASSWORD)


VALUES = {
    "reason": "夜间咨询增多，经协商调整为居家夜班",
    "letter": "从元旦起，您的班次改为 19:00 到 23:00，在家工作。\n津贴每晚 30 元。",
    "at_home": False,
    "place": "本人住所",
    "hours_system": "standard",
    "shift_start": "19:00",
    "shift_end": "23:00",
    "allowance": "夜班津贴每晚 30 元",
    "effective_from": "2027-01-01",
    "return_conditions": "任何一方提前三十日书面通知，可恢复原工作地点与班次。",
    "rules_change": False,
    "answer_days": 5,
    "remind_first": 2,
    "remind_second": 4,
    "counter_days": 5,
    "sign_days": 3,
    "rounds": 2,
}


def home_of(number):
    """Where a person of the night shift lives."""
    return f"上海市宝山区友谊路 88 弄 {int(number[1:])} 号 302 室"


class Change:
    """A campaign of contract changes in the small company."""

    def __init__(self, company, clock):
        self.company = company
        self.clock = clock
        self.worker = Worker(company.house, "w1")
        self.keys = {}

    @classmethod
    def populate(cls, company, people=6):
        """Let the company's database begin with those whom ``fill`` adds as well."""
        fill = partial(cls.fill, ids=company.ids, people=people)
        company.ids |= company.begin_with(f"{cls.__name__} of {people}", fill)

    @staticmethod
    def fill(work, *, ids, people):
        """Legal, the union, and people of the night shift with their contracts; who has which id."""
        session, ids = work.session, dict(ids)
        entity = session.scalars(select(Entity).where(Entity.code == "YS")).one()
        care = session.scalars(select(Department).where(Department.code == "YS-CS")).one()
        top = session.scalars(select(Department).where(Department.code == "YS-0")).one()
        legal = make_person(session, "E0008", "何律", entity=entity, department=top, level=4)
        union = make_person(session, "E0009", "工会主席", entity=entity, department=top, level=4)
        ids |= {"legal": legal.id, "union": union.id}
        session.add_all(
            [
                Grant(person_id=legal.id, role=Role.LEGAL, entity_id=entity.id),
                Grant(person_id=union.id, role=Role.UNION, entity_id=entity.id),
            ]
        )
        for number in range(people):
            person = make_person(
                session,
                f"N{number:03d}",
                NAMES[number % len(NAMES)],
                entity=entity,
                department=care,
                post="夜班客服",
                born_on=date(1990, 1, 1),
                phone=f"1380000{number:04d}",
            )
            ids[person.number] = person.id
            session.add(
                Contract(
                    person_id=person.id,
                    entity_id=entity.id,
                    number=f"HT-{person.number}",
                    kind="fixed",
                    starts_on=date(2024, 1, 1),
                    ends_on=date(2028, 12, 31),
                )
            )
        return ids

    def edit(self, number, **columns):
        """Change the record of a person."""
        with self.company.house.unit(SYSTEM) as work:
            person = work.session.scalars(select(Person).where(Person.number == number)).one()
            for name, value in columns.items():
                setattr(person, name, value)

    def work(self):
        """Let the worker do all that is due."""
        while self.worker.sweep():
            pass

    def later(self, days):
        """Let days pass, and the worker do what came due."""
        self.clock.now += timedelta(days=days)
        self.work()

    def make(self, *numbers, who="hr", **values):
        """A campaign, checked; its id."""
        with self.company.unit(who) as work:
            made = create(
                work,
                CreateCampaign(
                    procedure_key="contract-change",
                    title="居家夜班补充协议",
                    selection=Selection(numbers=numbers or ("N000",)),
                    values={**VALUES, **values},
                ),
            )
        self.work()
        return made

    def launch(self, campaign_id, who="hr"):
        with self.company.unit(who) as work:
            control.launch(work, campaign_id)
        self.work()

    def going(self, *numbers, **values):
        """Made, approved by legal, everybody asked."""
        made = self.make(*numbers, **values)
        self.launch(made)
        self.complete("legal", self.task(self.campaign(made).case_id, "legal"), outcome="approve")
        self.work()
        self.launch(made)
        return made

    def campaign(self, campaign_id):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Campaign, campaign_id)

    def member(self, campaign_id, number):
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(CampaignMember)
                .join(CampaignMember.person)
                .options(joinedload(CampaignMember.case))
                .where(CampaignMember.campaign_id == campaign_id, Person.number == number)
            ).one()

    def stage(self, campaign_id, number):
        return self.member(campaign_id, number).stage

    def case(self, campaign_id, number):
        return self.member(campaign_id, number).case

    def task(self, case_id, element):
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(Task).where(
                    Task.case_id == case_id, Task.element_id == element, Task.state == TaskState.OPEN
                )
            ).one()

    def done(self, campaign_id, number, element):
        """The newest finished task of a member's case at an element."""
        case_id = self.case(campaign_id, number).id
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(Task)
                .where(
                    Task.case_id == case_id,
                    Task.element_id == element,
                    Task.state == TaskState.COMPLETED,
                )
                .order_by(Task.id.desc())
            ).first()

    def name(self, number):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Person, self.company.ids[number]).name

    def open(self, case_id):
        """Elements of the open tasks of a case."""
        with self.company.house.view(SYSTEM) as work:
            return set(
                work.session.scalars(
                    select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
                )
            )

    def complete(self, who, task, **values):
        with self.company.unit(who) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))

    def does(self, campaign_id, number, element, *, who=None, **values):
        """Somebody completes the open task of a member's case; the worker does what follows."""
        case = self.case(campaign_id, number)
        if values.get("outcome") in ("agree", "paper") and case.variables["at_home"]:
            values.setdefault("home_place", home_of(number))
        self.complete(who or number, self.task(case.id, element), **values)
        self.work()

    # --- signing, with the trial's own authority

    def opens_signing(self, folder):
        """Accounts and passkeys for everybody, a seal for HR, an authority whose clock is the real one."""
        house = self.company.house
        self.clock.now = utc_now()
        doors = open_trial(folder, now=utc_now(), organisation="云衫")
        object.__setattr__(house.ports, "doors", lambda: doors)
        with house.unit(SYSTEM) as work:
            entity = work.session.get_one(Person, self.company.ids["hr"]).entity_id
            work.session.add(Grant(person_id=self.company.ids["hr"], role=Role.SEAL_HOLDER, entity_id=entity))
            for who, person_id in self.company.ids.items():
                key = self.keys[who] = SoftKey(f"key-of-{who}".encode())
                account = Account(
                    person_id=person_id,
                    username=who.replace("_", ""),
                    email=f"{who}@example.cn",
                    password=hashed(),
                    fs_uniquifier=f"unique-{who}",
                    mf_recovery_codes=[],
                )
                account.passkeys.append(
                    Passkey(
                        credential_id=key.credential,
                        public_key=key.cose(),
                        name="手机",
                        create_datetime=work.now,
                        lastuse_datetime=work.now,
                    )
                )
                work.session.add(account)

    def signs(self, campaign_id, number):
        """A person goes through all steps of the signing page and signs with their passkey."""
        task = self.task(self.case(campaign_id, number).id, "sign")
        document = self.documents(task.case_id)[-1]
        seen = document.sha256
        with self.company.unit(number) as work:
            steps.see_notice(work, task.id)
        with self.company.unit(number) as work:
            steps.consent(work, task.id, seen=seen, agreed=True)
        with self.company.unit(number) as work:
            steps.identify(work, task.id, seen=seen, session_id=None, password=PASSWORD)
        with self.company.unit(number) as work:
            steps.see_changes(work, task.id, seen=seen)
        with self.company.unit(number) as work:
            pages = dict.fromkeys(range(1, document.pages + 1), 2000)
            steps.read_pages(work, task.id, seen=seen, milliseconds=pages)
        with self.company.unit(number) as work:
            asked = will.ask_will(work, task.id, seen=seen)
        answer = self.keys[number].answer(asked.intent.challenge())
        with self.company.unit(number) as work:
            will.confirm_by_passkey(work, task.id, seen=seen, answer=answer, site=SITE)
        with self.company.unit(number) as work:
            finish.finish(work, task.id, seen=seen, version=task.version, stroke=None)
        self.work()

    def seals(self, who="hr"):
        """A seal holder approves all that waits, with one re-authentication."""
        with self.company.view(who) as work:
            waiting = [each.task.id for each in seals.waiting(work)]
        with self.company.unit(who) as work:
            batch = seals.list_batch(work, waiting).id
        with self.company.unit(who) as work:
            seals.approve_by_password(work, batch, password=PASSWORD)
        self.work()

    def sealed(self, campaign_id, number):
        """Agreed, signed and sealed."""
        self.does(campaign_id, number, "answer", outcome="agree")
        self.signs(campaign_id, number)
        self.seals()

    def documents(self, case_id, kind="supplement"):
        """The papers of a kind in a case, oldest first."""
        with self.company.house.view(SYSTEM) as work:
            return list(
                work.session.scalars(
                    select(Document)
                    .where(Document.case_id == case_id, Document.kind == kind)
                    .order_by(Document.id)
                )
            )

    def flow(self, case_id):
        """The signing flow of a case's newest document."""
        document = self.documents(case_id)[-1]
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(SigningFlow).where(SigningFlow.document_id == document.id)
            ).one()

    def events(self, case_id):
        with self.company.house.view(SYSTEM) as work:
            return list(
                work.session.scalars(
                    select(Event.kind).where(Event.case_id == case_id).order_by(Event.sequence)
                )
            )

    def variables(self, campaign_id, number):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Case, self.case(campaign_id, number).id).variables
