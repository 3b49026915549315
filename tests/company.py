"""A small company for tests: one employer, one branch, people in a line."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import select

from models.account import Grant
from models.organisation import Department, Entity
from models.person import Person
from models.task import Task, TaskState
from tests.databases import begin_with
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.cases.start import StartCase, start
from webapp.services.people import load_actor
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.procedures.shipped import install_shipped

ROOT = Path(__file__).resolve().parents[1]


_alone: set[Path] = set()


@cache
def shipped_alone(*keys):
    """A root that ships one procedure, or a few, for rooms that look at those."""
    root = Path(tempfile.mkdtemp(prefix="hegui-shipped-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for key in keys:
        for top in ("bpmn", "forms"):
            shutil.copytree(ROOT / top / key, root / top / key)
    _alone.add(root)
    return root


PLAIN = """
key = "{key}"
prefix = "{prefix}"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "{key}"
en = "{key}"
zh-Hant = "{key}"
"""


def draw_procedures(root, diagrams):
    """Write a procedure for each diagram, by its key, below a root with settings that matter to no test; the root."""
    for key, xml in diagrams.items():
        folder = root / "bpmn" / key
        folder.mkdir(parents=True)
        (folder / f"{key}.bpmn").write_bytes(xml)
        (folder / "procedure.toml").write_text(PLAIN.format(key=key, prefix=key[:2].upper()))
    return root


def make_person(session, number, name, *, entity, department, manager=None, level=1, **more):
    """A person with plain facts."""
    person = Person(
        number=number,
        name=name,
        entity_id=entity.id,
        department_id=department.id,
        manager_id=None if manager is None else manager.id,
        post=more.pop("post", "客服专员"),
        level=level,
        region=entity.region,
        hired_on=more.pop("hired_on", date(2020, 3, 2)),
        service_from=more.pop("service_from", date(2015, 7, 1)),
        **more,
    )
    session.add(person)
    session.flush()
    return person


def make_company(session):
    """Fill a database: 云衫电商 with 客服部 (head 陈思远, employee 李娜 and 王芳), HR 赵敏, a branch apart."""
    group = Entity(kind="group", code="G", name="云衫集团", region="310000")
    session.add(group)
    session.flush()
    company = Entity(
        kind="company", code="YS", name="云衫电子商务有限公司", region="310000", parent_id=group.id
    )
    branch = Entity(kind="branch", code="YS-GZ", name="云衫广州分公司", region="440100", parent_id=group.id)
    session.add_all([company, branch])
    session.flush()
    top = Department(entity_id=company.id, code="YS-0", name="总经办")
    session.add(top)
    session.flush()
    top.path = f"/{top.id}/"
    care = Department(entity_id=company.id, code="YS-CS", name="客服部", parent_id=top.id)
    far = Department(entity_id=branch.id, code="GZ-CS", name="广州客服部")
    session.add_all([care, far])
    session.flush()
    care.path = f"{top.path}{care.id}/"
    far.path = f"/{far.id}/"
    boss = make_person(session, "E0001", "周立", entity=company, department=top, level=9)
    head = make_person(session, "E0002", "陈思远", entity=company, department=care, manager=boss, level=5)
    lina = make_person(session, "E0003", "李娜", entity=company, department=care, manager=head)
    wang = make_person(session, "E0004", "王芳", entity=company, department=care, manager=head)
    hr = make_person(session, "E0005", "赵敏", entity=company, department=top, manager=boss, level=4)
    hr2 = make_person(session, "E0006", "孙倩", entity=company, department=top, manager=boss, level=3)
    stranger = make_person(session, "E0101", "黄伟", entity=branch, department=far)
    far_hr = make_person(session, "E0102", "林静", entity=branch, department=far)
    owner = make_person(session, "E0007", "吴涛", entity=company, department=top, manager=boss)
    top.head_id, care.head_id = boss.id, head.id
    session.add_all(
        [
            Grant(person_id=hr.id, role=Role.HR, entity_id=company.id),
            Grant(person_id=hr2.id, role=Role.HR, entity_id=company.id),
            Grant(person_id=far_hr.id, role=Role.HR, entity_id=branch.id),
            Grant(person_id=owner.id, role=Role.PROCESS_OWNER),
        ]
    )
    session.flush()
    people = {
        "boss": boss,
        "head": head,
        "lina": lina,
        "wang": wang,
        "hr": hr,
        "hr2": hr2,
        "stranger": stranger,
        "far_hr": far_hr,
        "owner": owner,
    }
    return {key: person.id for key, person in people.items()}


class Company:
    """The company in a house, with its people as actors."""

    def __init__(self, house, root=ROOT):
        self.house = house
        forget_bundles()
        self.ids = begin_with(house, "company", lambda work: make_company(work.session))
        if root in _alone or root.is_relative_to(ROOT):
            self.begin_with(f"procedures of {root}", lambda work: install_shipped(work, root))
        else:  # one test's own procedures
            with house.unit(SYSTEM) as work:
                install_shipped(work, root)

    def begin_with(self, name, fill):
        """Rows that the company's database begins with as well."""
        return begin_with(self.house, name, fill)

    def actor(self, who):
        """Who acts, read anew."""
        with self.house.view(SYSTEM) as work:
            return load_actor(work.session, self.ids[who])

    def unit(self, who):
        """One click of a person."""
        return self.house.unit(self.actor(who))

    def view(self, who):
        """One page of a person."""
        return self.house.view(self.actor(who))


REQUEST = {
    "request_id": "R1",
    "type": "annual",
    "start_date": "2026-12-01",
    "end_date": "2026-12-02",
    "part": "full",
    "days": 2,
    "minutes": 960,
    "reason": "探亲",
    "has_proof": False,
    "leave_ends_at": "2026-12-02T18:00:00+08:00",
}


def ask(company, who="lina", **changes):
    """A leave case of a person; its id."""
    with company.unit(who) as work:
        case = start(
            work,
            StartCase(
                procedure_key="leave",
                person_id=company.ids[who],
                title="年休假 12-01 至 12-02",
                variables={**REQUEST, **changes},
            ),
        )
        return case.id


def open_task(company, case_id):
    """The open task of a case."""
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(
            select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        ).one()
