"""HR corrects and carries balances: by new lines with a reason, told to the person, never behind their back."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from sqlalchemy import select

from models.contract import ContractTerms
from models.event import Event
from models.job import Notice
from models.leave import LeaveEntry
from models.person import Contract, Person
from tests.web import csrf, log_in, make_web
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.leave.adjust import Adjustment, CarryOver, adjust, carry
from webapp.services.leave.month import read_month
from webapp.services.leave.newyear import ask_new_year, begin_year
from webapp.services.leave.staff import open_staff
from webapp.worker import Worker

DAY = 480
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def seen(company, who="lina"):
    with company.view("hr") as work:
        return open_staff(work, company.ids[who]).seen


def correct(company, who="lina", *, by="hr", **changes):
    given = {
        "kind": "annual",
        "year": 2026,
        "days": "1",
        "reason": "补录上家工龄证明",
        "seen": seen(company, who) if by == "hr" else 0,
    }
    with company.unit(by) as work:
        return adjust(work, Adjustment(person_id=company.ids[who], **{**given, **changes}))


def carried(company, *, year=2026, **changes):
    given = {"consented": True, "reason": "年底大促", "seen": seen(company)}
    with company.unit("hr") as work:
        return carry(work, CarryOver(person_id=company.ids["lina"], year=year, **{**given, **changes}))


def balance(company, kind="annual", year=2026, who="lina"):
    with company.view("hr") as work:
        found = open_staff(work, company.ids[who]).balances
    return next((b.left for b in found if (b.kind, b.year) == (kind, year)), None)


def ledger(company, who="lina"):
    with company.house.view(SYSTEM) as work:
        rows = work.session.scalars(
            select(LeaveEntry).where(LeaveEntry.person_id == company.ids[who]).order_by(LeaveEntry.id)
        )
        return [(row.what, row.kind, row.year, row.minutes) for row in rows]


def facts(company, kind):
    with company.house.view(SYSTEM) as work:
        rows = work.session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))
        return [(row.subject, json.loads(row.payload.body)["data"]) for row in rows]


BAD = (
    ("days", ""),
    ("days", "0"),
    ("days", "drei"),
    ("days", "NaN"),
    ("days", "999"),
    ("days", "0.0001"),
    ("kind", "sick"),
    ("kind", "carried"),
    ("year", 2020),
    ("reason", " "),
    ("reason", "长" * 301),
)


class TestAdjusting:
    def test_a_line_with_reason_and_name_an_event_and_a_notice(self, company, leave):
        before = balance(company)
        correct(company, days="1.5")
        assert balance(company) == before + Decimal("1.5")
        assert ledger(company)[-1] == ("adjust", "annual", 2026, 720)
        ((subject, event),) = facts(company, "leave.adjusted")
        assert subject == f"person/{company.ids['lina']}"
        assert (event["minutes"], event["reason"]) == (720, "补录上家工龄证明")
        with company.house.view(SYSTEM) as work:
            notice = work.session.scalars(select(Notice).where(Notice.person_id == company.ids["lina"])).one()
            assert "补录上家工龄证明" in json.dumps(notice.message, ensure_ascii=False)

    @ONE_DATABASE
    def test_nothing_that_was_written_is_changed(self, company, leave):
        correct(company, days="2")
        lines = ledger(company)
        correct(company, days="-1")
        assert ledger(company)[: len(lines)] == lines

    def test_taken_and_pending_days_cannot_be_taken_away(self, company, leave):
        leave.approved(first="2026-12-01", last="2026-12-02")
        leave.ask(first="2026-12-03", last="2026-12-03")
        left = balance(company)
        with pytest.raises(InvalidError) as refused:
            correct(company, days=str(-(left + 1)))
        assert str(left) in str(refused.value.fields["days"][0])
        correct(company, days=str(-left))
        assert balance(company) == 0

    @ONE_DATABASE
    def test_bad_values_are_told_at_their_field(self, company):
        for field, value in BAD:
            with pytest.raises(InvalidError) as refused:
                correct(company, **{field: value})
            assert field in refused.value.fields, (field, value)

    @ONE_DATABASE
    def test_a_page_that_fell_behind_is_refused(self, company, leave):
        old = seen(company)
        correct(company)
        with pytest.raises(ConflictError):
            correct(company, seen=old)

    @ONE_DATABASE
    def test_the_same_press_acts_once(self, company, leave):
        old = seen(company)
        correct(company, seen=old, key="k1")
        correct(company, seen=old, key="k1")
        assert len(facts(company, "leave.adjusted")) == 1

    def test_nobody_corrects_their_own_or_beyond_their_scope(self, company, leave):
        with pytest.raises(ForbiddenError):
            correct(company, "hr", seen=seen(company, "hr"))
        for who in ("lina", "head", "far_hr", "owner"):
            with pytest.raises(NotFoundError):
                correct(company, by=who)


class TestCarrying:
    def test_what_is_left_moves_to_the_next_year_with_consent(self, company, clock):
        left = balance(company)
        carried(company)
        assert balance(company) == 0
        clock.now = datetime(2027, 1, 4, 1, tzinfo=UTC)
        assert balance(company, "carried", 2026) == left
        assert [line[:3] for line in ledger(company)][-2:] == [
            ("carry", "annual", 2026),
            ("carry", "carried", 2026),
        ]
        ((_, event),) = facts(company, "leave.carried")
        assert event["consented"] is True

    @ONE_DATABASE
    def test_without_consent_or_reason_nothing_moves(self, company):
        for changes, field in (({"consented": False}, "consented"), ({"reason": ""}, "reason")):
            with pytest.raises(InvalidError) as refused:
                carried(company, **changes)
            assert field in refused.value.fields
        assert not any(what == "carry" for what, *_ in ledger(company))

    @ONE_DATABASE
    def test_twice_carries_nothing_more(self, company):
        carried(company)
        with pytest.raises(InvalidError):
            carried(company)

    @ONE_DATABASE
    def test_only_the_year_that_ends_or_has_just_ended(self, company):
        with pytest.raises(InvalidError) as refused:
            carried(company, year=2024)
        assert "year" in refused.value.fields


def turn(company):
    """Ask for the turn of the year and do it."""
    worker = Worker(company.house)
    worker.turn_year()
    worker.sweep()
    return worker


class TestNewYear:
    def test_everybody_is_granted_once_however_often_it_runs(self, company, clock):
        turn(company)
        first = {who: ledger(company, who) for who in company.ids}
        assert all(("grant", "annual", 2026) in [line[:3] for line in lines] for lines in first.values())
        turn(company)
        assert {who: ledger(company, who) for who in company.ids} == first
        assert balance(company) > 0

    @ONE_DATABASE
    def test_one_job_an_employer_and_year(self, company, clock):
        with company.house.unit(SYSTEM) as work:
            assert ask_new_year(work) == 2
        with company.house.unit(SYSTEM) as work:
            assert ask_new_year(work) == 0
        clock.now = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # New Year in Shanghai
        with company.house.unit(SYSTEM) as work:
            assert ask_new_year(work) == 2

    @ONE_DATABASE
    def test_who_has_left_gets_nothing_and_a_later_joiner_is_granted_by_their_first_request(
        self, company, leave
    ):
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["wang"]).left_on = date(2025, 12, 31)
        turn(company)
        assert ledger(company, "wang") == []

    def test_carried_days_end_after_their_year_and_say_that_they_are_to_be_paid(self, company, clock):
        carried(company)
        clock.now = datetime(2027, 6, 1, tzinfo=UTC)
        turn(company)
        assert balance(company, "carried", 2026) > 0
        clock.now = datetime(2028, 1, 2, tzinfo=UTC)
        turn(company)
        (line,) = [line for line in ledger(company) if line[0] == "expire"]
        assert line[1:3] == ("carried", 2026)
        with company.view("hr") as work:
            sentences = [str(each.sentence) for each in open_staff(work, company.ids["lina"]).ledger]
        assert any("按未休年休假支付工资" in sentence for sentence in sentences)

    @ONE_DATABASE
    def test_statutory_leave_of_the_old_year_never_lapses_by_itself(self, company, clock):
        left = balance(company)
        turn(company)
        clock.now = datetime(2027, 1, 2, tzinfo=UTC)
        turn(company)
        assert balance(company, "annual", 2026) == left
        assert not any(what == "expire" for what, *_ in ledger(company))

    @ONE_DATABASE
    def test_company_leave_lapses_by_the_companys_own_row(self, company, clock):
        correct(company, kind="company", days="3")
        clock.now = datetime(2027, 1, 2, tzinfo=UTC)
        turn(company)
        assert ("expire", "company", 2026, -3 * DAY) in ledger(company)

    def test_done_again_after_a_kill_in_the_middle_it_writes_nothing_twice(self, company):
        job = type("Job", (), {"payload": {"entity": entity(company), "year": 2026}})()
        begin_year(lambda: company.house.unit(SYSTEM), job)
        lines = ledger(company)
        again = begin_year(lambda: company.house.unit(SYSTEM), job)
        assert again["looked"] == 0
        assert ledger(company) == lines


def entity(company):
    with company.house.view(SYSTEM) as work:
        return work.session.get_one(Person, company.ids["lina"]).entity_id


class TestPlanned:
    def month(self, company):
        with company.view("hr") as work:
            return {p.number: p for p in read_month(work, date(2026, 12, 1)).people}

    def test_a_day_without_leave_has_its_planned_minutes(self, company, leave):
        leave.approved(first="2026-12-01", last="2026-12-01")
        lina = self.month(company)["E0003"]
        assert lina.planned[2] == DAY
        assert 5 not in lina.planned  # a Saturday
        assert lina.planned_minutes == 23 * DAY
        assert lina.minutes == DAY

    @ONE_DATABASE
    def test_an_agreed_shift_counts_from_its_day_and_employment_bounds_it(self, company):
        with company.house.unit(SYSTEM) as work:
            person = work.session.get_one(Person, company.ids["lina"])
            person.left_on = date(2026, 12, 20)
            contract = Contract(
                person_id=person.id,
                entity_id=person.entity_id,
                number="C1",
                kind="open",
                starts_on=date(2020, 3, 2),
            )
            work.session.add(contract)
            work.session.flush()
            work.session.add(
                ContractTerms(
                    contract_id=contract.id,
                    person_id=person.id,
                    number=1,
                    hours_system="standard",
                    shift_start=time(19),
                    shift_end=time(23),
                    pay=[],
                    effective_from=date(2026, 12, 14),
                    recorded_at=work.now,
                )
            )
        lina = self.month(company)["E0003"]
        assert (lina.planned[11], lina.planned[14], lina.planned.get(21)) == (DAY, 240, None)


@ONE_DATABASE
class TestPages:
    @pytest.fixture
    def web(self, company, tmp_path):
        return make_web(company, tmp_path)

    def test_hr_reads_corrects_and_carries(self, web, company, leave):
        hr = log_in(web, "hr")
        path = f"/leave/people/{company.ids['lina']}"
        page = hr.get(path).text
        assert "只增不改" in page
        form = {
            "csrf_token": csrf(page),
            "kind": "annual",
            "year": "2026",
            "days": "1",
            "reason": "补录",
            "seen": "0",
        }
        assert hr.post(f"{path}/adjust", data={**form, "days": "x"}).status_code == 422
        assert hr.post(f"{path}/adjust", data=form).status_code == 303
        assert hr.post(f"{path}/adjust", data=form).status_code == 409
        assert "补录" in hr.get(path).text
        form = {"csrf_token": csrf(page), "year": "2026", "reason": "大促", "seen": str(seen(company))}
        assert hr.post(f"{path}/carry", data=form).status_code == 422
        assert hr.post(f"{path}/carry", data={**form, "consented": "1"}).status_code == 303
        assert f'href="{path}"' in hr.get("/attendance/?month=2026-12").text

    def test_leave_of_a_year_that_is_over_waits_for_hr(self, web, company, clock):
        turn(company)
        hr = log_in(web, "hr")
        assert "E0003" not in hr.get("/leave/people/").text  # in November nothing is over yet
        clock.now = datetime(2026, 12, 20, tzinfo=UTC)
        page = log_in(web, "hr").get("/leave/people/").text
        assert "E0003" in page
        assert "E0101" not in page  # another branch
        carried(company)
        assert "E0003" not in log_in(web, "hr").get("/leave/people/").text
        assert log_in(web, "lina").get("/leave/people/").status_code == 403

    def test_others_do_not_find_it(self, web, company):
        for who in ("lina", "far_hr", "head"):
            assert log_in(web, who).get(f"/leave/people/{company.ids['lina']}").status_code == 404

    def test_who_was_ill_and_hr_see_the_medical_period(self, web, company, leave):
        request_id = leave.approved(kind="sick", first="2026-11-20", last="2026-11-22")
        leave.decide("hr", request_id, "hr", proof_checked=True)
        for who, path in (("lina", "/leave/"), ("hr", f"/leave/people/{company.ids['lina']}")):
            page = log_in(web, who).get(path).text
            assert "医疗期" in page
            assert "3 天 / " in page  # Friday to Sunday: rest days count
