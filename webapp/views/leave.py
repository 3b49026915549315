"""Leave: my balances, my requests, asking in few taps, one request, changing and withdrawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from models.leave import LeaveState
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.text import msg
from webapp.services import forms
from webapp.services.calendars import LazyCalendar
from webapp.services.leave import reads
from webapp.services.leave.ask import AskLeave, ask_page, own_drafts
from webapp.services.leave.ask import ask as ask_leave
from webapp.services.leave.change import ChangeLeave, ask_change, change_page, withdraw_leave
from webapp.services.leave.counting import as_days
from webapp.services.leave.kinds import STATES, kind_name
from webapp.services.leave.preview import preview_ask
from webapp.services.leave.proof import bring_proof
from webapp.services.people import local_date
from webapp.services.tasks.form import upload_values
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext
from webapp.views.uploads import posted_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message
    from webapp.services.cases.timeline import Entry
    from webapp.services.leave.reads import Detail
    from webapp.services.work import Work

blueprint = Blueprint("leave", __name__, url_prefix="/leave")
WORDS = {"states": STATES, "kind_name": kind_name, "as_days": as_days, "span_words": reads.span_words}


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """My balances and requests."""
    with edge().view(actor()) as work:
        return render_template("leave/mine.html", page=reads.mine(work), **WORDS)


@blueprint.get("/ask")
@signed_in
def ask() -> ResponseReturnValue:
    """The request form: annual leave on the next working day, if nothing else is chosen."""
    with edge().view(actor()) as work:
        day = LazyCalendar(work.session).add_working_days(local_date(work.now), 1).isoformat()
        given = {n: v for n in ("type", "start_date", "end_date") if (v := request.args.get(n))}
        typed = {"type": "annual", "start_date": day, "end_date": given.get("start_date", day), **given}
        return _ask_page(work, typed, errors={})


def _ask_page(work: Work, typed: Mapping[str, Any], *, errors: Mapping[str, tuple[Message, ...]]) -> str:
    form, context = ask_page(work, current_locale())
    fields = forms.view(form, typed, context=context, errors=errors, uploads=upload_values(own_drafts(work)))
    return render_template(
        "leave/ask.html",
        fields=fields,
        preview=preview_ask(work, typed),
        errors={k: [gettext(m) for m in v] for k, v in errors.items()},
        labels={f.name: f.label for f in fields},
        **WORDS,
    )


def _posted(work: Work) -> dict[str, Any]:
    form, context = ask_page(work, current_locale())
    return forms.read_posted(form, request.form.items(multi=True), context=context)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was picked so far; a field that only now shows begins with its default."""
    return {k: v for k, v in values.items() if v not in (None, "", [])}


@blueprint.post("/ask")
@signed_in
def send() -> ResponseReturnValue:
    """Send the request, or draw the form again with what is wrong."""
    if "_refresh" in request.form:
        with edge().view(actor()) as work:
            return _ask_page(work, _filled(_posted(work)), errors={})
    try:
        with edge().unit(actor()) as work:
            values = _posted(work)
            brought = [str(_bring(work, f).id) for f in request.files.getlist("_file.proof") if f.filename]
            if brought:
                values["proof"] = [*(values.get("proof") or []), *brought]
            made = ask_leave(work, AskLeave(values=values, key=request.form.get("idempotency_key")))
    except InvalidError as error:
        with edge().view(actor()) as work:
            if not error.fields:
                flash(gettext(error.message), "danger")
            return _ask_page(work, _posted(work), errors=error.fields), 422
    flash(gettext(msg("申请已提交。")), "ok")
    return redirect(url_for("leave.detail", request_id=made.request_id), 303)


def _bring(work: Work, file: Any) -> Any:
    return bring_proof(work, name=file.filename, data=file.stream.read())


@blueprint.post("/preview")
@signed_in
def preview() -> ResponseReturnValue:
    """What the request would cost, while it is being filled in."""
    with edge().view(actor()) as work:
        found = preview_ask(work, _posted(work))
    return render_template("leave/preview.html", preview=found, oob=True, **WORDS)


@blueprint.post("/fields")
@signed_in
def fields() -> ResponseReturnValue:
    """The form's fields again, after a change on which conditions depend."""
    with edge().view(actor()) as work:
        form, context = ask_page(work, current_locale())
        uploads = upload_values(own_drafts(work))
        views = forms.view(form, _filled(_posted(work)), context=context, uploads=uploads)
    return render_template("leave/fields.html", fields=views)


@blueprint.post("/files")
@signed_in
def upload() -> ResponseReturnValue:
    """Bring one file for the request."""
    name, data = posted_file()
    with edge().unit(actor()) as work:
        row = bring_proof(work, name=name, data=data)
    return jsonify(id=str(row.id), name=row.name)


@blueprint.get("/<int:request_id>")
@signed_in
def detail(request_id: int) -> ResponseReturnValue:
    """One request."""
    with edge().view(actor()) as work:
        page = reads.detail(work, request_id)
        return render_template(
            "leave/detail.html", page=page, timeline=_timeline(page), may=_may(page), **WORDS
        )


def _timeline(page: Detail) -> list[dict[str, Any]]:
    return [_line(e) for e in reversed(page.timeline.entries)]


def _line(entry: Entry) -> dict[str, Any]:
    note = gettext(entry.note) if entry.note else ""
    return {
        "title": gettext(entry.title),
        "who": entry.who,
        "at": entry.at,
        "note": note,
        "state": entry.state,
    }


def _may(page: Detail) -> str:
    """What its owner may do with it now."""
    if not page.own:
        return ""
    return {LeaveState.PENDING: "withdraw", LeaveState.APPROVED: "change"}.get(
        LeaveState(page.request.state), ""
    )


@blueprint.get("/<int:request_id>/change")
@signed_in
def change(request_id: int) -> ResponseReturnValue:
    """The form for a change."""
    with edge().view(actor()) as work:
        return _change_page(work, request_id, typed=None, errors={})


def _change_page(
    work: Work,
    request_id: int,
    *,
    typed: Mapping[str, Any] | None,
    errors: Mapping[str, tuple[Message, ...]],
) -> str:
    page = reads.detail(work, request_id)
    form, context = change_page(work, request_id, current_locale())
    views = forms.view(form, typed, context=context, errors=errors)
    return render_template(
        "leave/change.html",
        page=page,
        fields=[v for v in views if not v.readonly],
        errors={k: [gettext(m) for m in v] for k, v in errors.items()},
        labels={f.name: f.label for f in views},
        **WORDS,
    )


def _posted_change(work: Work, request_id: int) -> dict[str, Any]:
    form, context = change_page(work, request_id, current_locale())
    return forms.read_posted(form, request.form.items(multi=True), context=context)


@blueprint.post("/<int:request_id>/change")
@signed_in
def send_change(request_id: int) -> ResponseReturnValue:
    """Ask for the change, or draw the form again with what is wrong."""
    if "_refresh" in request.form:
        with edge().view(actor()) as work:
            return _change_page(work, request_id, typed=_filled(_posted_change(work, request_id)), errors={})
    try:
        with edge().unit(actor()) as work:
            key = request.form.get("idempotency_key")
            values = _posted_change(work, request_id)
            ask_change(work, ChangeLeave(request_id=request_id, values=values, key=key))
    except InvalidError as error:
        with edge().view(actor()) as work:
            if not error.fields:
                flash(gettext(error.message), "danger")
            typed = _posted_change(work, request_id)
            return _change_page(work, request_id, typed=typed, errors=error.fields), 422
    flash(gettext(msg("变更申请已提交。")), "ok")
    return redirect(url_for("leave.detail", request_id=request_id), 303)


@blueprint.post("/<int:request_id>/change/fields")
@signed_in
def change_fields(request_id: int) -> ResponseReturnValue:
    """The fields of the change form again."""
    with edge().view(actor()) as work:
        form, context = change_page(work, request_id, current_locale())
        views = forms.view(form, _filled(_posted_change(work, request_id)), context=context)
    return render_template("leave/fields.html", fields=[v for v in views if not v.readonly])


@blueprint.post("/<int:request_id>/withdraw")
@signed_in
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take a request back before it is booked."""
    try:
        with edge().unit(actor()) as work:
            withdraw_leave(work, request_id)
    except HeguiError as error:
        if isinstance(error, InvalidError):
            flash(gettext(error.message), "danger")
            return redirect(url_for("leave.detail", request_id=request_id), 303)
        raise
    flash(gettext(msg("申请已撤回，预留的额度已释放。")), "ok")
    return redirect(url_for("leave.mine"), 303)
