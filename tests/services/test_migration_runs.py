"""Many cases moved to another version: judged first, each moved once, whatever dies or comes between."""

import threading

import pytest
from sqlalchemy import func, select

from models.case import Case, Timer
from models.event import Event
from models.job import Job
from models.migration import MigrationMember
from models.procedure import Procedure, ProcedureVersion
from models.task import Task, TaskDraft, TaskState
from tests.company import Company
from tests.engine.drawing import boundary, diagram, end, path, pictured, start, timer, user, zeebe
from webapp.domain.errors import ConflictError, HeguiError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.mend import modify
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.jobs.handlers import TakenJob
from webapp.services.migrations import plan as plans
from webapp.services.migrations import runs
from webapp.services.migrations.plan import choices, make_plan, movable_procedure, version_of
from webapp.services.procedures.files import read_folder, read_settings
from webapp.services.procedures.shipped import append_release
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.drafts import save_draft
from webapp.worker import Worker

HR = zeebe("assignmentDefinition", candidateGroups="hr") + zeebe("formDefinition", formId="note")
SETTINGS = """
key = "plain"
prefix = "PL"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "普通"
en = "Plain"
zh-Hant = "普通"
"""
FORM = """{"schemaVersion": 19, "type": "default", "id": "note", "components": [
{"type": "textfield", "id": "F1", "key": "text", "label": "%s"}]}"""


def drawn(*names, timers=True):
    late = (
        (boundary("late", names[0], timer("P3D"), cancels=False), end("le"), path("late > le"))
        if timers
        else ()
    )
    tasks = [user(name, ext=HR) for name in names]
    return pictured(
        diagram(start(), *tasks, *late, end(), path(" > ".join(["s", *names, "e"])), name="plain")
    )


@pytest.fixture
def root(tmp_path):
    (tmp_path / "bpmn" / "plain").mkdir(parents=True)
    (tmp_path / "forms" / "plain").mkdir(parents=True)
    (tmp_path / "bpmn" / "plain" / "plain.bpmn").write_bytes(drawn("a", "b"))
    (tmp_path / "bpmn" / "plain" / "procedure.toml").write_text(SETTINGS)
    (tmp_path / "forms" / "plain" / "note.form").write_text(FORM % "旧表")
    return tmp_path


@pytest.fixture
def company(house, root):
    return Company(house, root)


def release(company, root, xml, form="旧表"):
    (root / "bpmn" / "plain" / "plain.bpmn").write_bytes(xml)
    (root / "forms" / "plain" / "note.form").write_text(FORM % form)
    files = read_folder(root, "plain")
    with company.house.unit(SYSTEM) as work:
        procedure = work.session.scalars(select(Procedure).where(Procedure.key == "plain")).one()
        last = work.session.scalar(
            select(func.max(ProcedureVersion.number)).where(ProcedureVersion.procedure_id == procedure.id)
        )
        append_release(work, procedure, settings=read_settings("plain", files), files=files, number=last + 1)
    return last + 1


def launch(company, count=1, who="lina"):
    out = []
    for _ in range(count):
        with company.unit(who) as work:
            command = StartCase(procedure_key="plain", person_id=company.ids[who], title="普通案件")
            out.append(begin(work, command).id)
    return out


def planned(company, to, *, who="hr", mapping=None, source=1, after=0):
    with company.view(who) as work:
        procedure = movable_procedure(work, "plain")
        found = choices(work, procedure)
        return make_plan(
            work,
            procedure,
            source=version_of(found, source),
            target=version_of(found, to),
            mapping=mapping or {},
            beyond=after,
        )


def started(company, to, *, who="hr", mapping=None, reason="新版"):
    with company.unit(who) as work:
        procedure = movable_procedure(work, "plain")
        found = choices(work, procedure)
        return runs.start_run(
            work,
            procedure,
            source=version_of(found, 1),
            target=version_of(found, to),
            mapping=mapping or {},
            reason=reason,
        ).id


def work_off(company):
    worker = Worker(company.house)
    while worker.sweep():
        pass


def moved(company, to, **more):
    run_id = started(company, to, **more)
    work_off(company)
    return run_id


def standing(company):
    """Each case with its version and open steps."""
    with company.house.view(SYSTEM) as work:
        rows = work.session.execute(
            select(Case.id, ProcedureVersion.number, Task.element_id)
            .join(ProcedureVersion, Case.procedure_version_id == ProcedureVersion.id)
            .outerjoin(Task, (Task.case_id == Case.id) & (Task.state == TaskState.OPEN))
            .order_by(Case.id)
        )
        return {case_id: (number, element) for case_id, number, element in rows}


def told(company, run_id, who="hr"):
    with company.view(who) as work:
        shown = runs.read_progress(work, run_id)
        return {m.case_id: (m.state, str(runs.problem_of(m) or "")) for m in shown.members}


def open_task(company, case_id):
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(
            select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        ).one()


class TestPlans:
    def test_judge_each_case_and_change_nothing(self, company, root):
        fine, lost = launch(company, 2)
        task = open_task(company, fine)
        with company.unit("hr") as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values={"text": "x"}))
        number = release(company, root, drawn("x", "b", timers=False), form="新表")
        plan = planned(company, number)
        assert {item.case.id: (item.verdict, item.where) for item in plan.judged} == {
            fine: ("fine", ("b",)),
            lost: ("mapping", ("a",)),
        }
        assert plan.unmapped == ("a",)
        assert set(plan.difference.removed) >= {"a", "late"}
        assert "x" in plan.difference.added
        assert [(file.path, file.how) for file in plan.files] == [("note.form", "changed")]
        assert planned(company, number, mapping={"a": "x"}).count("fine") == 2
        assert standing(company) == {fine: (1, "b"), lost: (1, "a")}

    def test_say_why_a_case_is_blocked(self, company, root):
        (case,) = launch(company)
        other = drawn("a", "b").replace(b'userTask id="a"', b'manualTask id="a"', 1)
        other = other.replace(b"</bpmn:userTask>", b"</bpmn:manualTask>", 1)
        plan = planned(company, release(company, root, other))
        (item,) = plan.judged
        assert (item.case.id, item.verdict) == (case, "blocked")
        assert "类型变了" in str(item.reasons[0])

    def test_judge_all_cases_page_by_page(self, company, root, monkeypatch):
        cases = launch(company, 5)
        number = release(company, root, drawn("a", "b", "c"))
        monkeypatch.setattr(plans, "JUDGED", 2)
        seen, after = [], 0
        while after is not None:
            plan = planned(company, number, after=after)
            seen.append([item.case.id for item in plan.judged])
            assert plan.total == 5
            after = plan.following
        assert seen == [cases[:2], cases[2:4], cases[4:]]
        monkeypatch.setattr(plans, "JUDGED", 5)
        assert planned(company, number).following is None

    def test_hold_the_cases_of_the_actor_s_scope_alone(self, company, root):
        launch(company)
        with company.house.unit(SYSTEM) as work:
            command = StartCase(procedure_key="plain", person_id=company.ids["stranger"], title="分公司")
            begin(work, command)
        number = release(company, root, drawn("a", "b", "c"))
        assert planned(company, number).total == 1
        assert planned(company, number, who="far_hr").total == 1
        assert planned(company, number, who="owner").total == 2
        assert not planned(company, number, who="owner").named
        with pytest.raises(NotFoundError), company.view("lina") as work:
            movable_procedure(work, "plain")


class TestRuns:
    def test_move_what_fits_and_say_why_the_rest_stays(self, company, root, clock):
        stays, moves = launch(company, 2)
        with company.unit("hr") as work:
            task = open_task(company, moves)
            complete(work, CompleteTask(task_id=task.id, version=task.version, values={"text": "x"}))
        number = release(company, root, drawn("x", "b", timers=False))
        run_id = moved(company, number)
        assert standing(company) == {stays: (1, "a"), moves: (2, "b")}
        assert told(company, run_id) == {
            stays: ("blocked", "新版本中没有“a”，请指定对应的元素。"),
            moves: ("moved", ""),
        }
        with company.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "case.migrated")).one()
            assert (event.case_id, event.actor_id) == (moves, company.ids["hr"])

    def test_keep_drafts_and_waiting_timers_and_bring_the_new_form(self, company, root, clock):
        (case,) = launch(company)
        task = open_task(company, case)
        with company.unit("hr") as work:
            save_draft(work, task.id, {"text": "写到一半"})
        with company.house.view(SYSTEM) as work:
            due = work.session.scalars(select(Timer.due_at)).one()
        clock.now = clock.now.replace(hour=5)
        moved(company, release(company, root, drawn("a", "b", "c"), form="新表"))
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(TaskDraft.values)).one() == {"text": "写到一半"}
            assert work.session.scalars(select(Timer.due_at)).one() == due
        with company.view("hr") as work:
            from webapp.services.tasks.page import open_page

            assert [str(c.label) for c in open_page(work, task.id).form.fields()] == ["新表"]

    def test_need_a_reason_and_something_to_move(self, company, root):
        launch(company)
        number = release(company, root, drawn("a", "b", "c"))
        with pytest.raises(InvalidError):
            started(company, number, reason=" ")
        with pytest.raises(ConflictError):
            started(company, 1)

    def test_killed_between_cases_go_on_with_the_rest_and_move_none_twice(self, company, root, monkeypatch):
        cases = launch(company, 3)
        run_id = started(company, release(company, root, drawn("a", "b", "c")))
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(Job).where(Job.type == runs.MOVE)).one()
            job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
        real, calls = runs._move, []

        def dying(work, run, case_id):
            calls.append(case_id)
            if len(calls) == 2:
                raise KeyboardInterrupt
            real(work, run, case_id)

        monkeypatch.setattr(runs, "_move", dying)
        with pytest.raises(KeyboardInterrupt):
            runs.move_cases(lambda: company.house.unit(SYSTEM), job)
        assert [number for number, _ in standing(company).values()] == [2, 1, 1]
        runs.move_cases(lambda: company.house.unit(SYSTEM), job)
        runs.move_cases(lambda: company.house.unit(SYSTEM), job)
        assert [number for number, _ in standing(company).values()] == [2, 2, 2]
        with company.house.view(SYSTEM) as work:
            counted = select(Event.case_id, func.count()).where(Event.kind == "case.migrated")
            assert dict(work.session.execute(counted.group_by(Event.case_id)).all()) == dict.fromkeys(
                cases, 1
            )
        assert set(told(company, run_id).values()) == {("moved", "")}

    def test_of_many_cases_go_on_in_another_job(self, company, root, monkeypatch):
        monkeypatch.setattr(runs, "CHUNK", 2)
        launch(company, 5)
        run_id = moved(company, release(company, root, drawn("a", "b", "c")))
        assert [number for number, _ in standing(company).values()] == [2] * 5
        with company.house.view(SYSTEM) as work:
            assert work.session.scalar(select(func.count()).where(Job.type == runs.MOVE)) == 3
        with company.view("hr") as work:
            assert runs.read_progress(work, run_id).run.finished_at is not None

    def test_race_with_completions_and_lose_neither(self, company, root):
        cases = launch(company, 4)
        number = release(company, root, drawn("a", "b", "c"))
        run_id = started(company, number)
        found = [open_task(company, case) for case in cases]
        outcomes = []

        def press():
            for task in reversed(found):
                try:
                    with company.unit("hr") as work:
                        complete(
                            work, CompleteTask(task_id=task.id, version=task.version, values={"text": "x"})
                        )
                    outcomes.append((task.case_id, "b"))
                except HeguiError:
                    outcomes.append((task.case_id, "a"))

        thread = threading.Thread(target=press)
        thread.start()
        work_off(company)
        thread.join()
        work_off(company)
        assert {case: state for case, (_, state) in standing(company).items()} == dict(outcomes)
        assert {number for number, _ in standing(company).values()} == {2}
        assert set(told(company, run_id).values()) == {("moved", "")}
        for case in cases:
            task = open_task(company, case)
            with company.unit("hr") as work:
                complete(work, CompleteTask(task_id=task.id, version=task.version, values={"text": "y"}))

    def test_are_seen_by_whoever_began_them_and_the_owner_alone(self, company, root):
        launch(company)
        run_id = moved(company, release(company, root, drawn("a", "b", "c")))
        assert told(company, run_id, who="owner")
        with pytest.raises(NotFoundError):
            told(company, run_id, who="hr2")


class TestTheWayBack:
    def back(self, company, run_id, who="hr"):
        with company.unit(who) as work:
            back = runs.take_back(work, run_id, reason="退回").id
        work_off(company)
        return back

    def test_gives_an_untouched_case_its_exact_state_again(self, company, root, clock):
        (case,) = launch(company)
        with company.house.view(SYSTEM) as work:
            before = work.session.get_one(Case, case).snapshot
            due = work.session.scalars(select(Timer.due_at)).one()
        number = release(company, root, drawn("x", "b", timers=False))
        run_id = moved(company, number, mapping={"a": "x"})
        assert standing(company) == {case: (2, "x")}
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Timer.id)).all() == []
        clock.now = clock.now.replace(hour=8)
        self.back(company, run_id)
        assert standing(company) == {case: (1, "a")}
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(Case, case).snapshot == before
            assert work.session.scalars(select(Timer.due_at)).one() == due

    def test_moves_a_case_that_went_on_by_the_mapping_turned_round(self, company, root):
        (case,) = launch(company)
        run_id = moved(company, release(company, root, drawn("x", "b", timers=False)), mapping={"a": "x"})
        task = open_task(company, case)
        with company.unit("hr") as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values={"text": "x"}))
        self.back(company, run_id)
        assert standing(company) == {case: (1, "b")}

    def test_leaves_a_case_whose_two_elements_became_one(self, company, root):
        one, two = launch(company, 2)
        with company.unit("hr") as work:
            task = open_task(company, two)
            complete(work, CompleteTask(task_id=task.id, version=task.version, values={"text": "x"}))
        number = release(company, root, drawn("x", timers=False))
        run_id = moved(company, number, mapping={"a": "x", "b": "x"})
        with company.unit("hr") as work:  # somebody acts on it, so that its exact state is of no use any more
            key = open_task(company, one)
            from webapp.engine.values import ItemKey

            at = ItemKey(element_instance=key.element_instance, round=key.round)
            modify(work, one, add=("x",), withdraw=(at,), reason="重开")
        back = self.back(company, run_id)
        assert standing(company) == {one: (2, "x"), two: (1, "b")}
        assert told(company, back)[one][0] == "blocked"

    def test_is_gone_once_and_only_when_the_run_is_over(self, company, root):
        launch(company)
        run_id = started(company, release(company, root, drawn("a", "b", "c")))
        with pytest.raises(ConflictError, match="还在进行"), company.unit("hr") as work:
            runs.take_back(work, run_id, reason="x")
        work_off(company)
        self.back(company, run_id)
        with pytest.raises(ConflictError, match="已经退回过"), company.unit("hr") as work:
            runs.take_back(work, run_id, reason="x")


def test_a_state_that_does_not_agree_with_its_rows_is_rolled_back(company, root):
    (case,) = launch(company)
    with company.house.unit(SYSTEM) as work:
        row = work.session.scalars(select(Timer)).one()
        work.session.delete(row)  # as a fault of another hand would leave it
    run_id = moved(company, release(company, root, drawn("a", "b", "c")))
    assert standing(company) == {case: (1, "a")}
    assert "不一致" in told(company, run_id)[case][1]
    with company.house.view(SYSTEM) as work:
        assert work.session.scalars(select(MigrationMember.state)).all() == ["blocked"]
