"""Logging in: password, lock-out, sessions that end when their owner says so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.account import Account, LoginSession
from models.event import Event
from tests.web import csrf, log_in
from webapp.domain.permissions import SYSTEM
from webapp.services.accounts import end_session, list_sessions


def kinds(company):
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(
            select(Event.kind).where(Event.subject.like("account/%")).order_by(Event.id)
        ).all()


def account(company, who):
    with company.house.view(SYSTEM) as work:
        return work.session.scalars(select(Account).where(Account.username == who)).one()


def without_names(text):
    return [line for line in text.splitlines() if "csrf" not in line and "username" not in line]


class TestPassword:
    def test_the_right_one_opens_the_house_and_writes_an_event(self, app, company):
        client = log_in(app, "hr")
        assert client.answer.status_code == 302
        assert kinds(company) == ["login.accepted"]
        assert account(company, "hr").password.startswith("$argon2")

    def test_a_wrong_one_is_counted_though_the_request_is_refused(self, app, company):
        client = log_in(app, "hr", "wrong password")
        assert client.answer.status_code == 200
        assert account(company, "hr").failed_logins == 1
        assert kinds(company) == ["login.refused"]

    def test_a_wrong_name_reads_like_a_wrong_password(self, app):
        wrong_name = log_in(app, "nobody", "x").answer.text
        wrong_word = log_in(app, "hr", "x").answer.text
        assert without_names(wrong_name) == without_names(wrong_word)

    def test_five_wrong_ones_lock_for_a_quarter_of_an_hour(self, app, company, clock):
        for _ in range(5):
            log_in(app, "hr", "wrong")
        assert log_in(app, "hr").answer.status_code == 200
        clock.now += timedelta(minutes=16)
        assert log_in(app, "hr").answer.status_code == 302

    def test_without_csrf_nothing_happens(self, app, company):
        answer = app.test_client().post(
            "/login", data={"username": "hr", "password": "correct horse battery"}
        )
        assert answer.status_code in (200, 400)
        assert kinds(company) == []

    def test_an_inactive_account_stays_out(self, app, company):
        with company.house.unit(SYSTEM) as work:
            work.session.scalars(select(Account).where(Account.username == "hr")).one().active = False
        assert log_in(app, "hr").answer.status_code == 200


class TestSessions:
    def test_ending_one_logs_that_browser_out_at_its_next_request(self, app, company):
        client, other = log_in(app, "hr"), log_in(app, "hr")
        with company.unit("hr") as work:
            rows = list_sessions(work)
            assert len(rows) == 2
            end_session(work, min(r.id for r in rows))
        assert client.get("/").location.startswith("/login")
        assert not other.get("/").location.startswith("/login")

    def test_only_the_hash_of_the_cookie_is_kept(self, app, company):
        client = log_in(app, "hr")
        with client.session_transaction() as session:
            token = session["session_token"]
        with company.house.view(SYSTEM) as work:
            assert token not in work.session.scalars(select(LoginSession.token)).all()

    def test_logging_out_ends_the_session(self, app, company):
        client = log_in(app, "hr")
        client.post("/logout", data={"csrf_token": csrf(client.get("/nothing-here").text)})
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(LoginSession.revoked_at)).one() is not None

    def test_nobody_ends_the_session_of_another(self, app, company):
        log_in(app, "hr")
        with company.unit("hr") as work:
            theirs = list_sessions(work)[0].id
        with pytest.raises(Exception, match="没有找到"), company.unit("lina") as work:
            end_session(work, theirs)


class TestHeaders:
    def test_every_answer_forbids_what_is_not_ours(self, app):
        policy = app.test_client().get("/login").headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy

    @pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example"])
    def test_nobody_is_sent_to_another_site(self, app, path):
        client = app.test_client()
        token = csrf(client.get("/login").text)
        answer = client.post("/language", data={"locale": "en", "next": path, "csrf_token": token})
        assert answer.location == "/"
