"""A closed case stays among those whose duties let them read it, whatever a holder of one of its steps presses."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.account import Grant
from models.case import Case
from models.job import Notice
from models.person import Person, Substitution
from models.task import Task
from tests.services.test_approvals import Room, company, engine, installed  # noqa: F401
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM, Role
from webapp.engine.values import ItemKey, WorkItem
from webapp.services.approvals.copies import send_copy
from webapp.services.cases.assignment import CLOSED, assign_each, may_know
from webapp.services.handover import hand_over
from webapp.services.notices import told_of_trouble
from webapp.services.tasks.drafts import add_comment
from webapp.services.tasks.page import open_page
from webapp.services.tasks.returns import foretell_return


@pytest.fixture
def room(company):  # noqa: F811
    """A restricted case about 李娜 that 陈思远 decides; 赵敏 and 孙倩 are HR, 王芳 is nobody's."""
    room = Room(company, "single")
    close(room)
    return room


@contextmanager
def refused():
    with pytest.raises(InvalidError) as told:
        yield
    assert told.value.fields == {"to": (CLOSED,)}


def close(room, **values):
    with room.company.house.unit(SYSTEM) as work:
        closed = {"restricted": True, "department_path": "", **values}
        work.session.execute(update(Case).where(Case.id == room.case_id).values(**closed))
        work.session.execute(update(Task).where(Task.case_id == room.case_id).values(department_path=""))


@pytest.mark.parametrize("kind", ["before", "after", "beside", "delegate"])
def test_signers_and_advisers_are_those_who_read_it_by_their_role(room, kind):
    for whom in ("wang", "boss", "stranger", "far_hr"):
        with refused():
            room.add("head", kind, whom)
    room.add("head", kind, "hr2")


def test_a_step_is_handed_on_to_those_who_read_it_by_their_role_or_have_that_of_the_step(room):
    with refused():
        room.hand_on("head", "wang")
    with room.company.house.unit(SYSTEM) as work:
        entity = work.session.get_one(Case, room.case_id).entity_id
        work.session.add(Grant(person_id=room.company.ids["wang"], role=Role.UNION, entity_id=entity))
        work.session.execute(update(Task).where(Task.case_id == room.case_id).values(queue=f"union@{entity}"))
    room.hand_on("head", "wang")
    assert room.asked == ["wang"]


def test_a_leaver_s_steps_and_votes_go_to_hr_where_the_receiver_may_not_know(company):  # noqa: F811
    rooms = [Room(company, "single"), Room(company, "all")]
    for room in rooms:
        close(room)
    with company.unit("hr") as work:
        done = hand_over(work, "E0002", to="E0004", reason="离职")
    assert (done.moved, done.queued) == (0, 2)
    assert [sorted(room.asked) for room in rooms] == [["hr"], ["boss", "hr", "owner"]]


@pytest.mark.parametrize(
    ("numbers", "sent"), [(["E0004"], False), (["E0006", "E0004"], False), (["E0006"], True)]
)
def test_copies_go_to_those_who_read_it_by_their_role(room, numbers, sent):
    with room.company.unit("head") as work:
        if sent:
            assert len(send_copy(work, room.case_id, numbers=numbers)) == 1
            return
        with refused():
            send_copy(work, room.case_id, numbers=numbers)


def test_of_a_case_that_is_only_kept_from_the_line_those_concerned_may_know(room):
    close(room, restricted=False)
    with room.company.view("hr") as work:
        case = work.session.get_one(Case, room.case_id)
        known = [who for who, person in room.company.ids.items() if may_know(work, case, person)]
    assert known == ["lina", "hr", "hr2"]


def test_nobody_stands_in_or_follows_as_manager_who_may_not_know(company):  # noqa: F811
    room = Room(company, "again")
    close(room)
    with company.house.unit(SYSTEM) as work:
        day = work.now.date()
        for whom in ("wang", "lina", "hr2"):
            work.session.add(
                Substitution(
                    person_id=company.ids["head"],
                    substitute_id=company.ids[whom],
                    starts_on=day,
                    ends_on=day + timedelta(days=3),
                )
            )
        head = work.session.get_one(Person, company.ids["wang"])
        head.left_on, head.manager_id = day - timedelta(days=9), company.ids["lina"]
        work.session.flush()
        case = work.session.get_one(Case, room.case_id)
        item = WorkItem(key=ItemKey(element_instance="vote", round=1), element_id="vote", names={})
        stands, follows = assign_each(work, case, item, numbers=("E0002", "E0004"))
    assert (stands.assignee_id, stands.owner_id) == (company.ids["hr2"], company.ids["head"])
    assert (follows.assignee_id, follows.owner_id) == (company.ids["hr2"], company.ids["head"])  # not 李娜


def test_whom_it_is_about_hears_of_no_remark_and_no_trouble(room):
    with room.company.unit("head") as work:
        add_comment(work, room.case_id, text="证据已经足够")
    with room.company.house.view(SYSTEM) as work:
        told = work.session.scalars(select(Notice.person_id).where(Notice.case_id == room.case_id)).all()
        trouble = told_of_trouble(work, work.session.get_one(Case, room.case_id))
    assert room.company.ids["lina"] not in (*told, *trouble)


def test_their_own_step_shows_nothing_of_the_steps_of_others_and_goes_back_to_none(room):
    task = room.task_of("head")
    with room.company.house.unit(SYSTEM) as work:
        held = {"assignee_id": room.company.ids["lina"], "properties": {}}
        work.session.execute(update(Task).where(Task.id == task.id).values(**held))
    with room.company.view("lina") as work:
        shown = open_page(work, task.id)
        assert shown.current == {"vote"}
        with pytest.raises(InvalidError):
            foretell_return(work, shown.task, "write", straight=False)
