from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.campaign import Campaign, CampaignMember
from models.case import Case
from models.organisation import Department, Entity
from models.task import Task, TaskState
from tests.company import Company, make_person
from webapp.domain.permissions import SYSTEM
from webapp.domain.text import msg
from webapp.services.campaigns import control
from webapp.services.campaigns.create import CreateCampaign, create
from webapp.services.campaigns.gates import GATES, Reason
from webapp.services.campaigns.population import Selection
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.worker import Worker

PROCEDURES = Path(__file__).parent / "procedures"


def no_minors(work, person, values):
    """The gate of the test procedure: nobody below grade 1."""
    return (Reason(code="minor", sentence=msg("未满要求。"), article="测试法 1"),) if person.level < 1 else ()


@pytest.fixture
def company(house, monkeypatch):
    """The small company with a procedure that may be started for many, and eight more people."""
    monkeypatch.setitem(GATES, "no-minors", no_minors)
    made = Company(house, PROCEDURES)
    made.begin_with("a night shift", _add_night_shift)
    return made


def _add_night_shift(work):
    entity = work.session.scalars(select(Entity).where(Entity.code == "YS")).one()
    care = work.session.scalars(select(Department).where(Department.code == "YS-CS")).one()
    for number in range(8):
        make_person(
            work.session, f"N{number:03d}", f"员工{number}", entity=entity, department=care, post="夜班客服"
        )


class Campaigns:
    """What HR does with campaigns, in one word each."""

    def __init__(self, company):
        self.company = company
        self.worker = Worker(company.house, "w1")

    def make(
        self,
        who="hr",
        *,
        post="夜班客服",
        numbers=(),
        key=None,
        skip_unknown=False,
        procedure="pledge",
        values=None,
    ):
        """Put a campaign together; its id."""
        selection = Selection(numbers=numbers) if numbers else Selection(post=post)
        with self.company.unit(who) as work:
            return create(
                work,
                CreateCampaign(
                    procedure_key=procedure,
                    title="夜班承诺",
                    selection=selection,
                    values=values or {"days": 5},
                    skip_unknown=skip_unknown,
                    key=key,
                ),
            )

    def work(self):
        """Let the worker do all that is due."""
        while self.worker.sweep():
            pass

    def act(self, what, campaign_id, who="hr", **more):
        with self.company.unit(who) as work:
            getattr(control, what)(work, campaign_id, **more)

    def going(self, **how):
        """Made, checked, launched, everybody asked."""
        campaign_id = self.make(**how)
        self.work()
        self.act("launch", campaign_id)
        self.work()
        return campaign_id

    def read(self, campaign_id):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Campaign, campaign_id)

    def members(self, campaign_id):
        """(state, stage) of each member by number."""
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(CampaignMember)
                .options(joinedload(CampaignMember.person))
                .where(CampaignMember.campaign_id == campaign_id)
                .order_by(CampaignMember.id)
            )
            return {m.person.number: m for m in rows}

    def states(self, campaign_id):
        return {n: (str(m.state), m.stage) for n, m in self.members(campaign_id).items()}

    def cases(self):
        with self.company.house.view(SYSTEM) as work:
            return list(work.session.scalars(select(Case.person_id).order_by(Case.id)))

    def answer(self, campaign_id, number, outcome):
        """One person answers."""
        member = self.members(campaign_id)[number]
        with self.company.house.view(SYSTEM) as work:
            task = work.session.scalars(
                select(Task).where(Task.case_id == member.case_id, Task.state == TaskState.OPEN)
            ).one()
        self.company.ids[number] = member.person_id
        with self.company.unit(number) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values={"outcome": outcome}))


@pytest.fixture
def campaigns(company):
    return Campaigns(company)
