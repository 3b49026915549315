"""What may be asked for, what it costs, and what happens when the rules change."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from models.job import Job, Notice
from models.leave import LeaveEntry, LeaveState
from models.person import Person, Substitution
from models.reference import CalendarDay
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.leave.announce import announce
from webapp.services.reference.seed import seed_reference
from webapp.worker import Worker

DAY = 480


def refused(leave, *args, **more):
    """The fields and sentences of a refused request."""
    with pytest.raises(InvalidError) as error:
        leave.ask(*args, **more)
    return {k: [str(m) for m in v] for k, v in error.value.fields.items()}


class TestBalance:
    def test_pending_requests_are_held_back(self, leave):
        leave.ask(first="2026-12-01", last="2026-12-10")  # 8 of 10 days
        said = refused(leave, first="2026-12-14", last="2026-12-16")
        assert said == {"end_date": ["2026 年的年休假余额不足：需要 3 天，扣除待审批的申请后还剩 2 天。"]}

    def test_the_year_is_granted_once_with_its_working(self, leave, company):
        leave.ask(first="2026-12-01", last="2026-12-01")
        leave.ask(first="2026-12-03", last="2026-12-03")
        with company.house.view(SYSTEM) as work:
            grants = work.session.scalars(select(LeaveEntry).where(LeaveEntry.what == "grant")).all()
        assert [(g.kind, g.year, g.minutes) for g in grants] == [("annual", 2026, 10 * DAY)]
        assert "职工带薪年休假条例第3条" in str(grants[0].reason["steps"])

    def test_a_press_repeated_asks_once(self, leave):
        assert leave.ask(key="same") == leave.ask(key="same")

    def test_two_years_draw_on_two_entitlements(self, leave):
        request_id = leave.approved(first="2026-12-30", last="2027-01-05")
        assert leave.ledger(request_id) == {("annual", 2026): -2 * DAY, ("annual", 2027): -2 * DAY}
        assert leave.agree(request_id) == 4 * DAY

    def test_an_unpublished_year_is_marked_provisional(self, leave):
        assert leave.request(leave.ask(first="2027-03-01", last="2027-03-01")).provisional
        assert not leave.request(leave.ask(first="2026-12-01", last="2026-12-01")).provisional


class TestCounting:
    def test_half_a_make_up_saturday(self, leave, clock):
        clock.now = datetime(2026, 4, 20, 1, tzinfo=UTC)
        request_id = leave.approved(
            first="2026-05-09", last="2026-05-09", part="half", start_half="am", end_half="am"
        )
        assert leave.agree(request_id) == 240

    def test_a_plain_saturday_needs_no_leave(self, leave):
        assert refused(leave, first="2026-12-05", last="2026-12-05") == {
            "end_date": ["所选日期都不需要请假。"]
        }

    def test_hours_are_minutes_without_the_noon_break(self, leave):
        request_id = leave.approved(
            kind="personal", first="2026-12-01", last="2026-12-01", part="hours",
            start_time="11:00", end_time="14:30",
        )  # fmt: skip
        assert leave.agree(request_id) == 150

    def test_sick_leave_counts_rest_days(self, leave):
        request_id = leave.ask(kind="sick", first="2026-12-04", last="2026-12-07")
        assert leave.request(request_id).minutes == 4 * DAY

    def test_overlap_names_the_other(self, leave):
        leave.ask(first="2026-12-01", last="2026-12-02")
        said = refused(leave, kind="personal", first="2026-12-02", last="2026-12-03")
        assert said == {
            "start_date": ["与已有的年休假（2026-12-01 至 2026-12-02，LV-2026-000001）时间重叠。"]
        }

    def test_morning_and_afternoon_of_one_day_do_not_overlap(self, leave):
        leave.approved(part="half", start_half="am", end_half="am")
        leave.approved(kind="personal", part="half", start_half="pm", end_half="pm")
        assert leave.attendance() == {"2026-12-01": (DAY, "annual")}

    @pytest.mark.parametrize(
        ("kind", "last", "field", "words"),
        [
            ("bereavement", "2026-12-04", "end_date", "丧假最多 3 天"),
            ("marriage", "2026-12-15", "end_date", "婚假最多 10 天"),
            ("only_child_care", "2026-12-01", "type", "缺少参数"),
        ],
    )
    def test_limits_of_the_region(self, leave, kind, last, field, words):
        assert words in refused(leave, kind=kind, last=last)[field][0]

    def test_outside_the_employment(self, leave, company):
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["lina"]).left_on = date(2026, 12, 1)
        said = refused(leave, kind="personal", first="2026-12-01", last="2026-12-02")
        assert "最后一日 2026-12-01" in said["start_date"][0]

    def test_only_a_colleague_may_take_over(self, leave):
        assert "handover" in refused(leave, handover="E0101")

    def test_an_unknown_field_is_refused(self, leave):
        assert "days" in refused(leave, days=0)


class TestApprovers:
    def test_nobody_approves_their_own(self, leave):
        request_id = leave.ask("head")
        assert leave.tasks(request_id)["approve"].assignee_id == leave.company.ids["boss"]
        with pytest.raises((ForbiddenError, NotFoundError)):
            leave.decide("head", request_id)

    def test_an_approver_on_leave_is_stood_in_for(self, leave, company, clock):
        away = leave.ask("head", first="2026-11-30", last="2026-12-02", handover="E0004")
        leave.decide("boss", away)
        clock.now = datetime(2026, 12, 1, 1, tzinfo=UTC)
        request_id = leave.ask(first="2026-12-08", last="2026-12-08")
        assert leave.tasks(request_id)["approve"].assignee_id == company.ids["wang"]
        leave.change(away, "head", change_kind="cancel")
        leave.decide("boss", away, "decide_change") if "decide_change" in leave.tasks(away) else None
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Substitution)).one().revoked_at is not None
        after = leave.ask(first="2026-12-09", last="2026-12-09")
        assert leave.tasks(after)["approve"].assignee_id == company.ids["head"]


class TestProof:
    def test_late_proof_has_a_due_day(self, leave):
        request = leave.request(leave.ask(kind="sick", first="2026-11-23", last="2026-11-26"))
        assert request.proof_due_on is not None
        assert request.proof_due_on > date(2026, 11, 26)

    def test_no_good_proof_becomes_personal_leave(self, leave, company):
        request_id = leave.approved(kind="sick", first="2026-11-20", last="2026-11-22")
        while "verify" not in leave.tasks(request_id):
            element, task = next(iter(leave.tasks(request_id).items()))
            if element == "hand_in":
                break
            who = "hr" if element == "hr" else "boss"
            leave.decide(who, request_id, element, **({"proof_checked": True} if who == "hr" else {}))
        if "hand_in" not in leave.tasks(request_id):
            pytest.skip("this length needs no proof here")
        Worker(company.house).sweep()
        leave.clock.now = datetime(2026, 12, 20, 1, tzinfo=UTC)
        Worker(company.house).sweep()
        task = leave.tasks(request_id)["verify"]
        assert task.queue is not None
        leave.decide("hr", request_id, "verify", outcome="convert", refusal="other", comment="没有病假证明")
        request = leave.request(request_id)
        assert request.kind == "personal"
        assert {kind for kind, _ in leave.ledger(request_id)} == {"personal"}
        assert leave.agree(request_id) == DAY  # Friday alone: personal leave counts working days


class TestRecount:
    def holiday(self, company, day):
        with company.house.unit(SYSTEM) as work:
            work.session.add(
                CalendarDay(
                    day=day, kind="rest", name="临时放假", source="通知", published_on=date(2026, 11, 24)
                )
            )
            announce(work, days=(day,))
        with company.house.view(SYSTEM) as work:
            jobs = work.session.scalars(select(Job.id).where(Job.type == "leave-recount")).all()
        for job in jobs:
            Worker(company.house).perform(job)

    def test_a_booked_leave_gets_its_day_back_and_people_are_told(self, leave, company):
        booked = leave.approved(first="2026-12-01", last="2026-12-03")
        asked = leave.ask(first="2026-12-02", last="2026-12-04", who="wang")
        self.holiday(company, date(2026, 12, 2))
        assert leave.agree(booked) == 2 * DAY
        assert leave.lines(booked)[-1] == ("annual", "reverse", DAY)
        assert leave.request(asked).minutes == 2 * DAY
        assert leave.request(asked).state == LeaveState.PENDING
        assert "leave.recounted" in leave.events(booked)
        with company.house.view(SYSTEM) as work:
            told = set(work.session.scalars(select(Notice.person_id).where(Notice.kind == "recount")))
        assert told == {company.ids["lina"], company.ids["wang"], company.ids["head"]}

    def test_what_did_not_change_stays(self, leave, company):
        booked = leave.approved(first="2026-12-08", last="2026-12-09")
        self.holiday(company, date(2026, 12, 2))
        assert leave.lines(booked) == [("annual", "book", -2 * DAY)]
        assert "leave.recounted" not in leave.events(booked)

    def test_seeding_again_adds_nothing(self, company):
        with company.house.unit(SYSTEM) as work:
            assert seed_reference(work) == 0


class TestMessages:
    def test_one_that_came_too_early_is_kept_and_delivered(self, leave, company):
        from webapp.services.cases.messages import correlate

        request_id = leave.ask()
        values = {"change_kind": "cancel", "change_reason": "早到的消息"}
        with company.house.unit(SYSTEM) as work:
            assert correlate(work, "leave.change", key=str(request_id), variables=values) is None
        leave.decide("head", request_id)
        assert "decide_change" not in leave.tasks(request_id)
        Worker(company.house).sweep()
        assert "decide_change" in leave.tasks(request_id)


class TestTime:
    def test_the_manager_is_reminded_then_others_are_told(self, leave, company, clock):
        leave.ask(first="2026-12-10", last="2026-12-10")
        told = []
        for day in (26, 27):  # asked on Tuesday the 24th at nine
            clock.now = datetime(2026, 11, day, 1, tzinfo=UTC)
            Worker(company.house).sweep()
            with company.house.view(SYSTEM) as work:
                told.append(set(work.session.scalars(select(Notice.person_id))))
        assert company.ids["head"] in told[0] | told[1]
        assert company.ids["hr"] in told[1]

    def test_a_leave_that_is_over_ends_its_case_as_taken(self, leave, company, clock):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        clock.now = datetime(2026, 12, 2, 11, tzinfo=UTC)
        Worker(company.house).sweep()
        assert leave.request(request_id).state == LeaveState.TAKEN
        assert leave.agree(request_id) == 2 * DAY
        assert "重叠" in refused(leave, first="2026-12-02", last="2026-12-03")["start_date"][0]
