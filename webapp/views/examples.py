"""Worked examples: what a lawyer expects, what the product says, who signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg
from webapp.services import examples
from webapp.services.calculators.missing import missing_row
from webapp.services.examples.form import begin_example, finish_example, read_inputs, resume_example
from webapp.views.calculators import read_fields
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.uploads import posted_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.services.work import Work

blueprint = Blueprint("examples", __name__, url_prefix="/examples")

CONFIDENCE: Mapping[str, Message] = {"high": msg("较有把握"), "medium": msg("一般"), "low": msg("来源不一")}


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """All examples, asked now."""
    with edge().view(actor()) as work:
        return render_template("examples/index.html", desk=examples.open_desk(work))


@blueprint.get("/all.json")
@signed_in
def download() -> ResponseReturnValue:
    """All that stand, in the format of ``hegui rule --examples``."""
    with edge().view(actor()) as work:
        text = json.dumps(examples.as_file(work), ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="examples.json"'}
    return Response(text, mimetype="application/json", headers=headers)


@blueprint.post("/file")
@signed_in
def upload() -> ResponseReturnValue:
    """Add a file of examples; the list shows at once with which of them the product agrees."""
    try:
        _, body = posted_file()
        with edge().unit(actor()) as work:
            added = examples.add_file(work, body)
            codes = [row.code for row in added]
    except InvalidError as error:
        with edge().view(actor()) as work:
            return render_template(
                "examples/index.html", desk=examples.open_desk(work), refused=error.message
            ), 422
    flash(gettext(msg("已录入 {n} 个算例：{codes}", n=len(codes), codes="、".join(codes))), "ok")
    return redirect(url_for("examples.index"), 303)


@blueprint.post("/new/<area>")
@signed_in
def begin(area: str) -> ResponseReturnValue:
    """From a calculator: its inputs are kept, what must come out is asked."""
    with edge().view(actor()) as work:
        return _form(begin_example(work, area, read_fields()))


@blueprint.post("/")
@signed_in
def add() -> ResponseReturnValue:
    """Add the example of the form and show whether the product agrees."""
    form = request.form.to_dict()
    try:
        with edge().unit(actor()) as work:
            (row,) = examples.add_examples(work, [finish_example(form)])
            example_id = row.id
    except InvalidError as error:
        with edge().view(actor()) as work:
            return _again(work, form, error)
    return redirect(url_for("examples.page", example_id=example_id), 303)


@blueprint.get("/<int:example_id>")
@signed_in
def page(example_id: int) -> ResponseReturnValue:
    """One example key by key, with the working."""
    with edge().view(actor()) as work:
        return _page(work, example_id)


@blueprint.post("/<int:example_id>/sign")
@signed_in
def sign(example_id: int) -> ResponseReturnValue:
    """A lawyer signs."""
    with edge().unit(actor()) as work:
        examples.sign(work, example_id, sha256=request.form.get("sha256", ""))
    return redirect(url_for("examples.page", example_id=example_id), 303)


@blueprint.post("/<int:example_id>/withdraw")
@signed_in
def withdraw(example_id: int) -> ResponseReturnValue:
    """Take an example back with the reason."""
    reason = request.form.get("reason", "")
    try:
        with edge().unit(actor()) as work:
            examples.withdraw(work, example_id, reason=reason)
    except InvalidError as error:
        with edge().view(actor()) as work:
            return _page(work, example_id, errors=error.fields, reason=reason), 422
    return redirect(url_for("examples.page", example_id=example_id), 303)


def _page(work: Work, example_id: int, **more: Any) -> str:
    seen = examples.open_example(work, example_id)
    return render_template(
        "examples/page.html",
        seen=seen,
        confidence=CONFIDENCE[seen.row.confidence],
        missing=missing_row(work, None if seen.verdict is None else seen.verdict.missing),
        **{"errors": {}, "reason": "", **more},
    )


def _form(begun: Any, form: Mapping[str, str] | None = None, error: InvalidError | None = None) -> str:
    return render_template(
        "examples/form.html",
        begun=begun,
        form=form or {},
        errors={} if error is None else error.fields,
        message=None if error is None or error.fields else error.message,
        confidence=CONFIDENCE,
    )


def _again(work: Work, form: Mapping[str, str], error: InvalidError) -> ResponseReturnValue:
    begun = resume_example(work, form.get("area", ""), read_inputs(form))
    return _form(begun, form, error), 422
