"""The task and case pages of a vote: ask others, take out, take back, show to others; and who may not."""

import re

import pytest
from sqlalchemy import select

from models.approval import CaseCopy, Vote
from models.job import Notice
from tests.services.test_approvals import Room, company, engine, installed  # noqa: F401
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.tasks.drafts import add_comment


@pytest.fixture
def app(company, tmp_path):  # noqa: F811
    return make_web(company, tmp_path)


def post(client, path, page, **form):
    return client.post(path, data={"csrf_token": csrf(client.get(page).text), **form})


def vote_page(room, who):
    return f"/tasks/{room.task_of(who).id}"


class TestVotePages:
    def test_a_person_agrees_with_an_opinion_on_a_step_without_form(self, app, company):  # noqa: F811
        room = Room(company, "single")
        client = log_in(app, "head")
        page = vote_page(room, "head")
        version = re.search(r'name="_version" value="(\d+)"', client.get(page).text).group(1)
        answer = post(client, f"{page}/complete", page, _version=version, outcome="approve", comment="可以")
        assert answer.status_code == 303
        assert room.open == ["next"]
        assert "可以" in client.get(f"/cases/{room.case_id}").text

    def test_from_asking_somebody_first_to_the_decision(self, app, company):  # noqa: F811
        room = Room(company, "all")
        page = vote_page(room, "head")
        client = log_in(app, "head")
        assert "会签：全部同意才通过" in client.get(page).text
        version = re.search(r'name="version" value="(\d+)"', client.get(page).text).group(1)
        form = {"version": version, "kind": "before", "to": "E0004", "reason": "请先核价"}
        assert post(client, f"{page}/votes", page, **{**form, "to": "E9999"}).status_code == 422
        assert post(client, f"{page}/votes", page, **{**form, "owner": "x"}).status_code == 422
        assert post(client, f"{page}/votes", page, **form).status_code == 303
        assert sorted(room.asked) == ["boss", "owner", "wang"]
        wang = log_in(app, "wang")
        text = wang.get(vote_page(room, "wang")).text
        assert "陈思远加签：请先核价" in text
        assert "减签" not in text
        seen = str(room.case.version)
        vote = room.vote_of("wang").id
        gone = post(wang, f"/votes/{vote}/remove", "/inbox/", seen=seen, reason="x")
        assert gone.status_code == 403
        done = post(client, f"/votes/{vote}/remove", "/inbox/", seen=seen, reason="不必了")
        assert done.status_code == 303
        assert sorted(room.asked) == ["boss", "head", "owner"]

    def test_a_vote_is_taken_back_and_given_anew(self, app, company):  # noqa: F811
        room = Room(company, "all")
        page = vote_page(room, "boss")
        room.press("boss", "approve")
        client = log_in(app, "boss")
        text = client.get(page).text
        path = re.search(r'action="(/votes/\d+/retract)"', text).group(1)
        seen = re.search(r'name="seen" value="(\d+)"', text).group(1)
        assert post(log_in(app, "head"), path, "/inbox/", seen=seen).status_code == 403
        answer = post(client, path, page, seen=seen)
        assert answer.status_code == 303
        assert client.get(answer.location).status_code == 200
        assert post(client, path, page, seen=seen).status_code == 409

    def test_a_delegate_reads_that_they_only_advise(self, app, company):  # noqa: F811
        room = Room(company, "single")
        room.add("head", "delegate", "wang")
        text = log_in(app, "wang").get(vote_page(room, "wang")).text
        assert "您受委派提出意见" in text


class TestSendingBack:
    def test_is_foretold_before_it_is_done(self, app, company):  # noqa: F811
        room = Room(company, "single")
        page = vote_page(room, "head")
        client = log_in(app, "head")
        text = client.get(f"{page}/return?element=write").text
        assert re.findall(r"<b>(\w+)</b>(\w+)", text) == [("撤下", "vote"), ("打开", "write")]
        assert "不能退回到这一步" in client.get(f"{page}/return?element=next").text
        assert room.open == ["vote"]


class TestTakingBackADecision:
    def test_while_nobody_acted_on_it(self, app, company):  # noqa: F811
        room = Room(company, "single")
        page = vote_page(room, "head")
        room.press("head", "approve")
        client = log_in(app, "head")
        text = client.get(page).text
        assert "还没有人接着办理" in text
        seen = str(room.case.version)
        assert post(log_in(app, "hr"), f"{page}/retract", "/inbox/", seen=seen).status_code == 403
        answer = post(client, f"{page}/retract", page, seen=seen)
        assert answer.status_code == 303
        assert room.open == ["vote"]
        assert room.asked == ["head"]
        assert room.kinds()[-1] == "task.retracted"

    def test_not_after_the_next_has_acted(self, app, company):  # noqa: F811
        room = Room(company, "single")
        page = vote_page(room, "head")
        room.press("head", "approve")
        with company.unit("hr") as work:
            add_comment(work, room.case_id, text="收到", task_id=None)
        client = log_in(app, "head")
        assert "还没有人接着办理" not in client.get(page).text
        assert post(client, f"{page}/retract", page, seen=str(room.case.version)).status_code == 409


class TestCopies:
    def test_are_read_by_whom_they_are_for_and_receipted(self, app, company):  # noqa: F811
        room = Room(company, "single")
        case = f"/cases/{room.case_id}"
        stranger = log_in(app, "stranger")
        assert stranger.get(case).status_code == 404
        hr = log_in(app, "hr")
        assert post(hr, f"{case}/copies", case, to="E0101，E0004", note="供参考").status_code == 303
        text = stranger.get(case).text
        assert "赵敏把这个案件抄送给您" in text
        assert "调整流程" not in text
        assert post(stranger, f"{case}/copies/read", case).status_code == 303
        assert "赵敏把这个案件抄送给您" not in stranger.get(case).text
        assert "已阅 2026-11-24 09:00" in hr.get(case).text
        with company.house.view(SYSTEM) as work:
            assert len(work.session.scalars(select(CaseCopy.id)).all()) == 2
            assert work.session.scalars(select(Notice.kind).where(Notice.kind == "cc")).all() == ["cc", "cc"]

    def test_are_sent_by_those_concerned_alone_to_people_who_are_here(self, app, company):  # noqa: F811
        room = Room(company, "single")
        case = f"/cases/{room.case_id}"
        boss = log_in(app, "boss")
        assert post(boss, f"{case}/copies", "/inbox/", to="E0004", note="").status_code in (403, 404)
        hr = log_in(app, "hr")
        for numbers in ("", "E9999", "E0004,E9999"):
            assert post(hr, f"{case}/copies", case, to=numbers, note="").status_code == 422
        assert post(log_in(app, "wang"), f"{case}/copies/read", "/inbox/").status_code == 404
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(CaseCopy.id)).all() == []
            assert work.session.scalars(select(Vote.id)).all() == []
