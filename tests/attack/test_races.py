"""Two at once: one wins, nothing is lost, the case stays whole. On both databases."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from models.case import Case
from models.event import Event
from models.reference import RegionParameter
from models.task import Task, TaskDraft, TaskState
from tests.company import ask, open_task
from webapp.domain.errors import ConflictError, ForbiddenError, HeguiError
from webapp.domain.permissions import SYSTEM
from webapp.services.tables.parameters import decide
from webapp.services.tasks.claim import claim, transfer
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.drafts import save_draft


def at_once(*acts):
    """Run acts together: the errors of those that were refused."""
    barrier, refused = threading.Barrier(len(acts)), []

    def run(act):
        barrier.wait()
        try:
            act()
        except HeguiError as error:
            refused.append(error)
        except Exception as error:  # noqa: BLE001
            refused.append(AssertionError(repr(error)))

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [e for e in refused if isinstance(e, AssertionError)], refused
    return refused


def click(company, who, act):
    """An act of a person, to be pressed later."""
    actor = company.actor(who)

    def press():
        with company.house.unit(actor) as work:
            act(work)

    return press


def check_chain(company, case_id):
    """The events of a case follow one another without a gap."""
    with company.house.view(SYSTEM) as work:
        case = work.session.get_one(Case, case_id)
        rows = work.session.scalars(
            select(Event).where(Event.case_id == case_id).order_by(Event.sequence)
        ).all()
        assert [r.sequence for r in rows] == list(range(1, case.event_count + 1))
        assert [r.previous for r in rows[1:]] == [r.link for r in rows[:-1]]
        assert case.event_hash == rows[-1].link


class TestRaces:
    def test_approve_or_hand_on(self, company):
        task = open_task(company, ask(company))
        command = CompleteTask(task_id=task.id, version=task.version, values={"outcome": "approve"})
        boss = company.ids["boss"]
        refused = at_once(
            click(company, "head", lambda work: complete(work, command)),
            click(
                company,
                "head",
                lambda work: transfer(work, task.id, version=task.version, to_id=boss, reason="r"),
            ),
        )
        assert len(refused) == 1
        assert isinstance(refused[0], ConflictError)
        check_chain(company, task.case_id)

    def test_two_claim(self, company):
        case_id = ask(company, type="sick", days=4, has_proof=True)
        task = open_task(company, case_id)
        for who in ("head", "boss"):
            if task.queue is None:
                now = CompleteTask(task_id=task.id, version=task.version, values={"outcome": "approve"})
                click(company, who, lambda work, now=now: complete(work, now))()
                task = open_task(company, case_id)
        assert task.queue
        acts = [
            click(company, who, lambda work: claim(work, task.id, version=task.version))
            for who in ("hr", "hr2")
        ]
        assert [type(e) for e in at_once(*acts)] == [ConflictError]
        check_chain(company, case_id)

    def test_drafts_of_two_windows(self, company):
        task = open_task(company, ask(company))
        acts = [
            click(company, "head", lambda work, n=n: save_draft(work, task.id, {"comment": str(n)}))
            for n in range(4)
        ]
        assert all(isinstance(e, ConflictError) for e in at_once(*acts))
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(TaskDraft)).one().values["comment"] in "0123"
            assert work.session.get_one(Task, task.id).state == TaskState.OPEN

    def test_one_confirms_and_one_refuses(self, company):
        with company.house.unit(SYSTEM) as work:
            row = RegionParameter(
                key="k",
                region="CN",
                valid_from=date(2026, 1, 1),
                value="1",
                unit="u",
                source="s",
                confidence="high",
                state="proposed",
                proposed_by_id=company.ids["hr_head"],
                changed_at=work.now,
            )
            work.session.add(row)
            work.session.flush()
            key = str(row.id)
        refused = at_once(
            *(
                click(company, "legal", lambda work, yes=yes: decide(work, key, confirm=yes))
                for yes in (True, False)
            )
        )
        assert [type(e) for e in refused] == [ConflictError]
        with pytest.raises((ConflictError, ForbiddenError)), company.unit("hr_head") as work:
            decide(work, key, confirm=True)


class TestOwnRequest:
    def test_hr_cannot_choose_who_decides_about_them(self, company):
        task = open_task(company, ask(company, "hr"))
        assert task.assignee_id == company.ids["boss"]
        with pytest.raises(ForbiddenError), company.unit("hr") as work:
            transfer(work, task.id, version=task.version, to_id=company.ids["hr2"], reason="r")
