"""The vault: what comes in never changes, every touch is a link and an event, holds and retention are obeyed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.account import Grant
from models.case import Case
from models.custody import Custody, CustodyStep, ReadingCopy
from models.event import Event, EventPayload
from tests.vault import samples
from webapp.adapters import digests
from webapp.domain.custody import Step
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.domain.readingcopy import from_json
from webapp.services.evidence import custody, expiry
from webapp.services.evidence.files import list_files
from webapp.services.evidence.readings import reading_of, reading_pdf
from webapp.services.jobs.queue import lock_case
from webapp.services.log import check_log, log_entries, take_head
from webapp.services.retention import due, hold
from webapp.worker import Worker

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def said(company, kind):
    """What the events of a kind say, oldest first."""
    with company.house.view(SYSTEM) as work:
        bodies = work.session.scalars(
            select(EventPayload.body)
            .join(Event, Event.id == EventPayload.event_id)
            .where(Event.kind == kind)
            .order_by(Event.id)
        ).all()
    return [json.loads(body)["data"] for body in bodies if body]


def chain(company, item_id, who="hr2"):
    with company.view(who) as work:
        return [(step.kind, step.receiver, step.reason) for step in custody.steps(work, item_id)]


class TestTakingIn:
    def test_a_file_is_kept_with_both_digests_and_all_that_is_said_of_it(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        with company.view("hr2") as work:
            row = custody.read_item(work, item_id)
            assert row.number == f"EV-2026-{item_id:06d}"
            assert row.sm3 == "".join(row.sm3.split())
            assert (row.kind, row.size, row.dangerous) == ("chat", len(samples.CHAT_TXT), False)
            assert work.ports.blobs.get(row.sha256) == samples.CHAT_TXT
            assert (row.case_id, row.person.name) == (case_id, "李娜")
            sha256, sm3 = row.sha256, row.sm3
        (event,) = said(company, "custody.taken")
        assert (event["sha256"], event["sm3"], event["legality"]) == (
            sha256,
            sm3,
            "员工手册第8条：工作账号可以检查",
        )
        assert chain(company, item_id) == [("taken", "", "")]

    @ONE
    def test_the_case_says_it_and_its_pack_will_hold_the_original(self, company, case_id, keep):
        keep(case_id=case_id)
        with company.house.unit(SYSTEM) as work:
            head = take_head(work)
            (file,) = list_files(log_entries(work.session, case_id, size=head.size))
        assert file.path == "originals/001-会话.txt"

    @ONE
    def test_what_is_missing_is_said_at_its_field(self, company, case_id, keep):
        missing = [
            ("source", " "),
            ("collected_by", ""),
            ("legality", "有"),
            ("method", "magic"),
            ("collected_at", None),
            ("collected_at", datetime(2027, 1, 1, tzinfo=UTC)),
        ]
        for field, value in missing:
            with pytest.raises(InvalidError) as refused:
                keep(case_id=case_id, **{field: value})
            assert set(refused.value.fields) == {field}, value

    @ONE
    def test_it_needs_a_case_or_a_person_and_an_end(self, company, case_id, keep):
        end = datetime(2028, 1, 1, tzinfo=UTC)
        wrong = {
            "no such case": ({"case_id": 999}, "case"),
            "no end": ({}, "keep_until"),
            "another employer's": ({"person_number": "E0101", "keep_until": end}, "person"),
            "about oneself": ({"person_number": "E0006", "keep_until": end}, "person"),
            "empty": ({"case_id": case_id, "data": b""}, "file"),
        }
        for what, (more, field) in wrong.items():
            with pytest.raises(InvalidError) as refused:
                keep(**more)
            assert field in refused.value.fields, what

    @ONE
    def test_the_same_file_comes_in_once_a_case(self, company, case_id, keep):
        keep(case_id=case_id)
        with pytest.raises(InvalidError) as refused:
            keep(case_id=case_id)
        assert "EV-2026-000001" in str(refused.value.fields["file"][0])

    @ONE
    def test_only_hr_and_legal_take_files_in(self, company, case_id, keep):
        for who in ("lina", "head", "owner", "boss"):
            with pytest.raises(ForbiddenError):
                keep(who, case_id=case_id)

    @ONE
    def test_without_sm3_it_says_so_and_goes_on(self, company, case_id, keep, monkeypatch, caplog):
        def missing(name, _data):
            raise ValueError(name)

        monkeypatch.setattr(digests.hashlib, "new", missing)
        item_id = keep(case_id=case_id)
        assert "no SM3" in caplog.text
        with company.view("hr2") as work:
            assert custody.read_item(work, item_id).sm3 is None
        monkeypatch.undo()
        with company.unit("hr2") as work:
            assert custody.check_item(work, item_id)


class TestReading:
    @ONE
    def test_others_and_whom_it_is_about_do_not_see_it(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        for who in ("lina", "wang", "head", "far_hr", "owner"):
            with company.view(who) as work, pytest.raises(NotFoundError):
                custody.steps(work, item_id)
            with company.view(who) as work:
                assert custody.list_items(work) == [], who

    @ONE
    def test_not_even_legal_sees_what_is_kept_about_them(self, company, keep):
        with company.house.unit(SYSTEM) as work:
            entity = work.session.scalars(
                select(Grant.entity_id).where(Grant.person_id == company.ids["hr"])
            ).first()
            work.session.add(Grant(person_id=company.ids["lina"], role=Role.LEGAL, entity_id=entity))
        item_id = keep(person_number="E0003", keep_until=datetime(2028, 1, 1, tzinfo=UTC))
        with company.view("lina") as work, pytest.raises(NotFoundError):
            custody.read_item(work, item_id)

    @ONE
    def test_it_is_found_by_words_and_by_case(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        keep(person_number="E0004", keep_until=datetime(2028, 1, 1, tzinfo=UTC), name="b.txt")
        with company.view("hr") as work:
            assert [row.id for row in custody.list_items(work, words="李娜")] == [item_id]
            assert [row.id for row in custody.list_items(work, case_id=case_id)] == [item_id]
            assert len(custody.list_items(work, words="会话存档")) == 2
            assert custody.list_items(work, words="%") == []

    def test_a_job_makes_the_reading_copy_once(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        worker = Worker(company.house)
        assert worker.sweep() >= 1
        with company.view("hr2") as work:
            copy = reading_of(work, item_id)
            assert (copy.pages, copy.fault) == (1, None)
            assert reading_pdf(work, item_id).startswith(b"%PDF")
            assert from_json(work.ports.blobs.get(copy.content_sha256)).parts
        with company.house.view(SYSTEM) as work:
            assert len(work.session.scalars(select(ReadingCopy)).all()) == 1

    @ONE
    def test_what_may_act_gets_none(self, company, case_id, keep):
        item_id = keep(case_id=case_id, data=samples.MACRO, name="考勤.xlsx")
        Worker(company.house).sweep()
        with company.view("hr2") as work:
            assert reading_of(work, item_id) is None
            with pytest.raises(NotFoundError):
                reading_pdf(work, item_id)

    @ONE
    def test_what_cannot_be_read_says_why(self, company, case_id, keep):
        item_id = keep(case_id=case_id, data=samples.photo("PNG")[:60], name="截图.png")
        Worker(company.house).sweep()
        with company.view("hr2") as work:
            assert "无法解析" in reading_of(work, item_id).fault["key"]


class TestChain:
    def test_every_touch_is_a_link_and_an_event(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        with company.unit("hr2") as work:
            custody.open_item(work, item_id)
        with company.unit("hr") as work:
            _, data = custody.hand_out(work, item_id, reason="提交仲裁委")
            custody.note_step(work, item_id, "handed", reason="送司法鉴定", receiver="某鉴定所 王工")
            assert custody.check_item(work, item_id)
        assert data == samples.CHAT_TXT
        assert chain(company, item_id) == [
            ("taken", "", ""),
            ("opened", "", ""),
            ("downloaded", "", "提交仲裁委"),
            ("handed", "某鉴定所 王工", "送司法鉴定"),
            ("checked", "", ""),
        ]
        for kind in ("taken", "opened", "downloaded", "handed", "checked"):
            assert len(said(company, f"custody.{kind}")) == 1
        with company.house.view(SYSTEM) as work:
            assert list(check_log(work.session)) == []

    @ONE
    def test_bytes_that_changed_are_found(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        with company.house.unit(SYSTEM) as work:
            row = work.session.get_one(Custody, item_id)
            work.ports.blobs._kept[row.sha256] = b"other"
        with company.unit("hr2") as work:
            assert not custody.check_item(work, item_id)
        assert chain(company, item_id)[-1][0] == Step.DAMAGED

    @ONE
    def test_a_link_by_hand_needs_whom_and_why(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        for kind, reason, receiver, fields in (
            ("handed", "", "", {"reason", "receiver"}),
            ("copied", "提交法院", "", {"receiver"}),
            ("taken", "提交法院", "甲", set()),  # not one that is written by hand
        ):
            with pytest.raises(InvalidError) as refused, company.unit("hr2") as work:
                custody.note_step(work, item_id, kind, reason=reason, receiver=receiver)
            assert set(refused.value.fields) == fields, kind

    @ONE
    def test_an_original_goes_out_for_a_reason_only(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        with pytest.raises(InvalidError), company.unit("hr2") as work:
            custody.hand_out(work, item_id, reason="看")

    def test_no_row_can_be_changed(self, company, case_id, keep):
        item_id = keep(case_id=case_id)
        with company.house.unit(SYSTEM) as work:
            work.session.add(ReadingCopy(custody_id=item_id, pages=0, made_at=work.now))
        writing = company.house.engine.execution_options(hegui_write=True)
        for table in ("custody", "custody_step", "reading_copy"):
            with pytest.raises(DBAPIError, match="never changes"), writing.begin() as connection:
                connection.execute(text(f"UPDATE {table} SET id = id"))


class TestRetention:
    def end(self, company, case_id, clock):
        with company.house.unit(SYSTEM) as work:
            work.session.execute(text("DELETE FROM timer"))
            case = lock_case(work, case_id)
            case.state, case.ended_at, case.keep_until = "completed", work.now, work.now + timedelta(days=730)
        clock.now += timedelta(days=3 * 365)

    def test_an_item_goes_with_its_case_and_the_proofs_stay(self, company, case_id, keep, clock):
        item_id = keep(case_id=case_id)
        Worker(company.house).sweep()
        with company.view("hr2") as work:
            row, copy = custody.read_item(work, item_id), reading_of(work, item_id)
            blobs = [row.sha256, copy.sha256, copy.content_sha256]
        self.end(company, case_id, clock)
        with company.unit("hr") as work:
            assert due.propose(work, [case_id], reason="保存期限已满") == 1
        with company.unit("hr2") as work:
            due.decide(work, 1, confirm=True)
        Worker(company.house).sweep()
        with company.house.view(SYSTEM) as work:
            for model in (Custody, CustodyStep, ReadingCopy):
                assert work.session.scalars(select(model)).all() == []
            for sha256 in blobs:
                with pytest.raises(NotFoundError):
                    work.ports.blobs.get(sha256)
            assert list(check_log(work.session)) == []
        assert said(company, "custody.taken") == []

    @ONE
    def test_a_person_and_dates_hold_an_item(self, company, keep, clock):
        item_id = keep(person_number="E0003", keep_until=clock.now + timedelta(days=1))
        before, after = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        clock.now += timedelta(days=400)
        for since, until, covered in (
            (None, None, True),
            (before, after, True),
            (after, None, False),
            (None, before, False),
        ):
            asked = hold.NewHold(person_number="E0003", since=since, until=until, reason="劳动仲裁 2026-118")
            with company.unit("hr2") as work:
                hold_id = hold.place(work, asked).id
            with company.unit("hr2") as work:
                assert expiry.is_over(work, custody.read_item(work, item_id)) is not covered, (since, until)
                hold.release(work, hold_id, reason="裁决已生效")

    @ONE
    def test_a_held_item_holds_its_case(self, company, case_id, keep, clock):
        self.end(company, case_id, clock)
        keep(case_id=case_id)
        with company.unit("hr2") as work:
            since = clock.now - timedelta(days=1)  # long after the case ended, before the item came in
            hold.place(work, hold.NewHold(person_number="E0003", since=since, reason="劳动仲裁 2029-1"))
        with company.view("hr2") as work:
            assert due.list_due(work) == []
            assert work.session.get_one(Case, case_id).keep_until < work.now

    def test_an_item_without_a_case_goes_by_two_people(self, company, keep, clock):
        item_id = keep(person_number="E0003", keep_until=clock.now + timedelta(days=1))
        Worker(company.house).sweep()
        with company.view("hr2") as work:
            sha256 = custody.read_item(work, item_id).sha256
        with pytest.raises(ConflictError), company.unit("hr") as work:
            expiry.propose(work, item_id, reason="保存期限已满")
        clock.now += timedelta(days=2)
        with company.unit("hr") as work:
            expiry.propose(work, item_id, reason="保存期限已满")
        with pytest.raises(ForbiddenError), company.unit("hr") as work:
            expiry.decide(work, item_id, confirm=True)
        with company.unit("hr2") as work:
            expiry.decide(work, item_id, confirm=True)
        Worker(company.house).sweep()
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Custody)).all() == []
            with pytest.raises(NotFoundError):
                work.ports.blobs.get(sha256)
            assert list(check_log(work.session)) == []
        assert said(company, "custody.taken") == []
        assert said(company, "custody.erased") == [{"custody": "EV-2026-000001", "reason": "保存期限已满"}]

    @ONE
    def test_a_refusal_keeps_it_and_another_proposal_may_follow(self, company, keep, clock):
        item_id = keep(person_number="E0003", keep_until=clock.now + timedelta(days=1))
        clock.now += timedelta(days=2)
        with company.unit("hr") as work:
            expiry.propose(work, item_id, reason="保存期限已满")
        with company.unit("hr2") as work:
            expiry.decide(work, item_id, confirm=False, reason="仲裁时效内")
        with pytest.raises(ConflictError), company.unit("hr2") as work:
            expiry.decide(work, item_id, confirm=True)
        with company.unit("hr2") as work:
            expiry.propose(work, item_id, reason="时效已过")
        assert [kind for kind, _, _ in chain(company, item_id)] == [
            "taken",
            "proposed",
            "refused",
            "proposed",
        ]
