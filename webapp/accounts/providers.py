"""Log-in by WeCom, DingTalk or OpenID Connect, beside the password; linked by the person, once logged in."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, abort, current_app, flash, redirect, request, session, url_for
from flask_login import current_user
from flask_security.utils import login_user
from joserfc.errors import JoseError
from requests import RequestException

from webapp.accounts.faces import LoginUser
from webapp.accounts.unit import account_work
from webapp.adapters.logins import open_logins
from webapp.domain.errors import HeguiError
from webapp.domain.reach import NAMES, Channel, ChannelUnavailableError
from webapp.domain.text import Message, msg
from webapp.services import accounts
from webapp.services.identity import link as identities
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from webapp.adapters.logins import Login
    from webapp.settings import ChannelSettings

KEY = "hegui-logins"
STATE = "login_state"
LINKING = "login_linking"
OIDC = "oidc"
#: What a provider's way back may end in: its own refusal, a token that is not for us, a network that is away.
FAULTS = (AuthlibBaseError, JoseError, RequestException, ChannelUnavailableError, KeyError, ValueError)
blueprint = Blueprint("providers", __name__)


def install_providers(app: Flask, settings: ChannelSettings) -> None:
    """Open what is configured."""
    oauth = OAuth(app)
    names: dict[str, Message | str] = {}
    others = open_logins(settings)
    for key in others:
        names[key] = NAMES[Channel(key)]
    if settings.oidc_metadata:
        oauth.register(
            OIDC,
            client_id=settings.oidc_client,
            client_secret=settings.oidc_secret,
            server_metadata_url=settings.oidc_metadata,
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": 15},
        )
        names[OIDC] = settings.oidc_name
    app.extensions[KEY] = (oauth, others, names)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["login_providers"] = names


def _provider(key: str) -> tuple[Any, Login | None]:
    oauth, others, names = current_app.extensions[KEY]
    if key not in names:
        abort(404)
    return (oauth.oidc if key == OIDC else None), others.get(key)


@blueprint.get("/login/with/<provider>")
def begin(provider: str) -> ResponseReturnValue:
    """Send the browser to the provider."""
    session.pop(LINKING, None)
    return _leave(provider)


@blueprint.post("/account/identities/<provider>")
@signed_in
def add(provider: str) -> ResponseReturnValue:
    """Send somebody who is logged in to the provider, to link what it says."""
    session[LINKING] = provider
    return _leave(provider)


@blueprint.post("/account/identities/<provider>/end")
@signed_in
def remove(provider: str) -> ResponseReturnValue:
    """Take a link away."""
    with edge().unit(actor()) as work:
        identities.unlink(work, provider)
    flash(gettext(msg("已解除绑定。")), "ok")
    return redirect(url_for("account.security"), 303)


def _leave(key: str) -> ResponseReturnValue:
    oidc, other = _provider(key)
    back = url_for("providers.back", provider=key, _external=True)
    try:
        if other is None:
            sent: ResponseReturnValue = oidc.authorize_redirect(back)
            return sent
    except FAULTS:
        return _refused(msg("登录服务暂时不可用，请用密码登录或稍后再试。"))
    state = secrets.token_urlsafe(24)
    session[STATE] = f"{key}:{state}"
    return redirect(other.begin(back=back, state=state, agent=request.user_agent.string))


@blueprint.get("/login/back/<provider>")
def back(provider: str) -> ResponseReturnValue:
    """The way back: who the provider says it is becomes a log-in, or a link."""
    oidc, other = _provider(provider)
    linking = session.pop(LINKING, None) == provider
    try:
        subject = _subject(provider, oidc, other)
    except FAULTS:
        current_app.logger.info("log-in by %s was not completed", provider)
        return _refused(msg("登录没有完成，请再试一次。"))
    if linking and current_user.is_authenticated:
        return _link(provider, subject)
    return _log_in(provider, subject)


def _subject(provider: str, oidc: Any, other: Login | None) -> str:
    if other is None:
        return str(oidc.authorize_access_token()["userinfo"]["sub"])
    state = session.pop(STATE, "")
    claimed = f"{provider}:{request.args.get('state', '')}"
    if not state or not hmac.compare_digest(state.encode(), claimed.encode()):
        raise ChannelUnavailableError
    code = request.args.get(other.code_field) or request.args.get("code", "")
    if not code:
        raise ChannelUnavailableError
    return other.subject(code[:512])


def _link(provider: str, subject: str) -> ResponseReturnValue:
    try:
        with edge().unit(actor()) as work:
            identities.link(work, provider, subject)
    except HeguiError as error:
        flash(gettext(error.message), "danger")
    else:
        flash(gettext(msg("已绑定，下次可以直接登录。")), "ok")
    return redirect(url_for("account.security"), 303)


def _log_in(provider: str, subject: str) -> ResponseReturnValue:
    work = account_work()
    account_id = identities.find_linked(work, provider, subject)
    row = None if account_id is None else accounts.find_account(work.session, id=account_id)
    if row is None:
        return _refused(msg("这个身份还没有绑定账户。请先用密码登录，再到“账户与安全”绑定。"))
    if not row.active or accounts.is_locked(work, row) or row.person.left_on is not None:
        return _refused(msg("账户已停用或暂时锁定。"))
    login_user(LoginUser(row), authn_via=[provider])
    return redirect("/", 303)


def _refused(message: Message) -> ResponseReturnValue:
    flash(gettext(message), "danger")
    target = "account.security" if current_user.is_authenticated else "security.login"
    return redirect(url_for(target), 303)
