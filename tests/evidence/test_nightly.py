"""The nightly check of the log and of a sample of packs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from models.account import Grant
from models.case import Case
from models.job import Notice
from models.selfcheck import SelfCheck
from tests.company import Company, ask
from tests.web import log_in, make_web
from webapp.adapters.signing import open_trial
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.log import nightly
from webapp.services.notices import restored
from webapp.worker import Worker

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The trial authority's keys."""
    return tmp_path_factory.mktemp("ca")


@pytest.fixture
def company(house, authority, clock, monkeypatch):
    """One ended case, an hour after the check's hour; 孙倩 is the auditor. The trial authority has its own clock."""
    clock.now = datetime.now(UTC)
    hour = (clock.now - timedelta(hours=1)).astimezone(nightly.SHANGHAI).time()
    monkeypatch.setattr(nightly, "HOUR", hour)
    doors = open_trial(authority, now=clock.now, organisation="云衫")
    company = Company(replace(house, ports=replace(house.ports, doors=lambda: doors)))
    case_id = ask(company)
    with company.house.unit(SYSTEM) as work:
        work.session.add(Grant(person_id=company.ids["hr2"], role=Role.AUDITOR))
        work.session.get_one(Case, case_id).ended_at = work.now
    company.doors = doors
    Worker(company.house).keep_log()
    return company


def check(company):
    return nightly.run(lambda: company.house.unit(SYSTEM), company.doors)


class TestNightly:
    def test_a_log_that_holds_is_written_down_as_such(self, company):
        row = check(company)
        assert (row.faults, row.packs) == ([], 1)
        assert row.events > 0

    def test_it_runs_once_a_night(self, company, clock):
        assert check(company) is not None
        assert check(company) is None
        clock.now += timedelta(days=1)
        with company.house.view(SYSTEM) as work:
            assert nightly.is_due(work)

    def test_by_day_there_is_nothing_to_do_once_it_ran(self, company, clock):
        check(company)
        clock.now += timedelta(hours=20)
        with company.house.view(SYSTEM) as work:
            assert not nightly.is_due(work)

    def test_a_run_that_was_killed_is_begun_again(self, company, clock):
        with company.house.unit(SYSTEM) as work:
            work.session.add(SelfCheck(begun_at=work.now))
        assert check(company) is None
        clock.now += timedelta(hours=7)
        assert check(company) is not None

    def test_a_changed_event_is_found_and_told(self, company):
        with company.house.unit(SYSTEM) as work:
            work.session.execute(text("DROP TRIGGER event_payload_keep"))
            work.session.execute(text("UPDATE event_payload SET body = replace(body, '李娜', '王芳')"))
        row = check(company)
        assert row.faults
        with company.house.view(SYSTEM) as work:
            notice = work.session.scalars(
                select(Notice).where(Notice.person_id == company.ids["hr2"], Notice.kind == "incident")
            ).one()
        assert "夜间自检发现" in str(restored(notice.message))

    def test_the_worker_does_it_by_itself(self, company):
        Worker(company.house).check_night()
        with company.house.view(SYSTEM) as work:
            assert nightly.newest(work).faults == []

    def test_the_health_page_says_what_it_found(self, company, tmp_path):
        app = make_web(company, tmp_path)
        check(company)
        client = log_in(app, "hr2")
        assert "夜间自检通过" in client.get("/health").text
        assert log_in(app, "lina").get("/health").status_code == 403
