"""One click: one transaction, one commit, few statements; the loser of a race learns who won."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from models.case import Case, CaseState
from models.event import Event, EventPayload, Idempotency
from models.task import Task, TaskState
from tests.company import REQUEST, ask, open_task
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.edge import count_statements
from webapp.services.cases.mend import edit_variables
from webapp.services.cases.start import StartCase, start
from webapp.services.tasks.claim import claim, release, transfer, urge
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.worker import Worker


def approve(company, who, task, *, key=None, version=None, outcome="approve"):
    """A press of 同意."""
    with company.unit(who) as work:
        return complete(
            work,
            CompleteTask(
                task_id=task.id,
                version=task.version if version is None else version,
                values={"outcome": outcome, **({"refusal": "人手不足"} if outcome != "approve" else {})},
                key=key,
            ),
        )


class Once:
    """A worker's stop sign that lets it go round once."""

    asked = 0

    def wait(self, _seconds):
        self.asked += 1
        return self.asked > 1


class Counter:
    """Statements and commits of a block."""

    def __init__(self, engine):
        self.engine = engine
        self.statements = []
        self.commits = 0

    def _commit(self, _connection):
        self.commits += 1

    def __enter__(self):
        self.stop = count_statements(self.engine, self.statements)
        event.listen(self.engine, "commit", self._commit)
        return self

    def __exit__(self, *_exc):
        self.stop()
        self.statements[:] = [s for s in self.statements if not s.startswith("BEGIN")]  # psycopg's is silent
        event.remove(self.engine, "commit", self._commit)


class TestStart:
    def test_opens_the_managers_task_with_a_due_time(self, company):
        task = open_task(company, ask(company))
        assert task.element_id == "approve"
        assert task.assignee_id == company.ids["head"]
        assert task.due_at is not None

    def test_at_most_fifteen_statements_and_one_commit(self, company, engine):
        ask(company)
        actor = company.actor("lina")
        with Counter(engine) as seen, company.house.unit(actor) as work:
            start(
                work,
                StartCase(
                    procedure_key="leave",
                    person_id=company.ids["lina"],
                    title="年休假",
                    variables=REQUEST,
                ),
            )
        assert len(seen.statements) <= 15, seen.statements
        assert seen.commits == 1

    def test_about_somebody_else_needs_a_role(self, company):
        with pytest.raises(NotFoundError), company.unit("stranger") as work:
            start(work, StartCase(procedure_key="leave", person_id=company.ids["lina"], title="x"))


class TestComplete:
    def test_at_most_fifteen_statements_and_one_commit(self, company, engine):
        hard = {"type": "sick", "days": 5, "has_proof": True}  # goes on to HR; booking has its own figure
        approve(company, "head", open_task(company, ask(company, **hard)))
        task = open_task(company, ask(company, **hard))
        actor = company.actor("head")
        with Counter(engine) as seen, company.house.unit(actor) as work:
            complete(
                work,
                CompleteTask(task_id=task.id, version=task.version, values={"outcome": "approve"}, key="k1"),
            )
        assert len(seen.statements) <= 15, seen.statements
        assert seen.commits == 1

    def test_writes_its_event_into_the_cases_chain(self, company):
        case_id = ask(company)
        approve(company, "head", open_task(company, case_id))
        with company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(Event).where(Event.case_id == case_id).order_by(Event.sequence)
            ).all()
            assert [r.kind for r in rows][:2] == ["case.started", "task.completed"]
            assert [r.sequence for r in rows] == list(range(1, len(rows) + 1))
            assert all(b.previous == a.link for a, b in zip(rows, rows[1:], strict=False))
            body = work.session.get(EventPayload, rows[1].id).body
            assert '"outcome":"approve"' in body

    def test_a_stale_page_is_refused_and_nothing_changes(self, company):
        task = open_task(company, ask(company))
        with pytest.raises(ConflictError):
            approve(company, "head", task, version=task.version - 1)
        assert open_task(company, task.case_id).state == TaskState.OPEN

    def test_a_key_is_known_for_seven_days_and_then_forgotten(self, company, clock):
        task = open_task(company, ask(company))
        approve(company, "head", task, key="k1")
        clock.now += timedelta(days=7)
        Worker(company.house).run(Once())
        assert approve(company, "head", task, key="k1").repeated
        clock.now += timedelta(seconds=1)
        worker = Worker(company.house)
        worker.run(Once())
        with pytest.raises(ConflictError, match="陈思远已先办理"):
            approve(company, "head", task, key="k1")
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Idempotency)).all() == []

    def test_old_keys_are_looked_for_once_an_hour(self, company, clock):
        worker = Worker(company.house)
        worker.forget_keys()
        approve(company, "head", open_task(company, ask(company)), key="k1")
        clock.now += timedelta(days=8)
        assert worker.forget_keys() == 1
        with Counter(company.house.engine) as counted:
            clock.now += timedelta(minutes=59)
            assert worker.forget_keys() == 0
        assert counted.statements == []

    def test_a_page_that_an_operator_made_stale_names_them(self, company):
        task = open_task(company, ask(company))
        with company.unit("hr2") as work:
            edit_variables(work, task.case_id, variables={"reason": "回乡探亲"}, reason="写错")
        with pytest.raises(ConflictError, match="孙倩更改了这项任务"):
            approve(company, "head", task)

    def test_a_page_that_a_transfer_made_stale_names_who_handed_it_on(self, company):
        task = open_task(company, ask(company))
        with company.unit("head") as work:
            transfer(work, task.id, version=task.version, to_id=company.ids["boss"], reason="出差")
        with pytest.raises(ConflictError, match="陈思远更改了这项任务"):
            approve(company, "boss", task)

    def test_a_key_that_would_be_cut_is_refused_and_nothing_changes(self, company):
        task = open_task(company, ask(company))
        with pytest.raises(InvalidError, match="64"):
            approve(company, "head", task, key="k" * 65)
        assert open_task(company, task.case_id).state == TaskState.OPEN
        approve(company, "head", task, key="k" * 64)
        with pytest.raises(InvalidError, match="64"):
            approve(company, "head", task, key="k" * 65)

    def test_the_same_key_acts_once(self, company):
        case_id = ask(company)
        task = open_task(company, case_id)
        first = approve(company, "head", task, key="press-1")
        again = approve(company, "head", task, key="press-1")
        assert not first.repeated
        assert again.repeated
        assert again.case_id == case_id

    def test_a_key_of_another_click_is_refused(self, company):
        approve(company, "head", open_task(company, ask(company)), key="k")
        other = open_task(company, ask(company, "wang"))
        approve(company, "head", other)
        with pytest.raises(InvalidError):
            approve(company, "head", other, key="k")

    def test_the_second_presser_reads_who_was_first(self, company, engine):
        task = open_task(company, ask(company))
        approve(company, "head", task)
        actor = company.actor("head")
        with (
            Counter(engine) as seen,
            pytest.raises(ConflictError, match="陈思远"),
            company.house.unit(actor) as work,
        ):
            complete(work, CompleteTask(task_id=task.id, version=task.version, values={"outcome": "approve"}))
        assert len(seen.statements) <= 8, seen.statements
        assert seen.commits == 0

    def test_two_at_once_one_wins(self, company):
        case_id = ask(company, days=5, type="sick", has_proof=True)
        task = open_task(company, case_id)
        results = []
        barrier = threading.Barrier(2)

        def press():
            barrier.wait()
            try:
                approve(company, "head", task)
                results.append("won")
            except ConflictError as error:
                results.append(str(error))

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert min(results, key=len) == "won"
        assert "陈思远" in max(results, key=len)
        with company.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, case_id)
            assert case.state == CaseState.ACTIVE
            assert case.event_count == 2

    @pytest.mark.parametrize("who", ["lina", "wang", "stranger", "far_hr", "hr"])
    def test_nobody_else_may(self, company, who):
        task = open_task(company, ask(company))
        with pytest.raises((NotFoundError, ForbiddenError)):
            approve(company, who, task)
        assert open_task(company, task.case_id).version == task.version

    def test_a_forged_id_looks_like_a_foreign_one(self, company):
        task = open_task(company, ask(company))
        with pytest.raises(NotFoundError) as foreign:
            approve(company, "stranger", task)
        task.id = 999_999
        with pytest.raises(NotFoundError) as forged:
            approve(company, "stranger", task)
        assert str(foreign.value) == str(forged.value)

    def test_an_unknown_field_is_refused(self, company):
        task = open_task(company, ask(company))
        with pytest.raises(InvalidError), company.unit("head") as work:
            complete(
                work,
                CompleteTask(
                    task_id=task.id,
                    version=task.version,
                    values={"outcome": "approve", "manager_outcome": "x"},
                ),
            )


class TestSameApprover:
    def test_who_agreed_is_not_asked_again(self, company):
        # 李娜's line manager heads her department: five days need the head, who has just agreed
        case_id = ask(company, days=5)
        approve(company, "head", open_task(company, case_id))
        with company.house.view(SYSTEM) as work:
            open_now = work.session.scalars(
                select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            ).all()
        assert "second" not in open_now


class TestSelf:
    def test_a_manager_who_asks_is_not_asked(self, company):
        task = open_task(company, ask(company, "head", manager="E0002"))
        assert task.assignee_id == company.ids["boss"]

    def test_a_task_cannot_be_handed_to_the_person_concerned(self, company):
        task = open_task(company, ask(company))
        with pytest.raises(InvalidError), company.unit("head") as work:
            transfer(work, task.id, version=task.version, to_id=company.ids["lina"], reason="出差")


class TestVerbs:
    def test_hr_claims_and_gives_back(self, company):
        case_id = ask(company, type="sick", days=4, has_proof=True)
        approve(company, "head", open_task(company, case_id))
        task = open_task(company, case_id)
        while task.element_id != "hr":
            approve(company, "boss", task)
            task = open_task(company, case_id)
        assert task.assignee_id is None
        with company.unit("hr") as work:
            taken = claim(work, task.id, version=task.version)
        with pytest.raises(ConflictError, match="赵敏"), company.unit("hr2") as work:
            claim(work, task.id, version=task.version)
        with company.unit("hr") as work:
            release(work, task.id, version=taken.version)
        with pytest.raises((NotFoundError, ForbiddenError)), company.unit("far_hr") as work:
            claim(work, task.id, version=taken.version + 1)

    def test_urging_is_for_those_concerned_and_not_every_minute(self, company):
        task = open_task(company, ask(company))
        with company.unit("lina") as work:
            urge(work, task.id)
        with pytest.raises(InvalidError), company.unit("lina") as work:
            urge(work, task.id)
        with pytest.raises(NotFoundError), company.unit("stranger") as work:
            urge(work, task.id)
