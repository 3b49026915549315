"""A worker throws what the diagram catches: an error, an escalation, or what nobody catches."""

import pytest
from sqlalchemy import select

from models.case import Case, IncidentRow
from models.event import Event
from models.job import Job
from models.task import Task, TaskState
from tests.company import Company
from tests.engine.drawing import (
    boundary,
    diagram,
    end,
    error,
    escalation,
    event,
    path,
    service,
    start,
    user,
    zeebe,
)
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.operate import resume, retry, suspend
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.queue import BpmnThrow
from webapp.worker import Worker

HR = zeebe("assignmentDefinition", candidateGroups="hr")
XML = diagram(
    start(), service("sign", job="test-sign"), user("done", ext=HR), boundary("refused", "sign", event("error", "e")),
    user("paper", ext=HR), boundary("slow", "sign", event("escalation", "s"), cancels=False), user("look", ext=HR),
    end(), end("e2"), end("e3"), path("s > sign > done > e"), path("refused > paper > e2"), path("slow > look > e3"),
    roots=error("e", "REFUSED") + escalation("s", "SLOW"), name="p",
)  # fmt: skip
SETTINGS = """
key = "signing-trial"
prefix = "TH"
diagram = "p.bpmn"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "试"
en = "Trial"
zh-Hant = "試"
"""


@pytest.fixture
def company(house, tmp_path):
    folder = tmp_path / "bpmn" / "signing-trial"
    folder.mkdir(parents=True)
    (folder / "p.bpmn").write_bytes(XML)
    (folder / "procedure.toml").write_text(SETTINGS)
    return Company(house, tmp_path)


@pytest.fixture
def throw(monkeypatch):
    """What the worker of ``test-sign`` does; a list of throws, then it succeeds."""
    said = []

    def perform(_units, _job):
        if said:
            raise said.pop(0)
        return {"signed": True}

    monkeypatch.setitem(HANDLERS, "test-sign", perform)
    return said.append


def launch(company):
    with company.unit("lina") as work:
        command = StartCase(procedure_key="signing-trial", person_id=company.ids["lina"], title="试")
        return begin(work, command).id


def sweep(company):
    worker = Worker(company.house)
    while worker.sweep():
        pass


def opened(company, case_id):
    with company.house.view(SYSTEM) as work:
        return sorted(
            work.session.scalars(
                select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            )
        )


def states(company):
    with company.house.view(SYSTEM) as work:
        return list(work.session.scalars(select(Job.state).order_by(Job.id)))


class TestThrowing:
    def test_an_error_takes_the_way_that_catches_it(self, company, throw):
        throw(BpmnThrow("REFUSED"))
        case = launch(company)
        sweep(company)
        assert opened(company, case) == ["paper"]
        assert states(company) == ["done"]
        with company.house.view(SYSTEM) as work:
            kinds = work.session.scalars(select(Event.kind).where(Event.case_id == case)).all()
            assert kinds.count("job.threw") == 1

    def test_an_escalation_tells_and_the_job_is_done_with_it(self, company, throw):
        throw(BpmnThrow("SLOW", kind="escalation"))
        case = launch(company)
        sweep(company)
        assert opened(company, case) == ["done", "look"]

    def test_an_error_that_nobody_catches_stops_the_case_until_it_is_tried_again(self, company, throw):
        throw(BpmnThrow("UNKNOWN"))
        case = launch(company)
        sweep(company)
        assert opened(company, case) == []
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(Case, case).state == "incident"
            assert work.session.scalars(select(IncidentRow.element_id)).all() == ["sign"]
        with company.unit("hr") as work:
            retry(work, case, element_id="sign")
        sweep(company)
        assert opened(company, case) == ["done"]

    def test_in_a_suspended_case_waits_until_it_is_resumed(self, company, throw, monkeypatch):
        case = launch(company)

        def perform(_units, _job):
            with company.unit("hr") as work:
                suspend(work, case, reason="等")
            raise BpmnThrow("REFUSED")

        monkeypatch.setitem(HANDLERS, "test-sign", perform)
        sweep(company)
        assert opened(company, case) == []
        assert states(company) == ["held"]
        with company.unit("hr") as work:
            resume(work, case)
        assert opened(company, case) == ["paper"]
