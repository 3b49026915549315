"""Beginning a case by hand: the list of procedures, and the start form of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services import forms
from webapp.services.cases.begin import ABOUT, BeginCase, begin, begin_form, beginnings
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("begin", __name__, url_prefix="/begin")
REDRAW = frozenset({"_add", "_remove", "_refresh"})  # buttons of the form, see form_fields.html


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The procedures that I may begin."""
    with edge().view(actor()) as work:
        return render_template("begin/list.html", procedures=beginnings(work))


@blueprint.get("/<key>")
@signed_in
def page(key: str) -> ResponseReturnValue:
    """The start form."""
    return _page(key, typed=None)


@blueprint.post("/<key>")
@signed_in
def send(key: str) -> ResponseReturnValue:
    """Begin the case, or draw the form again with what is wrong."""
    if REDRAW & request.form.keys():
        return _page(key, typed=_posted(key))
    try:
        with edge().unit(actor()) as work:
            case_id = begin(
                work,
                BeginCase(
                    procedure_key=key,
                    person=request.form.get(ABOUT, ""),
                    values=_posted(key),
                    key=request.form.get("idempotency_key"),
                ),
            )
    except InvalidError as error:
        if not error.fields:
            flash(gettext(error.message), "danger")
        return _page(key, typed=_posted(key), errors=error.fields), 422
    flash(gettext(msg("已发起。")), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@blueprint.post("/<key>/fields")
@signed_in
def fields(key: str) -> ResponseReturnValue:
    """The form's fields again, after a change on which conditions depend."""
    with edge().view(actor()) as work:
        _, form = begin_form(work, key, current_locale())
    return render_template("begin/fields.html", fields=forms.view(form, _posted(key), context={}))


def _posted(key: str) -> dict[str, Any]:
    with edge().view(actor()) as work:
        _, form = begin_form(work, key, current_locale())
    return forms.read_posted(form, request.form.items(multi=True), context={})


def _page(
    key: str, *, typed: Mapping[str, Any] | None, errors: Mapping[str, tuple[Message, ...]] | None = None
) -> str:
    wrong = errors or {}
    with edge().view(actor()) as work:
        what, form = begin_form(work, key, current_locale())
        views = forms.view(form, typed, context={}, errors=wrong)
        return render_template(
            "begin/form.html",
            what=what,
            fields=views,
            person=request.form.get(ABOUT, ""),
            about=ABOUT,
            errors={k: [gettext(m) for m in v] for k, v in wrong.items()},
            labels={ABOUT: gettext(msg("关于谁（工号）")), **{f.name: f.label for f in views}},
        )
