"""Invitations, first activation, and log-ins that other systems vouch for."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import delete, select

from models.account import Account
from models.delivery import Delivery
from models.event import Event, EventPayload
from models.identity import ExternalIdentity, Invitation
from tests.web import PASSWORD, csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.settings import ChannelSettings

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEY = RSAKey.generate_key(2048, {"kid": "k"})
GOOD = {"number": "E0003", "password": "night shift at home", "again": "night shift at home"}


@pytest.fixture
def app(company, world, tmp_path):
    """The application with three providers, played by one server; 李娜 has no account yet."""
    channels = ChannelSettings(
        wecom_corporation="ww1",
        wecom_agent=7,
        wecom_secret="s",
        wecom_base=world.url,
        dingtalk_key="ding1",
        dingtalk_secret="s",
        dingtalk_api=world.url,
        oidc_metadata=f"{world.url}/meta",
        oidc_client="hegui",
        oidc_secret="s",
        oidc_name="云衫统一登录",
    )
    app = make_web(company, tmp_path, channels=channels)
    with company.house.unit(SYSTEM) as work:
        work.session.execute(delete(Account).where(Account.person_id == company.ids["lina"]))
    return app


@pytest.fixture
def link(app, company):
    """李娜's link, as it stands in the message."""
    client = log_in(app, "hr")
    page = client.get("/people/invitations").text
    assert "李娜" in page
    client.post("/people/invitations", data={"csrf_token": csrf(page), "number": "E0003"})
    company.worker.sweep()
    company.worker.sweep()
    with company.house.view(SYSTEM) as work:
        text = work.session.scalars(select(Delivery.body)).one()
    return re.search(r"/activate/\S+", text).group()


def use(app, link, **change):
    client = app.test_client()
    token = csrf(client.get(link).text)
    return client.post(link, data={"csrf_token": token} | GOOD | change)


class TestActivation:
    def test_the_link_and_the_number_make_an_account_and_an_identity_event(self, app, company, link):
        assert use(app, link).status_code == 303
        assert log_in(app, "e0003", password=GOOD["password"]).get("/inbox/").status_code == 200
        with company.house.view(SYSTEM) as work:
            body = work.session.scalars(
                select(EventPayload.body).join(Event).where(Event.kind == "account.activated")
            ).one()
        assert '"channel":"sms"' in body
        assert '"message_state":"sent"' in body

    def test_it_works_once(self, app, link):
        use(app, link)
        assert app.test_client().get(link).status_code == 404

    def test_the_link_is_not_kept(self, company, link):
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(Invitation)).one()
        assert row.token not in link

    def test_the_page_names_nobody(self, app, link):
        page = app.test_client().get(link).text
        assert "李娜" not in page
        assert "E0003" not in page

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"number": "E0004"}, "工号与被邀请人不符。"),
            ({"number": ""}, "工号与被邀请人不符。"),
            ({"password": "short", "again": "short"}, "密码应为 12 至 128 个字符。"),
            ({"password": "x" * 129, "again": "x" * 129}, "密码应为 12 至 128 个字符。"),
            ({"password": "e0003 e0003 e0003", "again": "e0003 e0003 e0003"}, "密码中不能含有工号。"),
            ({"again": "night shift at hom"}, "两次输入的密码不一致。"),
        ],
        ids=["other-number", "no-number", "short", "long", "own-number", "not-twice"],
    )
    def test_bad_input_is_said_at_the_field_and_makes_nothing(self, app, company, link, change, sentence):
        answer = use(app, link, **change)
        assert answer.status_code == 422
        assert sentence in answer.text
        with company.house.view(SYSTEM) as work:
            assert work.session.scalar(select(Account.id).where(Account.username == "e0003")) is None

    def test_five_wrong_numbers_kill_the_link(self, app, link):
        for _ in range(5):
            use(app, link, number="E0004")
        assert app.test_client().get(link).status_code == 404

    def test_after_a_week_it_is_dead(self, app, link, clock):
        clock.now += timedelta(days=7, seconds=1)
        assert app.test_client().get(link).status_code == 404

    def test_a_newer_link_takes_the_older_back(self, app, company, link):
        client = log_in(app, "hr")
        page = client.get("/people/invitations").text
        client.post("/people/invitations", data={"csrf_token": csrf(page), "everybody": "1"})
        company.worker.sweep()
        assert app.test_client().get(link).status_code == 404

    def test_only_those_who_look_after_people_may_invite(self, app, company):
        client = log_in(app, "head")
        assert client.get("/people/invitations").status_code == 403
        token = csrf(client.get("/inbox/").text)
        answer = client.post("/people/invitations", data={"csrf_token": token, "number": "E0003"})
        assert answer.status_code == 403

    def test_people_of_another_entity_are_passed_over(self, app, company):
        client = log_in(app, "far_hr")
        page = client.get("/people/invitations").text
        assert "李娜" not in page
        client.post("/people/invitations", data={"csrf_token": csrf(page), "number": "E0003"})
        company.worker.sweep()
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Invitation)).all() == []


def state_of(address):
    return parse_qs(urlparse(address).query)["state"][0]


def add(client, provider):
    """Begin to link, from the account page."""
    token = csrf(client.get("/account/").text)
    return client.post(f"/account/identities/{provider}", data={"csrf_token": token}).location


def come_back(client, provider, location, *, field="code", code="c1"):
    return client.get(
        f"/login/back/{provider}?state={state_of(location)}&{field}={code}", follow_redirects=True
    )


class TestWeCom:
    @pytest.fixture
    def linked(self, app, world):
        world.at_cgi_bin_auth_getuserinfo = lambda query, headers, body: {"errcode": 0, "userid": "ZhaoMin"}
        client = log_in(app, "hr")
        come_back(client, "wecom", add(client, "wecom"))
        return client

    def test_once_linked_it_logs_in(self, app, linked):
        assert "已绑定" in linked.get("/account/").text
        other = app.test_client()
        begun = other.get("/login/with/wecom")
        assert begun.location.startswith("https://login.work.weixin.qq.com/")
        assert "赵敏" in come_back(other, "wecom", begun.location).text

    def test_inside_its_own_browser_nothing_is_to_be_scanned(self, app):
        begun = app.test_client().get("/login/with/wecom", headers={"User-Agent": "Mozilla wxwork/4.1"})
        assert begun.location.startswith("https://open.weixin.qq.com/")
        assert begun.location.endswith("#wechat_redirect")

    def test_somebody_unknown_does_not_come_in(self, app, world):
        world.at_cgi_bin_auth_getuserinfo = lambda query, headers, body: {"errcode": 0, "userid": "Nobody"}
        client = app.test_client()
        page = come_back(client, "wecom", client.get("/login/with/wecom").location)
        assert "还没有绑定账户" in page.text
        assert client.get("/inbox/").status_code == 302

    def test_a_state_of_another_browser_or_used_twice_is_refused(self, app, linked):
        client = app.test_client()
        location = client.get("/login/with/wecom").location
        assert "登录没有完成" in come_back(app.test_client(), "wecom", location).text
        come_back(client, "wecom", location)
        client.post("/logout", data={"csrf_token": csrf(client.get("/inbox/").text)})
        assert "登录没有完成" in come_back(client, "wecom", location).text

    def test_a_provider_that_is_away_is_said_in_words(self, app, world):
        client = app.test_client()
        location = client.get("/login/with/wecom").location
        world.broken = 9
        assert "登录没有完成" in come_back(client, "wecom", location).text

    def test_an_identity_belongs_to_one_account(self, app, linked):
        other = log_in(app, "hr2")
        page = come_back(other, "wecom", add(other, "wecom"))
        assert "已绑定到另一个账户" in page.text

    def test_it_can_be_taken_away(self, app, linked):
        token = csrf(linked.get("/account/").text)
        linked.post("/account/identities/wecom/end", data={"csrf_token": token})
        client = app.test_client()
        page = come_back(client, "wecom", client.get("/login/with/wecom").location)
        assert "还没有绑定账户" in page.text

    def test_linking_begins_with_a_guarded_click(self, app):
        assert log_in(app, "hr").post("/account/identities/wecom").status_code == 400

    def test_a_disabled_account_stays_out(self, app, company, linked):
        with company.house.unit(SYSTEM) as work:
            work.session.scalars(select(Account).where(Account.username == "hr")).one().active = False
        client = app.test_client()
        page = come_back(client, "wecom", client.get("/login/with/wecom").location)
        assert "已停用" in page.text


class TestDingTalk:
    def test_once_linked_it_logs_in(self, app, world):
        world.at_v1_0_oauth2_userAccessToken = lambda query, headers, body: {"accessToken": "t"}
        world.at_v1_0_contact_users_me = lambda query, headers, body: {"unionId": "u1", "nick": "赵敏"}
        client = log_in(app, "hr")
        come_back(client, "dingtalk", add(client, "dingtalk"), field="authCode")
        other = app.test_client()
        page = come_back(other, "dingtalk", other.get("/login/with/dingtalk").location, field="authCode")
        assert "赵敏" in page.text


class TestOpenIdConnect:
    """Authorization code flow with PKCE (OpenID Connect Core section 3.1, RFC 7636)."""

    @pytest.fixture
    def provider(self, world):
        world.claims = {}
        meta = {
            "issuer": world.url,
            "authorization_endpoint": f"{world.url}/authorize",
            "token_endpoint": f"{world.url}/token",
            "jwks_uri": f"{world.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

        def token(query, headers, body):
            now = int(time.time())
            claims = {"iss": world.url, "aud": "hegui", "sub": "s-1", "iat": now, "exp": now + 60}
            claims |= {"nonce": world.nonce} | world.claims
            signed = jwt.encode({"alg": "RS256", "kid": "k"}, claims, world.signer)
            return {"access_token": "a", "token_type": "Bearer", "id_token": signed}

        world.signer = KEY
        world.at_meta = lambda query, headers, body: meta
        world.at_token = token
        world.at_jwks = lambda query, headers, body: {"keys": [KEY.as_dict(private=False)]}
        return world

    def go(self, provider, client, location):
        query = parse_qs(urlparse(location).query)
        assert query["code_challenge_method"] == ["S256"]
        provider.nonce = query["nonce"][0]
        return come_back(client, "oidc", location)

    @pytest.fixture
    def linked(self, app, provider):
        client = log_in(app, "hr")
        self.go(provider, client, add(client, "oidc"))
        return client

    def test_once_linked_it_logs_in(self, app, provider, linked):
        other = app.test_client()
        assert "用云衫统一登录登录" in other.get("/login").text
        assert "赵敏" in self.go(provider, other, other.get("/login/with/oidc").location).text

    @pytest.mark.parametrize(
        "claims",
        [{"iss": "https://other.example"}, {"aud": "other"}, {"exp": 1}, {"nonce": "x"}],
        ids=["issuer", "audience", "old", "nonce"],
    )
    def test_a_token_that_is_not_for_us_is_refused(self, app, provider, linked, claims):
        provider.claims = claims
        client = app.test_client()
        page = self.go(provider, client, client.get("/login/with/oidc").location)
        assert "登录没有完成" in page.text

    def test_a_token_by_another_key_is_refused(self, app, provider, linked):
        provider.signer = RSAKey.generate_key(2048, {"kid": "k"})
        client = app.test_client()
        page = self.go(provider, client, client.get("/login/with/oidc").location)
        assert "登录没有完成" in page.text

    def test_a_provider_that_is_away_leaves_the_password(self, app, world):
        world.broken = 9
        page = app.test_client().get("/login/with/oidc", follow_redirects=True)
        assert "请用密码登录" in page.text

    def test_its_subject_is_kept_and_no_token(self, company, linked):
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(ExternalIdentity)).one()
        assert (row.provider, row.subject) == ("oidc", "s-1")

    def test_an_unknown_provider_is_not_there(self, app):
        assert app.test_client().get("/login/with/other").status_code == 404


def test_the_password_still_works_beside_them(app):
    assert log_in(app, "hr", password=PASSWORD).get("/inbox/").status_code == 200
