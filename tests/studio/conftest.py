"""The small company with a second person who may release, and ways to change leave's files."""

from functools import partial

import pytest
from sqlalchemy import select

from models.account import Grant
from models.person import Person
from models.procedure import ProcedureVersion
from tests.company import Company, shipped_alone
from tests.web import make_web
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.procedures import drafts, release
from webapp.services.procedures.drafts import SaveFile
from webapp.services.procedures.release import Decision


class Studio(Company):
    """The company; 吴涛 owns procedures, 孙倩 is legal and may release."""

    def __init__(self, house):
        super().__init__(house, root=shipped_alone("leave"))
        grant = partial(Grant, person_id=self.ids["hr2"], role=Role.LEGAL)
        self.begin_with("hr2 is legal", lambda work: work.session.add(grant()))

    def draft(self, who="owner"):
        with self.unit(who) as work:
            return drafts.make_draft(work, "leave").number

    def version(self, number):
        with self.house.view(SYSTEM) as work:
            return drafts.read_version(work, "leave", number)

    def body(self, number, path="leave.bpmn"):
        with self.house.view(SYSTEM) as work:
            return drafts.read_file(work, "leave", number, path=path).body

    def save(self, number, body, *, path="leave.bpmn", who="owner", version=None):
        guard = self.version(number).version if version is None else version
        with self.unit(who) as work:
            return drafts.save_file(
                work, "leave", number, command=SaveFile(path=path, body=body, version=guard)
            ).version

    def change(self, number, old, new, *, path="leave.bpmn", who="owner"):
        body = self.body(number, path)
        assert old in body
        return self.save(number, body.replace(old, new), path=path, who=who)

    def decide(self, verb, number, *, who="owner", note="把主管审批改为三个工作日", version=None):
        guard = self.version(number).version if version is None else version
        with self.unit(who) as work:
            return verb(work, "leave", number, decision=Decision(version=guard, note=note)).state

    def submit(self, number, **more):
        return self.decide(release.submit, number, **more)

    def release(self, number, **more):
        return self.decide(release.release, number, **{"who": "hr2", **more})

    def problems(self, number):
        with self.house.view(SYSTEM) as work:
            version = drafts.read_version(work, "leave", number)
            return release.problems_of(work, version)

    def numbers(self):
        with self.house.view(SYSTEM) as work:
            rows = work.session.scalars(select(ProcedureVersion).order_by(ProcedureVersion.number))
            return [(row.number, row.state) for row in rows]

    def name_of(self, who):
        with self.house.view(SYSTEM) as work:
            return work.session.get_one(Person, self.ids[who]).name


@pytest.fixture
def studio(house):
    """Leave as it ships, and people who may change it."""
    return Studio(house)


@pytest.fixture
def app(studio, tmp_path):
    """The application over it."""
    return make_web(studio, tmp_path)
