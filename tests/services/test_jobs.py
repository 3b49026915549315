"""A job outlives its worker, never moves a case that stands still, and never runs for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case import BufferedMessage, Case, CaseState, IncidentRow
from models.job import Job, JobState
from models.task import Task, TaskState
from tests.company import Company, draw_procedures
from tests.engine.drawing import diagram, end, event, node, par, path, service, start, user, zeebe
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.messages import KEEP, correlate
from webapp.services.cases.operate import cancel, resume, retry, suspend
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.jobs import queue
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.local import LOCAL
from webapp.worker import Worker

HR = zeebe("assignmentDefinition", candidateGroups="hr")
STOP = node("endEvent", "stop", event("terminate"))
DIAGRAMS = {
    "single": diagram(start(), service("a"), user("b", ext=HR), end(), path("s > a > b > e"), name="single"),
    "race": diagram(
        start(), par("f"), service("quick", job="local-a"), STOP, service("slow", job="local-b"), end(),
        path("s > f > quick > stop"), path("f > slow > e"), name="race",
    ),
}  # fmt: skip
LEASE_OVER = queue.LEASE + timedelta(seconds=1)


@pytest.fixture
def company(house, tmp_path, monkeypatch):
    draw_procedures(tmp_path, DIAGRAMS)
    monkeypatch.setitem(HANDLERS, "work", lambda _units, _job: {"done": "yes"})
    return Company(house, tmp_path)


def launch(company, key="single"):
    with company.unit("lina") as work:
        return begin(work, StartCase(procedure_key=key, person_id=company.ids["lina"], title=key)).id


def job_of(company, case_id):
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(select(Job).where(Job.case_id == case_id)).one()


def state_of(company, case_id):
    with company.house.view(SYSTEM) as work:
        return work.session.get_one(Case, case_id).state


def opened(company, case_id):
    with company.house.view(SYSTEM) as work:
        return list(
            work.session.scalars(
                select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            )
        )


def take(company, job_id, worker="w"):
    with company.house.unit(SYSTEM) as work:
        row = queue.take(work, job_id, worker=worker)
        return row is not None


def finish(company, job_id):
    with company.house.unit(SYSTEM) as work:
        queue.finish(work, job_id, worker="w", result={"done": "yes"})


def fail(company, job_id):
    with company.house.unit(SYSTEM) as work:
        queue.fail(work, job_id, worker="w", error="boom")


def unresolved(company, case_id):
    with company.house.view(SYSTEM) as work:
        return list(
            work.session.scalars(
                select(IncidentRow.element_id).where(
                    IncidentRow.case_id == case_id, IncidentRow.resolved_at.is_(None)
                )
            )
        )


class TestSuspended:
    @pytest.fixture
    def stopped(self, company):
        """A case that was suspended while a worker had its job; case and job."""
        case = launch(company)
        job = job_of(company, case).id
        take(company, job)
        with company.unit("hr") as work:
            suspend(work, case, reason="核实")
        return case, job

    def test_a_case_keeps_the_result_and_moves_only_when_resumed(self, company, stopped):
        case, job = stopped
        finish(company, job)
        assert (opened(company, case), state_of(company, case)) == ([], CaseState.SUSPENDED)
        with company.unit("hr") as work:
            resume(work, case)
        assert opened(company, case) == ["b"]
        assert job_of(company, case).state == JobState.DONE
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(Case, case).variables["done"] == "yes"

    def test_a_held_result_is_not_done_again_by_another_worker(self, company, stopped, clock):
        case, job = stopped
        finish(company, job)
        clock.now += LEASE_OVER
        assert not take(company, job)
        assert Worker(company.house).sweep() == 0
        assert opened(company, case) == []

    def test_a_held_result_of_a_case_that_is_cancelled_goes_with_it(self, company, stopped):
        case, job = stopped
        finish(company, job)
        with company.unit("hr") as work:
            cancel(work, case, reason="误")
        assert job_of(company, case).state == JobState.CANCELLED

    def test_a_job_that_fails_for_good_does_not_set_the_case_free(self, company, stopped):
        case, job = stopped
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Job, job).retries = 0
        fail(company, job)
        assert (state_of(company, case), unresolved(company, case)) == (CaseState.SUSPENDED, ["a"])
        with company.unit("hr") as work:
            resume(work, case)
        assert state_of(company, case) == CaseState.INCIDENT


class TestDeadWorkers:
    def test_a_job_that_kills_every_worker_becomes_an_incident(self, company, clock):
        case = launch(company)
        job = job_of(company, case)
        taken = 0
        while taken < 10 and take(company, job.id):
            taken += 1
            clock.now += LEASE_OVER
        assert taken == job.retries
        assert (job_of(company, case).state, state_of(company, case)) == (JobState.FAILED, CaseState.INCIDENT)
        assert unresolved(company, case) == ["a"]

    def test_the_sweep_finds_it_without_doing_it_once_more(self, company, clock, monkeypatch):
        case = launch(company)
        job = job_of(company, case)
        for _ in range(job.retries):
            take(company, job.id)
            clock.now += LEASE_OVER
        done = []
        monkeypatch.setitem(HANDLERS, "work", lambda _units, job: done.append(job.id) or {})
        Worker(company.house).sweep()
        assert (done, job_of(company, case).state) == ([], JobState.FAILED)

    def test_a_job_that_fails_is_tried_as_often_as_the_diagram_says(self, company, clock):
        case = launch(company)
        job = job_of(company, case)
        for left in reversed(range(job.retries)):
            assert take(company, job.id)
            fail(company, job.id)
            assert job_of(company, case).state == (JobState.READY if left else JobState.FAILED)
            clock.now += timedelta(hours=2)
        assert not take(company, job.id)

    def test_one_lost_worker_costs_one_try(self, company, clock):
        case = launch(company)
        job = job_of(company, case)
        take(company, job.id)
        clock.now += LEASE_OVER
        assert Worker(company.house).sweep() == 1
        assert opened(company, case) == ["b"]

    def test_hr_tries_the_step_again_from_the_case_page(self, company):
        case = launch(company)
        job = job_of(company, case)
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Job, job.id).retries = 1
        take(company, job.id)
        fail(company, job.id)
        with company.unit("hr") as work:
            retry(work, case, element_id="a")
        assert (state_of(company, case), unresolved(company, case)) == (CaseState.ACTIVE, [])
        Worker(company.house).sweep()
        assert opened(company, case) == ["b"]


class TestLocalJobs:
    def test_one_that_ends_the_case_calls_off_the_other(self, company, monkeypatch):
        done = []
        monkeypatch.setitem(LOCAL, "local-a", lambda _work, _case, _job: done.append("a") or {})
        monkeypatch.setitem(LOCAL, "local-b", lambda _work, _case, _job: done.append("b") or {})
        case = launch(company, "race")
        assert state_of(company, case) == CaseState.COMPLETED
        assert done == ["a"]  # what was called off is not done


class TestEarlyMessages:
    def test_whose_time_is_over_are_forgotten_by_the_sweep(self, company, clock):
        with company.house.unit(SYSTEM) as work:
            correlate(work, "nobody", key="k", variables={})
        worker = Worker(company.house)
        assert worker.sweep() == 0
        clock.now += KEEP + timedelta(seconds=1)
        worker.sweep()
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(BufferedMessage)).all() == []
        assert worker.sweep() == 0
