"""New files of a draft and such as go: safe names, a valid beginning, nothing that a step still needs."""

import json
from functools import partial

import pytest
from sqlalchemy import select

from models.account import Grant
from models.event import Event
from models.procedure import ProcedureFile
from tests.company import ROOT
from tests.web import csrf, log_in
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.procedures import drafts, uses
from webapp.services.procedures.drafts import AddFile, RemoveFile
from webapp.services.procedures.files import File, read_folder
from webapp.services.procedures.release import may_release
from webapp.services.procedures.safety import MAX_FILES


def add(studio, number, kind, name, *, who="owner", version=None):
    guard = studio.version(number).version if version is None else version
    with studio.unit(who) as work:
        command = AddFile(kind=kind, name=name, version=guard)
        return drafts.add_file(work, "leave", number, command=command).path


def remove(studio, number, path, *, who="owner", version=None):
    guard = studio.version(number).version if version is None else version
    with studio.unit(who) as work:
        drafts.remove_file(work, "leave", number, command=RemoveFile(path=path, version=guard))


def paths(studio, number):
    return {row.path for row in studio.version(number).files}


def refused_name(studio, number, kind, name):
    with pytest.raises(InvalidError) as caught:
        add(studio, number, kind, name)
    (sentence,) = caught.value.fields["name"]
    return str(sentence)


def last_event(studio):
    with studio.house.view(SYSTEM) as work:
        query = select(Event).where(Event.subject == "procedure/leave").order_by(Event.id.desc()).limit(1)
        event = work.session.scalars(query).one()
        return event.kind, json.loads(event.payload.body)["data"]


class TestAddingAFile:
    def test_of_each_kind_begins_valid_and_leaves_the_draft_without_a_problem(self, studio):
        number = studio.draft()
        before = studio.version(number)
        assert add(studio, number, "form", "second-review") == "second-review.form"
        assert add(studio, number, "decision", "second-review.dmn") == "second-review.dmn"
        assert add(studio, number, "document", " second-review ") == "second-review.md"
        after = studio.version(number)
        assert paths(studio, number) - {row.path for row in before.files} == {
            "second-review.form",
            "second-review.dmn",
            "second-review.md",
        }
        assert studio.problems(number) == ()
        assert after.version == before.version + 3
        assert after.sha256 != before.sha256

    def test_a_step_may_ask_for_the_new_form_and_decision_at_once(self, studio):
        number = studio.draft()
        add(studio, number, "form", "second")
        add(studio, number, "decision", "second")
        studio.change(number, 'decisionId="leave-approvers"', 'decisionId="leave-second"')
        studio.change(number, 'formId="leave-verify"', 'formId="leave-second"')
        told = {str(p.message) for p in studio.problems(number)}
        assert not [each for each in told if "没有找到" in each]

    def test_is_an_event_with_name_and_hash(self, studio):
        number = studio.draft()
        add(studio, number, "form", "second")
        kind, data = last_event(studio)
        (row,) = [row for row in studio.version(number).files if row.path == "second.form"]
        assert (kind, data["path"], data["file_sha256"]) == ("procedure.file_added", row.path, row.sha256)

    @pytest.mark.parametrize(
        ("kind", "name", "words"),
        [
            ("form", "approve", "草稿中已有“approve.form”"),
            ("form", "approve.form", "草稿中已有“approve.form”"),
            ("form", "second.dmn", "以“.form”结尾"),
            ("decision", "second.form", "以“.dmn”结尾"),
            ("document", "second.html", "以“.md”结尾"),
            ("form", "../second", "以“.form”结尾"),
            ("form", "a/b", "小写英文字母"),
            ("form", "Second", "小写英文字母"),
            ("form", "复核", "小写英文字母"),
            ("form", "-second", "小写英文字母"),
            ("form", "", "小写英文字母"),
            ("form", ".form", "小写英文字母"),
            ("form", "a\nb", "小写英文字母"),
            ("form", "a" * 61, "小写英文字母"),
            ("decision", "approvers", "编号“leave-approvers”已由“approver.dmn”使用"),
        ],
    )
    def test_of_a_name_that_cannot_be_is_refused_at_the_name(self, studio, kind, name, words):
        number = studio.draft()
        assert words in refused_name(studio, number, kind, name)
        assert studio.version(number).version == 1

    @pytest.mark.parametrize("kind", ["diagram", "scenario", "settings", "clauses", ""])
    def test_of_another_kind_is_refused_at_the_kind(self, studio, kind):
        number = studio.draft()
        with pytest.raises(InvalidError) as caught:
            add(studio, number, kind, "second")
        assert set(caught.value.fields) == {"kind"}

    def test_beyond_the_most_that_a_procedure_holds_is_refused(self, studio):
        number = studio.draft()
        with studio.unit("owner") as work:
            draft = drafts.read_version(work, "leave", number)
            free = MAX_FILES - len(draft.files)
            draft.files += [
                ProcedureFile(path=f"scenarios/n{n}.toml", kind="scenario", sha256="0" * 64, body="")
                for n in range(free)
            ]
        assert "最多 200 个文件" in refused_name(studio, number, "form", "second")

    def test_from_a_stale_page_names_who_was_faster(self, studio):
        number = studio.draft()
        add(studio, number, "form", "second")
        with pytest.raises(ConflictError, match="吴涛已改过第 2 版"):
            add(studio, number, "form", "third", version=1)
        assert "third.form" not in paths(studio, number)

    def test_is_for_the_owner_and_for_drafts_alone(self, studio):
        number = studio.draft()
        with pytest.raises(ForbiddenError):
            add(studio, number, "form", "second", who="hr2")
        with pytest.raises(ConflictError, match="已不是草稿"):
            add(studio, 1, "form", "second")

    @pytest.mark.parametrize("act", ["add", "remove"])
    def test_or_removing_one_makes_a_writer_who_may_not_release(self, studio, act):
        grant = partial(Grant, person_id=studio.ids["hr2"], role=Role.PROCESS_OWNER)
        with studio.unit("owner") as work:
            work.session.add(grant())
        number = studio.draft()
        add(studio, number, "form", "second", who="hr2" if act == "add" else "owner")
        add(studio, number, "form", "third")
        if act == "remove":
            remove(studio, number, "second.form", who="hr2")
        studio.submit(number)
        with studio.unit("hr2") as work:
            reason = may_release(work, drafts.read_version(work, "leave", number))
        assert "您参与了起草" in str(reason)


class TestRemovingAFile:
    def test_that_nothing_names_takes_it_out_and_the_log_keeps_its_hash(self, studio):
        number = studio.draft()
        before = studio.version(number).sha256
        for kind, path in (("form", "second.form"), ("decision", "second.dmn"), ("document", "second.md")):
            add(studio, number, kind, "second")
            (row,) = [row for row in studio.version(number).files if row.path == path]
            remove(studio, number, path)
            kind_of_event, data = last_event(studio)
            assert (kind_of_event, data["path"]) == ("procedure.file_removed", path)
            assert data["file_sha256"] == row.sha256
        assert studio.version(number).sha256 == before

    @pytest.mark.parametrize(
        ("path", "names"),
        [
            ("approver.dmn", "判定审批层级"),
            ("hr.form", "人事审核"),
            ("request.form", "procedure.toml"),
            ("change-request.form", "procedure.toml"),
        ],
    )
    def test_that_a_step_or_setting_names_says_which(self, studio, path, names):
        number = studio.draft()
        with pytest.raises(InvalidError, match=f"“{path}”还在使用，不能删除：.*{names}"):
            remove(studio, number, path)
        assert path in paths(studio, number)

    @pytest.mark.parametrize(
        "path",
        [
            "leave.bpmn",
            "procedure.toml",
            "scenarios/maternity.toml",
            "scenarios/README.md",
            "gone.form",
            "../x",
        ],
    )
    def test_of_another_kind_or_of_no_such_name_is_not_found(self, studio, path):
        number = studio.draft()
        with pytest.raises(NotFoundError):
            remove(studio, number, path)

    def test_from_a_stale_page_or_by_another_is_refused(self, studio):
        number = studio.draft()
        add(studio, number, "form", "second")
        with pytest.raises(ConflictError, match="吴涛已改过"):
            remove(studio, number, "second.form", version=1)
        with pytest.raises(ForbiddenError):
            remove(studio, number, "second.form", who="hr2")
        assert "second.form" in paths(studio, number)


def changed(files, path, old, new):
    assert any(old in f.body for f in files if f.path == path)
    return tuple(
        File(path=f.path, kind=f.kind, body=f.body.replace(old, new) if f.path == path else f.body)
        for f in files
    )


class TestWhoNamesAFile:
    def test_what_ships_has_a_user_but_for_one_consent_that_no_step_asks_for(self):
        alone = {
            (folder.name, path)
            for folder in (ROOT / "bpmn").iterdir()
            for path, named in uses.uses_of(read_folder(ROOT, folder.name)).items()
            if not named
        }
        assert alone <= {("contract-change", "consent.md")}

    def test_templates_that_a_loop_goes_through_are_named_by_the_list(self):
        files = read_folder(ROOT, "hours-permit")
        (use,) = uses.uses_of(files)["authorisation.md"]
        assert use.path == "hours-permit.bpmn"
        shorter = changed(files, use.path, ', "authorisation"]', "]")
        assert uses.uses_of(shorter)["authorisation.md"] == ()

    def test_a_template_is_named_by_its_job_and_not_by_a_notice_of_that_name(self):
        files = read_folder(ROOT, "contract-change")
        found = uses.uses_of(files)
        assert {use.path for use in found["letter.md"]} == {"contract-change.bpmn"}
        header = '<zeebe:header key="template" value="letter" />'
        other = '<zeebe:header key="template" value="other" />'
        assert uses.uses_of(changed(files, "contract-change.bpmn", header, other))["letter.md"] == ()

    def test_an_expression_names_what_it_holds_as_a_text(self):
        files = read_folder(ROOT, "leave")
        chosen = changed(
            files,
            "leave.bpmn",
            'decisionId="leave-approvers"',
            'decisionId="=if days &gt; 3 then &quot;leave-approvers&quot; else kind"',
        )
        assert uses.uses_of(chosen)["approver.dmn"]
        other = changed(files, "leave.bpmn", 'decisionId="leave-approvers"', 'decisionId="=kind"')
        assert uses.uses_of(other)["approver.dmn"] == ()

    def test_a_table_may_answer_the_name_of_a_form(self):
        files = changed(read_folder(ROOT, "leave"), "leave.bpmn", 'formId="leave-hr"', 'formId="=which"')
        assert uses.uses_of(files)["hr.form"] == ()
        answered = changed(files, "approver.dmn", '<text>"none"</text>', '<text>"leave-hr"</text>')
        assert {use.path for use in uses.uses_of(answered)["hr.form"]} == {"approver.dmn"}

    def test_of_two_with_one_id_either_may_go(self):
        files = read_folder(ROOT, "leave")
        twin = next(f for f in files if f.path == "hr.form")
        both = (*files, File(path="twin.form", kind="form", body=twin.body))
        found = uses.uses_of(both)
        assert (found["hr.form"], found["twin.form"]) == ((), ())

    def test_a_file_that_cannot_be_read_is_named_by_nobody(self):
        files = (*read_folder(ROOT, "leave"), File(path="x.form", kind="form", body="{"))
        files = (*files, File(path="x.dmn", kind="decision", body="<x"))
        found = uses.uses_of((*files, File(path="x.bpmn", kind="diagram", body="<x")))
        assert (found["x.form"], found["x.dmn"]) == ((), ())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPage:
    def test_shows_the_files_with_their_users_and_offers_a_new_one_in_a_draft_only(self, app, studio):
        client = log_in(app, "owner")
        released = client.get("/studio/leave/1/files").text
        assert "approver.dmn" in released
        assert "判定审批层级" in released
        assert released.index(">verify.form<") < released.index(">scenarios/README.md<")
        assert 'name="kind"' not in released
        studio.draft()
        page = client.get("/studio/leave/2/files").text
        assert "新文件" in page
        assert 'name="kind"' in page
        assert "/files/remove" not in page
        assert log_in(app, "lina").get("/studio/leave/2/files").status_code == 403

    @pytest.mark.parametrize(
        ("kind", "address"),
        [
            ("form", "/studio/leave/2/edit/second.form"),
            ("decision", "/studio/leave/2/edit/second.dmn"),
            ("document", "/studio/leave/2/documents/second.md/text"),
        ],
    )
    def test_a_new_file_opens_in_its_editor_and_can_go_again(self, app, studio, kind, address):
        studio.draft()
        client = log_in(app, "owner")
        token = csrf(client.get("/studio/leave/2/files").text)
        form = {"csrf_token": token, "version": 1, "kind": kind, "name": "second"}
        answer = client.post("/studio/leave/2/files", data=form)
        assert (answer.status_code, answer.location) == (303, address)
        assert client.get(address).status_code == 200
        path = next(path for path in paths(studio, 2) if path.startswith("second."))
        page = client.get("/studio/leave/2/files").text
        assert page.count("/files/remove") == 1
        gone = client.post(
            "/studio/leave/2/files/remove", data={"csrf_token": token, "version": 2, "path": path}
        )
        assert gone.status_code == 303
        assert f"已从草稿中删除“{path}”" in client.get(gone.location).text

    @pytest.mark.parametrize(
        ("language", "name", "kind"),
        [
            ("zh-Hans", "请用小写英文字母", "请选择文件的种类"),
            ("en", "Use lower-case letters", "Choose the kind of file"),
            ("zh-Hant", "請用小寫英文字母", "請選擇文件的種類"),
        ],
    )
    def test_errors_stand_at_the_field_in_three_languages(self, app, studio, language, name, kind):
        studio.draft()
        client = log_in(app, "owner")
        client.set_cookie("language", language)
        token = csrf(client.get("/studio/leave/2/files").text)
        form = {"csrf_token": token, "version": 1, "kind": "form", "name": "Bad Name"}
        wrong = client.post("/studio/leave/2/files", data=form)
        assert wrong.status_code == 422
        assert name in wrong.text.split('id="f-name-error"')[1].split("</div>")[0]
        assert 'value="Bad Name"' in wrong.text
        other = client.post("/studio/leave/2/files", data={**form, "kind": "diagram"})
        assert kind in other.text.split('id="f-kind-error"')[1].split("</div>")[0]

    def test_a_file_in_use_stays_and_the_page_says_who_names_it(self, app, studio):
        studio.draft()
        client = log_in(app, "owner")
        token = csrf(client.get("/studio/leave/2/files").text)
        form = {"csrf_token": token, "version": 1, "path": "hr.form"}
        answer = client.post("/studio/leave/2/files/remove", data=form)
        assert answer.status_code == 422
        assert "“hr.form”还在使用，不能删除：人事审核" in answer.text
        assert "hr.form" in paths(studio, 2)

    @pytest.mark.parametrize("address", ["files", "files/remove"])
    def test_nothing_is_written_without_the_token_from_a_stale_page_or_with_more(self, app, studio, address):
        studio.draft()
        client = log_in(app, "owner")
        token = csrf(client.get("/studio/leave/2/files").text)
        fields = {"kind": "form", "name": "second"} if address == "files" else {"path": "hr.form"}
        form = {**fields, "version": 1}
        target = f"/studio/leave/2/{address}"
        assert client.post(target, data=form).status_code == 400
        assert client.post(target, data={**form, "csrf_token": token, "more": 1}).status_code == 422
        assert client.post(target, data={**form, "csrf_token": token, "version": 9}).status_code == 409
        assert studio.version(2).version == 1
