"""What a worker's sweep finds: every timer and every early message gets its turn, whatever stands before it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case import Case, Timer
from models.task import Task
from tests.company import Company, draw_procedures
from tests.engine import drawing as draw
from webapp import worker as workers
from webapp.domain.permissions import SYSTEM
from webapp.services.cases import messages
from webapp.services.cases.operate import resume, suspend
from webapp.services.cases.start import StartCase, start
from webapp.services.jobs import timers
from webapp.worker import Worker

HR = draw.zeebe("assignmentDefinition", candidateGroups="hr")
DIAGRAMS = {
    "alarm": draw.diagram(
        draw.start(), draw.catch("t", draw.timer("PT1H")), draw.user("a", ext=HR), draw.end(),
        draw.path("s > t > a > e"), name="alarm",
    ),
    "listen": draw.diagram(
        draw.start(), draw.catch("m", draw.event("message", "mm")), draw.user("a", ext=HR), draw.end(),
        draw.path("s > m > a > e"), roots=draw.message("mm", "hello"), name="listen",
    ),
}  # fmt: skip


@pytest.fixture
def company(house, tmp_path, monkeypatch):
    monkeypatch.setattr(timers, "BATCH", 2)
    monkeypatch.setattr(messages, "ROUNDS", 2)
    return Company(house, draw_procedures(tmp_path, DIAGRAMS))


def begin(company, key):
    with company.unit("lina") as work:
        return start(work, StartCase(procedure_key=key, person_id=company.ids["lina"], title=key)).id


def opened(company):
    with company.house.view(SYSTEM) as work:
        return sorted(work.session.scalars(select(Task.case_id)))


class Stop:
    """Tells the worker to stop after so many sweeps, and remembers how long it would have waited for each."""

    def __init__(self, sweeps):
        self.left, self.pauses = sweeps, []

    def wait(self, seconds):
        self.pauses.append(seconds)
        self.left -= 1
        return self.left < 0


class TestTimers:
    def test_more_than_a_batch_are_fired_without_a_pause(self, company, clock):
        cases = [begin(company, "alarm") for _ in range(5)]
        clock.now += timedelta(hours=2)
        stop = Stop(3)
        Worker(company.house).run(stop, seconds=5)
        assert opened(company) == cases
        assert stop.pauses == [5, 0, 0, 5]

    def test_that_fail_keep_no_other_from_its_turn_and_are_tried_again(self, company, clock, monkeypatch):
        broken = [begin(company, "alarm") for _ in range(2)]
        case = begin(company, "alarm")
        clock.now += timedelta(hours=2)
        real, tried = timers.fire_timer, []

        def fire(work, timer_id):
            number = work.session.get_one(Timer, timer_id).case_id
            tried.append(number)
            if number in broken:
                raise RuntimeError("boom")
            return real(work, timer_id)

        monkeypatch.setattr(workers.timers, "fire_timer", fire)
        Worker(company.house).run(Stop(3))
        assert opened(company) == [case]
        assert tried == [*broken, case, *broken]

    def test_of_suspended_cases_wait_and_keep_nobody_waiting(self, company, clock):
        cases = [begin(company, "alarm") for _ in range(3)]
        for case_id in cases[:2]:
            with company.unit("hr") as work:
                suspend(work, case_id, reason="核实")
        clock.now += timedelta(hours=2)
        worker = Worker(company.house)
        assert worker.sweep() == 1
        assert opened(company) == cases[2:]
        with company.unit("hr") as work:
            resume(work, cases[0])
        assert worker.sweep() == 1
        assert opened(company) == [cases[0], cases[2]]

    def test_that_a_click_took_away_meanwhile_fire_nothing(self, company, clock):
        case_id = begin(company, "alarm")
        with company.house.view(SYSTEM) as work:
            timer_id = work.session.scalars(select(Timer.id)).one()
        with company.house.unit(SYSTEM) as work:  # not due yet
            assert not timers.fire_timer(work, timer_id)
        clock.now += timedelta(hours=2)
        with company.house.unit(SYSTEM) as work:
            assert timers.fire_timer(work, timer_id)
        with company.house.unit(SYSTEM) as work:
            assert not timers.fire_timer(work, timer_id)
            assert work.session.get_one(Case, case_id).event_count == 2


class TestEarlyMessages:
    def say(self, company):
        with company.house.unit(SYSTEM) as work:
            return messages.correlate(work, "hello", key=None, variables={})

    def test_without_a_key_reach_the_case_that_begins_to_wait_later(self, company):
        assert self.say(company) is None
        case_id = begin(company, "listen")
        assert Worker(company.house).sweep() == 1
        assert opened(company) == [case_id]

    def test_are_taken_by_one_case_alone(self, company):
        self.say(company)
        cases = [begin(company, "listen") for _ in range(2)]
        Worker(company.house).sweep()
        assert opened(company) == cases[:1]

    def test_are_not_kept_for_suspended_cases(self, company):
        self.say(company)
        cases = [begin(company, "listen") for _ in range(3)]
        for case_id in cases[:2]:
            with company.unit("hr") as work:
                suspend(work, case_id, reason="核实")
        Worker(company.house).sweep()
        assert opened(company) == cases[2:]
