"""The drawn procedures of tests/engine/diagrams in the house itself: drafted, released by a second person, and run
with real cases, tasks, jobs, messages and timers; or refused with their reason."""

import json
from ast import literal_eval
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import metadata
from models.account import Grant
from models.case import Case
from models.job import Job, JobState
from models.procedure import Procedure
from models.session import open_engine
from models.task import Task, TaskState
from tests.company import Company
from tests.conftest import Clock, make_database
from tests.engine.test_diagrams import BOUNDS, REFUSED, STORIES, VARIABLES, drawn
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM, Role
from webapp.edge import open_edge
from webapp.services.cases.messages import correlate
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.jobs import queue
from webapp.services.procedures import drafts, release
from webapp.services.procedures.files import File, read_settings
from webapp.services.procedures.problems import UnsoundError
from webapp.services.procedures.release import Decision
from webapp.services.procedures.shipped import append_release
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.work import Ports
from webapp.worker import Worker

SETTINGS = """
key = "drawn"
prefix = "DR"
diagram = "p.bpmn"
process = "p"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "画出的流程"
en = "A drawn procedure"
zh-Hant = "畫出的流程"
[jobs."bpm.evidence"]
[jobs."bpm.esign"]
[jobs.webhook]
[notices.welcome]
zh-Hans = "欢迎。"
"""
FIELDS = {
    "outcome": "textfield", "text": "textfield", "amount": "number", "score": "number", "ok": "checkbox",
    "again": "checkbox", "passed": "checkbox",
}  # fmt: skip
FORM = json.dumps(
    {
        "schemaVersion": 19,
        "type": "default",
        "id": "approve",
        "components": [
            {"type": kind, "id": f"F_{key}", "key": key, "label": key} for key, kind in FIELDS.items()
        ],
    }
)
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
<decision id="leave-approvers" name="审批层级"><variable name="审批层级"/><literalExpression><text>{level: "manager"}</text></literalExpression></decision>
</definitions>"""
# where the house does at once what the bare engine leaves to others: local jobs, and nobody who stands for "li"
STORIES_HERE = {
    **STORIES,
    "07-send-job": "start : ended",
    "11-reminders": "start manager='li' : approve | wait 1d : approve | wait 1d : approve | done approve : ended",
}


class Played:
    """A story on one case, with the people and the worker of the house."""

    def __init__(self, company):
        self.company, self.case_id = company, None

    def start(self, **variables):
        with self.company.unit("lina") as work:
            command = StartCase(
                procedure_key="drawn",
                person_id=self.company.ids["lina"],
                title="画出的流程",
                variables=variables,
            )
            self.case_id = begin(work, command).id

    def tasks(self):
        with self.company.house.view(SYSTEM) as work:
            return list(
                work.session.scalars(
                    select(Task)
                    .where(Task.case_id == self.case_id, Task.state == TaskState.OPEN)
                    .order_by(Task.id)
                )
            )

    def jobs(self):
        with self.company.house.view(SYSTEM) as work:
            return list(
                work.session.scalars(
                    select(Job)
                    .where(
                        Job.case_id == self.case_id, Job.state == JobState.READY, Job.element_id.is_not(None)
                    )
                    .order_by(Job.id)
                )
            )

    @property
    def case(self):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Case, self.case_id)

    @property
    def open(self):
        return sorted(row.element_id for row in (*self.tasks(), *self.jobs()))

    def done(self, element, **values):
        task = next((t for t in self.tasks() if t.element_id == element), None)
        if task is None:
            self.job(element, lambda work, job: queue.finish(work, job.id, worker="w", result=values))
            return
        with self.company.unit(self.holder(task)) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))

    def holder(self, task):
        people = {person_id: who for who, person_id in self.company.ids.items()}
        if task.assignee_id is not None:
            return people[task.assignee_id]
        return "hr2" if (task.queue or "").startswith("legal") else "hr"

    def job(self, element, act):
        job = next(j for j in self.jobs() if j.element_id == element)
        with self.company.house.unit(SYSTEM) as work:
            queue.take(work, job.id, worker="w")
        with self.company.house.unit(SYSTEM) as work:
            act(work, job)

    def fail(self, element, code):
        self.job(
            element,
            lambda work, job: queue.throw(work, job.id, worker="w", thrown=queue.BpmnThrow(code)),
        )

    def message(self, name, key, **variables):
        with self.company.house.unit(SYSTEM) as work:
            assert correlate(work, name, key=key, variables=variables) is not None

    def wait(self, length):
        self.company.house.clock.now += timedelta(**{BOUNDS[length[-1]]: int(length[:-1])})
        worker = Worker(self.company.house)
        while worker.sweep():
            pass

    def perform(self, verb, words):
        given = {name: literal_eval(value) for name, value in (w.split("=", 1) for w in words if "=" in w)}
        plain = [word for word in words if "=" not in word]
        getattr(self, verb)(*plain, **given)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def company(request, tmp_path_factory):
    """One house for all diagrams: each is the next version of one procedure."""
    engine = open_engine(make_database(request.param, request, tmp_path_factory))
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    house = open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), Clock())
    made = Company(house)
    files = (
        File(path="approve.form", kind="form", body=FORM),
        File(path="approvers.dmn", kind="decision", body=TABLE),
        File(path="p.bpmn", kind="diagram", body=drawn("30-tasks-that-pass").decode()),
        File(path="procedure.toml", kind="settings", body=SETTINGS),
    )
    settings = read_settings("drawn", files)
    with house.unit(SYSTEM) as work:
        procedure = Procedure(
            key="drawn",
            titles=settings.titles,
            prefix=settings.prefix,
            owner_role=settings.owner_role,
            start_roles=list(settings.start_roles),
            retention_years=2,
        )
        work.session.add(procedure)
        append_release(work, procedure, settings=settings, files=files, number=1)
        work.session.add(Grant(person_id=made.ids["hr2"], role=Role.LEGAL))
    yield made
    engine.dispose()


def draft(company, name):
    body = drawn(name).decode().replace("</bpmn:definitions>", f"<!-- {name} --></bpmn:definitions>")
    with company.unit("owner") as work:
        return drafts.make_draft(
            work, "drawn", replace=(File(path="p.bpmn", kind="diagram", body=body),)
        ).number


def decide(company, who, verb, number):
    with company.unit(who) as work:
        guard = drafts.read_version(work, "drawn", number).version
        verb(work, "drawn", number, decision=Decision(version=guard, note="新画的流程"))


@pytest.mark.parametrize("name", STORIES_HERE)
def test_is_released_by_a_second_person_and_run(company, name):
    number = draft(company, name)
    decide(company, "owner", release.submit, number)
    decide(company, "hr2", release.release, number)
    played = Played(company)
    for step in STORIES_HERE[name].split(" | "):
        action, expected = step.split(" : ")
        verb, *words = action.split()
        played.perform(verb, words)
        assert played.open == ([] if expected in {".", "ended"} else expected.split()), step
        assert (played.case.ended_at is not None) == (expected == "ended"), step
        assert played.case.state != "incident"
    given = set(played.case.variables)
    assert {k: v for k, v in VARIABLES.get(name, {}).items() if k in given} == VARIABLES.get(name, {})


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_its_reason(company, name):
    element, words = REFUSED[name]
    number = draft(company, name)
    with pytest.raises(UnsoundError) as caught:
        decide(company, "owner", release.submit, number)
    assert any(p.element == element and words in str(p.message) for p in caught.value.problems)
    with company.unit("owner") as work:
        drafts.discard(work, "drawn", number, version=drafts.read_version(work, "drawn", number).version)
