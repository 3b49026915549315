"""An offer and its answer, one task a screen: saying no or something else is as near as saying yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services import forms
from webapp.services.offers import ANSWER, next_of_case, open_offer
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.drafts import add_comment
from webapp.services.tasks.page import open_page
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message
    from webapp.services.offers import Offer
    from webapp.services.work import Work

blueprint = Blueprint("offers", __name__, url_prefix="/offers")


@blueprint.get("/<int:task_id>")
@signed_in
def page(task_id: int) -> ResponseReturnValue:
    """The letter, what changes, the text; with ``?say=`` the screen of one answer."""
    with edge().view(actor()) as work:
        offer = open_offer(work, task_id)
        said = request.args.get("say", "")
        if said and said not in offer.answers:
            raise InvalidError(msg("请选择一个结果。"))
        return _screen(offer, said) if said else _show(offer)


def _show(offer: Offer) -> str:
    return render_template("offers/page.html", offer=offer, answers=_answers(offer))


def _answers(offer: Offer) -> list[tuple[str, str]]:
    """(value, label) of each answer in the reader's language."""
    form = forms.in_language(offer.form, current_locale())
    options = next(c.options for c in form.fields() if c.key == ANSWER)
    return [(str(o.value), str(o.label)) for o in options]


def _screen(
    offer: Offer,
    said: str,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, tuple[Message, ...]] | None = None,
) -> str:
    draft = offer.page.draft.values if offer.page.draft else {}
    fields = forms.view(
        offer.form,
        {**_given(offer), **(typed or draft), ANSWER: said},
        context=_context(offer),
        access=forms.Access.of(offer.page.task.properties),
        errors=errors or {},
        language=current_locale(),
    )
    return render_template(
        "offers/answer.html",
        offer=offer,
        said=said,
        label=dict(_answers(offer))[said],
        fields=[f for f in fields if f.name != ANSWER],
        errors={k: [gettext(m) for m in v] for k, v in (errors or {}).items()},
    )


def _given(offer: Offer) -> dict[str, Any]:
    """Fields that the step's property ``prefill`` names (with commas), to be kept or written over."""
    task = offer.page.task
    names = str(task.properties.get("prefill") or "").split(",")
    return {name: task.variables[name] for name in names if task.variables.get(name) is not None}


def _context(offer: Offer) -> dict[str, Any]:
    """What the form's conditions may read; what was answered in an earlier round does not fill it in."""
    known = {**offer.page.task.case.variables, **offer.page.task.variables}
    own = {c.key for c in offer.form.fields()}
    return {k: v for k, v in known.items() if k not in own}


@blueprint.post("/<int:task_id>")
@signed_in
def answer(task_id: int) -> ResponseReturnValue:
    """Answer, and go on to what follows from it."""
    try:
        with edge().unit(actor()) as work:
            done = complete(
                work,
                CompleteTask(
                    task_id=task_id,
                    version=request.form.get("_version", -1, type=int),
                    values=_posted(work, task_id),
                    key=request.form.get("idempotency_key"),
                ),
            )
            following = next_of_case(work, done.case_id)
    except InvalidError as error:
        with edge().view(actor()) as work:
            offer = open_offer(work, task_id)
            said = request.form.get(ANSWER, "")
            if said not in offer.answers:
                raise
            if not error.fields:
                flash(gettext(error.message), "danger")
            return _screen(offer, said, typed=_posted(work, task_id), errors=error.fields), 422
    flash(gettext(msg("已收到您的答复。")), "ok")
    if following is not None:
        return redirect(url_for("tasks.page", task_id=following), 303)
    return redirect(url_for("cases.page", case_id=done.case_id), 303)


def _posted(work: Work, task_id: int) -> dict[str, Any]:
    page = open_page(work, task_id)  # answered already: a repeated press is told what the first one was
    if page.form is None:
        raise InvalidError
    return forms.read_posted(
        page.form,
        request.form.items(multi=True),
        context={**page.task.case.variables, **page.task.variables},
        access=forms.Access.of(page.task.properties),
    )


@blueprint.post("/<int:task_id>/ask")
@signed_in
def ask(task_id: int) -> ResponseReturnValue:
    """Put a question to HR without leaving the page."""
    with edge().unit(actor()) as work:
        offer = open_offer(work, task_id)
        add_comment(work, offer.page.task.case_id, text=request.form.get("text", ""), task_id=task_id)
    flash(gettext(msg("问题已发给人事，答复会显示在这里。")), "ok")
    return redirect(url_for("offers.page", task_id=task_id) + "#questions", 303)
