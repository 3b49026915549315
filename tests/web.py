"""The application over the small company, with people who log in."""

from __future__ import annotations

import re
from functools import cache, partial
from pathlib import Path

from flask_security.utils import hash_password
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from models.account import Account
from tests.databases import begin_with
from webapp.app import create_app
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"

_compile_builder, _builders = Rule._compile_builder, {}


def _remembered_builder(rule, append_unknown=True):
    """What builds the addresses of a route, compiled once a test process: an application has 250 routes."""
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _remembered_builder


def make_settings(data_dir, database_url="sqlite://", **more):
    return Settings(
        database_url=database_url,
        secret_key="k" * 48,
        password_salt="s" * 48,
        data_dir=data_dir,
        queue="immediate",
        **more,
    )


def make_web(company, data_dir, **more):
    """The application, with an account for each person of the company: user name = their key."""
    app = create_app(make_settings(data_dir, **more), house=company.house)
    app.testing = False
    app.jinja_env.bytecode_cache = _templates
    hurry(app)
    with app.app_context():
        begin_with(company.house, f"accounts of {sorted(company.ids)}", partial(_add_accounts, company.ids))
    return app


def _add_accounts(ids, work):
    password = _hash_of(PASSWORD)
    for who, person_id in ids.items():
        work.session.add(
            Account(
                person_id=person_id,
                username=who.replace("_", ""),
                email=f"{who}@example.cn",
                password=password,
                fs_uniquifier=f"unique-{who}",
                mf_recovery_codes=[],
            )
        )


@cache
def _hash_of(word):
    return hash_password(word)


def hurry(app):
    """Let argon2, slow by design, take a millisecond; that the application itself is slow has a test."""
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=8, argon2__parallelism=1
    )


class _Templates(BytecodeCache):
    """Compiled templates of this process: every test has an application of its own."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket):
        self.kept[bucket.key] = bucket.bytecode_to_string()


_templates = _Templates()


def csrf(text):
    """The token of a page."""
    return re.search(r'name="csrf-token" content="([^"]+)"', text).group(1)


def log_in(app, who, password=PASSWORD):
    """A test client as this person."""
    client = app.test_client()
    token = csrf(client.get("/login").text)
    answer = client.post(
        "/login", data={"username": who.replace("_", ""), "password": password, "csrf_token": token}
    )
    client.answer = answer
    return client
