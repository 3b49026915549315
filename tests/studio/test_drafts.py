"""Drafts: only their owner writes, nobody overwrites anybody, nothing harmful gets in."""

import json

import pytest
from sqlalchemy import select

from models.event import Event
from webapp.domain.errors import ConflictError, ForbiddenError, HeguiError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.procedures import drafts
from webapp.services.procedures.drafts import SaveFile

DUE = 'dueDate="=add working days(now(), 2)"'
LATER = 'dueDate="=add working days(now(), 3)"'


class TestMakingADraft:
    def test_copies_the_newest_released_version_under_the_next_number(self, studio):
        number = studio.draft()
        assert studio.numbers() == [(1, "released"), (number, "draft")]
        assert studio.version(number).sha256 == studio.version(1).sha256
        assert studio.version(number).base_number == 1

    def test_is_for_the_role_that_owns_the_procedure(self, studio):
        for who in ("hr2", "hr", "lina"):
            with pytest.raises(ForbiddenError), studio.unit(who) as work:
                drafts.make_draft(work, "leave")

    def test_a_second_draft_names_who_has_the_first(self, studio):
        studio.draft()
        with pytest.raises(ConflictError, match="第 2 版已由吴涛起草"):
            studio.draft()

    def test_of_a_procedure_that_does_not_exist_is_not_found(self, studio):
        with pytest.raises(NotFoundError), studio.unit("owner") as work:
            drafts.make_draft(work, "nothing")

    def test_may_be_thrown_away_and_the_log_remembers(self, studio):
        number = studio.draft()
        with studio.unit("owner") as work:
            drafts.discard(work, "leave", number, version=1)
        assert studio.numbers() == [(1, "released")]
        with studio.house.view(SYSTEM) as work:
            kinds = work.session.scalars(select(Event.kind).where(Event.subject == "procedure/leave")).all()
        assert kinds == ["procedure.released", "procedure.drafted", "procedure.discarded"]


class TestSaving:
    def test_changes_the_file_the_hash_and_the_guard(self, studio):
        number = studio.draft()
        before = studio.version(number)
        guard = studio.change(number, DUE, LATER)
        after = studio.version(number)
        assert LATER in studio.body(number)
        assert (after.version, guard) == (before.version + 1, before.version + 1)
        assert after.sha256 != before.sha256

    def test_of_the_same_text_writes_nothing(self, studio):
        number = studio.draft()
        assert studio.save(number, studio.body(number)) == 1

    def test_of_a_stale_page_names_who_saved(self, studio):
        number = studio.draft()
        studio.change(number, DUE, LATER)
        with pytest.raises(ConflictError, match="吴涛已改过第 2 版"):
            studio.save(number, studio.body(number) + " ", version=1)
        assert LATER in studio.body(number)

    def test_is_refused_for_a_released_version(self, studio):
        with pytest.raises(ConflictError, match="已不是草稿"):
            studio.save(1, studio.body(1) + " ")

    def test_is_refused_to_whoever_only_releases(self, studio):
        number = studio.draft()
        with pytest.raises(ForbiddenError):
            studio.change(number, DUE, LATER, who="hr2")

    @pytest.mark.parametrize(
        "path",
        [
            "../x",
            "scenarios/../../x.toml",
            "/etc/passwd",
            "new.bpmn",
            "scenarios/Ä.toml",
            "a.py",
            "",
            "leave.bpmn\0",
        ],
    )
    def test_of_an_unknown_name_is_refused(self, studio, path):
        number = studio.draft()
        with pytest.raises(InvalidError, match="草稿中没有文件"):
            studio.save(number, "x", path=path)

    def test_of_the_settings_is_refused(self, studio):
        number = studio.draft()
        with pytest.raises(InvalidError, match="不能在工作室中修改"):
            studio.save(number, "x", path="procedure.toml")

    @pytest.mark.parametrize("path", ["leave.bpmn", "approver.dmn"])
    @pytest.mark.parametrize(
        "body",
        [
            '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
            '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><x>&c;</x>',
            "<not-closed",
            "",
            "plain",
        ],
    )
    def test_of_unsafe_or_broken_xml_is_refused(self, studio, path, body):
        number = studio.draft()
        before = studio.body(number, path)
        with pytest.raises(HeguiError):
            studio.save(number, body, path=path)
        assert studio.body(number, path) == before

    @pytest.mark.parametrize(
        "name", ["&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x&gt;", "javascript:x"]
    )
    def test_of_web_code_in_a_label_is_refused_in_words(self, studio, name):
        number = studio.draft()
        with pytest.raises(InvalidError, match="含有网页代码"):
            studio.change(number, 'name="直属主管审批"', f'name="{name}"')

    def test_of_web_code_in_a_form_or_decision_is_refused_in_words(self, studio):
        number = studio.draft()
        with pytest.raises(InvalidError, match="含有网页代码"):
            studio.change(number, '"label": "假期类型"', '"label": "<b onclick=x>"', path="approve.form")
        with pytest.raises(InvalidError, match="含有网页代码"):
            studio.change(number, 'label="天数"', 'label="&lt;script&gt;"', path="approver.dmn")

    def test_of_three_megabytes_is_refused(self, studio):
        number = studio.draft()
        with pytest.raises(InvalidError, match="超过 2 MB"):
            studio.save(number, studio.body(number) + " " * 3_000_000)

    @pytest.mark.parametrize("body", ["[]", "{", '{"a": NaN}', "1"])
    def test_of_a_form_that_is_no_form_is_refused(self, studio, body):
        number = studio.draft()
        with pytest.raises(HeguiError):
            studio.save(number, body, path="approve.form")


class TestProblems:
    def test_leave_as_it_ships_has_none(self, studio):
        assert studio.problems(1) == ()

    @pytest.mark.parametrize(
        ("old", "new", "element", "words"),
        [
            ('formId="leave-approve" />\n        <zeebe:assignmentDefinition assignee="=manager"',
             'formId="gone" />\n        <zeebe:assignmentDefinition assignee="=manager"', "approve", "没有找到表单“gone”"),
            ('decisionId="leave-approvers"', 'decisionId="gone"', "route", "没有找到决策“gone”"),
            ('candidateGroups="hr"', 'candidateGroups="nobody"', "hr", "没有可以认领任务的角色“nobody”"),
            ('candidateGroups="hr"', 'candidateGroups="hr,nobody"', "hr", "没有可以认领任务的角色“nobody”"),
            ('assignee="=manager"', 'assignee="E9999"', "approve", "没有工号为“E9999”的在职员工"),
            ('value="leave-approved"', 'value="gone"', "inform", "没有通知“gone”的文字"),
            ('type="book-leave"', 'type="gone"', "book", "没有人会处理作业类型“gone”"),
            ('value="type,start_date,', 'value="nofield,start_date,', "approve", "表单里没有这个字段"),
            ('"approval.emptyAssignee" value="hr"', '"approval.emptyAssignee" value="process-owner"', "approve",
             "“process-owner”既不是可以认领任务的角色"),
            ('"approval.emptyAssignee" value="hr"', '"approval.emptyAssignee" value="E9999"', "approve",
             "也不是在职员工的工号"),
            ('"approval.mode" value="single"', '"approval.mode" value="vote"', "approve", "只能是：single"),
            ('"approval.self" value="refuse"', '"approval.self" value="allow"', "approve", "只能是：refuse"),
            ('"approval.self" value="refuse"', '"approval.onSelf" value="pass"', "approve", "只能是：manager、hr"),
            ('"approval.self" value="refuse"', '"approval.timeout" value="pass"', "approve", "不起作用"),
            ('"approval.mode" value="single"', '"other" value="single"', "approve", "没有写明“approval.mode”"),
            (DUE, 'dueDate="=add working days(now("', "approve", "有误"),
        ],
    )  # fmt: skip
    def test_are_told_at_the_element_in_words(self, studio, old, new, element, words):
        number = studio.draft()
        studio.change(number, old, new)
        errors = [p for p in studio.problems(number) if p.error]
        assert (element, True) in {(p.element, words in str(p.message)) for p in errors}
        assert all(p.path == "leave.bpmn" for p in errors)

    def test_a_named_person_who_works_here_is_fine(self, studio):
        number = studio.draft()
        studio.change(number, 'assignee="=manager"', 'assignee="E0002"')
        assert [p for p in studio.problems(number) if p.error] == []

    @pytest.mark.parametrize("resort", ["legal", "E0002"])
    def test_a_role_or_a_person_may_be_asked_when_nobody_is_found(self, studio, resort):
        number = studio.draft()
        studio.change(
            number, '"approval.emptyAssignee" value="hr"', f'"approval.emptyAssignee" value="{resort}"'
        )
        assert [p for p in studio.problems(number) if p.error] == []

    def test_a_translation_left_behind_is_a_warning(self, studio):
        number = studio.draft()
        studio.change(number, 'name="直属主管审批"', 'name="主管先批"')
        (problem,) = studio.problems(number)
        assert (problem.error, problem.element, str(problem.name)) == (False, "approve", "主管先批")
        assert str(problem.message) == "中文名称改了，译文没有跟着改：en、zh-Hant。"

    def test_a_step_or_a_way_without_a_name_in_a_language_is_a_warning(self, studio):
        number = studio.draft()
        body = studio.body(number, "leave.bpmn")
        for kind in ("exclusiveGateway", "sequenceFlow"):
            start = body.index("name=", body.index(f"<bpmn:{kind} "))
            at = body.index('"name.en"', start)
            body = body[:at] + body[at:].replace('"name.en"', '"name.fr"', 1)
        studio.save(number, body)
        found = [p for p in studio.problems(number) if str(p.message) == "名称缺少译文：en。"]
        assert [p.error for p in found] == [False, False]

    def test_of_a_decision_name_row_and_column(self, studio):
        number = studio.draft()
        body = studio.body(number, "approver.dmn")
        start = body.index('<inputEntry id="leave-approvers-hr-only-in-2">')
        broken = body[:start] + body[start:].replace("<text>-</text>", "<text>&lt; (</text>", 1)
        studio.save(number, broken, path="approver.dmn")
        found = [p for p in studio.problems(number) if p.error and p.path == "approver.dmn"]
        assert found
        assert any("第 1 行第 2 列" in str(p.name) for p in found), found

    def test_of_a_form_name_the_field(self, studio):
        number = studio.draft()
        schema = json.loads(studio.body(number, "approve.form"))
        schema["components"][0]["label"] = "=now()"
        studio.save(number, json.dumps(schema, ensure_ascii=False), path="approve.form")
        assert ("approve.form", "type", True) in {
            (p.path, p.element, p.error) for p in studio.problems(number)
        }

    def test_a_field_without_translation_is_a_warning(self, studio):
        number = studio.draft()
        schema = json.loads(studio.body(number, "approve.form"))
        del schema["components"][0]["properties"]["label.en"]
        studio.save(number, json.dumps(schema, ensure_ascii=False), path="approve.form")
        (problem,) = studio.problems(number)
        assert (problem.element, problem.error) == ("type", False)

    def test_a_released_version_is_never_written(self, studio):
        with pytest.raises(ConflictError), studio.unit("owner") as work:
            drafts.remove_scenario(
                work,
                "leave",
                1,
                command=SaveFile(path="scenarios/maternity.toml", body="", version=1),
            )
