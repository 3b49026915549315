"""The application: every blueprint and extension is put together here."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from flask import Flask, g, request
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter

from webapp.accounts import install_accounts
from webapp.adapters import logs
from webapp.admin import install_admin
from webapp.domain.errors import InvalidError
from webapp.edge import open_house
from webapp.views import (
    alerts,
    approvals,
    attendance,
    balances,
    begin,
    bundles,
    calculators,
    campaigns,
    cases,
    consents,
    contracts,
    documents,
    evidence,
    examples,
    handover,
    health,
    home,
    imports,
    inbox,
    leave,
    messages,
    migrations,
    monitoring,
    notices,
    observations,
    offers,
    operations,
    permits,
    privacy,
    redaction,
    retention,
    seals,
    shell,
    signing,
    studio,
    tasks,
    uploads,
    vault,
)
from webapp.views.bodies import BoundedJson
from webapp.views.errors import install_errors
from webapp.views.frame import frame
from webapp.views.home import COOKIE
from webapp.views.house import KEY

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.routing import Map

    from webapp.edge import Edge
    from webapp.settings import Settings

log = logging.getLogger("hegui.request")

BLUEPRINTS = tuple(
    room.blueprint
    for room in (
        alerts,
        approvals,
        attendance,
        balances,
        begin,
        bundles,
        calculators,
        campaigns,
        cases,
        contracts,
        documents,
        evidence,
        examples,
        handover,
        health,
        home,
        imports,
        inbox,
        leave,
        messages,
        migrations,
        monitoring,
        observations,
        privacy,
        notices,
        seals,
        signing,
        redaction,
        retention,
        permits,
        consents,
        offers,
        operations,
        studio,
        tasks,
        uploads,
        vault,
    )
)


class IdConverter(IntegerConverter):
    """Numbers in addresses that a key column can hold; any other address does not exist."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def create_app(settings: Settings, *, house: Edge | None = None) -> Flask:
    """Build the application for one installation; tests hand in their own house."""
    app = Flask(
        "webapp",
        root_path=str(settings.root / "webapp"),
        template_folder="views/templates",
        static_folder="static",
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.upload_limit + 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.url_map.converters["int"] = IdConverter
    app.json_provider_class = BoundedJson  # Flask-Security makes the application's from it
    app.extensions[KEY] = house or open_house(settings)
    protection = CSRFProtect(app)
    protection.exempt(messages.sms_receipt)  # signed by the gateway instead
    protection.exempt(observations.receive)  # each system has a token of its own instead
    protection.exempt(signing.callback)  # signed by the provider instead
    install_accounts(app, settings)  # before the shell: it replaces Flask-Babel's sentences by ours
    shell.install(
        app, locale=_language, frame=frame, now=app.extensions[KEY].clock, https=settings.secure_cookies
    )
    install_errors(app)
    install_admin(app)
    _install_requests(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _language() -> str:
    chosen = request.cookies.get(COOKIE)
    if chosen:
        return chosen
    return getattr(getattr(current_user, "person", None), "language", "") or "zh-Hans"


def _install_requests(app: Flask) -> None:
    @app.before_request
    def _begin() -> None:
        g.request_id = secrets.token_hex(8)
        logs.request_id.set(g.request_id)
        if "\0" in request.path or any("\0" in text for text in request.args.values()):
            raise InvalidError
        if any("\0" in text for _, text in request.form.items(multi=True)):
            raise InvalidError  # PostgreSQL keeps no NUL, and nobody types one

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        # a path that carries a token of the log-in is told by its rule
        path = request.url_rule if "token" in (request.view_args or {}) else request.path
        log.info("%s %s %s", request.method, path, response.status_code)
        return response
