"""What HR, legal, the union and the deciders do at the end of an employment, in one word each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.account import Grant
from models.case import Case
from models.document import Document
from models.organisation import Department, Entity
from models.person import Contract
from models.signing import SigningFlow
from tests.change.acts import Change
from tests.company import make_person
from tests.signing.desk import SITE
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.attachments import attach
from webapp.services.cases.begin import BeginCase, begin
from webapp.services.signing import finish, seals, steps, will

ADDRESS = "上海市浦东新区世纪大道 1 号"
EVERYBODY = {
    "legal": ("E0008", "何律", Role.LEGAL),
    "counsel": ("E0010", "方律", Role.LEGAL),
    "union": ("E0009", "钱会", Role.UNION),
    "chief": ("E0011", "蒋总监", Role.HR_HEAD),
    "keeper": ("E0012", "沈印", Role.SEAL_HOLDER),
}


class Ending(Change):
    """Cases at the end of an employment in the small company, about 李娜 unless said otherwise."""

    @staticmethod
    def fill(work, *, ids, people):
        """Legal, the union, a head of HR, a keeper of the seal; 李娜 with her contract."""
        session, ids = work.session, dict(ids)
        entity = session.scalars(select(Entity).where(Entity.code == "YS")).one()
        top = session.scalars(select(Department).where(Department.code == "YS-0")).one()
        for who, (number, name, role) in EVERYBODY.items():
            person = make_person(session, number, name, entity=entity, department=top, level=4)
            ids[who] = person.id
            session.add(Grant(person_id=person.id, role=role, entity_id=entity.id))
        session.add(
            Contract(
                person_id=ids["lina"],
                entity_id=entity.id,
                number="HT-E0003",
                kind="fixed",
                starts_on=date(2020, 3, 2),
                ends_on=date(2028, 3, 1),
            )
        )
        return ids

    def begins(self, key, who="hr", person="E0003", **values):
        """Begin a case by its start form; its id."""
        with self.company.unit(who) as work:
            made = begin(work, BeginCase(procedure_key=key, person=person, values=values))
        self.work()
        return made

    def does(self, case_id, element, who="hr", **values):  # one case has one open task of an element
        self.complete(who, self.task(case_id, element), **values)
        self.work()

    def brings(self, case_id, element, name, data, *, who="hr"):
        """Somebody brings a file to a task of theirs."""
        with self.company.unit(who) as work:
            return attach(work, self.task(case_id, element).id, name=name, data=data)

    def read(self, case_id, name):
        """A variable of a case."""
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Case, case_id).variables.get(name)

    def row(self, case_id):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Case, case_id)

    def case_about(self, key):
        """The newest case of a procedure."""
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(Case.id).where(Case.procedure_key == key).order_by(Case.id.desc()).limit(1)
            ).one()

    def paper(self, case_id, kind):
        """The newest document of a kind."""
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(Document)
                .where(Document.case_id == case_id, Document.kind == kind)
                .order_by(Document.id.desc())
                .limit(1)
            ).one()

    def documents(self, case_id):
        """All documents of a case, oldest first."""
        with self.company.house.view(SYSTEM) as work:
            return list(
                work.session.scalars(
                    select(Document).where(Document.case_id == case_id).order_by(Document.id)
                )
            )

    def flow_of(self, document):
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(SigningFlow).where(SigningFlow.document_id == document.id)
            ).one_or_none()

    def seals_all(self):
        """The keeper approves all that waits, once."""
        self.seals("keeper")

    def signs_own(self, case_id, element, who="lina"):
        """The person goes through the signing page and signs with their passkey."""
        task = self.task(case_id, element)
        document = self.documents(case_id)[-1]
        seen = document.sha256
        for step in (
            lambda w: steps.see_notice(w, task.id),
            lambda w: steps.consent(w, task.id, seen=seen, agreed=True),
            lambda w: steps.identify(
                w, task.id, seen=seen, session_id=None, password="correct horse battery"
            ),
            lambda w: steps.see_changes(w, task.id, seen=seen),
            lambda w: steps.read_pages(
                w, task.id, seen=seen, milliseconds=dict.fromkeys(range(1, document.pages + 1), 2000)
            ),
        ):
            with self.company.unit(who) as work:
                step(work)
        with self.company.unit(who) as work:
            asked = will.ask_will(work, task.id, seen=seen)
        answer = self.keys[who].answer(asked.intent.challenge())
        with self.company.unit(who) as work:
            will.confirm_by_passkey(work, task.id, seen=seen, answer=answer, site=SITE)
        with self.company.unit(who) as work:
            finish.finish(work, task.id, seen=seen, version=task.version, stroke=None)
        self.work()

    def waiting_seals(self):
        with self.company.view("keeper") as work:
            return seals.waiting(work)


def preserved(day, *, files=()):
    """What the form of preserved evidence asks, about one export."""
    return {
        "what": "到岗记录",
        "source_system": "考勤系统",
        "collected_by": "张工",
        "collected_on": day,
        "original": "考勤库",
        "keeper": "信息部",
        "method": "export",
        "legality": "工作系统，考勤制度第六条",
        "evidence": [{"id": str(row.id), "name": row.name} for row in files],
    }


def plan(ground="39(4)", **more):
    """The plan of an end whose conditions are all met."""
    facts = {
        "39(4)": {
            "second_employment_proved": "yes",
            "serious_effect": "unknown",
            "demand_served": "yes",
            "refused_to_stop": "yes",
            "already_punished": "no",
        },
        "40(2)": {
            "first_incompetent": "yes",
            "still_incompetent": "yes",
            "trained": "yes",
            "transferred": "unknown",
        },
        "40(3)": {
            "circumstances_changed": "yes",
            "performance_impossible": "yes",
            "negotiation_failed": "yes",
            "only_refused_change": "no",
        },
    }[ground]
    values = {
        "ground": ground,
        "facts_text": "期满复查，仍在其他单位上班，社会保险由对方缴纳。",
        "facts": {**facts, **more.pop("facts", {})},
        "delivery_address": ADDRESS,
        "by_contract_employer": True,
        "dispatched_here": False,
        "electronic_agreed": False,
        "contract_ends_on": "2028-03-01",
        "in_probation": False,
        "union_exists": True,
    }
    if ground.startswith("40"):
        values |= {"protections_checked": True, "protections": [], "pay_in_lieu": False}
    if ground == "40(3)":
        values["circumstance"] = "relocation"
    return values | more
