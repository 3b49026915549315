"""Releasing: two people, no errors, green stories; running cases stay where they are."""

import threading

import pytest
from sqlalchemy import select

from models.case import Case
from models.event import Event
from models.procedure import Specification
from models.task import Task
from tests.company import ask, open_task
from webapp.domain.errors import ConflictError, ForbiddenError, HeguiError, InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.services.procedures import release
from webapp.services.procedures.drafts import files_of
from webapp.services.procedures.files import hash_files
from webapp.services.procedures.problems import UnsoundError
from webapp.services.tasks.complete import CompleteTask, complete

OLD = 'name="直属主管审批"'
NEW = 'name="主管先批"'


def submitted(studio):
    number = studio.draft()
    studio.change(number, OLD, NEW)
    studio.submit(number)
    return number


def approve(studio, case_id, who="head"):
    task = open_task(studio, case_id)
    with studio.unit(who) as work:
        complete(work, CompleteTask(task_id=task.id, values={"outcome": "approve"}, version=task.version))


class TestSubmitting:
    def test_needs_a_note(self, studio):
        number = studio.draft()
        studio.change(number, OLD, NEW)
        for note in ("", "  ", "长" * 1001):
            with pytest.raises(InvalidError):
                studio.submit(number, note=note)

    def test_is_blocked_while_errors_exist_and_says_how_many(self, studio):
        number = studio.draft()
        studio.change(number, 'candidateGroups="hr"', 'candidateGroups="nobody"')
        with pytest.raises(UnsoundError, match="还有 2 个问题必须先解决") as caught:
            studio.submit(number)
        assert "hr" in {p.element for p in caught.value.problems}
        assert studio.version(number).state == "draft"

    def test_of_an_unchanged_draft_is_refused(self, studio):
        number = studio.draft()
        with pytest.raises(UnsoundError, match="没有可发布的内容"):
            studio.submit(number)

    def test_locks_the_files_until_taken_back(self, studio):
        number = submitted(studio)
        with pytest.raises(ConflictError):
            studio.change(number, NEW, OLD)
        studio.decide(release.take_back, number)
        studio.change(number, NEW, 'name="主管后批"')


class TestReleasing:
    def test_is_the_second_persons_act(self, studio):
        number = submitted(studio)
        assert studio.release(number) == "released"
        version = studio.version(number)
        assert (version.released_by_id, version.author_id) == (studio.ids["hr2"], studio.ids["owner"])
        assert version.sha256 == hash_files(files_of(version))
        with studio.house.view(SYSTEM) as work:
            assert work.session.get(Specification, version.specification_sha256) is not None
            kinds = work.session.scalars(select(Event.kind).where(Event.subject == "procedure/leave")).all()
        assert [k.removeprefix("procedure.") for k in kinds[1:]] == [
            "drafted",
            "saved",
            "submitted",
            "released",
        ]

    def test_is_refused_to_the_author_and_to_others(self, studio):
        number = submitted(studio)
        with pytest.raises(ForbiddenError, match="须由另一人发布"):
            studio.release(number, who="owner")
        for who in ("hr", "lina", "boss"):
            with pytest.raises(ForbiddenError):
                studio.release(number, who=who)
        assert studio.version(number).state == "submitted"

    def test_of_a_draft_that_was_not_submitted_is_refused(self, studio):
        number = studio.draft()
        with pytest.raises(ConflictError, match="还没有提交"):
            studio.release(number)

    def test_a_red_story_blocks_it(self, studio):
        number = studio.draft()
        studio.change(number, 'assignee = "p5"', 'assignee = "p6"', path="scenarios/half-day-more.toml")
        studio.submit(number)
        with pytest.raises(UnsoundError, match="有 1 个场景没有通过.*half-day-more"):
            studio.release(number)

    def test_may_be_sent_back_with_a_reason(self, studio):
        number = submitted(studio)
        with pytest.raises(InvalidError, match="退回的理由"):
            studio.decide(release.send_back, number, who="hr2", note="")
        studio.decide(release.send_back, number, who="hr2", note="译文没有改")
        assert studio.version(number).state == "draft"
        with pytest.raises(ForbiddenError):
            studio.submit(number, who="hr2")

    def test_of_two_at_once_one_wins_and_the_other_reads_who(self, studio):
        number = submitted(studio)
        guard = studio.version(number).version
        gate, told = threading.Barrier(2), []

        def press():
            gate.wait()
            try:
                told.append(str(studio.release(number, version=guard)))
            except HeguiError as error:
                told.append(str(error.message))

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["released", "第 2 版已由孙倩发布。"]


class TestCases:
    def test_running_ones_finish_on_their_version_and_new_ones_use_the_next(self, studio):
        old = ask(studio)
        number = submitted(studio)
        during = ask(studio, "wang", request_id="R2")
        studio.release(number)
        new = ask(studio, "wang", request_id="R3")
        approve(studio, old)
        with studio.house.view(SYSTEM) as work:
            numbers = {c.id: c.procedure_version.number for c in work.session.scalars(select(Case))}
            names = {t.case_id: t.names["zh-Hans"] for t in work.session.scalars(select(Task))}
        assert numbers == {old: 1, during: 1, new: 2}
        assert names == {old: "直属主管审批", during: "直属主管审批", new: "主管先批"}
