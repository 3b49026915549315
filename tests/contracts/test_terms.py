"""Working terms are a chain: each version holds from its first day, also when it comes late."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from models.case import Case
from models.document import Document
from models.event import Event
from models.person import Contract, Person, PersonFlag
from models.signing import Consent
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.engine.values import ItemKey, Job
from webapp.services.contracts.eligibility import check_eligibility, check_eligibility_job
from webapp.services.contracts.parties import record_electronic
from webapp.services.contracts.terms import add_terms, apply_terms, terms_between, terms_on
from webapp.services.jobs.queue import lock_case

OFFICE = {"place": "上海市浦东新区世纪大道1号", "shift_start": "09:00", "shift_end": "18:00"}
HOME = {"place": "上海市徐汇区漕溪北路1号101室", "shift_start": "19:00", "shift_end": "23:00"}


def job(**variables):
    return Job(
        key=ItemKey(element_instance="x", round=1),
        element_id="apply",
        type="apply-terms",
        retries=3,
        headers={},
        variables=variables,
    )


@pytest.fixture
def lina(company):
    """Her contract's own terms."""
    with company.house.unit(SYSTEM) as work:
        person = work.session.get(Person, company.ids["lina"])
        add_terms(work, person, OFFICE, effective_from=date(2024, 1, 1))
    return company.ids["lina"]


class TestTheChain:
    def test_each_version_holds_from_its_day_and_keeps_what_it_does_not_name(self, company, lina):
        with company.house.unit(SYSTEM) as work:
            person = work.session.get(Person, lina)
            add_terms(work, person, {"place": HOME["place"]}, effective_from=date(2026, 12, 1))
            assert terms_on(work, person, date(2026, 11, 30)).place == OFFICE["place"]
            after = terms_on(work, person, date(2026, 12, 1))
            assert (after.place, after.shift_start, after.number) == (HOME["place"], time(9), 2)
            assert terms_on(work, person, date(2023, 12, 31)) is None

    def test_a_version_that_comes_late_changes_a_cycle_that_runs_already(self, company, lina):
        with company.house.unit(SYSTEM) as work:
            person = work.session.get(Person, lina)
            add_terms(work, person, HOME, effective_from=date(2026, 12, 1))
            add_terms(work, person, {"shift_end": "17:00"}, effective_from=date(2026, 10, 15))
            spans = terms_between(work, person, date(2026, 10, 1), last=date(2026, 12, 31))
            assert [(s.first, s.last, s.terms.shift_end) for s in spans] == [
                (date(2026, 10, 1), date(2026, 10, 14), time(18)),
                (date(2026, 10, 15), date(2026, 11, 30), time(17)),
                (date(2026, 12, 1), date(2026, 12, 31), time(23)),
            ]

    def test_of_two_with_the_same_day_the_one_agreed_last_holds(self, company, lina):
        with company.house.unit(SYSTEM) as work:
            person = work.session.get(Person, lina)
            for end in ("17:00", "16:30"):
                add_terms(work, person, {"shift_end": end}, effective_from=date(2026, 12, 1))
            assert terms_on(work, person, date(2026, 12, 5)).shift_end == time(16, 30)
            assert len(terms_between(work, person, date(2026, 12, 1), last=date(2026, 12, 31))) == 1

    def test_the_record_follows_on_the_effective_day_and_not_before(self, company, lina, clock):
        special = {"hours_system": "comprehensive", "cycle": "quarter"}
        with company.house.unit(SYSTEM) as work:
            add_terms(work, work.session.get(Person, lina), special, effective_from=date(2026, 12, 1))
            assert work.session.get(Person, lina).hours_system == "standard"
        clock.now = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # a minute before midnight in Shanghai
        company.worker.sweep()
        with company.house.view(SYSTEM) as work:
            assert work.session.get(Person, lina).hours_system == "standard"
        clock.now = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
        company.worker.sweep()
        with company.house.view(SYSTEM) as work:
            assert work.session.get(Person, lina).hours_system == "comprehensive"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"hours_system": "free"},
            {"shift_start": "late"},
            {"hours_system": "comprehensive"},
            {"pay": [{"name": "x"}]},
        ],
    )
    def test_wrong_values_are_refused(self, company, lina, wrong):
        with company.house.unit(SYSTEM) as work, pytest.raises(InvalidError):
            add_terms(work, work.session.get(Person, lina), wrong, effective_from=date(2026, 12, 1))

    def test_without_a_contract_in_force_nothing_is_added(self, company, lina):
        with company.house.unit(SYSTEM) as work, pytest.raises(ConflictError, match="没有生效的劳动合同"):
            add_terms(work, work.session.get(Person, lina), HOME, effective_from=date(2030, 1, 1))


class TestApplyTerms:
    def test_the_job_links_version_supplement_and_case_and_logs_both_sides(self, company, lina):
        made = company.made()
        with company.house.unit(SYSTEM) as work:
            case = lock_case(work, work.session.get(Document, made).case_id)
            result = apply_terms(work, case, job(document=str(made), terms=HOME, effective_from="2026-12-01"))
            assert result == {"terms_number": 2, "terms_from": "2026-12-01"}
            row = terms_on(work, case.person, date(2026, 12, 1))
            assert (row.document_id, row.case_id) == (made, case.id)
            assert (
                work.session.scalars(select(Contract.state).where(Contract.person_id == lina)).one()
                == "changed"
            )
            events = work.session.scalars(
                select(Event).where(Event.kind == "terms.applied", Event.case_id == case.id)
            ).all()
            assert len(events) == 1
            assert OFFICE["place"] in events[0].payload.body
            assert HOME["place"] in events[0].payload.body

    def test_a_supplement_of_somebody_else_changes_nothing(self, company, lina):
        others, own = company.made("wang"), company.made()
        with company.house.unit(SYSTEM) as work:
            case = lock_case(work, work.session.get(Document, own).case_id)
            with pytest.raises(InvalidError):
                apply_terms(work, case, job(document=str(others), terms=HOME, effective_from="2026-12-01"))


class TestEligibility:
    def test_the_gate_reads_flags_contracts_and_permits_of_the_record(self, company, lina):
        with company.house.unit(SYSTEM) as work:
            person = work.session.get(Person, lina)
            work.session.add(
                PersonFlag(
                    person_id=lina,
                    kind="pregnant",
                    valid_from=date(2026, 4, 20),
                    purpose="特别保护",
                    keep_until=date(2028, 1, 1),
                    recorded_at=work.now,
                )
            )
            found = check_eligibility(
                work,
                person,
                {**HOME, "hours_system": "comprehensive", "cycle": "quarter"},
                on=date(2026, 12, 1),
            )
            assert [b.code for b in found.blocks] == ["no-permit", "late-pregnant"]

    def test_the_consent_ledger_says_whether_the_electronic_form_may_be_used(self, company, lina, clock):
        def codes():
            with company.house.view(SYSTEM) as work:
                found = check_eligibility(work, work.session.get(Person, lina), {}, on=date(2026, 12, 1))
                return [b.code for b in (*found.blocks, *found.cautions)]

        assert codes() == ["ask-electronic"]
        with company.house.unit(SYSTEM) as work:
            work.session.add(
                Consent(
                    person_id=lina,
                    purpose="electronic-form",
                    text_version="1",
                    text_sha256="0" * 64,
                    language="zh-Hans",
                    agreed_at=work.now,
                )
            )
        assert codes() == []
        clock.now += timedelta(days=1)
        with company.house.unit(SYSTEM) as work:
            work.session.scalars(select(Consent)).one().withdrawn_at = work.now
        assert codes() == ["paper-only"]
        clock.now += timedelta(days=1)
        with company.house.unit(SYSTEM) as work:
            record_electronic(work, lina, agreed=True)
        assert codes() == []

    def test_the_job_gives_sentences_and_the_log_keeps_codes_alone(self, company, lina):
        case_id = company.begin()
        with company.house.unit(SYSTEM) as work:
            case = work.session.get(Case, case_id)
            result = check_eligibility_job(
                work, case, job(terms={"hours_system": "irregular"}, effective_from="2026-12-01")
            )
            assert result["eligible"] is False
            assert result["blocks"][0]["article"] == "劳动法第39条"
            work.session.flush()
            event = work.session.scalars(select(Event).where(Event.kind == "eligibility.checked")).one()
            assert '"codes":["no-permit"]' in event.payload.body
            assert "岗位" not in event.payload.body
