"""Ten thousand idle cases cost nothing: a sweep is the same few indexed statements however many wait."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case import Case, Timer
from models.job import Job
from tests.bench.load import load_waiting
from tests.plans import Plans
from webapp.domain.permissions import SYSTEM
from webapp.services.jobs import queue, timers
from webapp.worker import Worker

IDLE = 10_000


@pytest.fixture
def idle(company):
    """The company with ten thousand cases that wait for their approver, and as many timers."""
    load_waiting(company, cases=IDLE)
    return company


def sweep(company, engine):
    """Statements of one sweep, and what it did."""
    with Plans(engine) as plans:
        done = Worker(company.house, "w").sweep()
    return plans, done


def test_a_sweep_is_as_many_statements_as_over_an_empty_house(company, engine):
    before, done = sweep(company, engine)
    assert done == 0
    load_waiting(company, cases=IDLE)
    after, done = sweep(company, engine)
    assert done == 0
    assert len(after.seen) == len(before.seen) <= 6
    assert [s for s, _ in after.seen] == [s for s, _ in before.seen]


def test_no_statement_of_a_sweep_reads_a_table_whole(idle, engine):
    plans, _ = sweep(idle, engine)
    # messages that came too early are few, however many cases wait
    assert plans.whole("timer", "job", "case", "awaited_message", "trigger", "task") == []
    lines = "\n".join(plans.lines())
    assert "ix_timer_due_at" in lines
    assert "ix_job_due" in lines


def test_the_one_that_is_due_among_them_is_found(idle, clock):
    with idle.house.unit(SYSTEM) as work:
        case_id = work.session.scalars(select(Case.id).order_by(Case.id.desc()).limit(1)).one()
        timer = work.session.scalars(select(Timer).where(Timer.case_id == case_id)).one()
        timer.due_at = clock.now
        due = timer.id
        job = queue.enqueue(work, "notify", {})
    with idle.house.view(SYSTEM) as work:
        assert [t.id for t in timers.due_timers(work)] == [due]
        assert queue.due_jobs(work, ("notify",)) == [job.id]
        assert work.session.get_one(Job, job.id).due_at <= clock.now
    clock.now += timedelta(days=366)
    with idle.house.view(SYSTEM) as work:
        assert len(timers.due_timers(work)) == timers.BATCH
