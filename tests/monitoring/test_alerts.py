"""Alerts ask a person to look; they decide nothing and change nothing about anybody."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from models.case import BufferedMessage, Case
from models.consent import ConsentEntry
from models.contract import ContractTerms
from models.event import Event
from models.job import Job, Notice
from models.monitoring import AlertState, ImpactAssessment, MonitoringNotice
from models.observation import Punch, WorkResult
from models.person import Person, PersonFlag
from models.procedure import Procedure, ProcedureFile
from models.retention import LegalHold
from models.task import Task, TaskState
from models.trigger import StartTrigger
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.engine.values import ItemKey
from webapp.engine.values import Job as EngineJob
from webapp.services.cases.lists import list_cases, own_cases
from webapp.services.cases.page import read_case
from webapp.services.monitoring.alerts import Filter, list_alerts, open_alert
from webapp.services.monitoring.profiles import end_profile, list_profiles, readable_profile, save_profile
from webapp.services.monitoring.settle import settle_alert
from webapp.services.monitoring.told import watched_at
from webapp.services.procedures.check import check_version
from webapp.services.procedures.files import File
from webapp.services.tasks.complete import CompleteTask, complete

WEEK = ("2026-11-16", "2026-11-17", "2026-11-18")


@pytest.fixture
def raised(watch):
    """One alert: three days outside in a week."""
    watch.profile()
    watch.agrees("lina")
    watch.outside(*WEEK)
    watch.night()
    (alert,) = watch.alerts()
    return alert


def look(watch, alert, who="hr2", **values):
    with watch.house.view(SYSTEM) as work:
        task = work.session.scalars(
            select(Task).where(Task.case_id == alert.case_id, Task.state == TaskState.OPEN)
        ).one()
    with watch.unit(who) as work:
        complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))


def listen(watch):
    """A procedure that begins by the message."""
    with watch.house.unit(SYSTEM) as work:
        procedure = work.session.scalars(select(Procedure)).one()
        version = work.session.scalars(select(Case.procedure_version_id)).first()
        work.session.add(
            StartTrigger(
                procedure_id=procedure.id, procedure_version_id=version, element_id="begun", kind="message",
                name="alert", anchor_at=work.now,
            )
        )  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestTheNight:
    def test_a_rule_that_speaks_opens_a_triage_with_data_doubt_and_version(self, watch, raised):
        assert (raised.rule, raised.first_day, raised.last_day) == (
            "outside-zone", date(2026, 11, 16), date(2026, 11, 22),
        )  # fmt: skip
        assert raised.titles["zh-Hans"] == "一周有 3 天在工作时间的打卡不在许可区域内"
        assert raised.facts["outside_days"] == 3
        assert len(raised.found) == 3
        assert raised.fired == ["alert-outside-zone-1"]
        assert any("外勤" in texts["zh-Hans"] for texts in raised.doubts)
        with watch.view("hr2") as work:
            page = open_alert(work, raised.id)
            assert (str(page.procedure), page.version, page.rule.key) == ("预警研判", 1, "outside-zone")

    def test_looking_again_finds_nothing_new(self, watch, raised):
        watch.night(25)
        watch.night(26)
        assert [a.id for a in watch.alerts()] == [raised.id]

    def test_two_days_say_nothing(self, watch):
        watch.profile()
        watch.agrees("lina")
        watch.outside(*WEEK[:2])
        watch.night()
        assert watch.alerts() == []

    def test_no_rule_runs_once_consent_is_taken_back(self, watch):
        watch.profile()
        watch.agrees("lina")
        watch.outside(*WEEK)
        with watch.house.unit(SYSTEM) as work:
            entry = work.session.scalars(select(ConsentEntry)).one()
            work.session.add(
                ConsentEntry(
                    person_id=entry.person_id,
                    text_id=entry.text_id,
                    act="withdrawn",
                    language="en",
                    at=work.now,
                )
            )
        watch.night()
        assert watch.alerts() == []

    @pytest.mark.parametrize("how", ["ended", "changed", "expired"])
    def test_no_rule_runs_without_a_valid_assessment_of_this_very_edition(self, watch, how):
        made = watch.profile() if how != "expired" else None
        if how == "expired":
            watch.clock.now = watch.clock.now.replace(day=2)
            made = watch.write()
            watch.assess(made, valid_to=date(2026, 11, 20))
            watch.confirm(made)
        watch.clock.now = watch.clock.now.replace(day=19)
        watch.agrees("lina")
        watch.outside(*WEEK)
        if how == "changed":
            with watch.unit("hr2") as work:
                save_profile(work, watch.values(keep_days=30), profile_id=made, version=watch.version(made))
        if how == "ended":
            with watch.unit("boss") as work:
                end_profile(work, made, version=watch.version(made), reason="不再需要")
        watch.night()
        assert watch.alerts() == []

    def test_missing_reports_speak_but_not_when_nobodys_came(self, watch):
        watch.profile(watches=("report",), zones="")
        watch.night(17)
        assert watch.alerts() == []
        days = [f"E0004,2026-11-{day},日报,钉钉" for day in (16, 17, 18, 19, 20)]
        watch.brings("reports", "工号,日期,类别,来源", *days)
        watch.night()
        spoken = {(a.rule, a.person_id) for a in watch.alerts()}
        assert ("missing-reports", watch.ids["lina"]) in spoken
        assert ("missing-reports", watch.ids["wang"]) not in spoken

    def test_results_up_and_hours_down_speak_of_the_month(self, watch):
        watch.profile(watches=("result",), zones="")
        rows = [("11", 155, 100), ("10", 100, 160), ("09", 100, 150), ("08", 100, 170)]
        with watch.house.unit(SYSTEM) as work:
            for month, amount, hours in rows:
                work.session.add(
                    WorkResult(
                        person_id=watch.ids["lina"], month=date(2026, int(month), 1), amount=amount, hours=hours,
                        source="CRM", profile_id=1, keep_until=date(2027, 6, 1),
                    )
                )  # fmt: skip
        watch.clock.now = watch.clock.now.replace(month=12, day=1)
        watch.worker.sweep()
        (alert,) = watch.alerts()
        assert alert.titles["zh-Hans"] == "较前 3 个月平均：业绩变化 55%，工时变化 -38%"

    def test_unknown_customers_speak_only_against_a_list(self, watch):
        watch.profile(watches=("contact",), zones="")
        watch.brings(
            "contacts", "工号,日期,客户编号,来源", *(f"E0003,2026-11-16,X-{n},CRM" for n in range(6))
        )
        watch.clock.now = watch.clock.now.replace(month=12, day=1)
        watch.worker.sweep()
        assert watch.alerts() == []
        watch.brings("customers", "用人单位,客户编号,来源", "YS,K-1,CRM")
        watch.clock.now = watch.clock.now.replace(day=2)
        watch.worker.sweep()
        assert [a.facts["unknown_customers"] for a in watch.alerts()] == [6]

    def test_a_newcomer_is_told_before_anything_is_looked_at(self, watch):
        watch.profile()
        with watch.house.unit(SYSTEM) as work:
            work.session.get(Person, watch.ids["owner"]).post = "店员"
        with watch.house.unit(SYSTEM) as work:
            work.session.get(Person, watch.ids["owner"]).post = "客服专员"
            work.session.query(MonitoringNotice).filter_by(person_id=watch.ids["owner"]).delete()
        watch.night()
        with watch.house.view(SYSTEM) as work:
            told = work.session.scalars(
                select(MonitoringNotice.told_at).where(MonitoringNotice.person_id == watch.ids["owner"])
            ).one()
            assert told.day == 23


class TestOnBothDatabases:
    def test_what_is_over_is_deleted_unless_a_hold_covers_the_person(self, watch, raised):
        watch.agrees("wang")
        watch.outside("2026-11-16", number="E0004")
        with watch.house.unit(SYSTEM) as work:
            work.session.add(
                LegalHold(
                    entity_id=watch.entity, person_id=watch.ids["lina"], reason="仲裁", placed_at=work.now,
                    placed_by_id=watch.ids["boss"],
                )
            )  # fmt: skip
        watch.clock.now = watch.clock.now.replace(year=2027, month=3)
        watch.worker.sweep()
        with watch.house.view(SYSTEM) as work:
            assert set(work.session.scalars(select(Punch.person_id))) == {watch.ids["lina"]}
        assert [a.id for a in watch.alerts()] == [raised.id]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestAlertsNeverDecide:
    def test_an_alert_changes_nothing_about_the_person(self, watch):
        watch.profile()
        watch.agrees("lina")
        watch.outside(*WEEK)

        def about_lina():
            with watch.house.view(SYSTEM) as work:
                person = work.session.get(Person, watch.ids["lina"])
                row = {c.name: getattr(person, c.name) for c in Person.__table__.c}
                counts = [
                    work.session.scalar(select(func.count()).select_from(t).where(t.person_id == person.id))
                    for t in (ContractTerms, PersonFlag)
                ]
                return row, counts

        before = about_lina()
        watch.night()
        assert len(watch.alerts()) == 1
        assert about_lina() == before

    def test_it_opens_one_task_for_people_and_throws_no_message(self, watch, raised):
        with watch.house.view(SYSTEM) as work:
            tasks = list(work.session.scalars(select(Task).where(Task.case_id == raised.case_id)))
            assert [(t.element_id, t.queue) for t in tasks] == [("look", f"hr-head@{watch.entity}")]
            assert work.session.scalar(select(func.count()).select_from(BufferedMessage)) == 0
            kinds = set(work.session.scalars(select(Job.type)))
            assert "deliver-message" not in kinds

    def test_the_system_cannot_settle_one(self, watch, raised):
        job = EngineJob(
            key=ItemKey(element_instance="x", round=1),
            element_id="discard",
            type="settle-alert",
            headers={"outcome": "discarded"},
            retries=3,
            variables={"alert": str(raised.id), "reason": "x"},
        )
        with watch.house.unit(SYSTEM) as work, pytest.raises(InvalidError, match="只能由人研判"):
            settle_alert(work, work.session.get(Case, raised.case_id), job)

    def test_somebody_discards_it_with_a_reason(self, watch, raised):
        with pytest.raises(InvalidError):
            look(watch, raised, outcome="discard", reason="")
        look(watch, raised, outcome="discard", reason="上级安排在客户现场培训。")
        (alert,) = watch.alerts()
        assert (alert.state, alert.reason) == (AlertState.DISCARDED, "上级安排在客户现场培训。")
        assert alert.decided_by_id == watch.ids["hr2"]
        watch.night(25)
        assert len(watch.alerts()) == 1

    def test_what_nobody_would_receive_cannot_be_handed_on(self, watch, raised):
        with pytest.raises(InvalidError, match="还没有流程接收"):
            look(watch, raised, outcome="hand_on", reason="需要依程序了解。")
        assert watch.alerts()[0].state == AlertState.OPEN

    def test_handed_on_it_throws_the_message_with_what_is_known(self, watch, raised):
        listen(watch)
        look(watch, raised, outcome="hand_on", reason="需要依程序了解。")
        assert watch.alerts()[0].state == AlertState.HANDED_ON
        with watch.house.view(SYSTEM) as work:
            job = work.session.scalars(select(Job).where(Job.type == "deliver-message")).one()
        assert (job.payload["name"], job.payload["key"]) == ("alert", str(raised.id))
        assert set(job.payload["variables"]) == {
            "employee", "person", "alert", "rule", "first_day", "last_day", "summary",
        }  # fmt: skip
        assert job.payload["variables"]["employee"] == "E0003"

    def test_nobody_settles_an_alert_about_themselves(self, watch):
        with watch.house.unit(SYSTEM) as work:
            work.session.get(Person, watch.ids["hr2"]).post = "店长"
            watch._terms(work.session, watch.ids["hr2"])
        watch.profile(posts=("店长",))
        watch.agrees("hr2")
        watch.outside(*WEEK, number="E0006")
        watch.night()
        (alert,) = watch.alerts()
        with pytest.raises((ForbiddenError, NotFoundError, InvalidError)):
            look(watch, alert, outcome="discard", reason="没有问题。")
        with watch.view("hr2") as work:
            assert list_alerts(work, Filter()) == []
            with pytest.raises(NotFoundError):
                open_alert(work, alert.id)

    def test_a_rule_cannot_ask_for_a_figure_that_is_not_watched(self, watch):
        with watch.house.view(SYSTEM) as work:
            rows = work.session.scalars(select(ProcedureFile))
            files = tuple(File(path=r.path, kind=r.kind, body=r.body) for r in rows)
            assert [p for p in check_version(work.session, "alert-triage", files) if p.error] == []
            spoilt = tuple(
                replace(f, body=f.body.replace("punch_sources", "mood")) if f.path.endswith(".dmn") else f
                for f in files
            )
            problems = [
                str(p.message) for p in check_version(work.session, "alert-triage", spoilt) if p.error
            ]
        assert problems == ["预警规则不能使用“mood”：可用的数据只有监测方案列出的那些。"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestWhoReads:
    def test_triagers_legal_and_auditor_do_the_person_and_the_line_do_not(self, watch, raised):
        for who, sees in (
            ("hr2", 1),
            ("boss", 1),
            ("owner", 1),
            ("hr", 0),
            ("lina", 0),
            ("head", 0),
            ("far_hr", 0),
        ):
            with watch.view(who) as work:
                assert len(list_alerts(work, Filter())) == sees, who
        with watch.view("hr") as work, pytest.raises(NotFoundError):
            open_alert(work, raised.id)

    def test_the_case_is_hidden_from_the_one_concerned_and_from_their_head(self, watch, raised):
        for who in ("lina", "head"):
            with watch.view(who) as work:
                assert [c.id for c in list_cases(work)] == []
                assert own_cases(work) == []
                with pytest.raises(NotFoundError):
                    read_case(work, raised.case_id)
        with watch.view("hr2") as work:
            assert [c.id for c in list_cases(work)] == [raised.case_id]

    def test_filters_of_the_list(self, watch, raised):
        with watch.view("hr2") as work:
            assert (
                len(list_alerts(work, Filter(state="open", rule="outside-zone", entity_id=watch.entity))) == 1
            )
            assert list_alerts(work, Filter(state="discarded")) == []
            assert list_alerts(work, Filter(rule="missing-reports")) == []
            with pytest.raises(InvalidError):
                list_alerts(work, Filter(state="guilty"))

    def test_the_person_sees_what_is_watched_at_their_post_and_others_see_none(self, watch):
        watch.profile()
        with watch.view("lina") as work:
            assert [p.title for p in watched_at(work)] == ["客服专员外勤核对"]
        with watch.view("stranger") as work:
            assert watched_at(work) == []
        with watch.house.view(SYSTEM) as work:
            told = work.session.scalars(select(Notice).where(Notice.kind == "privacy")).all()
        assert watch.ids["lina"] in {n.person_id for n in told}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestProfiles:
    def test_what_is_wrong_is_said_at_its_field(self, watch):
        wrong = {
            "posts": (), "watches": ("mood",), "purpose": "看", "necessity": "", "zones": "", "keep_days": 4000,
            "valid_to": date(2026, 1, 1), "procedure_key": "leave", "title": "",
        }  # fmt: skip
        for field, value in wrong.items():
            more = {"watches": ("punch",)} if field == "zones" else {}
            with pytest.raises(InvalidError) as told:
                watch.write(**{**more, field: value})
            assert list(told.value.fields) == [field]

    def test_only_hr_head_and_legal_of_the_employer_write_them(self, watch):
        for who in ("hr", "lina", "owner", "far_hr"):
            with pytest.raises(ForbiddenError):
                watch.write(who)

    def test_whoever_wrote_or_assessed_it_cannot_confirm_it(self, watch):
        made = watch.write()
        with pytest.raises(ConflictError):
            watch.confirm(made)
        watch.assess(made)
        with pytest.raises(ForbiddenError):
            watch.confirm(made, "hr2")
        assert watch.confirm(made) > 0
        with pytest.raises(ConflictError):
            watch.confirm(made)

    def test_one_that_is_wrong_or_over_is_followed_by_another_of_the_next_edition(self, watch):
        made = watch.write()
        watch.assess(made)
        watch.assess(made)  # nobody had confirmed the first
        assert watch.confirm(made) > 0
        with pytest.raises(ConflictError):
            watch.assess(made)
        watch.clock.now = watch.clock.now.replace(year=2027, month=12)
        watch.assess(made, valid_to=date(2028, 10, 31))
        with watch.view("hr2") as work:
            assert readable_profile(work, made).edition == 3

    def test_an_assessment_answers_the_three_questions_with_a_signed_report(self, watch):
        made = watch.write()
        with pytest.raises(InvalidError) as told:
            watch.assess(made, lawful="好", data=b"MZ" + bytes(64), valid_to=date(2026, 1, 1))
        assert set(told.value.fields) == {"lawful", "file", "assessed_to"}

    def test_it_is_kept_three_years_and_each_act_is_an_event(self, watch):
        made = watch.profile()
        with watch.house.view(SYSTEM) as work:
            assert work.session.scalars(select(ImpactAssessment.keep_until)).one() == date(2030, 10, 31)
            kinds = list(
                work.session.scalars(
                    select(Event.kind).where(Event.subject == f"monitoring/{made}").order_by(Event.id)
                )
            )
        assert kinds == [f"monitoring.{word}" for word in ("written", "assessed", "confirmed", "told")]

    def test_the_second_of_two_who_change_it_is_told(self, watch):
        made = watch.write()
        with watch.unit("hr2") as work:
            save_profile(work, watch.values(title="另一个名称"), profile_id=made, version=1)
        with watch.unit("boss") as work, pytest.raises(ConflictError):
            save_profile(work, watch.values(), profile_id=made, version=1)
        with watch.view("far_hr") as work:
            assert list_profiles(work) == []
            with pytest.raises(NotFoundError):
                readable_profile(work, made)
        with watch.view("owner") as work:
            assert readable_profile(work, made).edition == 1  # a title is no change of substance
