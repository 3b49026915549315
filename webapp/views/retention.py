"""How long things are kept: holds, due cases, and proposals that wait for a second person."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.keys import read_key
from webapp.domain.permissions import Permission
from webapp.domain.reach import SHANGHAI
from webapp.domain.text import msg
from webapp.services.retention import due, hold, periods
from webapp.views.house import actor, edge, signed_in
from webapp.views.retentionwords import end_words
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("retention", __name__, url_prefix="/retention")
NUMBER = re.compile(r"(?:[A-Z]{1,8}-\d{4}-)?0*(\d{1,18})")


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Holds, what is due, what waits."""
    return _page({})


def _page(errors: Mapping[str, tuple[Message, ...]]) -> ResponseReturnValue:
    who = actor()
    if not (who.may(Permission.HOLD_WRITE) or who.may(Permission.ERASE)):
        raise ForbiddenError
    after = request.args.get("after", 0, type=int)
    with edge().view(who) as work:
        holds = hold.standing(work)
        cases = due.list_due(work, after=after)
        proposed = due.list_proposed(work)
        ends = list(periods.list_periods(work)) if who.may(Permission.ERASE) else []
    page = render_template(
        "retention.html",
        holds=holds,
        cases=cases,
        proposed=proposed,
        me=who.person_id,
        may_hold=who.may(Permission.HOLD_WRITE),
        may_erase=who.may(Permission.ERASE),
        ends=[(each, end_words(each.table, each.months)) for each in ends],
        following=url_for("retention.index", after=cases[-1].id) if len(cases) == due.PAGE else "",
        errors=errors,
        typed=request.form,
    )
    return page, 422 if errors else 200


@blueprint.post("/holds")
@signed_in
def place() -> ResponseReturnValue:
    """Place a hold."""
    try:
        asked = hold.NewHold(
            case_number_id=_case_id(request.form.get("case", "").strip()),
            person_number=request.form.get("person", "").strip()[:32],
            since=_day(request.form.get("since", ""), field="since"),
            until=_day(request.form.get("until", ""), field="until", end=True),
            reason=request.form.get("reason", ""),
        )
        with edge().unit(actor()) as work:
            hold.place(work, asked)
    except InvalidError as error:
        return _page(error.fields)
    return _done(msg("已保全：范围内的内容不会被删除。"))


@blueprint.post("/holds/<int:hold_id>/release")
@signed_in
def release(hold_id: int) -> ResponseReturnValue:
    """Release a hold."""
    try:
        with edge().unit(actor()) as work:
            hold.release(work, hold_id, reason=request.form.get("reason", ""))
    except InvalidError as error:
        return _page({f"release-{hold_id}": error.fields["reason"]})
    return _done(msg("保全已解除。"))


@blueprint.post("/erasures")
@signed_in
def propose() -> ResponseReturnValue:
    """Propose the erasure of due cases."""
    chosen = [key for text in request.form.getlist("case") if (key := read_key(text)) is not None]
    try:
        with edge().unit(actor()) as work:
            count = due.propose(work, chosen, reason=request.form.get("reason", ""))
    except InvalidError as error:
        return _page({f"propose-{name}": sentences for name, sentences in error.fields.items()})
    return _done(msg("已提议删除 {n} 件，等待另一人确认。", n=count))


@blueprint.post("/erasures/<int:erasure_id>")
@signed_in
def decide(erasure_id: int) -> ResponseReturnValue:
    """Confirm or refuse what another proposed; any other answer is no answer."""
    act = request.form.get("act", "")
    if act not in {"confirm", "refuse"}:
        raise InvalidError
    try:
        with edge().unit(actor()) as work:
            due.decide(work, erasure_id, confirm=act == "confirm", reason=request.form.get("reason", ""))
    except InvalidError as error:
        return _page({f"decide-{erasure_id}": error.fields["reason"]})
    return _done(msg("已确认，内容将被删除。") if act == "confirm" else msg("已拒绝，内容保留。"))


def _done(message: Message) -> ResponseReturnValue:
    flash(gettext(message), "ok")
    return redirect(url_for("retention.index"), 303)


def _case_id(text: str) -> int | None:
    if not text:
        return None
    found = NUMBER.fullmatch(text.upper())
    if found is None:
        sentence = msg("没有这个案件，或您无权保全。")
        raise InvalidError(sentence, fields={"case": (sentence,)})
    return int(found.group(1))


def _day(text: str, *, field: str, end: bool = False) -> datetime | None:
    """Midnight in Shanghai at the beginning of a day, or at its end."""
    if not text.strip():
        return None
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007  a date has no zone
    except ValueError as error:
        sentence = msg("请填写日期。")
        raise InvalidError(sentence, fields={field: (sentence,)}) from error
    start = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    return start + timedelta(days=1) if end else start
