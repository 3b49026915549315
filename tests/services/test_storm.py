"""Everybody acts at once: the chain of events explains every row, one wins, the others read who."""

import pytest
from sqlalchemy import func, select

from models.case import BufferedMessage, Case, CaseState
from tests.company import Company, draw_procedures
from tests.engine import drawing as draw
from tests.services.replay import judge
from tests.services.storm import Orders, launch, open_tasks, storm, together
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.messages import correlate, deliver_buffered
from webapp.services.cases.start import StartCase, start
from webapp.services.jobs.queue import lock_case
from webapp.services.tasks.complete import CompleteTask, complete

HR = draw.zeebe("assignmentDefinition", candidateGroups="hr")
TIMES = 5  # how often a race is run, since one may miss the moment


def test_no_token_or_write_is_lost_or_doubled_and_one_wins(house, database_url, tmp_path):
    company, launched = launch(house, tmp_path, seed=1, cases=10)
    house.engine.dispose()
    people = (company.ids["hr"], company.ids["hr2"])
    orders = Orders(url=database_url, people=people, launched=launched, presses=20, seed=1)
    results = storm(orders, processes=2)
    kinds = judge(house, launched, results)
    assert kinds["task.completed"] > 10
    assert sum(len(result.lost) for result in results) > 0


DIAGRAMS = {
    "beside": draw.diagram(
        draw.start(), draw.par("f"), draw.user("a", ext=HR), draw.user("b", ext=HR), draw.par("j"), draw.end(),
        draw.path("s > f > a > j > e"), draw.path("f > b > j"), name="beside",
    ),
    "either": draw.diagram(
        draw.start(), draw.par("f"), draw.user("a", ext=HR), draw.user("b", ext=HR),
        draw.end("x", draw.event("terminate")), draw.path("s > f > a > x"), draw.path("f > b > x"), name="either",
    ),
    "listener": draw.diagram(
        draw.start(), draw.catch("m1", draw.event("message", "m")), draw.user("heard", ext=HR), draw.end(),
        draw.path("s > m1 > heard > e"), roots=draw.message("m", "ready", "=topic"), name="listener",
    ),
}  # fmt: skip


@pytest.fixture
def company(house, tmp_path):
    return Company(house, draw_procedures(tmp_path, DIAGRAMS))


def begin(company, key, topic="t"):
    with company.unit("lina") as work:
        command = StartCase(
            procedure_key=key, person_id=company.ids["lina"], title=key, variables={"topic": topic}
        )
        return start(work, command).id


def press(company, who, task):
    actor = company.actor(who)

    def act():
        with company.house.unit(actor) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version))

    return act


def tell(company, topic):
    def act():
        with company.house.unit(SYSTEM) as work:
            correlate(work, "ready", key=topic, variables={})

    return act


def state(company, case_id):
    with company.house.view(SYSTEM) as work:
        return work.session.get_one(Case, case_id).state


class TestAtOnce:
    def test_two_tasks_beside_one_another_both_count(self, company):
        for _ in range(TIMES):
            case_id = begin(company, "beside")
            first, second = open_tasks(company.house, [case_id])
            assert together(press(company, "hr", first), press(company, "hr2", second)) == []
            assert state(company, case_id) == CaseState.COMPLETED

    def test_of_two_tasks_that_end_each_other_one_is_too_late(self, company):
        for _ in range(TIMES):
            case_id = begin(company, "either")
            first, second = open_tasks(company.house, [case_id])
            refused = together(press(company, "hr", first), press(company, "hr2", second))
            assert [str(error) for error in refused] == ["这一步已不再需要办理：流程已继续。"]

    def test_of_two_messages_for_one_wait_one_is_kept_for_later(self, company):
        for number in range(TIMES):
            begin(company, "listener", str(number))
            assert together(tell(company, str(number)), tell(company, str(number))) == []
        with company.house.view(SYSTEM) as work:
            assert work.session.scalar(select(func.count()).select_from(BufferedMessage)) == TIMES

    def test_a_kept_message_reaches_one_of_two_that_wait(self, company):
        def deliver(case_id):
            def act():
                with company.house.unit(SYSTEM) as work:
                    deliver_buffered(work, lock_case(work, case_id))

            return act

        for number in range(TIMES):
            tell(company, str(number))()
            cases = [begin(company, "listener", str(number)) for _ in range(2)]
            assert together(*map(deliver, cases)) == []
            assert len(open_tasks(company.house, cases)) == 1
