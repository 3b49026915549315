"""The signing page: one step a screen, for the phone first."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)

from webapp.adapters.signing.passkey import write_field
from webapp.domain.errors import InvalidError
from webapp.domain.keys import read_key
from webapp.domain.nesting import read_json
from webapp.domain.permissions import SYSTEM
from webapp.domain.text import msg
from webapp.services import accounts
from webapp.services.documents.read import download as download_document
from webapp.services.signing import finish as ends
from webapp.services.signing import steps, texts, will
from webapp.services.signing.calls import take_call
from webapp.services.signing.page import Screen, needs_password, open_signing, signing_picture
from webapp.services.signing.papers import CONSENT, NOTICE, paper_of
from webapp.services.signing.will import Site
from webapp.views.bodies import json_body
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message
    from webapp.services.signing.page import SigningPage
    from webapp.services.signing.papers import Paper
    from webapp.services.work import Work

blueprint = Blueprint("signing", __name__, url_prefix="/sign")

TITLES = {
    Screen.NOTICE: msg("签署前告知"),
    Screen.CONSENT: msg("同意电子形式"),
    Screen.IDENTITY: msg("核对身份"),
    Screen.CHANGES: msg("变更前后对照"),
    Screen.READ: msg("阅读全文"),
    Screen.WILL: msg("确认签署意愿"),
    Screen.STROKE: msg("手写签名"),
    Screen.OVER: msg("签署结果"),
}
ANSWERS = {
    ends.REFUSED: (msg("拒绝签署"), msg("拒绝后，原合同继续履行，不会因此受到不利对待。")),
    ends.NEGOTIATE: (msg("我有不同意见"), msg("写下您希望怎样修改，人事会回复您；现在不会签署。")),
}
OTHER = (msg("其他处理"), msg("请写明原因。"))
PAPERS = {Screen.NOTICE: NOTICE, Screen.CONSENT: CONSENT}
KEEP = (steps.WrongPasswordError, will.WrongCodeError)  # counted although refused


@blueprint.get("/<int:task_id>")
@signed_in
def page(task_id: int) -> ResponseReturnValue:
    """Where the person is."""
    return _render(task_id, {})


def _render(task_id: int, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().view(actor()) as work:
        shown = open_signing(work, task_id)
        language = current_locale()
        return render_template(
            f"signing/{shown.screen}.html",
            page=shown,
            title=TITLES[shown.screen],
            answers=[(name, *ANSWERS.get(name, OTHER)) for name in shown.outcomes if name != ends.SIGNED],
            paper=_paper(work, shown, language),
            sentence=msg(texts.WILL.key, title=shown.document.title),
            ask_password=shown.screen is Screen.IDENTITY and needs_password(work, _session_id(work)),
            errors={name: [gettext(m) for m in told] for name, told in errors.items()},
        )


def _paper(work: Work, shown: SigningPage, language: str) -> Paper | None:
    """The paper of a screen that shows one."""
    kind = PAPERS.get(shown.screen)
    return None if kind is None else paper_of(work, shown.task, kind, language=language)


def _session_id(work: Work) -> int | None:
    return accounts.token_id(work, session.get("session_token", ""))


@blueprint.post("/<int:task_id>/notice")
@signed_in
def notice(task_id: int) -> ResponseReturnValue:
    """The notice was read."""
    with edge().unit(actor()) as work:
        steps.see_notice(work, task_id, language=current_locale())
    return _back(task_id)


@blueprint.post("/<int:task_id>/consent")
@signed_in
def consent(task_id: int) -> ResponseReturnValue:
    """Agree to the electronic form."""
    agreed = request.form.get("agreed") == "1"
    try:
        with edge().unit(actor()) as work:
            steps.consent(work, task_id, seen=_seen(), agreed=agreed, language=current_locale())
    except InvalidError as error:
        return _render(task_id, error.fields), 422
    return _back(task_id)


@blueprint.post("/<int:task_id>/identity")
@signed_in
def identity(task_id: int) -> ResponseReturnValue:
    """Say who holds the phone."""
    password = request.form.get("password", "")
    try:
        with edge().unit(actor(), keep=KEEP) as work:
            steps.identify(work, task_id, seen=_seen(), session_id=_session_id(work), password=password)
    except InvalidError as error:
        return _render(task_id, error.fields), 422
    return _back(task_id)


@blueprint.post("/<int:task_id>/changes")
@signed_in
def changes(task_id: int) -> ResponseReturnValue:
    """The differences were seen."""
    with edge().unit(actor()) as work:
        steps.see_changes(work, task_id, seen=_seen())
    return _back(task_id)


@blueprint.post("/<int:task_id>/pages")
@signed_in
def pages(task_id: int) -> ResponseReturnValue:
    """How long pages were on the screen: reported by the script, or pressed by a person without one."""
    if request.is_json:
        body = json_body()
        shown, seen = body.get("pages"), body.get("seen")
        if not isinstance(shown, dict) or not isinstance(seen, str):
            raise InvalidError
        given = {read_key(k): v for k, v in shown.items() if type(v) is int}
        read = {page: v for page, v in given.items() if page is not None}
    else:
        seen = _seen()
        read = dict.fromkeys(request.form.getlist("page", type=int), 0)
    with edge().unit(actor()) as work:
        flow = steps.read_pages(work, task_id, seen=seen, milliseconds=read)
        done = steps.all_read(flow)
    return jsonify(done=done) if request.is_json else _back(task_id)


@blueprint.post("/<int:task_id>/will")
@signed_in
def ask(task_id: int) -> ResponseReturnValue:
    """What a passkey is to confirm."""
    with edge().unit(actor()) as work:
        asked = will.ask_will(work, task_id, seen=str(json_body().get("seen")), language=current_locale())
    return jsonify(
        challenge=write_field(asked.intent.challenge()),
        rpId=site().rp_id,
        userVerification="required",
        allowCredentials=[{"type": "public-key", "id": write_field(c)} for c in asked.credentials],
    )


@blueprint.post("/<int:task_id>/passkey")
@signed_in
def passkey(task_id: int) -> ResponseReturnValue:
    """The passkey's answer."""
    body = json_body()
    answer = body.get("answer")
    if not isinstance(answer, dict):
        raise InvalidError
    with edge().unit(actor()) as work:
        will.confirm_by_passkey(work, task_id, seen=str(body.get("seen")), answer=answer, site=site())
    return jsonify(location=url_for("signing.page", task_id=task_id))


@blueprint.post("/<int:task_id>/code")
@signed_in
def code(task_id: int) -> ResponseReturnValue:
    """Send a one-time code."""
    try:
        with edge().unit(actor()) as work:
            will.ask_will(work, task_id, seen=_seen(), language=current_locale())
            will.send_code(work, task_id, seen=_seen())
    except InvalidError as error:
        return _render(task_id, error.fields), 422
    return _back(task_id)


@blueprint.post("/<int:task_id>/confirm")
@signed_in
def confirm(task_id: int) -> ResponseReturnValue:
    """The code that was sent."""
    typed = request.form.get("code", "")
    try:
        with edge().unit(actor(), keep=KEEP) as work:
            will.confirm_by_code(work, task_id, seen=_seen(), code=typed)
    except InvalidError as error:
        return _render(task_id, error.fields), 422
    return _back(task_id)


@blueprint.post("/<int:task_id>/finish")
@signed_in
def finish(task_id: int) -> ResponseReturnValue:
    """The name was written, or left out; the task is done."""
    drawn = request.form.get("stroke", "")
    try:
        stroke = read_json(drawn) if drawn and "skip" not in request.form else None
    except ValueError as error:
        raise InvalidError from error
    try:
        with edge().unit(actor()) as work:
            ends.finish(work, task_id, seen=_seen(), version=_version(), stroke=stroke)
    except InvalidError as error:
        return _render(task_id, {"stroke": (error.message,)}), 422
    return _back(task_id)


@blueprint.get("/<int:task_id>/answer/<outcome>")
@signed_in
def answer(task_id: int, outcome: str) -> ResponseReturnValue:
    """Refuse, or say what should be different."""
    return _answer(task_id, outcome, errors={})


def _answer(task_id: int, outcome: str, *, errors: Mapping[str, tuple[Message, ...]], typed: str = "") -> str:
    with edge().view(actor()) as work:
        shown = open_signing(work, task_id)
        if outcome == ends.SIGNED or outcome not in shown.outcomes or shown.screen is Screen.OVER:
            raise InvalidError(msg("请选择一个结果。"))
        title, lead = ANSWERS.get(outcome, OTHER)
        return render_template(
            "signing/answer.html",
            page=shown,
            title=title,
            lead=lead,
            outcome=outcome,
            typed=typed,
            errors={name: [gettext(m) for m in told] for name, told in errors.items()},
        )


@blueprint.post("/<int:task_id>/answer/<outcome>")
@signed_in
def leave(task_id: int, outcome: str) -> ResponseReturnValue:
    """Leave the page with this answer."""
    reason = request.form.get("reason", "")
    try:
        with edge().unit(actor()) as work:
            steps.see_notice(work, task_id, language=current_locale())
            ends.leave(work, task_id, version=_version(), outcome=outcome, reason=reason)
    except InvalidError as error:
        return _answer(task_id, outcome, errors=error.fields, typed=reason), 422
    return _back(task_id)


@blueprint.get("/<int:task_id>/pages/<int:number>")
@signed_in
def picture(task_id: int, number: int) -> ResponseReturnValue:
    """One page of the document as a picture."""
    with edge().view(actor()) as work:
        data = signing_picture(work, task_id, number)
    return Response(data, mimetype="image/webp", headers={"Cache-Control": "private, max-age=86400"})


@blueprint.get("/<int:task_id>/document.pdf")
@signed_in
def document(task_id: int) -> ResponseReturnValue:
    """The newest edition; each download is logged, none costs anything."""
    with edge().unit(actor()) as work:
        found, data = download_document(work, open_signing(work, task_id).document.id)
    return pdf_answer(data, f"{found.title} {found.number}.pdf")


@blueprint.post("/callback")
def callback() -> ResponseReturnValue:
    """A provider's call; signed by the provider, so that it needs neither log-in nor token."""
    with edge().unit(SYSTEM) as work:
        take_call(work, dict(request.headers), request.get_data(cache=False), path=request.path)
    return "", 204


def pdf_answer(data: bytes, name: str) -> Response:
    """A PDF to keep."""
    answer = send_file(BytesIO(data), "application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _back(task_id: int) -> ResponseReturnValue:
    return redirect(url_for("signing.page", task_id=task_id), 303)


def _seen() -> str:
    return request.form.get("seen", "")


def _version() -> int:
    return request.form.get("version", -1, type=int)


def site() -> Site:
    """The site that the browser is at, as the log-in's passkeys know it."""
    return Site(rp_id=request.host.rsplit(":", 1)[0], origin=request.host_url.rstrip("/"))
