"""A separate consent that a case asks for: one screen, yes and no of one size, nothing ticked beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.consents.ask import AGREED, DECLINED, Answer, answer, open_question
from webapp.services.offers import next_of_case
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("consents", __name__, url_prefix="/consents")


@blueprint.get("/<int:task_id>")
@signed_in
def page(task_id: int) -> ResponseReturnValue:
    """What is asked, by whom, why, until when, and what happens after a no."""
    with edge().view(actor()) as work:
        return render_template("consents/page.html", question=open_question(work, task_id))


@blueprint.post("/<int:task_id>")
@signed_in
def say(task_id: int) -> ResponseReturnValue:
    """Say yes or no, and go on to the next question of the case."""
    said = request.form.get("outcome", "")
    if said not in {AGREED, DECLINED}:
        raise InvalidError(msg("请选择一个结果。"))
    with edge().unit(actor()) as work:
        done = answer(
            work,
            Answer(
                task_id=task_id,
                version=request.form.get("_version", -1, type=int),
                agreed=said == AGREED,
                language=current_locale(),
                key=request.form.get("idempotency_key"),
            ),
        )
        following = next_of_case(work, done.case_id)
    sentence = (
        msg("已记录您的同意，可以随时撤回。")
        if said == AGREED
        else msg("已记录：您不同意。将改用不需要这项信息的方式，合同不受影响。")
    )
    flash(gettext(sentence), "ok")
    if following is not None:
        return redirect(url_for("tasks.page", task_id=following), 303)
    return redirect(url_for("privacy.mine"), 303)
