"""Holds, due cases, and erasure that leaves every proof standing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from models import metadata
from models.account import Grant
from models.case import Case, Timer
from models.event import Event, EventPayload
from models.retention import Erasure
from models.task import Attachment, Comment, Task
from tests.company import Company, ask
from tests.web import csrf, log_in, make_web
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.services import events
from webapp.services.jobs.queue import lock_case
from webapp.services.log import check_log, log_entries
from webapp.services.retention import due, hold
from webapp.services.retention.erase import GO, STAY
from webapp.worker import Worker


@pytest.fixture
def company(house):
    """孙倩 is legal here, 赵敏 the head of HR; 李娜's leave ended three years ago."""
    company = Company(house)
    company.begin_with("legal and a head of HR", lambda work: _give_roles(work, company.ids))
    return company


def _give_roles(work, ids):
    entity = work.session.scalars(select(Grant.entity_id).where(Grant.person_id == ids["hr"])).one()
    work.session.add(Grant(person_id=ids["hr2"], role=Role.LEGAL, entity_id=entity))
    work.session.add(Grant(person_id=ids["hr"], role=Role.HR_HEAD, entity_id=entity))


@pytest.fixture
def case_id(company, clock):
    """A case with a file and a remark, over and past its time."""
    case_id = ask(company, "lina")
    with company.house.unit(SYSTEM) as work:
        case = lock_case(work, case_id)
        sha = work.ports.blobs.put(b"a doctor's note")
        work.session.add(
            Attachment(
                case_id=case.id,
                name="病历.pdf",
                media_type="application/pdf",
                size=15,
                sha256=sha,
                uploaded_by_id=company.ids["lina"],
                uploaded_at=work.now,
            )
        )
        work.session.add(
            Comment(case_id=case.id, author_id=company.ids["lina"], text="请尽快", written_at=work.now)
        )
        events.append(work, "file.attached", {"name": "病历.pdf", "sha256": sha}, case=case)
        work.session.execute(delete(Timer).where(Timer.case_id == case.id))
        case.state = "completed"
        case.ended_at = work.now
        case.keep_until = work.now + timedelta(days=730)
    clock.now += timedelta(days=3 * 365)
    Worker(company.house).keep_log()
    return case_id


def all_due(company, who="hr2"):
    with company.view(who) as work:
        return [case.id for case in due.list_due(work)]


def propose(company, case_id, who="hr"):
    with company.unit(who) as work:
        assert due.propose(work, [case_id], reason="保存期限已满") == 1
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(select(Erasure.id).where(Erasure.state == "proposed")).one()


def erase(company, case_id):
    erasure = propose(company, case_id)
    with company.unit("hr2") as work:
        due.decide(work, erasure, confirm=True)
    Worker(company.house).sweep()


ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ONE
class TestHolds:
    def test_what_is_held_is_not_due(self, company, case_id):
        assert all_due(company) == [case_id]
        with company.unit("hr2") as work:
            hold.place(work, hold.NewHold(case_number_id=case_id, reason="劳动仲裁 2026-118"))
        assert all_due(company) == []

    @pytest.mark.parametrize(
        ("since", "until", "covered"),
        [
            (None, None, True),
            (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), True),
            (datetime(2027, 1, 1, tzinfo=UTC), None, False),
            (None, datetime(2026, 1, 1, tzinfo=UTC), False),
        ],
        ids=["all", "the-year", "later", "earlier"],
    )
    def test_a_person_is_held_within_dates(self, company, case_id, since, until, covered):
        asked = hold.NewHold(person_number="E0003", since=since, until=until, reason="劳动仲裁 2026-118")
        with company.unit("hr2") as work:
            hold.place(work, asked)
        assert (all_due(company) == []) is covered

    def test_released_with_a_reason_the_clock_goes_on(self, company, case_id):
        with company.unit("hr2") as work:
            row = hold.place(work, hold.NewHold(case_number_id=case_id, reason="劳动仲裁 2026-118")).id
        with company.unit("hr2") as work:
            hold.release(work, row, reason="裁决已生效")
        assert all_due(company) == [case_id]
        with pytest.raises(ConflictError), company.unit("hr2") as work:
            hold.release(work, row, reason="裁决已生效")

    @pytest.mark.parametrize("who", ["hr", "lina", "far_hr", "head"])
    def test_only_legal_places_holds(self, company, case_id, who):
        with pytest.raises(ForbiddenError), company.unit(who) as work:
            hold.place(work, hold.NewHold(case_number_id=case_id, reason="劳动仲裁 2026-118"))

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"reason": "x"}, "reason"),
            ({"reason": "劳动仲裁"}, "case"),
            ({"reason": "劳动仲裁", "case_number_id": 999}, "case"),
            ({"reason": "劳动仲裁", "person_number": "E0101"}, "person"),
            (
                {
                    "reason": "劳动仲裁",
                    "person_number": "E0003",
                    "since": datetime(2026, 2, 1, tzinfo=UTC),
                    "until": datetime(2026, 1, 1, tzinfo=UTC),
                },
                "until",
            ),
        ],
        ids=["no-reason", "nothing", "no-such-case", "other-employer", "dates-turned"],
    )
    def test_bad_input_is_said_at_the_field(self, company, asked, field):
        with pytest.raises(InvalidError) as refused, company.unit("hr2") as work:
            hold.place(work, hold.NewHold(**asked))
        assert field in refused.value.fields


@ONE
class TestTwoPeople:
    def test_one_proposes_and_another_decides(self, company, case_id):
        erasure = propose(company, case_id)
        with pytest.raises(ForbiddenError), company.unit("hr") as work:
            due.decide(work, erasure, confirm=True)
        with company.unit("hr2") as work:
            due.decide(work, erasure, confirm=False, reason="仲裁时效内")
        assert all_due(company) == [case_id]

    def test_the_second_decision_reads_that_it_is_over(self, company, case_id):
        erasure = propose(company, case_id)
        with company.unit("hr2") as work:
            due.decide(work, erasure, confirm=True)
        with pytest.raises(ConflictError), company.unit("hr2") as work:
            due.decide(work, erasure, confirm=False, reason="仲裁时效内")

    def test_what_is_not_due_cannot_be_proposed(self, company, case_id):
        with company.house.unit(SYSTEM) as work:
            lock_case(work, case_id).keep_until = work.now + timedelta(days=1)
        with company.unit("hr") as work:
            assert due.propose(work, [case_id], reason="保存期限已满") == 0

    def test_another_employers_cases_are_not_there(self, company, case_id):
        erasure = propose(company, case_id)
        with company.house.unit(SYSTEM) as work:
            work.session.add(Grant(person_id=company.ids["stranger"], role=Role.LEGAL, entity_id=3))
        with pytest.raises(NotFoundError), company.unit("stranger") as work:
            due.decide(work, erasure, confirm=True)

    def test_a_hold_placed_meanwhile_stops_it(self, company, case_id):
        erasure = propose(company, case_id)
        with company.unit("hr2") as work:
            hold.place(work, hold.NewHold(person_number="E0003", reason="劳动仲裁 2026-118"))
        with pytest.raises(ConflictError), company.unit("hr2") as work:
            due.decide(work, erasure, confirm=True)

    def test_a_hold_placed_after_the_decision_stops_the_job(self, company, case_id):
        erasure = propose(company, case_id)
        with company.unit("hr2") as work:
            due.decide(work, erasure, confirm=True)
            hold.place(work, hold.NewHold(person_number="E0003", reason="劳动仲裁 2026-118"))
        Worker(company.house).sweep()
        with company.house.view(SYSTEM) as work:
            assert work.session.get_one(Case, case_id).variables["reason"] == "探亲"


class TestErasure:
    def test_what_was_said_is_gone_from_every_table(self, company, case_id):
        erase(company, case_id)
        with company.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, case_id)
            assert (case.variables, case.snapshot, case.title) == ({}, "", case.number)
            assert work.session.scalars(select(Attachment)).all() == []
            assert work.session.scalars(select(Comment)).all() == []
            assert all(t.variables == {} and t.result is None for t in work.session.scalars(select(Task)))
            for table in metadata.sorted_tables:
                for row in work.session.execute(select(table)).mappings():
                    assert "探亲" not in str(dict(row)), table.name
                    assert "病历" not in str(dict(row)), table.name

    def test_the_bytes_are_gone_unless_another_case_names_them(self, company, case_id):
        with company.house.view(SYSTEM) as work:
            sha = work.session.scalars(select(Attachment.sha256)).one()
        erase(company, case_id)
        with pytest.raises(NotFoundError):
            company.house.ports.blobs.get(sha)

    def test_bytes_that_another_case_names_stay(self, company, case_id):
        other = ask(company, "wang")
        with company.house.unit(SYSTEM) as work:
            sha = work.session.scalars(select(Attachment.sha256)).one()
            work.session.add(
                Attachment(
                    case_id=other,
                    name="同一文件.pdf",
                    media_type="application/pdf",
                    size=15,
                    sha256=sha,
                    uploaded_by_id=company.ids["wang"],
                    uploaded_at=work.now,
                )
            )
        erase(company, case_id)
        assert company.house.ports.blobs.get(sha) == b"a doctor's note"

    def test_leaves_chain_tree_and_proofs_hold(self, company, case_id):
        def proofs():
            with company.house.view(SYSTEM) as work:
                return {e.sequence: (e.leaf, e.proof) for e in log_entries(work.session, case_id, size=3)}

        before = proofs()
        erase(company, case_id)
        Worker(company.house).keep_log()
        assert proofs() == before
        with company.house.view(SYSTEM) as work:
            assert list(check_log(work.session)) == []

    def test_who_decided_it_stands_in_the_chain(self, company, case_id):
        erase(company, case_id)
        with company.house.view(SYSTEM) as work:
            rows = work.session.execute(
                select(Event.kind, EventPayload.body)
                .join(EventPayload)
                .where(Event.case_id == case_id)
                .order_by(Event.sequence)
            ).all()
        assert [kind for kind, body in rows if body is not None] == ["case.erased"]
        assert [kind for kind, _ in rows][-3:] == ["erasure.proposed", "erasure.confirmed", "case.erased"]

    def test_a_repeat_after_a_kill_changes_nothing_and_forgets_the_bytes(self, company, case_id):
        from models.job import Job
        from webapp.services.jobs.handlers import TakenJob
        from webapp.services.retention.erase import perform

        with company.house.view(SYSTEM) as work:
            sha = work.session.scalars(select(Attachment.sha256)).one()
        erasure = propose(company, case_id)
        with company.unit("hr2") as work:
            due.decide(work, erasure, confirm=True)

        class Killed(BaseException):
            pass

        calls = []

        def units():
            calls.append(1)
            if len(calls) == 2:
                raise Killed
            return company.house.unit(SYSTEM)

        def taken():
            with company.house.view(SYSTEM) as work:
                row = work.session.scalars(select(Job).where(Job.type == "erase-case")).one()
                return TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)

        with pytest.raises(Killed):
            perform(units, taken())
        assert company.house.ports.blobs.get(sha)
        perform(lambda: company.house.unit(SYSTEM), taken())
        with pytest.raises(NotFoundError):
            company.house.ports.blobs.get(sha)


def test_every_table_about_a_case_is_decided_on():
    pointing = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "case"
    }
    assert pointing - set(GO) - set(STAY) == set()
    assert (set(GO) | set(STAY)) - pointing == set()


@ONE
class TestThePage:
    @pytest.fixture
    def app(self, company, tmp_path):
        return make_web(company, tmp_path)

    def test_from_hold_to_erasure_by_two_people(self, app, company, case_id):
        legal, head = log_in(app, "hr2"), log_in(app, "hr")
        page = legal.get("/retention/").text
        assert f"LV-2026-{case_id:06d}" in page
        bad = legal.post(
            "/retention/holds", data={"csrf_token": csrf(page), "case": "LV-x", "reason": "劳动仲裁"}
        )
        assert bad.status_code == 422
        assert "没有这个案件" in bad.text
        asked = {"csrf_token": csrf(page), "case": f"LV-2026-{case_id:06d}", "reason": "劳动仲裁 2026-118"}
        assert legal.post("/retention/holds", data=asked).status_code == 303
        assert "没有期满而未被保全的案件" in head.get("/retention/").text
        legal.post("/retention/holds/1/release", data={"csrf_token": csrf(page), "reason": "裁决已生效"})
        token = csrf(head.get("/retention/").text)
        head.post("/retention/erasures", data={"csrf_token": token, "case": case_id, "reason": "期满删除"})
        assert "删除须由另一人确认" in head.get("/retention/").text
        assert (
            legal.post("/retention/erasures/1", data={"csrf_token": csrf(page), "act": "x"}).status_code
            == 422
        )
        answer = legal.post(
            "/retention/erasures/1", data={"csrf_token": csrf(page), "act": "confirm"}, follow_redirects=True
        )
        assert "内容将被删除" in answer.text

    @pytest.mark.parametrize("who", ["lina", "head", "owner", "far_hr"])
    def test_it_is_not_for_others(self, app, who):
        assert log_in(app, who).get("/retention/").status_code == 403
