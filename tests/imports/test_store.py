"""Promises: an import writes what was tried and nothing else, within the importer's scope, each change with its event."""

import io
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from models.event import Event
from models.person import Contract, Person
from tests.imports.company import as_csv
from tests.web import PASSWORD, csrf, log_in
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.services.imports.store import carry_out, dry_run

ROOT = Path(__file__).resolve().parents[2]
TITLES = ["工号", "姓名", "用人单位", "部门", "岗位", "工作地区", "入职日期", "直属上级工号", "手机号"]
LINA = ["E0003", "李娜", "YS", "客服部", "客服专员", "310000", "2020-03-02", "E0002", "13800138000"]
NEW = ["E0201", "郑新", "YS", "客服部", "客服专员", "上海市", "2026-11-02", "E0202", "13800138001"]
BOSS = ["E0202", "冯立", "YS", "客服部", "组长", "310115", "2026-11-02", "E0002", ""]


def people(*rows):
    return as_csv(TITLES, rows)


def write(firm, data, who="hr", kind="people", sha256=None):
    with firm.view(who) as work:
        sha256 = sha256 or dry_run(work, kind, data, name="a.csv").sha256
    with firm.unit(who) as work:
        return carry_out(work, kind, data, name="a.csv", sha256=sha256)


def count(firm, what):
    with firm.house.view(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(what))


class TestPeople:
    def test_are_made_and_changed_with_managers_of_the_same_file(self, firm):
        plan = write(firm, people(LINA, NEW, BOSS))
        assert dict(plan.counts)["new"] == 2
        with firm.house.view(SYSTEM) as work:
            found = {p.number: p for p in work.session.scalars(select(Person))}
            assert found["E0201"].manager_id == found["E0202"].id
            assert (found["E0201"].region, found["E0202"].region) == ("310000", "310115")
            assert found["E0201"].service_from == date(2026, 11, 2)
            assert found["E0003"].phone == "13800138000"
            kinds = [e.kind for e in work.session.scalars(select(Event).order_by(Event.id))]
        assert sorted(kinds[-4:]) == [
            "import.completed",
            "person.changed",
            "person.created",
            "person.created",
        ]

    def test_twice_the_same_changes_nothing_the_second_time(self, firm):
        write(firm, people(LINA, NEW, BOSS))
        before = count(firm, Person)
        plan = write(firm, people(LINA, NEW, BOSS))
        assert dict(plan.counts)["unchanged"] == 3
        assert count(firm, Person) == before

    def test_with_one_fault_are_not_written_at_all(self, firm):
        before = count(firm, Person), count(firm, Event)
        bad = [*NEW[:8], "123"]
        with pytest.raises(InvalidError, match="1 处问题"):
            write(firm, people(LINA, bad, BOSS))
        assert (count(firm, Person), count(firm, Event)) == before

    def test_of_another_file_than_the_one_tried_are_refused(self, firm):
        with pytest.raises(ConflictError):
            write(firm, people(LINA), sha256="0" * 64)

    def test_of_another_employer_are_out_of_reach(self, firm):
        with firm.view("hr") as work:
            taken = [*NEW]
            taken[0] = "E0101"  # somebody of the branch
            there = [*NEW]
            there[2:4] = ["YS-GZ", "广州客服部"]
            first = dry_run(work, "people", people(taken, BOSS), name="a.csv").faults
            second = dry_run(work, "people", people(there, BOSS), name="a.csv").faults
        assert [str(f.message) for f in first] == ["工号“E0101”已由其他单位使用。"]
        assert [f.column for f in second] == ["用人单位"]

    def test_may_not_be_imported_by_just_anybody(self, firm):
        for who in ("lina", "head"):
            with firm.view(who) as work, pytest.raises(ForbiddenError):
                dry_run(work, "people", people(LINA), name="a.csv")


class TestContracts:
    def test_are_written(self, firm):
        titles = ["合同编号", "工号", "用人单位", "合同类型", "开始日期", "结束日期"]
        data = as_csv(titles, [["HT-1", "E0003", "YS", "固定期限", "2024-01-01", "2026-12-31"]])
        write(firm, data, kind="contracts")
        with firm.house.view(SYSTEM) as work:
            row = work.session.scalars(select(Contract)).one()
            assert (row.person_id, row.kind, row.ends_on) == (firm.ids["lina"], "fixed", date(2026, 12, 31))


class TestPage:
    def send(self, client, data, **more):
        token = csrf(client.get("/imports/").text)
        fields = {"kind": "people", "file": (io.BytesIO(data), "a.csv"), "csrf_token": token, **more}
        return client.post("/imports/", data=fields, content_type="multipart/form-data")

    def test_tries_first_and_writes_then(self, app, firm):
        client = log_in(app, "hr")
        before = count(firm, Person)
        tried = self.send(client, people(LINA, NEW, BOSS))
        assert "3 行全部可以导入。" in tried.text
        assert count(firm, Person) == before
        sha256 = tried.text.split('name="sha256" value="')[1][:64]
        done = self.send(client, people(LINA, NEW, BOSS), sha256=sha256)
        assert "已导入" in done.text
        assert count(firm, Person) == before + 2

    def test_lists_faults_by_row_and_column(self, app, firm):
        answer = self.send(log_in(app, "hr"), people([*NEW[:8], "123"], BOSS))
        assert "不是有效的电话号码" in answer.text
        assert 'name="sha256"' not in answer.text

    def test_says_why_a_file_cannot_be_read(self, app, firm):
        answer = self.send(log_in(app, "hr"), b"")
        assert answer.status_code == 422
        assert "文件是空的" in answer.text

    def test_is_not_there_for_others(self, app, firm):
        assert log_in(app, "lina").get("/imports/").status_code == 403

    @pytest.mark.parametrize("kind", ["people", "contracts"])
    def test_hands_out_templates(self, app, firm, kind):
        text = log_in(app, "hr").get(f"/imports/{kind}.csv").get_data().decode("utf-8-sig")
        assert "工号*" in text


@pytest.mark.browser
class TestInTheBrowser:
    def test_the_chosen_file_stays_chosen_from_trial_to_import(self, app, firm, tmp_path, chromium):
        if firm.house.engine.dialect.name != "sqlite":
            pytest.skip("the page is the same on both databases")
        file = tmp_path / "people.csv"
        file.write_bytes(people(LINA, NEW, BOSS))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            page = chromium.new_page()
            page.set_default_timeout(10_000)
            page.goto(f"http://127.0.0.1:{server.server_port}/login")
            page.fill("[name=username]", "hr")
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/inbox/**")
            page.goto(f"http://127.0.0.1:{server.server_port}/imports/")
            page.set_input_files("[name=file]", file)
            page.click("button:has-text('试导入')")
            page.click("button:has-text('正式导入')")
            page.wait_for_selector("text=新增 2 行，变更 1 行，其余不变。")
            page.close()
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
