"""HR mends running cases: tokens, variables, restarts, and the move to another version."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case import Case, CaseState, Timer
from models.event import Event
from models.procedure import Procedure, ProcedureVersion
from models.task import Task, TaskState
from tests.company import Company
from tests.engine.drawing import (
    boundary,
    diagram,
    end,
    flow,
    mapping,
    node,
    path,
    start,
    timer,
    user,
    xor,
    zeebe,
)
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.engine.migration import Verdict
from webapp.engine.values import ItemKey
from webapp.services.cases.mend import edit_variables, modify, restart
from webapp.services.cases.migrate import judge, move
from webapp.services.cases.operate import cancel, operable
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.procedures.files import read_folder, read_settings
from webapp.services.procedures.shipped import append_release

HR = zeebe("assignmentDefinition", candidateGroups="hr")


def drawn(*names, label="", timers=True):
    tasks = [
        user(name, ext=HR).replace(f'id="{name}"', f'id="{name}" name="{label}{name}"') for name in names
    ]
    more = (
        (boundary("late", names[0], timer("P3D"), cancels=False), end("le"), path("late > le"))
        if timers
        else ()
    )
    return diagram(start(), *tasks, *more, end(), path(" > ".join(["s", *names, "e"])), name="plain")


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


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "bpmn" / "plain"
    folder.mkdir(parents=True)
    (folder / "plain.bpmn").write_bytes(drawn("a", "b"))
    (folder / "procedure.toml").write_text(SETTINGS)
    return tmp_path


@pytest.fixture
def company(house, root):
    return Company(house, root)


def launch(company):
    with company.unit("lina") as work:
        return begin(work, StartCase(procedure_key="plain", person_id=company.ids["lina"], title="t")).id


def release(company, root, xml):
    """A second version of the procedure; its id."""
    (root / "bpmn" / "plain" / "plain.bpmn").write_bytes(xml)
    with company.house.unit(SYSTEM) as work:
        procedure = work.session.scalars(select(Procedure).where(Procedure.key == "plain")).one()
        number = len(
            work.session.scalars(
                select(ProcedureVersion).where(ProcedureVersion.procedure_id == procedure.id)
            ).all()
        )
        files = read_folder(root, "plain")
        version = append_release(
            work, procedure, settings=read_settings("plain", files), files=files, number=number + 1
        )
        work.session.flush()
        return version.id


def tasks(company, case_id):
    with company.house.view(SYSTEM) as work:
        return list(
            work.session.scalars(select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN))
        )


def key(company, case_id):
    (task,) = tasks(company, case_id)
    return ItemKey(element_instance=task.element_instance, round=task.round)


def kinds(company, case_id):
    with company.house.view(SYSTEM) as work:
        return [
            event.kind
            for event in work.session.scalars(
                select(Event).where(Event.case_id == case_id).order_by(Event.id)
            )
        ]


class TestMending:
    def test_a_token_is_moved_with_a_reason(self, company):
        case = launch(company)
        with company.unit("hr") as work:
            modify(work, case, add=("b",), withdraw=(key(company, case),), reason="重复")
        assert [task.element_id for task in tasks(company, case)] == ["b"]
        assert kinds(company, case)[-1] == "case.modified"

    def test_not_without_a_reason_nor_by_others(self, company):
        case = launch(company)
        with pytest.raises(InvalidError), company.unit("hr") as work:
            modify(work, case, add=("b",), reason=" ")
        with pytest.raises(ForbiddenError), company.unit("lina") as work:
            modify(work, case, add=("b",), reason="x")
        with pytest.raises(NotFoundError), company.unit("far_hr") as work:
            modify(work, case, add=("b",), reason="x")
        assert [task.element_id for task in tasks(company, case)] == ["a"]

    def test_variables_are_corrected_and_the_old_ones_kept_in_the_event(self, company):
        case = launch(company)
        with company.unit("hr") as work:
            edit_variables(work, case, variables={"level": "head"}, reason="更正")
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(Case, case).variables["level"] == "head"
        assert kinds(company, case)[-1] == "case.variables_edited"

    def test_a_cancelled_case_is_begun_again(self, company):
        case = launch(company)
        with pytest.raises(ConflictError), company.unit("hr") as work:
            restart(work, case, reason="x")
        with company.unit("hr") as work:
            cancel(work, case, reason="误")
        with company.unit("hr") as work:
            restart(work, case, element="b", reason="恢复办理")
        assert [task.element_id for task in tasks(company, case)] == ["b"]
        with company.house.view(SYSTEM) as work:
            found = work.session.get_one(Case, case)
            assert (found.state, found.ended_at, found.outcome) == (CaseState.ACTIVE, None, None)


class TestMigration:
    def test_a_dry_run_tells_and_changes_nothing(self, company, root):
        case = launch(company)
        fits = release(company, root, drawn("a", "n", "b"))
        gone = release(company, root, drawn("x", "b", timers=False))
        with company.view("hr") as work:
            row = work.session.get_one(Case, case)
            assert judge(work, row, version_id=fits).fits
            steps = judge(work, row, version_id=gone).steps
            assert [step.verdict for step in steps if step.element_id == "a"] == [Verdict.MAPPING]
        assert [task.element_id for task in tasks(company, case)] == ["a"]

    def test_the_case_runs_on_in_the_new_version_and_its_timer_stays(self, company, root, clock):
        case = launch(company)
        with company.house.view(SYSTEM) as work:
            due = work.session.scalars(select(Timer.due_at)).one()
        clock.now += timedelta(days=1)
        version = release(company, root, drawn("a", "n", "b", label="新"))
        (before,) = tasks(company, case)
        with company.unit("hr") as work:
            move(work, operable(work, case), version_id=version, facts={})
        (after,) = tasks(company, case)
        assert (after.id, after.element_instance, after.names["zh-Hans"]) == (
            before.id,
            before.element_instance,
            "新a",
        )
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Timer.due_at)).one() == due
            assert work.session.get_one(Case, case).procedure_version_id == version
        with company.unit("hr") as work:
            modify(work, case, add=("n",), withdraw=(key(company, case),), reason="试")
        assert [task.element_id for task in tasks(company, case)] == ["n"]
        assert kinds(company, case)[-2:] == ["case.migrated", "case.modified"]

    def test_and_back(self, company, root):
        case = launch(company)
        with company.house.view(SYSTEM) as work:
            first = work.session.get_one(Case, case).procedure_version_id
        second = release(company, root, drawn("x", "b", timers=False))
        with company.unit("hr") as work:
            move(work, operable(work, case), version_id=second, facts={}, mapping={"a": "x"})
        assert [task.element_id for task in tasks(company, case)] == ["x"]
        with company.unit("hr") as work:
            move(work, operable(work, case), version_id=first, facts={}, mapping={"x": "a"})
        assert [task.element_id for task in tasks(company, case)] == ["a"]

    def test_only_to_released_versions_of_the_same_procedure(self, company):
        case = launch(company)
        with pytest.raises(NotFoundError), company.unit("hr") as work:
            move(work, operable(work, case), version_id=10**6, facts={})


def test_a_called_process_of_another_file_of_the_version_runs(house, tmp_path):
    folder = tmp_path / "bpmn" / "plain"
    folder.mkdir(parents=True)
    call = node("callActivity", "k", ext=zeebe("calledElement", processId="child"))
    (folder / "plain.bpmn").write_bytes(diagram(start(), call, end(), path("s > k > e"), name="plain"))
    child = diagram(
        start(), user("x", ext=HR + mapping(outputs={"again": "=again"})), xor("g", "g_e"), end(), path("s > x > g"),
        flow("g", "x", "=again"), flow("g", "e"), name="child",
    )  # fmt: skip
    (folder / "child.bpmn").write_bytes(child)
    (folder / "procedure.toml").write_text(SETTINGS)
    company = Company(house, tmp_path)
    assert [task.element_id for task in tasks(company, launch(company))] == ["child:x"]
