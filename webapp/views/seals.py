"""The seal desk: what waits, one list, one re-authentication, what became of each document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from models.signing import SealState
from webapp.adapters.signing.passkey import write_field
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.documents.read import newest_bytes
from webapp.services.notices import restored
from webapp.services.signing import seals
from webapp.services.signing.steps import WrongPasswordError
from webapp.views.bodies import json_body
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.signing import pdf_answer, site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("seals", __name__, url_prefix="/seals")

STATES = {
    SealState.WAITING: (msg("正在盖章"), ""),
    SealState.DONE: (msg("已批准用印"), "ok"),
    SealState.FAILED: (msg("没有盖章"), "danger"),
}


@blueprint.get("/")
@signed_in
def desk() -> ResponseReturnValue:
    """What waits for the actor's seal."""
    with edge().view(actor()) as work:
        return render_template("seals/desk.html", rows=seals.waiting(work), most=seals.MOST)


@blueprint.post("/batches")
@signed_in
def choose() -> ResponseReturnValue:
    """Put the chosen documents on a list."""
    with edge().unit(actor()) as work:
        batch = seals.list_batch(work, request.form.getlist("id", type=int))
        batch_id = batch.id
    return redirect(url_for("seals.batch", batch_id=batch_id), 303)


@blueprint.get("/batches/<int:batch_id>")
@signed_in
def batch(batch_id: int) -> ResponseReturnValue:
    """The list: to approve, being sealed, or done."""
    return _batch(batch_id, {})


def _batch(batch_id: int, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().view(actor()) as work:
        found = seals.read_batch(work, batch_id)
        return render_template(
            "seals/batch.html",
            batch=found,
            intent=seals.batch_intent(found),
            has_passkey=bool(seals.holder_keys(work)),
            waiting=sum(i.state == SealState.WAITING for i in found.items),
            done=sum(i.state == SealState.DONE for i in found.items),
            states=STATES,
            problems={i.id: gettext(restored(i.problem)) for i in found.items if i.problem},
            errors={name: [gettext(m) for m in told] for name, told in errors.items()},
        )


@blueprint.post("/batches/<int:batch_id>/will")
@signed_in
def ask(batch_id: int) -> ResponseReturnValue:
    """What the holder's passkey is to confirm."""
    with edge().view(actor()) as work:
        intent = seals.batch_intent(seals.read_batch(work, batch_id))
        keys = seals.holder_keys(work)
    return jsonify(
        challenge=write_field(intent.challenge()),
        rpId=site().rp_id,
        userVerification="required",
        allowCredentials=[{"type": "public-key", "id": write_field(each)} for each in keys],
    )


@blueprint.post("/batches/<int:batch_id>/passkey")
@signed_in
def passkey(batch_id: int) -> ResponseReturnValue:
    """Approve by passkey."""
    answer = json_body().get("answer")
    if not isinstance(answer, dict):
        raise InvalidError
    with edge().unit(actor()) as work:
        seals.approve_by_passkey(work, batch_id, answer=answer, site=site())
    return jsonify(location=url_for("seals.batch", batch_id=batch_id))


@blueprint.post("/batches/<int:batch_id>/password")
@signed_in
def password(batch_id: int) -> ResponseReturnValue:
    """Approve by the password again."""
    try:
        with edge().unit(actor(), keep=(WrongPasswordError,)) as work:
            seals.approve_by_password(work, batch_id, password=request.form.get("password", ""))
    except InvalidError as error:
        return _batch(batch_id, error.fields), 422
    return redirect(url_for("seals.batch", batch_id=batch_id), 303)


@blueprint.post("/<int:task_id>/decline")
@signed_in
def decline(task_id: int) -> ResponseReturnValue:
    """Send one document back unsealed."""
    with edge().unit(actor()) as work:
        version, reason = request.form.get("version", -1, type=int), request.form.get("reason", "")
        seals.decline(work, task_id, version=version, reason=reason)
    flash(gettext(msg("已退回，没有盖章。")), "ok")
    return redirect(url_for("seals.desk"), 303)


@blueprint.get("/<int:task_id>/document.pdf")
@signed_in
def document(task_id: int) -> ResponseReturnValue:
    """The edition that would be sealed."""
    with edge().view(actor()) as work:
        found = seals.sealable_document(work, task_id)
        data = newest_bytes(work, found)
    return pdf_answer(data, f"{found.title} {found.number}.pdf")
