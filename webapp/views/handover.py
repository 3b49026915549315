"""Handing over when somebody leaves: who still has work, what hangs on them, one press that gives it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import handover
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

blueprint = Blueprint("handover", __name__, url_prefix="/handover")


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Who has left and still has work; and the way to anybody else."""
    if not actor().may(Permission.TASK_REASSIGN):
        raise ForbiddenError
    number = request.args.get("number", "").strip()
    if number:
        return redirect(url_for("handover.person", number=number))
    with edge().view(actor()) as work:
        return render_template("handover/index.html", leavers=handover.leavers(work))


@blueprint.get("/<number>")
@signed_in
def person(number: str) -> ResponseReturnValue:
    """What hangs on a person."""
    return _page(number, {})


def _page(number: str, errors: Mapping[str, list[str]]) -> str:
    with edge().view(actor()) as work:
        found = handover.read_handover(work, number)
        return render_template(
            "handover/person.html",
            found=found,
            errors=errors,
            to=request.form.get("to", ""),
            reason=request.form.get("reason", ""),
        )


@blueprint.post("/<number>")
@signed_in
def give(number: str) -> ResponseReturnValue:
    """Give everything to somebody else."""
    if set(request.form) - {"csrf_token", "idempotency_key", "to", "reason"}:
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
    try:
        with edge().unit(actor()) as work:
            done = handover.hand_over(
                work, number, to=request.form.get("to", ""), reason=request.form.get("reason", "")
            )
    except InvalidError as error:
        told = {name: [gettext(m) for m in sentences] for name, sentences in error.fields.items()}
        return _page(number, told), 422
    flash(
        gettext(
            msg(
                "已交接：接手人 {moved} 项，人事 {queued} 项，并票 {merged} 项，本人未动 {kept} 项。",
                moved=done.moved,
                queued=done.queued,
                merged=done.merged,
                kept=done.kept,
            )
        ),
        "ok",
    )
    return redirect(url_for("handover.person", number=number), 303)
