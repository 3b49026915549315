"""A person's own page: what is watched at their post and why, and what they have agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.text import msg
from webapp.services.consents import ledger
from webapp.services.monitoring.told import watched_at
from webapp.views.house import actor, edge, signed_in
from webapp.views.monitoring import KINDS
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """What is watched about my post, and what I have said to it."""
    with edge().view(actor()) as work:
        return render_template(
            "privacy/mine.html",
            profiles=watched_at(work),
            kinds=KINDS,
            standings=ledger.standings(work, work.person_id),
        )


@blueprint.post("/consents/<int:text_id>")
@signed_in
def give(text_id: int) -> ResponseReturnValue:
    """Agree to one text."""
    with edge().unit(actor()) as work:
        ledger.give(work, text_id, language=current_locale())
    return _done(msg("已记录您的同意，可以随时撤回。"))


@blueprint.post("/consents/withdraw")
@signed_in
def withdraw() -> ResponseReturnValue:
    """Take consent back."""
    with edge().unit(actor()) as work:
        ledger.withdraw(work, request.form.get("purpose", ""), language=current_locale())
    return _done(msg("已撤回，从现在起不再处理。"))


def _done(message: Message) -> ResponseReturnValue:
    flash(gettext(message), "ok")
    return redirect(url_for("privacy.mine"), 303)
