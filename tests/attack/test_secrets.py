"""No password, token or cookie reaches the logs: through a log-in, a form, a refusal and a crash."""

import io
import logging
import re

import pytest
from sqlalchemy.exc import OperationalError

from models.account import Account
from tests.company import ask, open_task
from tests.web import PASSWORD, csrf, log_in
from webapp.adapters import logs
from webapp.views import tasks

WRONG = "wrong horse wrong battery"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def told():
    """Everything that is logged, at the most talkative level, as it would stand in the file."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def crash(*_arguments, **_more):
    """What a database says when it breaks: the statement with everything that was to be written."""
    raise OperationalError(
        "UPDATE account SET password=? WHERE id=?", {"password": PASSWORD}, Exception(f"token={WRONG!r}")
    )


def burst(*_arguments, **_more):
    """A fault whose words carry what nobody should read."""
    raise LookupError(f"no row for {{'password': '{PASSWORD}', 'id': 1}} token={WRONG!r} cookie: abc-def-ghi")


def test_none_of_them_is_logged(app, company, told, monkeypatch):
    task = open_task(company, ask(company))
    log_in(app, "head", WRONG)
    client = log_in(app, "head")
    token = csrf(client.get("/inbox/").text)
    session = client.get_cookie("session").value
    headers = {"X-CSRFToken": token, "Idempotency-Key": "key-of-this-press"}
    client.get("/activate/link-that-lets-somebody-in")
    client.get(f"/login?password={PASSWORD}")
    body = {"data": {"outcome": "reject", "refusal": ""}, "version": task.version}
    assert client.post(f"/tasks/{task.id}/complete", json=body, headers=headers).status_code == 422
    monkeypatch.setattr(tasks, "save_draft", crash)
    draft = {"data": {"comment": PASSWORD}}
    assert client.post(f"/tasks/{task.id}/draft", json=draft, headers=headers).status_code == 503
    monkeypatch.setattr(tasks, "save_draft", burst)
    assert client.post(f"/tasks/{task.id}/draft", json=draft, headers=headers).status_code == 500
    client.post("/logout", data={"csrf_token": token})
    text = told.getvalue()
    assert "LookupError" in text  # the crash itself is told
    assert re.search(r"POST /login \d+", text)
    secrets = (
        PASSWORD,
        PASSWORD[-8:],
        WRONG,
        WRONG[-8:],
        "abc-def-ghi",
        token,
        session,
        "link-that-lets-somebody-in",
        app.config["SECRET_KEY"],
    )
    assert [secret for secret in secrets if secret in text] == []
    with company.house.view(company.actor("head")) as work:
        kept = work.session.query(Account.password, Account.fs_uniquifier).all()
    assert [secret for row in kept for secret in row if secret in text] == []
