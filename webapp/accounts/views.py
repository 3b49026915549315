"""The account page: what protects this account, and where it is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_login import current_user

from webapp.domain.text import msg
from webapp.services import accounts
from webapp.services.identity import link as identities
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/")
@signed_in
def security() -> ResponseReturnValue:
    """Password, second factor, passkeys, recovery codes, sessions."""
    with edge().view(actor()) as work:
        rows = accounts.list_sessions(work)
        here = accounts.token_id(work, session.get("session_token", ""))
        linked = {row.provider for row in identities.linked(work)}
    return render_template("account.html", sessions=rows, here=here, linked=linked, account=current_user.row)


@blueprint.post("/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Log one browser out."""
    with edge().unit(actor()) as work:
        accounts.end_session(work, session_id)
    flash(gettext(msg("已让该设备退出登录。")), "ok")
    return redirect(url_for("account.security"), 303)
