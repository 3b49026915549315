"""The application over the small company, with people who log in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask_security.utils import hash_password

from models.account import Account
from webapp.app import create_app
from webapp.domain.permissions import SYSTEM
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"


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
    password = _hashed(app)
    with company.house.unit(SYSTEM) as work:
        for who, person_id in company.ids.items():
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
    return app


@cache
def _hash_of(word):
    return hash_password(word)


def _hashed(app):
    with app.app_context():
        return _hash_of(PASSWORD)  # argon2 is slow by design: once a test process


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
