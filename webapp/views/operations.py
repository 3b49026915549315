"""An operator's pages of a case: move tokens, send back, correct a value, mend a fault, begin again.

Each act is told in words before it is done: the first press shows what it would do, the second does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import HeguiError, InvalidError, NotFoundError
from webapp.domain.text import msg
from webapp.engine.values import Modify, Restart, Return
from webapp.services.cases import mend
from webapp.services.cases.desk import (
    foretell,
    open_desk,
    read_fault,
    read_key,
    steps_before,
    value_of,
    values_of,
)
from webapp.services.cases.states import CASE_STATES
from webapp.services.cases.typed import TYPES, read_value, write_value
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.tasks import step_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message
    from webapp.engine.values import Command
    from webapp.services.cases.desk import Desk, Foretold, Value
    from webapp.services.work import Work

    Act = Callable[[Work], object]
    Page = Callable[..., str]

blueprint = Blueprint("operations", __name__, url_prefix="/cases/<int:case_id>")

HOUSE_FIELDS = frozenset({"csrf_token", "idempotency_key"})
SHARED = frozenset({"version", "reason", "stage"})


def _check_fields(names: Collection[str]) -> None:
    """Raise InvalidError where a form holds a field that its page does not have."""
    if set(request.form) - HOUSE_FIELDS - SHARED - set(names):
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))


def _seen() -> int:
    version = request.form.get("version", type=int)
    if version is None:
        raise InvalidError(msg("提交的内容有误，请刷新页面后再试。"))
    return version


def _reason() -> str:
    return request.form.get("reason", "")


def _page(template: str, desk: Desk, **more: Any) -> str:
    return render_template(
        f"operations/{template}.html",
        desk=desk,
        svg=step_picture(desk.bundle.diagram, desk.passed, current=desk.current),
        states=CASE_STATES,
        **{"reason": _reason(), "foretold": None, "errors": {}, **more},
    )


def _told(error: HeguiError) -> dict[str, list[str]]:
    """What was refused, at its field where it has one, else above the form."""
    fields = getattr(error, "fields", {})
    if not fields:
        flash(gettext(error.message), "danger")
    return {name: [gettext(m) for m in sentences] for name, sentences in fields.items()}


def _done(case_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _two_presses(
    case_id: int, command: Command, *, act: Act, page: Page, done: Message
) -> ResponseReturnValue:
    """The first press tells what would happen, the second does it; a refusal is told on the same page."""
    doing = request.form.get("stage") == "do"
    try:
        if doing:
            with edge().unit(actor()) as work:
                act(work)
            return _done(case_id, gettext(done))
        with edge().view(actor()) as work:
            desk = open_desk(work, case_id)
            return page(work, desk, foretold=foretell(work, desk, command))
    except InvalidError as error:
        with edge().view(actor()) as work:
            desk = open_desk(work, case_id)
            again = _again(work, desk, command) if doing else None
            return page(work, desk, foretold=again, errors=_told(error)), 422


def _again(work: Work, desk: Desk, command: Command) -> Foretold | None:
    """The same foretelling once more, above a form that was refused."""
    try:
        return foretell(work, desk, command)
    except HeguiError:
        return None


# -- tokens ------------------------------------------------------------------------------------------------


@blueprint.get("/modify")
@signed_in
def modify(case_id: int) -> ResponseReturnValue:
    """Choose what to open and what to withdraw."""
    with edge().view(actor()) as work:
        return _page("modify", open_desk(work, case_id), add=[], withdraw=[])


@blueprint.post("/modify")
@signed_in
def do_modify(case_id: int) -> ResponseReturnValue:
    """Open and withdraw what was chosen."""
    _check_fields({"add", "withdraw"})
    add, withdraw = request.form.getlist("add"), request.form.getlist("withdraw")
    if not add and not withdraw:
        flash(gettext(msg("请先选择要打开或撤下的步骤。")), "danger")
        with edge().view(actor()) as work:
            return _page("modify", open_desk(work, case_id), add=[], withdraw=[]), 422
    command = Modify(add=tuple(add), withdraw=tuple(read_key(text) for text in withdraw))
    return _two_presses(
        case_id,
        command,
        act=lambda work: mend.modify(
            work, case_id, add=command.add, withdraw=command.withdraw, reason=_reason(), seen=_seen()
        ),
        page=lambda _work, desk, **more: _page("modify", desk, add=add, withdraw=withdraw, **more),
        done=msg("流程已调整。"),
    )


# -- back --------------------------------------------------------------------------------------------------


@blueprint.get("/back")
@signed_in
def back(case_id: int) -> ResponseReturnValue:
    """Choose the open work and the finished step."""
    with edge().view(actor()) as work:
        desk = open_desk(work, case_id)
        return _page("back", desk, **_back_choices(desk, request.args.get("from", "")), to="")


def _back_choices(desk: Desk, chosen: str) -> dict[str, Any]:
    items = [place for place in desk.places if place.state in {"item", "job"}]
    place = next((p for p in items if p.key == chosen), items[0] if items else None)
    return {
        "items": items,
        "options": [(p.key, " · ".join(filter(None, (gettext(p.label), p.holder)))) for p in items],
        "place": place,
        "steps": () if place is None else steps_before(desk, place),
    }


@blueprint.post("/back")
@signed_in
def do_back(case_id: int) -> ResponseReturnValue:
    """Send the case back to the chosen step."""
    _check_fields({"from", "to", "straight"})
    source, to = request.form.get("from", ""), request.form.get("to", "")
    command = Return(
        from_key=read_key(source), to_element=to, straight_back=request.form.get("straight") == "1"
    )
    return _two_presses(
        case_id,
        command,
        act=lambda work: mend.send_back(work, case_id, command=command, reason=_reason(), seen=_seen()),
        page=lambda _work, desk, **more: _page(
            "back", desk, **_back_choices(desk, source), to=to, straight=command.straight_back, **more
        ),
        done=msg("已退回。"),
    )


# -- again -------------------------------------------------------------------------------------------------


@blueprint.get("/restart")
@signed_in
def restart(case_id: int) -> ResponseReturnValue:
    """Choose where an ended case begins again."""
    with edge().view(actor()) as work:
        return _page("restart", open_desk(work, case_id), element="")


@blueprint.post("/restart")
@signed_in
def do_restart(case_id: int) -> ResponseReturnValue:
    """Begin it again at the chosen element."""
    _check_fields({"element"})
    element = request.form.get("element") or None
    return _two_presses(
        case_id,
        Restart(element=element),
        act=lambda work: mend.restart(work, case_id, element=element, reason=_reason(), seen=_seen()),
        page=lambda _work, desk, **more: _page("restart", desk, element=element or "", **more),
        done=msg("案件已重新开始。"),
    )


# -- values ------------------------------------------------------------------------------------------------


@blueprint.get("/values")
@signed_in
def values(case_id: int) -> ResponseReturnValue:
    """All variables of the case."""
    with edge().view(actor()) as work:
        desk = open_desk(work, case_id)
        return _page("values", desk, rows=values_of(desk), types=TYPES, write=write_value)


@blueprint.get("/values/<name>")
@signed_in
def value(case_id: int, name: str) -> ResponseReturnValue:
    """One variable, to be corrected."""
    with edge().view(actor()) as work:
        desk = open_desk(work, case_id)
        row = value_of(desk, name)
        return _page("value", desk, row=row, types=TYPES, typed=write_value(row.value), write=write_value)


@blueprint.post("/values/<name>")
@signed_in
def do_value(case_id: int, name: str) -> ResponseReturnValue:
    """Correct it, with a reason."""
    _check_fields({"value", "empty"})
    typed = request.form.get("value", "").replace("\r\n", "\n")
    try:
        with edge().unit(actor()) as work:
            kind = value_of(open_desk(work, case_id), name).declared.kind
            found = None if request.form.get("empty") else read_value(typed, kind)
            mend.edit_variables(work, case_id, variables={name: found}, reason=_reason(), seen=_seen())
    except InvalidError as error:
        with edge().view(actor()) as work:
            desk = open_desk(work, case_id)
            row = value_of(desk, name)
            told = {"errors": _told(error), "typed": typed, "write": write_value}
            return _page("value", desk, row=row, types=TYPES, **told), 422
    return _done(case_id, gettext(msg("变量已更正。")))


# -- faults ------------------------------------------------------------------------------------------------


@blueprint.get("/incidents/<int:incident_id>")
@signed_in
def incident(case_id: int, incident_id: int) -> ResponseReturnValue:
    """What went wrong, with what, and how to go on."""
    with edge().view(actor()) as work:
        desk = open_desk(work, case_id)
        fault = read_fault(work, desk, incident_id)
        return _page("incident", desk, fault=fault, types=TYPES, typed={}, write=write_value)


@blueprint.post("/incidents/<int:incident_id>")
@signed_in
def do_incident(case_id: int, incident_id: int) -> ResponseReturnValue:
    """Try again, with corrected input where something was changed."""
    names = {name.removeprefix("in.") for name in request.form if name.startswith("in.")}
    _check_fields({f"in.{name}" for name in names})
    typed = {name: request.form[f"in.{name}"].replace("\r\n", "\n") for name in names}
    try:
        with edge().unit(actor()) as work:
            fault = read_fault(work, open_desk(work, case_id), incident_id)
            changed = _changed(fault.inputs, typed)
            mend.retry_changed(work, case_id, incident_id, variables=changed, reason=_reason(), seen=_seen())
    except InvalidError as error:
        with edge().view(actor()) as work:
            desk = open_desk(work, case_id)
            fault = read_fault(work, desk, incident_id)
            told = {"errors": _told(error), "typed": typed, "write": write_value}
            return _page("incident", desk, fault=fault, types=TYPES, **told), 422
    return _done(case_id, gettext(msg("已重试。")))


def _changed(inputs: tuple[Value, ...], typed: dict[str, str]) -> dict[str, Any]:
    """The inputs typed anew, read by their type; raises InvalidError with each that cannot be read."""
    known = {row.declared.name: row for row in inputs}
    if set(typed) - set(known):
        raise NotFoundError
    changed: dict[str, Any] = {}
    wrong: dict[str, tuple[Message, ...]] = {}
    for name, text in typed.items():
        if text == write_value(known[name].value):
            continue
        try:
            changed[name] = read_value(text, known[name].declared.kind)
        except InvalidError as error:
            wrong[f"in.{name}"] = error.fields["value"]
    if wrong:
        raise InvalidError(fields=wrong)
    return changed
