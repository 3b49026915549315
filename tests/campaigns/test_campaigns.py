"""A campaign starts each of its people once, whatever happens meanwhile, and its progress is never behind."""

import contextlib
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from models.account import Grant
from models.campaign import Campaign, CampaignState
from models.case import Case
from models.event import Event
from models.job import Job, JobState
from models.person import Person
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.edge import count_statements
from webapp.services.campaigns import chunks, control, portions
from webapp.services.campaigns.members import MemberFilter, count_stuck, export_members, list_members
from webapp.services.campaigns.progress import read_progress, stage_words
from webapp.services.jobs.handlers import TakenJob
from webapp.services.procedures.bundle import load_bundle


def progress(company, campaign_id, who="hr"):
    with company.view(who) as work:
        campaign = control.read_campaign(work, campaign_id)
        return read_progress(
            work, campaign, load_bundle(work.session, campaign.procedure_version_id).settings.campaign
        )


class TestDryRun:
    def test_looks_at_everybody_and_tells_nobody(self, campaigns):
        made = campaigns.make()
        assert campaigns.read(made).state == CampaignState.CHECKING
        campaigns.work()
        assert campaigns.read(made).state == CampaignState.CHECKED
        assert set(campaigns.states(made).values()) == {("waiting", "waiting")}
        assert campaigns.cases() == []

    def test_says_why_somebody_may_not_be_asked_and_by_which_article(self, company, campaigns, clock):
        with company.house.unit(SYSTEM) as work:
            people = {p.number: p for p in work.session.scalars(select(Person))}
            people["N001"].level = 0
            people["N002"].left_on = clock.now.date().replace(day=1)
        made = campaigns.make(numbers=("N000", "N001", "N002"))
        campaigns.work()
        reasons = {n: m.reasons for n, m in campaigns.members(made).items()}
        assert reasons["N000"] is None
        assert (reasons["N001"][0]["code"], reasons["N001"][0]["article"]) == ("minor", "测试法 1")
        assert reasons["N002"][0]["code"] == "left"

    def test_names_numbers_that_mean_nobody_in_scope(self, campaigns):
        with pytest.raises(InvalidError) as refused:
            campaigns.make(numbers=("N000", "X999", "E0101"))
        assert "2" in str(refused.value.fields["numbers"][0])
        made = campaigns.make(numbers=("N000", "N000", "X999"), skip_unknown=True)
        assert campaigns.read(made).total == 1
        assert campaigns.read(made).selection["unknown"] == ["X999"]

    def test_is_refused_at_the_field_of_the_common_form(self, campaigns):
        with pytest.raises(InvalidError) as refused:
            campaigns.make(values={"days": 0})
        assert set(refused.value.fields) == {"days"}

    def test_is_for_those_who_may_start_the_procedure_for_others(self, campaigns):
        with pytest.raises(ForbiddenError):
            campaigns.make("lina")
        with pytest.raises(InvalidError):
            campaigns.make("far_hr")  # nobody of that post in their branch


class TestStart:
    def test_begins_one_case_for_each_in_the_name_of_whoever_made_it(self, company, campaigns):
        made = campaigns.going()
        people = campaigns.cases()
        assert len(people) == len(set(people)) == 8
        assert set(campaigns.states(made).values()) == {("running", "reading")}
        with company.house.view(SYSTEM) as work:
            case = work.session.scalars(select(Case).limit(1)).one()
            assert (case.starter_id, case.title) == (company.ids["hr"], "夜班承诺")
            assert case.variables["campaign"] == str(made)

    def test_pressed_twice_does_nothing_twice(self, campaigns):
        made = campaigns.going()
        with pytest.raises(ConflictError):
            campaigns.act("launch", made)
        campaigns.work()
        assert len(campaigns.cases()) == 8

    def test_a_repeated_press_of_creating_is_the_same_campaign(self, campaigns):
        assert campaigns.make(key="k1") == campaigns.make(key="k1")

    def test_a_job_that_is_done_again_starts_nobody_again(self, company, campaigns):
        made = campaigns.going()
        with company.house.unit(SYSTEM) as work:
            for job in work.session.scalars(select(Job).where(Job.type == portions.START)):
                job.state = JobState.READY
        campaigns.work()
        assert len(campaigns.cases()) == 8
        assert campaigns.read(made).state == CampaignState.RUNNING

    def test_a_worker_killed_between_two_people_loses_nobody_and_starts_nobody_twice(
        self, company, campaigns, clock, monkeypatch
    ):
        made = campaigns.make()
        campaigns.work()
        campaigns.act("launch", made)
        begun = chunks.start_pinned
        seen = []

        def killed(*args):
            seen.append(1)
            if len(seen) == 4:
                raise KeyboardInterrupt
            return begun(*args)

        monkeypatch.setattr(chunks, "start_pinned", killed)
        with pytest.raises(KeyboardInterrupt):
            campaigns.work()
        assert len(campaigns.cases()) == 3
        clock.now = clock.now.replace(hour=3)  # the lease has run out
        campaigns.work()
        assert sorted(Counter(campaigns.cases()).values()) == [1] * 8

    def test_workers_that_die_more_often_than_a_job_is_tried_stop_nothing_that_gets_on(
        self, campaigns, clock, monkeypatch
    ):
        campaigns.make()
        campaigns.work()
        campaigns.act("launch", 1)
        begun, seen, deaths = chunks.start_pinned, [], 0

        def killed(*args):
            seen.append(1)
            if len(seen) % 2 == 0:
                raise KeyboardInterrupt
            return begun(*args)

        monkeypatch.setattr(chunks, "start_pinned", killed)
        while len(campaigns.cases()) < 8:
            with contextlib.suppress(KeyboardInterrupt):
                campaigns.work()
            deaths += 1
            assert deaths < 20
            clock.now += timedelta(minutes=6)  # the lease has run out
        assert deaths > 4
        assert sorted(Counter(campaigns.cases()).values()) == [1] * 8

    def test_a_fault_with_one_person_keeps_nobody_else_waiting(self, campaigns, monkeypatch, clock):
        made = campaigns.make()
        campaigns.work()
        campaigns.act("launch", made)
        begun = chunks.start_pinned

        def faulty(work, command, bundle):
            if command.variables["campaign"] and work.session.get(Person, command.person_id).number == "N003":
                raise InvalidError
            if work.session.get(Person, command.person_id).number == "N005":
                raise RuntimeError("once")
            return begun(work, command, bundle)

        monkeypatch.setattr(chunks, "start_pinned", faulty)
        campaigns.work()
        assert len(campaigns.cases()) == 6
        assert campaigns.states(made)["N003"] == ("failed", "failed")
        monkeypatch.setattr(chunks, "start_pinned", begun)
        clock.now = clock.now.replace(hour=3)
        campaigns.work()
        assert campaigns.states(made)["N005"] == ("running", "reading")


class TestPause:
    def test_stops_between_two_people_and_goes_on_with_the_rest(self, company, campaigns):
        made = campaigns.make()
        campaigns.work()
        campaigns.act("launch", made)
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(Job).where(Job.type == portions.START)).one()
        opened = []

        def units():
            opened.append(1)
            if len(opened) == 5:  # one to list the chunk, three people begun
                campaigns.act("pause", made)
            return company.house.unit(SYSTEM)

        job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
        chunks.start_chunk(units, job)
        assert (len(campaigns.cases()), progress(company, made).waiting) == (3, 5)
        campaigns.act("resume", made)
        campaigns.work()
        assert sorted(Counter(campaigns.cases()).values()) == [1] * 8

    def test_calling_off_ends_who_was_not_asked_and_leaves_the_others(self, campaigns):
        made = campaigns.make()
        campaigns.work()
        campaigns.act("stop", made, reason="方案调整")
        assert set(campaigns.states(made).values()) == {("ended", "cancelled")}
        assert campaigns.read(made).state == CampaignState.STOPPED
        with pytest.raises(ConflictError):
            campaigns.act("launch", made)


class TestTwoCampaigns:
    def test_that_name_the_same_person_ask_them_once(self, campaigns):
        first = campaigns.make(numbers=("N000", "N001"))
        second = campaigns.make(numbers=("N001", "N002"))
        campaigns.work()
        campaigns.act("launch", first)
        campaigns.act("launch", second)
        campaigns.work()
        assert campaigns.states(first)["N001"] == ("running", "reading")
        assert campaigns.states(second) == {"N001": ("blocked", "blocked"), "N002": ("running", "reading")}
        assert campaigns.members(second)["N001"].reasons[0]["code"] == "in-flight"
        assert len(campaigns.cases()) == 3


class TestProgress:
    def test_is_right_after_each_click_and_ends_with_the_last_person(self, company, campaigns):
        made = campaigns.going(numbers=("N000", "N001", "N002"))
        campaigns.answer(made, "N000", "agreed")
        campaigns.answer(made, "N001", "refused")
        shown = progress(company, made)
        assert (shown.total, shown.started, shown.ended) == (3, 3, 2)
        assert [(s.key, s.reached, s.here) for s in shown.funnel] == [("reading", 3, 1), ("agreed", 1, 1)]
        assert {(o.key, o.count) for o in shown.outcomes} == {("agreed", 1), ("refused", 1)}
        assert campaigns.read(made).state == CampaignState.RUNNING
        campaigns.answer(made, "N002", "agreed")
        assert campaigns.read(made).state == CampaignState.ENDED

    def test_ends_by_deadline_for_who_does_not_answer(self, campaigns, clock):
        made = campaigns.going(numbers=("N000",))
        clock.now = clock.now.replace(month=12, day=20)
        campaigns.work()
        assert campaigns.states(made) == {"N000": ("ended", "expired")}
        assert campaigns.read(made).state == CampaignState.ENDED

    def test_is_one_statement_whatever_the_number_of_people(self, company, campaigns):
        made = campaigns.going()
        with company.view("hr") as work:
            campaign = control.read_campaign(work, made)
            settings = load_bundle(work.session, campaign.procedure_version_id).settings.campaign
            seen = []
            stop = count_statements(company.house.engine, seen)
            read_progress(work, campaign, settings)
            stop()
        assert len(seen) == 1

    def test_is_hidden_from_who_may_not_read_it(self, campaigns, company):
        made = campaigns.going(numbers=("N000",))
        for who in ("lina", "far_hr"):
            with pytest.raises(NotFoundError):
                progress(company, made, who)
        with company.house.unit(SYSTEM) as work:
            work.session.execute(update(Campaign).where(Campaign.id == made).values(entity_id=None))
        progress(company, made)  # over several employers: whoever made it and may read them all
        with company.house.unit(SYSTEM) as work:
            work.session.execute(delete(Grant).where(Grant.person_id == company.ids["hr"]))
        with pytest.raises(NotFoundError):  # whoever made it and is HR no longer
            progress(company, made)


class TestMembers:
    def test_say_who_is_stuck_and_on_whom(self, company, campaigns, clock):
        with company.house.unit(SYSTEM) as work:
            work.session.scalars(select(Person).where(Person.number == "N001")).one().level = 0
        made = campaigns.going(numbers=("N000", "N001", "N002"))
        campaigns.answer(made, "N002", "agreed")
        clock.now = clock.now.replace(month=12, day=2)
        with company.view("hr") as work:
            campaign = control.read_campaign(work, made)
            rows = list_members(work, campaign, MemberFilter(stuck=True)).rows
            assert [r.member.person.number for r in rows] == ["N000", "N001"]
            assert str(rows[0].why) == "已过期限，等待 员工0"
            assert rows[1].reasons[0].article == "测试法 1"
            assert count_stuck(work, campaign) == 2

    def test_leave_the_house_as_text_that_no_spreadsheet_runs_and_that_is_an_event(self, company, campaigns):
        with company.house.unit(SYSTEM) as work:
            work.session.scalars(select(Person).where(Person.number == "N000")).one().name = "=cmd|x"
        made = campaigns.going(numbers=("N000",))
        with company.unit("hr") as work:
            campaign = control.read_campaign(work, made)
            settings = load_bundle(work.session, campaign.procedure_version_id).settings.campaign
            data = export_members(
                work, campaign, MemberFilter(), words=stage_words(settings), translate=str
            ).decode()
        assert ",'=cmd|x," in data
        with company.house.view(SYSTEM) as work:
            kinds = work.session.scalars(
                select(Event.kind).where(Event.subject == f"campaign/{made}").order_by(Event.id)
            )
            assert list(kinds) == [
                "campaign.created",
                "campaign.checked",
                "campaign.started",
                "campaign.exported",
            ]
