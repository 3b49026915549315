"""Every route, asked by everybody and by nobody."""

import re
from collections import Counter

import pytest

from tests.company import ask, open_task
from tests.web import csrf, log_in

PUBLIC = {
    "health.alive": "a load balancer asks it",
    "health.ready": "a load balancer asks it",
    "home.language": "the log-in page speaks the visitor's language",
    "security.login": "the door",
    "security.logout": "leaving twice harms nobody",
    "security.mf_recovery": "second step of the log-in, behind its signed state",
    "security.tf_select": "second step of the log-in, behind its signed state",
    "security.two_factor_rescue": "second step of the log-in, behind its signed state",
    "security.two_factor_token_validation": "second step of the log-in, behind its signed state",
    "security.two_factor_setup_validate": "its token is signed for one account",
    "security.wan_signin": "log-in by passkey",
    "security.wan_signin_response": "log-in by passkey",
    "activation.open_page": "behind the random part of an invitation's link",
    "activation.use": "behind the random part of an invitation's link",
    "providers.begin": "log-in by another system; only those that are set up",
    "providers.back": "log-in by another system, behind its state",
    "messages.sms_receipt": "signed by the gateway",
    "signing.callback": "signed by the provider",
    "observations.receive": "a system's own token, for one employer and some kinds of data",
    "static": "scripts and styles",
    "admin.static": "scripts and styles",
    "security.static": "scripts and styles",
}
# calls of machines: signed over time and body, or with a token of their own
SIGNED = {"messages.sms_receipt", "signing.callback", "observations.receive"}
HUGE = str(10**30)
ROLES = ("lina", "hr_head", "admin", "auditor", "owner")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def database_url(request, tmp_path):
    """One database is enough for what happens above it."""
    return f"{request.param}:///{tmp_path / 'hegui.sqlite'}"


def paths(app, number):
    """(rule, address) of every route but the log-in's own, with this number in each place."""
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.endswith("static") and not rule.endpoint.startswith("security."):
            yield rule, re.sub(r"<[^>]*>", number, str(rule))


class TestRoutes:
    @pytest.mark.parametrize("who", ROLES)
    def test_none_breaks(self, app, company, who):
        task = open_task(company, ask(company))
        client = log_in(app, who)
        headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
        told = Counter()
        for number in (str(task.id), HUGE):
            for rule, path in paths(app, number):
                if "GET" in rule.methods:
                    told[rule.endpoint, client.get(path).status_code] += 1
                if "POST" in rule.methods:
                    told[rule.endpoint, client.post(path, data={}, headers=headers).status_code] += 1
        assert not [key for key in told if key[1] >= 500 and key[0] != "health.ready"]

    def test_nobody_comes_in_without_a_log_in(self, app):
        client = app.test_client()
        headers = {"X-CSRFToken": csrf(client.get("/login").text)}
        for rule in app.url_map.iter_rules():
            if rule.endpoint in PUBLIC:
                continue
            path = re.sub(r"<[^>]*>", "1", str(rule))
            for method in rule.methods & {"GET", "POST"}:
                answer = client.open(path, method=method, headers=headers)
                assert answer.status_code in (302, 401, 403), (rule, method)
                assert answer.status_code != 302 or "/login" in answer.location, (rule, answer.location)

    def test_every_press_needs_the_pages_token(self, app):
        client = log_in(app, "hr_head")
        for rule in app.url_map.iter_rules():
            if "POST" in rule.methods and rule.endpoint not in SIGNED:
                path = re.sub(r"<[^>]*>", "1", str(rule))
                assert client.post(path, data={}).status_code == 400, rule
