"""What one case throws reaches the others: messages by key, signals all who listen, each once."""

import pytest
from sqlalchemy import select

from models.case import AwaitedMessage, BufferedMessage
from models.job import Job, JobState
from models.task import Task, TaskState
from tests.company import Company, draw_procedures
from tests.engine.drawing import (
    catch,
    diagram,
    end,
    event,
    message,
    par,
    path,
    signal,
    start,
    throw,
    user,
    zeebe,
)
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.routing import BROADCAST, DELIVER
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.jobs import routing
from webapp.services.jobs.handlers import TakenJob
from webapp.worker import Worker

HR = zeebe("assignmentDefinition", candidateGroups="hr")
ROOTS = message("m", "ready", "=topic") + signal("g", "alarm")
DIAGRAMS = {
    "teller": diagram(
        start(), throw("t", event("message", "m")), throw("a", event("signal", "g")), user("done", ext=HR), end(),
        path("s > t > a > done > e"), roots=ROOTS, name="teller",
    ),
    "listener": diagram(
        start(), par("f"), catch("m1", event("message", "m")), catch("g1", event("signal", "g")), user("heard", ext=HR),
        user("alarmed", ext=HR), end(), path("s > f > m1 > heard > e"), path("f > g1 > alarmed > e"),
        roots=ROOTS, name="listener",
    ),
}  # fmt: skip


@pytest.fixture
def company(house, tmp_path):
    return Company(house, draw_procedures(tmp_path, DIAGRAMS))


def launch(company, key, topic):
    with company.unit("lina") as work:
        return begin(
            work,
            StartCase(
                procedure_key=key, person_id=company.ids["lina"], title=key, variables={"topic": topic}
            ),
        ).id


def opened(company, case_id):
    with company.house.view(SYSTEM) as work:
        found = work.session.scalars(
            select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        )
        return sorted(found)


def sweep(company):
    worker = Worker(company.house)
    while worker.sweep():
        pass


class TestMessages:
    def test_reach_the_case_of_their_key_and_no_other(self, company):
        wanted, other = launch(company, "listener", "a"), launch(company, "listener", "b")
        launch(company, "teller", "a")
        assert opened(company, wanted) == []
        sweep(company)
        assert opened(company, wanted) == ["alarmed", "heard"]
        assert opened(company, other) == ["alarmed"]

    def test_that_come_early_are_kept_for_who_comes_later(self, company):
        launch(company, "teller", "a")
        sweep(company)
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(BufferedMessage.name)).all() == ["ready"]

    def test_are_delivered_once_even_when_the_worker_dies_before_its_end(self, company):
        first, second = launch(company, "listener", "a"), launch(company, "listener", "a")
        launch(company, "teller", "a")
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(Job).where(Job.type == DELIVER)).one()
            job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
        for _ in range(3):
            routing.deliver(lambda: company.house.unit(SYSTEM), job)
        assert [*opened(company, first), *opened(company, second)] == ["heard"]


class TestSignals:
    def test_reach_every_listener_but_no_later_one(self, company):
        listeners = [launch(company, "listener", str(number)) for number in range(3)]
        launch(company, "teller", "x")
        sweep(company)
        late = launch(company, "listener", "late")
        sweep(company)
        assert [opened(company, case) for case in listeners] == [["alarmed"]] * 3
        assert opened(company, late) == []

    def test_are_no_messages_for_whoever_asks_by_name(self, company):
        launch(company, "listener", "a")
        with company.house.view(SYSTEM) as work:
            names = sorted(work.session.scalars(select(AwaitedMessage.name)))
        assert names == ["ready", "signal:alarm"]

    def test_their_jobs_end(self, company):
        launch(company, "listener", "a")
        launch(company, "teller", "a")
        sweep(company)
        with company.house.view(SYSTEM) as work:
            jobs = work.session.execute(select(Job.type, Job.state)).all()
            assert sorted(jobs) == sorted([(BROADCAST, JobState.DONE), (DELIVER, JobState.DONE)])
