"""Notices inside Hegui."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from webapp.services import notices
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """My notices, unread ones first."""
    with edge().view(actor()) as work:
        rows = notices.latest(work)
    lines = [(row, gettext(notices.sentence(row, current_locale()))) for row in rows]
    return render_template("notices.html", lines=lines)


@blueprint.post("/read")
@signed_in
def read() -> ResponseReturnValue:
    """Give the read receipt, for one or for all."""
    with edge().unit(actor()) as work:
        notices.mark_read(work, request.form.get("id", type=int))
    return redirect(url_for("notices.mine"), 303)
