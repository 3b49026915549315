"""What is taken about work, and what never is."""

from datetime import date

import pytest
from sqlalchemy import func, select

from models.leave import LeaveRequest, LeaveState
from models.observation import Customer, CustomerContact, Punch, WorkReport, WorkResult
from tests.monitoring.conftest import FIRST
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.monitoring import FACTS, Watched, refused_column
from webapp.domain.permissions import SYSTEM
from webapp.services.consents.ledger import withdraw
from webapp.services.observations.sources import let_in, receive, shut_out

HEAD = "工号,日期,时间,方向,来源,在许可区域内"


def kept(watch, table):
    with watch.house.view(SYSTEM) as work:
        return list(work.session.scalars(select(table).order_by(table.id)))


def told(plan):
    return [(note.row, str(note.message)) for note in plan.notes]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOnlyWhatAProfileNeeds:
    def test_nothing_is_taken_without_a_profile_in_force(self, watch):
        plan = watch.brings("punches", HEAD, "E0003,2026-11-16,09:05,签到,考勤机,是")
        assert kept(watch, Punch) == []
        assert "没有生效的监测方案" in told(plan)[0][1]

    def test_nor_under_one_that_was_assessed_but_not_confirmed(self, watch):
        watch.clock.now = watch.clock.now.replace(day=2)
        watch.assess(watch.write())
        watch.clock.now = watch.clock.now.replace(day=24)
        watch.agrees("lina")
        watch.outside("2026-11-16")
        assert kept(watch, Punch) == []

    def test_each_row_bears_its_purpose_and_its_end(self, watch):
        made = watch.profile(keep_days=60)
        watch.agrees("lina")
        watch.outside("2026-11-16")
        row = kept(watch, Punch)[0]
        assert (row.profile_id, row.keep_until) == (made, date(2027, 1, 15))

    def test_days_before_the_person_was_told_are_left_out(self, watch):
        watch.profile()
        watch.agrees("lina")
        plan = watch.brings("punches", HEAD, "E0003,2026-10-30,09:05,签到,考勤机,是")
        assert (kept(watch, Punch), told(plan)) == ([], [(2, "此日期在告知本人之前，此行不保存。")])

    def test_other_posts_and_kinds_are_left_out(self, watch):
        watch.profile(watches=("report",), zones="")
        watch.agrees("lina")
        watch.outside("2026-11-16")
        assert kept(watch, Punch) == []
        watch.brings("reports", "工号,日期,类别,来源", "E0003,2026-11-16,日报,钉钉")
        assert len(kept(watch, WorkReport)) == 1

    def test_all_four_kinds_and_the_list_of_customers_come_in_once(self, watch):
        watch.profile()
        for _ in range(2):
            watch.brings("reports", "工号,日期,类别,来源", "E0003,2026-11-16,拜访记录,CRM")
            watch.brings("results", "工号,月份,业绩,工时,来源", "E0003,2026-11,12000.5,160,CRM")
            watch.brings("customers", "用人单位,客户编号,来源", "YS,K-1,CRM")
            watch.brings("contacts", "工号,日期,客户编号,来源", "E0003,2026-11-16,K-9,CRM")
        tables = (WorkReport, WorkResult, Customer, CustomerContact)
        assert [len(kept(watch, table)) for table in tables] == [1, 1, 1, 1]

    def test_faults_are_said_by_row_and_column_and_stop_the_file(self, watch):
        watch.profile()
        plan = watch.tried(
            "contacts", "工号,日期,客户编号,来源",
            "E9999,2026-11-16,K-1,CRM", "E0003,2026-13-01,K-1,CRM", "E0003,2026-11-16,13800001111,CRM",
            "E0003,2026-12-24,K-1,CRM",
        )  # fmt: skip
        assert [(f.row, f.column) for f in plan.faults] == [
            (2, "工号"), (3, "日期"), (4, "客户编号"), (5, "日期"),
        ]  # fmt: skip
        with pytest.raises(InvalidError):
            watch.brings("contacts", "工号,日期,客户编号,来源", "E9999,2026-11-16,K-1,CRM")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestRefusedByDesign:
    def test_a_moment_off_duty_is_never_kept_and_the_row_says_so(self, watch):
        watch.profile()
        watch.agrees("lina")
        plan = watch.brings(
            "punches", HEAD,
            "E0003,2026-11-16,10:05,签到,考勤机,否",  # a Monday within the shift
            "E0003,2026-11-16,21:30,签到,考勤机,否",  # the same evening
            "E0003,2026-11-21,10:05,签到,考勤机,否",  # a Saturday
        )  # fmt: skip
        assert [row.at.isoformat() for row in kept(watch, Punch)] == ["2026-11-16T02:05:00+00:00"]
        assert [row for row, _ in told(plan)] == [3, 4]
        assert all("不在工作时间" in text and "民法典第1032条" in text for _, text in told(plan))

    def test_a_day_of_leave_is_not_working_time(self, watch):
        watch.profile()
        watch.agrees("lina")
        with watch.house.unit(SYSTEM) as work:
            work.session.add(leave_of(watch.ids["lina"], date(2026, 11, 16)))
        watch.outside("2026-11-16", "2026-11-17")
        assert [row.day for row in kept(watch, Punch)] == [date(2026, 11, 17)]

    def test_without_separate_consent_the_punch_counts_and_its_place_is_not_kept(self, watch):
        watch.profile()
        plan = watch.outside("2026-11-16")
        assert [row.in_zone for row in kept(watch, Punch)] == [None]
        assert "个人信息保护法第29条" in told(plan)[0][1]
        watch.agrees("lina")
        with watch.unit("lina") as work:
            withdraw(work, "location", language="zh-Hans")
        watch.outside("2026-11-17")
        assert [row.in_zone for row in kept(watch, Punch)] == [None, None]

    def test_columns_of_places_chats_moods_faces_and_verdicts_are_refused_with_the_article(self, watch):
        titles = (
            "经度",
            "GPS 坐标",
            "聊天内容",
            "微信消息",
            "通话录音",
            "情绪评分",
            "mood",
            "人脸照片",
            "截屏",
            "建议辞退",
        )
        for title in titles:
            plan = watch.tried("punches", f"{HEAD},{title}", "E0003,2026-11-16,09:05,签到,考勤机,是,x")
            fault = next(f for f in plan.faults if f.column == title)
            assert "条" in str(fault.message)
            assert not plan.ready

    def test_any_other_column_is_refused_too(self, watch):
        assert not watch.tried("reports", "工号,日期,类别,来源,正文", "E0003,2026-11-16,日报,钉钉,x").ready


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestSources:
    ROWS = ({"employee_number": "E0003", "date": "2026-11-16", "kind": "daily"},)

    def send(self, watch, token, rows=ROWS, kind="reports"):
        with watch.house.unit(SYSTEM) as work:
            return receive(work, kind, list(rows), token=token)

    def let_in(self, watch, **more):
        given = {"entity_id": watch.entity, "name": "钉钉", "kinds": ("reports",), **more}
        with watch.unit("hr2") as work:
            return let_in(work, **given)

    def test_a_system_hands_in_with_its_token_and_a_repeat_changes_nothing(self, watch):
        watch.profile()
        token = self.let_in(watch)
        assert self.send(watch, token).counts["new"] == 1
        assert self.send(watch, token).counts["unchanged"] == 1
        assert [row.source for row in kept(watch, WorkReport)] == ["钉钉"]

    def test_only_what_it_may_only_while_it_may_only_of_its_employer(self, watch):
        watch.profile()
        token = self.let_in(watch)
        with pytest.raises(NotFoundError):
            self.send(watch, token, kind="punches")
        with pytest.raises(NotFoundError):
            self.send(watch, token + "x")
        plan = self.send(watch, token, rows=[{**self.ROWS[0], "employee_number": "E0101"}])
        assert not plan.ready
        with watch.unit("hr2") as work:
            shut_out(work, 1)
        with pytest.raises(NotFoundError):
            self.send(watch, token)

    def test_one_wrong_row_and_nothing_is_written(self, watch):
        watch.profile()
        plan = self.send(watch, self.let_in(watch), rows=[self.ROWS[0], {**self.ROWS[0], "mood": 3}])
        assert not plan.ready
        with watch.house.view(SYSTEM) as work:
            assert work.session.scalar(select(func.count()).select_from(WorkReport)) == 0

    def test_a_body_of_another_shape_is_refused(self, watch):
        token = self.let_in(watch)
        wide = [{f"column {row * 20 + place}": 1 for place in range(20)} for row in range(200)]
        for rows in (None, {}, [], [1], wide):
            with watch.house.unit(SYSTEM) as work, pytest.raises(InvalidError):
                receive(work, "reports", rows, token=token)
        for rows in ([{"a": {"b": 1}}], [{"employee_number": "x" * 300}]):
            with watch.house.unit(SYSTEM) as work:
                assert not receive(work, "reports", rows, token=token).ready


def test_there_is_no_kind_no_column_and_no_figure_for_them():
    assert set(Watched) == {"punch", "report", "result", "contact"}
    columns = {
        c.name for t in (Punch, WorkReport, WorkResult, Customer, CustomerContact) for c in t.__table__.c
    }
    assert [name for name in (*columns, *FACTS) if refused_column(name)] == []


def leave_of(person_id, day):
    return LeaveRequest(
        person_id=person_id, kind="annual", state=LeaveState.APPROVED, starts_on=day, ends_on=day, minutes=480,
        day_basis="working", explanation={}, created_at=FIRST,
    )  # fmt: skip
