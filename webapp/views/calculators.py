"""Calculators: fill in, see the answer with its working, take it away on paper. Nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request

from webapp.domain.areas.dismissal import AREA as BY_GROUND  # its questions depend on its first field
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import Permission
from webapp.services.calculators.catalogue import questions_of
from webapp.services.calculators.desk import open_calculator, open_desk, print_out, work_out
from webapp.services.calculators.missing import missing_row
from webapp.services.examples.read import WRITERS
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.services.calculators.values import Calculator
    from webapp.services.work import Work

blueprint = Blueprint("calculators", __name__, url_prefix="/calculators")

NOT_INPUTS = frozenset({"csrf_token", "idempotency_key", "rows"})
ROWS, MOST_ROWS = 2, 20  # empty rows of a list at first and at most


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """All calculators in groups."""
    with edge().view(actor()) as work:
        return render_template(
            "calculators/index.html",
            groups=open_desk(work),
            examples=work.actor.may(Permission.REFERENCE_READ),
        )


@blueprint.get("/<area>")
@signed_in
def page(area: str) -> ResponseReturnValue:
    """The empty form of one calculator."""
    with edge().view(actor()) as work:
        return _render(open_calculator(work, area), request.args)


@blueprint.post("/<area>")
@signed_in
def answer(area: str) -> ResponseReturnValue:
    """The answer under the form, or the form with what is wrong at each field."""
    form = read_fields()
    with edge().view(actor()) as work:
        calculator = open_calculator(work, area)
        if "rows" in request.form:  # more empty rows were asked for, not an answer
            return _render(calculator, form)
        return _answer(work, calculator, form)


@blueprint.post("/<area>.pdf")
@signed_in
def paper(area: str) -> ResponseReturnValue:
    """The same on paper."""
    form = read_fields()
    with edge().view(actor()) as work:
        try:
            printed = print_out(work, area, form, language=current_locale())
        except InvalidError as error:
            return _refuse(work, open_calculator(work, area), form, error=error)
    headers = {"Content-Disposition": f'inline; filename="{area}.pdf"'}
    return Response(printed, mimetype="application/pdf", headers=headers)


def read_fields() -> dict[str, str]:
    """One text a field of the posted form; several ticks of a field are lines."""
    return {name: "\n".join(texts) for name, texts in request.form.lists() if name not in NOT_INPUTS}


def _answer(work: Work, calculator: Calculator, form: Mapping[str, str]) -> ResponseReturnValue:
    try:
        sheet = work_out(work, calculator.area, form)
    except InvalidError as error:
        return _refuse(work, calculator, form, error=error)
    return _render(calculator, form, sheet=sheet)


def _refuse(
    work: Work, calculator: Calculator, form: Mapping[str, str], *, error: InvalidError
) -> ResponseReturnValue:
    known = {field.name for field in calculator.fields}
    errors = {name: sentences for name, sentences in error.fields.items() if name in known}
    message = None if errors else error.message
    missing = missing_row(work, error)
    return _render(calculator, form, errors=errors, message=message, missing=missing), 422


def _render(calculator: Calculator, form: Mapping[str, str], **more: Any) -> str:
    ground = form.get("ground", "") if calculator.area == BY_GROUND else ""
    return render_template(
        "calculators/page.html",
        calculator=calculator,
        form=form,
        by_ground=calculator.area == BY_GROUND,
        ground=ground,
        questions=questions_of(ground) if ground else (),
        may_add=any(actor().may(each) for each in WRITERS),
        rows=min(request.form.get("rows", ROWS, type=int), MOST_ROWS),
        **{"sheet": None, "errors": {}, "message": None, "missing": None, **more},
    )
