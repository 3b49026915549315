"""HR on one person's leave: balances, ledger, medical period; corrections and carry-over with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.leave.adjust import Adjustment, CarryOver, adjust, carry
from webapp.services.leave.staff import open_staff
from webapp.services.leave.unsettled import read_unsettled
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("balances", __name__, url_prefix="/leave/people")


@blueprint.get("/")
@signed_in
def unsettled() -> ResponseReturnValue:
    """Who has annual leave of a year that is over."""
    with edge().view(actor()) as work:
        return render_template("leave/unsettled.html", page=read_unsettled(work))


@blueprint.get("/<int:person_id>")
@signed_in
def page(person_id: int) -> ResponseReturnValue:
    """The person's balances and ledger."""
    return _page(person_id)


@blueprint.post("/<int:person_id>/adjust")
@signed_in
def correct(person_id: int) -> ResponseReturnValue:
    """Correct a balance by some days."""
    form = request.form
    try:
        with edge().unit(actor()) as work:
            adjust(
                work,
                Adjustment(
                    person_id=person_id,
                    kind=form.get("kind", ""),
                    year=form.get("year", 0, type=int),
                    days=form.get("days", ""),
                    reason=form.get("reason", ""),
                    seen=form.get("seen", -1, type=int),
                    key=form.get("idempotency_key"),
                ),
            )
    except InvalidError as error:
        return _page(person_id, form=form, errors=error.fields, message=error.message, which="adjust"), 422
    return _done(person_id, msg("余额已调整，本人已收到通知。"))


@blueprint.post("/<int:person_id>/carry")
@signed_in
def carry_over(person_id: int) -> ResponseReturnValue:
    """Carry the rest of a year into the next."""
    form = request.form
    try:
        with edge().unit(actor()) as work:
            carry(
                work,
                CarryOver(
                    person_id=person_id,
                    year=form.get("year", 0, type=int),
                    consented="consented" in form,
                    reason=form.get("reason", ""),
                    seen=form.get("seen", -1, type=int),
                    key=form.get("idempotency_key"),
                ),
            )
    except InvalidError as error:
        return _page(person_id, form=form, errors=error.fields, message=error.message, which="carry"), 422
    return _done(person_id, msg("已跨年安排，本人已收到通知。"))


def _done(person_id: int, sentence: Message) -> ResponseReturnValue:
    flash(gettext(sentence), "ok")
    return redirect(url_for("balances.page", person_id=person_id), 303)


def _page(person_id: int, *, which: str = "", message: Message | None = None, **more: Any) -> str:
    errors = {name: [gettext(each) for each in told] for name, told in more.get("errors", {}).items()}
    with edge().view(actor()) as work:
        return render_template(
            "leave/staff.html",
            page=open_staff(work, person_id),
            form=more.get("form", {}),
            which=which,
            errors=errors,
            message=None if errors else message,
        )
