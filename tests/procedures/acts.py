"""What people do in a case of any procedure, in one word each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.account import Grant
from models.case import Case
from models.document import Document
from models.organisation import Department, Entity
from models.person import Contract
from models.task import Task, TaskState
from tests.company import make_person
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.attachments import attach
from webapp.services.demo.stories import paper
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.worker import Worker


class Play:
    """Cases of the small company: who completes what, and what became of it."""

    def __init__(self, company):
        self.company = company
        self.worker = Worker(company.house, "w1")

    @staticmethod
    def populate(company):
        """Legal, the union, the head of HR, and contracts for everybody."""
        with company.house.unit(SYSTEM) as work:
            session = work.session
            entity = session.scalars(select(Entity).where(Entity.code == "YS")).one()
            top = session.scalars(select(Department).where(Department.code == "YS-0")).one()
            for who, number, role in (
                ("legal", "E0008", Role.LEGAL),
                ("union", "E0009", Role.UNION),
                ("hr_head", "E0010", Role.HR_HEAD),
            ):
                person = make_person(session, number, who, entity=entity, department=top, level=4)
                person.post = "职能岗"
                company.ids[who] = person.id
                session.add(Grant(person_id=person.id, role=role, entity_id=entity.id))
            for person_id in company.ids.values():
                session.add(
                    Contract(
                        person_id=person_id,
                        entity_id=entity.id,
                        number=f"HT-{person_id}",
                        kind="fixed",
                        starts_on=date(2024, 1, 1),
                        ends_on=date(2028, 12, 31),
                    )
                )

    def work(self):
        while self.worker.sweep():
            pass

    def task(self, case_id, element):
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(Task).where(
                    Task.case_id == case_id, Task.element_id == element, Task.state == TaskState.OPEN
                )
            ).one()

    def open(self, case_id):
        with self.company.house.view(SYSTEM) as work:
            return set(
                work.session.scalars(
                    select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
                )
            )

    def does(self, who, case_id, element, **values):
        """Complete a step; a value that begins with ``file:`` brings a paper of that name."""
        task = self.task(case_id, element)
        with self.company.unit(who) as work:
            for key, value in values.items():
                if isinstance(value, str) and value.startswith("file:"):
                    row = attach(work, task.id, name=f"{value[5:]}.pdf", data=paper(value[5:]))
                    values[key] = [{"id": str(row.id), "name": row.name}]
            complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))
        self.work()

    def case(self, case_id):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Case, case_id)

    def newest_case(self, procedure):
        with self.company.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(Case.id).where(Case.procedure_key == procedure).order_by(Case.id.desc())
            ).first()

    def documents(self, case_id):
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(Document).where(Document.case_id == case_id).order_by(Document.id)
            )
            return {row.template: row for row in rows}
