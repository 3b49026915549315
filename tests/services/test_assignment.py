"""Whose task it is: never somebody who has left, never whoever asked; and somebody always finds it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from models.account import Grant
from models.person import Person, Substitution
from models.task import Task, TaskCandidate, TaskState
from tests.company import Company, draw_procedures, open_task
from tests.engine.drawing import diagram, end, path, start, user, zeebe
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.inbox.pages import read_page
from webapp.services.inbox.tabs import Tab, counts, read_reach
from webapp.services.tasks.claim import claim, release
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.page import open_page

TODAY = date(2026, 11, 24)


def approval(where, **properties):
    """A process of one approval."""
    rows = "".join(
        zeebe("property", name=f"approval.{key}", value=value)
        for key, value in {"mode": "single", **properties}.items()
    )
    ext = zeebe("assignmentDefinition", **where) + f"<zeebe:properties>{rows}</zeebe:properties>"
    return lambda name: diagram(start(), user("a", ext=ext), end(), path("s > a > e"), name=name)


def plain(name):
    """A process of one task that decides about nobody."""
    ext = zeebe("assignmentDefinition", assignee="=who")
    return diagram(start(), user("a", ext=ext), end(), path("s > a > e"), name=name)


DIAGRAMS = {
    "named": approval({"assignee": "=who"}),
    "plain": plain,
    "legal": approval({"assignee": "=who"}, emptyAssignee="legal"),
    "person": approval({"assignee": "=who"}, emptyAssignee="E0002"),
    "unmanned": approval({"candidateGroups": "union"}, emptyAssignee="hr"),
    "users": approval({"candidateUsers": "=who"}),
    "hr": approval({"candidateGroups": "hr"}),
    "several": approval({"candidateGroups": "union, hr"}),
    "wide": approval({"candidateGroups": "union, hr, legal", "candidateUsers": "E0004"}),
}


@pytest.fixture
def company(house, tmp_path):
    diagrams = {key: drawn(key) for key, drawn in DIAGRAMS.items()}
    return Company(house, draw_procedures(tmp_path, diagrams))


def launch(company, key="named", *, who="E0002", about="lina", starter="lina"):
    """The one open task of a new case."""
    with company.unit(starter) as work:
        command = StartCase(
            procedure_key=key, person_id=company.ids[about], title=key, variables={"who": who}
        )
        case = begin(work, command).id
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(
            select(Task).where(Task.case_id == case, Task.state == TaskState.OPEN)
        ).one()


def holder(company, task):
    """Whose task it is: the key of a person, or the role of the queue."""
    if task.assignee_id is None:
        return task.queue and task.queue.split("@")[0]
    return next(who for who, number in company.ids.items() if number == task.assignee_id)


def leave_house(company, who, on=TODAY - timedelta(days=1)):
    with company.house.unit(SYSTEM) as work:
        work.session.get_one(Person, company.ids[who]).left_on = on


def away(company, who, *standins):
    with company.house.unit(SYSTEM) as work:
        for other in standins:
            work.session.add(
                Substitution(
                    person_id=company.ids[who],
                    substitute_id=company.ids[other],
                    starts_on=TODAY,
                    ends_on=TODAY + timedelta(days=5),
                )
            )
            work.session.flush()


def press(company, who, task):
    with company.unit(who) as work:
        complete(work, CompleteTask(task_id=task.id, version=task.version, values={"outcome": "approve"}))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # decided above the database
class TestStandIns:
    def test_the_first_who_is_still_here_is_asked(self, company):
        away(company, "head", "wang", "boss")
        leave_house(company, "wang")
        task = launch(company)
        assert holder(company, task) == "boss"
        assert task.owner_id == company.ids["head"]

    def test_without_one_the_task_stays_with_who_was_named(self, company):
        away(company, "head", "wang")
        leave_house(company, "wang")
        assert holder(company, launch(company)) == "head"

    def test_one_on_the_last_day_of_work_is_still_asked(self, company):
        away(company, "head", "wang")
        leave_house(company, "wang", on=TODAY)
        assert holder(company, launch(company)) == "wang"

    def test_who_started_the_case_passes_it_on(self, company):
        away(company, "head", "hr", "boss")
        task = launch(company, about="lina", starter="hr")
        assert holder(company, task) == "boss"
        press(company, "boss", task)

    def test_who_started_the_case_leaves_it_with_who_was_named(self, company):
        away(company, "head", "hr")
        task = launch(company, about="lina", starter="hr")
        assert holder(company, task) == "head"
        press(company, "head", task)

    def test_who_started_a_case_may_hold_what_decides_nothing(self, company):
        away(company, "head", "hr")
        assert holder(company, launch(company, "plain", about="lina", starter="hr")) == "hr"

    def test_do_not_cascade(self, company):
        away(company, "head", "wang")
        away(company, "wang", "boss")
        assert holder(company, launch(company)) == "wang"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # decided above the database
class TestLine:
    def test_a_manager_who_has_left_is_passed_over(self, company):
        leave_house(company, "wang")
        leave_house(company, "head")
        assert holder(company, launch(company, who="E0004")) == "boss"

    def test_the_manager_above_who_is_away_is_stood_in_for(self, company):
        leave_house(company, "head")
        away(company, "boss", "wang")
        assert holder(company, launch(company)) == "wang"

    def test_an_approver_who_started_the_case_for_somebody_is_passed_over(self, company):
        task = launch(company, who="E0005", about="lina", starter="hr")
        assert holder(company, task) == "boss"
        press(company, "boss", task)

    def test_a_line_that_goes_round_ends_at_hr(self, company):
        leave_house(company, "head")
        leave_house(company, "boss")
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["boss"]).manager_id = company.ids["head"]
        assert holder(company, launch(company)) == "hr"


class TestNobody:
    @pytest.mark.parametrize(("key", "found"), [("named", "hr"), ("person", "head")])
    def test_the_step_says_whom_to_ask(self, company, key, found):
        assert holder(company, launch(company, key, who="E9999")) == found

    def test_a_role_that_the_step_names_is_asked(self, company):
        with company.house.unit(SYSTEM) as work:
            work.session.add(Grant(person_id=company.ids["boss"], role=Role.LEGAL))
        task = launch(company, "legal", who="E9999")
        assert holder(company, task) == "legal"
        press(company, "boss", task)

    def test_a_role_that_nobody_holds_is_not_asked(self, company):
        assert holder(company, launch(company, "legal", who="E9999")) == "hr"
        assert holder(company, launch(company, "unmanned")) == "hr"

    def test_a_role_held_by_the_person_concerned_alone_is_not_asked(self, company):
        with company.house.unit(SYSTEM) as work:
            work.session.add(Grant(person_id=company.ids["lina"], role=Role.UNION))
        assert holder(company, launch(company, "unmanned", about="lina")) == "hr"
        assert holder(company, launch(company, "unmanned", about="wang", starter="wang")) == "union"

    def test_candidates_who_have_left_or_are_concerned_are_none(self, company):
        leave_house(company, "wang")
        task = launch(company, "users", who=["E0003", "E0004"])
        assert holder(company, task) == "hr"
        task = launch(company, "users", who=["E0002", "E0003", "E0004"])
        with company.house.view(SYSTEM) as work:
            found = work.session.scalars(
                select(TaskCandidate.person_id).where(TaskCandidate.task_id == task.id)
            ).all()
        assert found == [company.ids["head"]]


class TestNamedAlone:
    def listed(self, company, who):
        with company.view(who) as work:
            return [t.id for t in read_page(work, Tab.CLAIMABLE).tasks]

    def test_a_task_that_was_given_back_is_theirs_again_and_nobody_elses(self, company):
        task = launch(company, "users", who=["E0002", "E0004", "E0006"])
        with company.unit("head") as work:
            claim(work, task.id, version=task.version)
        assert [w for w in ("head", "wang", "hr2") if self.listed(company, w)] == []
        leave_house(company, "hr2")
        with company.view("head") as work:
            assert open_page(work, task.id).returnable
        with company.unit("head") as work:
            release(work, task.id, version=task.version + 1)
        assert [w for w in ("head", "wang", "hr2", "hr") if self.listed(company, w)] == ["head", "wang"]
        with company.view("head") as work:  # its former holder
            assert open_page(work, task.id).claimable
        with company.unit("wang") as work:
            claim(work, task.id, version=task.version + 2)
        press(company, "wang", open_task(company, task.case_id))

    def test_beside_a_role_it_is_offered_to_who_has_no_role_and_given_back_to_them(self, company):
        task = launch(company, "wide")
        assert self.listed(company, "wang") == [task.id]
        with company.unit("wang") as work:
            claim(work, task.id, version=task.version)
        with company.unit("wang") as work:
            release(work, task.id, version=task.version + 1)
        assert self.listed(company, "wang") == [task.id]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # decided above the database
class TestOwnRequests:
    def test_nobody_claims_the_approval_of_their_own_request(self, company):
        task = launch(company, "hr", about="hr", starter="hr")
        with pytest.raises(ForbiddenError, match="自己"), company.unit("hr") as work:
            claim(work, task.id, version=task.version)
        with pytest.raises(ForbiddenError, match="自己"):
            press(company, "hr", task)
        with company.unit("hr2") as work:
            claim(work, task.id, version=task.version)

    def test_nor_of_what_they_asked_for_somebody(self, company):
        task = launch(company, "hr", about="lina", starter="hr")
        with pytest.raises(ForbiddenError, match="自己"), company.unit("hr") as work:
            claim(work, task.id, version=task.version)

    def test_their_page_offers_neither_claim_nor_form(self, company):
        task = launch(company, "hr", about="hr", starter="hr")
        with company.view("hr") as work:
            page = open_page(work, task.id)
            assert (page.claimable, page.mine) == (False, False)
        with company.view("hr2") as work:
            page = open_page(work, task.id)
            assert (page.claimable, page.mine) == (True, True)


class TestSeveralRoles:
    @pytest.fixture
    def task(self, company):
        """A task for the union and HR."""
        with company.house.unit(SYSTEM) as work:
            work.session.add(Grant(person_id=company.ids["wang"], role=Role.UNION))
        return launch(company, "several")

    def listed(self, company, who):
        with company.view(who) as work:
            return [t.id for t in read_page(work, Tab.CLAIMABLE).tasks]

    def test_all_of_them_see_it(self, company, task):
        assert {who for who in company.ids if self.listed(company, who)} == {"wang", "hr", "hr2"}

    def test_who_has_several_of_them_counts_it_once(self, company, task):
        with company.house.unit(SYSTEM) as work:
            work.session.add_all(Grant(person_id=company.ids["wang"], role=r) for r in (Role.HR, Role.LEGAL))
        wide = launch(company, "wide")
        assert self.listed(company, "wang") == [task.id, wide.id]
        with company.view("wang") as work:
            assert counts(work, read_reach(work))[Tab.CLAIMABLE] == 2

    @pytest.mark.parametrize("who", ["wang", "hr"])
    def test_one_of_any_takes_it_from_all(self, company, task, who):
        with company.unit(who) as work:
            claim(work, task.id, version=task.version)
        assert [w for w in ("wang", "hr", "hr2") if self.listed(company, w)] == []
        with company.unit(who) as work:
            release(work, task.id, version=task.version + 1)
        assert [w for w in ("wang", "hr", "hr2") if self.listed(company, w)] == ["wang", "hr", "hr2"]

    def test_one_of_any_completes_it_from_the_queue(self, company, task):
        press(company, "wang", task)
        with pytest.raises(ConflictError, match="王芳"):
            press(company, "hr", task)

    def test_who_loses_the_role_loses_the_task(self, company, task):
        with company.house.unit(SYSTEM) as work:
            work.session.execute(delete(Grant).where(Grant.role == Role.UNION))
        assert self.listed(company, "wang") == []
        with pytest.raises(NotFoundError):
            press(company, "wang", task)
