"""Letting people in: HR's list of those without an account, and the page behind an invitation's link."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.permissions import SYSTEM, Permission
from webapp.domain.text import msg
from webapp.services.identity import invite as invitations
from webapp.services.identity.activate import LONGEST, SHORTEST, WrongNumberError, activate
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("activation", __name__)


@blueprint.get("/people/invitations")
@signed_in
def people() -> ResponseReturnValue:
    """Who has no account yet."""
    if not actor().may(Permission.PERSON_WRITE):
        raise ForbiddenError
    with edge().view(actor()) as work:
        rows = invitations.without_account(work, after=request.args.get("after", "")[:32])
        count = invitations.count_without(work)
        now = work.now
    following = ""
    if len(rows) == invitations.PAGE:
        following = url_for("activation.people", after=rows[-1][0].number)
    return render_template("invitations.html", rows=rows, count=count, now=now, following=following)


@blueprint.post("/people/invitations")
@signed_in
def send() -> ResponseReturnValue:
    """Invite the chosen people, or all."""
    with edge().unit(actor()) as work:
        done = invitations.invite_people(
            work,
            request.form.getlist("number"),
            everybody=request.form.get("everybody") == "1",
            key=request.form.get("idempotency_key", "") or secrets.token_hex(16),
        )
    said = msg("正在向 {n} 人发送邀请。", n=done) if done else msg("没有选择可以邀请的人。")
    flash(gettext(said), "ok" if done else "danger")
    return redirect(url_for("activation.people"), 303)


@blueprint.get("/activate/<token>")
def open_page(token: str) -> ResponseReturnValue:
    """The page behind the link; it names nobody, since a link may be read over a shoulder."""
    with edge().view(SYSTEM) as work:
        invitations.open_invitation(work, token)
    return render_template("activate.html", errors={}, least=SHORTEST, most=LONGEST)


@blueprint.post("/activate/<token>")
def use(token: str) -> ResponseReturnValue:
    """Make the account."""
    try:
        with edge().unit(SYSTEM, keep=(WrongNumberError,)) as work:
            activate(
                work,
                token,
                number=request.form.get("number", "")[:32],
                password=request.form.get("password", ""),
                again=request.form.get("again", ""),
                address=request.remote_addr or "",
            )
    except InvalidError as error:
        page = render_template("activate.html", errors=error.fields, least=SHORTEST, most=LONGEST)
        return page, 422
    flash(gettext(msg("账户已启用，用户名就是您的工号。请登录。")), "ok")
    return redirect(url_for("security.login"), 303)
