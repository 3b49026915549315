"""Somebody leaves: their tasks, votes, turns that wait and stand-ins are given on in one press."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.account import Grant
from models.event import Event
from models.person import Person, Substitution
from tests.services.test_approvals import Room, company, engine, installed  # noqa: F401
from tests.web import csrf, log_in, make_web
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.services import handover


def give(company, who="hr", number="E0002", to="E0007", reason="离职"):  # noqa: F811
    with company.unit(who) as work:
        return handover.hand_over(work, number, to=to, reason=reason)


class TestHandingOver:
    def test_gives_on_open_tasks_votes_and_turns_that_have_not_come(self, company):  # noqa: F811
        alone = Room(company, "single")
        later = Room(company, "sequence")
        owner_waits = Room(company, "single")
        owner_waits.add("head", "before", "wang")
        done = give(company, to="E0006")
        assert (done.moved, done.queued, done.merged, done.kept) == (3, 0, 0, 0)
        assert alone.asked == ["hr2"]
        later.press("boss", "approve")
        assert later.asked == ["hr2"]
        owner_waits.press("wang", "approve")
        assert owner_waits.asked == ["hr2"]
        owner_waits.press("hr2", "approve")
        assert owner_waits.open == ["next"]

    def test_joins_a_vote_with_the_one_that_the_receiver_has(self, company):  # noqa: F811
        room = Room(company, "share")
        assert give(company).merged == 1
        assert sorted(room.asked) == ["boss", "owner"]
        assert room.vote_of("owner").weight == 2
        room.press("owner", "approve")
        assert room.open == ["next"]

    def test_gives_the_applicant_s_own_to_hr_instead(self, company):  # noqa: F811
        room = Room(company, "single")
        done = give(company, to="E0003")
        assert (done.moved, done.queued) == (0, 1)
        assert room.asked == ["hr"]

    def test_ends_their_standing_in_for_others(self, company, clock):  # noqa: F811
        with company.house.unit(SYSTEM) as work:
            work.session.add(
                Substitution(
                    person_id=company.ids["boss"],
                    substitute_id=company.ids["head"],
                    starts_on=clock.now.date(),
                    ends_on=clock.now.date() + timedelta(days=30),
                )
            )
        give(company)
        room = Room(company, "all")
        assert "boss" in room.asked

    def test_tells_which_diagrams_and_cases_still_name_them(self, company):  # noqa: F811
        chosen = Room(company, "chosen", chosen=["E0001", "E0002"])
        Room(company, "single")  # names them as line manager: that follows the line by itself
        with company.view("hr") as work:
            found = handover.read_handover(work, "E0002")
        assert len(found.procedures) > 1
        assert [case.id for case in found.cases] == [chosen.case_id]

    def test_is_written_in_each_case_and_for_the_person(self, company):  # noqa: F811
        room = Room(company, "single")
        give(company)
        assert "task.handed_over" in room.kinds()
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(
                select(Event.actor_id).where(Event.kind == "person.handed_over")
            ).all() == [company.ids["hr"]]

    def test_is_hr_s_of_the_entity_and_needs_a_receiver_and_a_reason(self, company):  # noqa: F811
        Room(company, "single")
        with company.house.unit(SYSTEM) as work:
            work.session.add(Grant(person_id=company.ids["head"], role=Role.HR))
        for who in ("lina", "far_hr"):
            with pytest.raises(NotFoundError):
                give(company, who)
        with pytest.raises(ForbiddenError):
            give(company, "head")
        for wrong in ({"to": "E9999"}, {"to": "E0002"}, {"reason": " "}):
            with pytest.raises(InvalidError):
                give(company, **wrong)


def test_the_page_lists_leavers_and_hands_over(company, tmp_path):  # noqa: F811
    room = Room(company, "single")
    with company.house.unit(SYSTEM) as work:
        work.session.get_one(Person, company.ids["head"]).left_on = date(2026, 11, 1)
    app = make_web(company, tmp_path)
    assert log_in(app, "lina").get("/handover/").status_code == 403
    client = log_in(app, "hr")
    assert "陈思远" in client.get("/handover/").text
    page = "/handover/E0002"
    text = client.get(page).text
    form = {"csrf_token": csrf(text), "to": "E0007", "reason": "离职"}
    assert client.post(page, data={**form, "to": ""}).status_code == 422
    assert client.post(page, data=form).status_code == 303
    assert room.asked == ["owner"]
    assert "没有要交接的事项" in client.get(page).text
    assert "陈思远" not in client.get("/handover/").text
