"""Flask-Security, set up for Hegui: argon2, lock-out, TOTP, passkeys, recovery codes, sessions."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import request, session
from flask_babel import Babel
from flask_login import current_user, logout_user, user_logged_in, user_logged_out
from flask_security import LoginForm, Security, uia_username_mapper
from wtforms import StringField
from wtforms.validators import DataRequired

from webapp.accounts.activation import blueprint as activation
from webapp.accounts.passkeys import Passkeys
from webapp.accounts.providers import install_providers
from webapp.accounts.store import AccountStore
from webapp.accounts.unit import account_work, install_unit
from webapp.accounts.views import blueprint
from webapp.domain.permissions import SYSTEM
from webapp.services import accounts
from webapp.views.house import edge
from webapp.views.shell import current_locale

if TYPE_CHECKING:
    from flask import Flask

    from webapp.settings import Settings

TOKEN = "session_token"  # noqa: S105  (the name of a cookie field)
BABEL = {"zh-Hans": "zh_Hans_CN", "zh-Hant": "zh_Hant_TW", "en": "en"}
IDLE = timedelta(hours=12)


class NameForm(LoginForm):
    """Log in by user name: many night-shift workers have no mail."""

    email = None
    username = StringField("用户名", validators=[DataRequired("请填写用户名。")])


def install_accounts(app: Flask, settings: Settings) -> None:
    """Add log-in, second factors, passkeys and sessions to the application."""
    app.config.update(_configuration(settings))
    Babel(app, locale_selector=lambda: BABEL[current_locale()])
    install_unit(app)
    Security(
        app,
        AccountStore(),
        login_form=NameForm,
        webauthn_util_cls=Passkeys,
    )
    # sessions alone log in: Flask-Security would read every stranger's JSON in search of a token of its own
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    app.register_blueprint(blueprint)
    app.register_blueprint(activation)
    install_providers(app, settings.channels)
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.before_request(_check_session)


def _configuration(settings: Settings) -> dict[str, Any]:
    totp = base64.urlsafe_b64encode(hashlib.sha256(f"totp {settings.secret_key}".encode()).digest())
    return {
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"username": {"mapper": uia_username_mapper, "case_insensitive": False}}
        ],
        "SECURITY_USERNAME_ENABLE": True,
        "SECURITY_USERNAME_REQUIRED": False,
        "SECURITY_USERNAME_MIN_LENGTH": 2,
        "SECURITY_RETURN_GENERIC_RESPONSES": False,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TOTP_SECRETS": {"1": totp.decode()},
        "SECURITY_TOTP_ISSUER": "Hegui 合规",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Hegui 合规",
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_DATETIME_FACTORY": lambda: edge().clock(),
        "SECURITY_FRESHNESS": timedelta(minutes=30),
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "PERMANENT_SESSION_LIFETIME": IDLE,
        "SESSION_REFRESH_EACH_REQUEST": False,
    }


def _begin(_app: Flask, user: Any, **_more: Any) -> None:
    work = account_work()
    agent = request.user_agent.string
    session[TOKEN] = accounts.begin_session(work, user.row, address=request.remote_addr or "", agent=agent)
    session.permanent = True


def _end(_app: Flask, **_more: Any) -> None:
    token = session.pop(TOKEN, None)
    if token:
        accounts.end_token(account_work(), token)


def _check_session() -> None:
    """A session that its owner or an administrator ended is over at the next request."""
    if not current_user.is_authenticated or request.endpoint == "static":
        return
    token = session.get(TOKEN, "")
    with edge().view(SYSTEM) as work:
        alive = accounts.session_alive(work, current_user.row.id, token)
    if not alive:
        session.clear()
        logout_user()
