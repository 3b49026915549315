"""The case page: header, drawn path, tasks, timeline, data; and its printed book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from models.task import TaskState
from webapp.adapters.pdf.case import render_case
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.cases import operate
from webapp.services.cases.book import case_book, tell_printed
from webapp.services.cases.lists import PAGE, list_cases, own_cases
from webapp.services.cases.page import open_case, readable_values
from webapp.services.cases.say import say, sayable
from webapp.services.cases.states import CASE_STATES, OUTCOMES
from webapp.services.documents.read import documents_of_case, editions_of
from webapp.services.evidence.export import takes_evidence
from webapp.services.inbox.pages import Cursor
from webapp.services.tasks.drafts import add_comment
from webapp.views.documents import STAGES, UNSIGNED
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext
from webapp.views.tasks import STATES, step_picture

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

LONGEST_PLACE = 9  # digits of an event's sequence number in its case

TONES = {"active": "info", "suspended": "warn", "incident": "danger", "completed": "ok", "cancelled": ""}


@blueprint.get("/own")
@signed_in
def own() -> ResponseReturnValue:
    """What I asked for, and what is about me."""
    with edge().view(actor()) as work:
        return render_template(
            "cases/list.html",
            cases=own_cases(work),
            own=True,
            states=CASE_STATES,
            tones=TONES,
            following=None,
        )


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The cases of my scope."""
    state = request.args.get("state", "")
    if state and state not in CASE_STATES:
        raise InvalidError(msg("筛选条件有误。"))
    start = Cursor.read(request.args["start"]) if request.args.get("start") else None
    with edge().view(actor()) as work:
        found = list_cases(work, state=state, start=start)
        last = found[PAGE - 1] if len(found) > PAGE else None
        return render_template(
            "cases/list.html",
            cases=found[:PAGE],
            own=False,
            state=state,
            states=CASE_STATES,
            tones=TONES,
            following=None if last is None else Cursor(at=last.started_at, task_id=last.id),
        )


@blueprint.get("/<int:case_id>")
@signed_in
def page(case_id: int) -> ResponseReturnValue:
    """One case; ``?before=`` a sequence number shows the events before it."""
    before = _place(request.args.get("before"))
    with edge().view(actor()) as work:
        shown = open_case(work, case_id, before=before)
        papers = documents_of_case(work, case_id)
        signed = editions_of(work, [each.id for each in papers])
        return render_template(
            "cases/page.html",
            page=shown,
            documents=[(each, signed[each.id]) for each in papers],
            stages=STAGES,
            unsigned=UNSIGNED,
            earlier=before is not None,
            says=sayable(work, shown.case),
            evidence=takes_evidence(work.actor, shown.case),
            svg=step_picture(shown.bundle.diagram, shown.timeline.passed, current=shown.current),
            states=CASE_STATES,
            tones=TONES,
            outcomes=OUTCOMES,
            me=actor().person_id,
            task_states=STATES,
            open_state=TaskState.OPEN,
            values=readable_values(shown, current_locale()),
            timeline=[
                {
                    "title": gettext(e.title),
                    "who": e.who,
                    "at": e.at,
                    "note": gettext(e.note),
                    "state": e.state,
                }
                for e in reversed(shown.timeline.entries)
            ],
        )


def _place(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_PLACE):
        raise InvalidError(msg("筛选条件有误。"))
    return int(text)


@blueprint.get("/<int:case_id>/book.pdf")
@signed_in
def book(case_id: int) -> ResponseReturnValue:
    """The case on paper; it goes out once an event names its hash."""
    language, who, house = current_locale(), actor(), edge()
    with house.view(who) as work:
        printed = case_book(work, case_id, language=language)
    pdf = render_case(printed, language=language)
    with house.unit(who) as work:
        tell_printed(work, case_id, pdf, language=language)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{printed.number}.pdf"'
    return answer


@blueprint.post("/<int:case_id>/messages/<name>")
@signed_in
def send(case_id: int, name: str) -> ResponseReturnValue:
    """Send a message that the case waits for."""
    with edge().unit(actor()) as work:
        say(work, case_id, name, key=request.form.get("idempotency_key"))
    flash(gettext(msg("已处理。")), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@blueprint.post("/<int:case_id>/comments")
@signed_in
def comment(case_id: int) -> ResponseReturnValue:
    """Add a remark; whom the case is about and who began it are told."""
    with edge().unit(actor()) as work:
        add_comment(work, case_id, text=request.form.get("text", ""))
    return redirect(url_for("cases.page", case_id=case_id) + "#comments", 303)


@blueprint.post("/<int:case_id>/operate")
@signed_in
def act(case_id: int) -> ResponseReturnValue:
    """Withdraw, suspend, resume, cancel, or run on from a fault."""
    what, reason = request.form.get("act", ""), request.form.get("reason", "")
    seen = request.form.get("version", type=int)
    with edge().unit(actor()) as work:
        if what == "withdraw":
            operate.withdraw(work, case_id, reason=reason)
        elif what == "suspend":
            operate.suspend(work, case_id, reason=reason, seen=seen)
        elif what == "resume":
            operate.resume(work, case_id, seen=seen)
        elif what == "cancel":
            operate.cancel(work, case_id, reason=reason, seen=seen)
        elif what == "retry":
            operate.retry(work, case_id, element_id=request.form.get("element", ""), seen=seen)
        else:
            raise InvalidError
    flash(gettext(msg("已处理。")), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)
