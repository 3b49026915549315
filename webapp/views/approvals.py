"""Votes and copies: signers added and taken out, delegates asked, decisions taken back, cases shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for

from models.task import TaskState
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.text import msg
from webapp.services.approvals import verbs
from webapp.services.approvals.copies import acknowledge, send_copy
from webapp.services.tasks.claim import find_person
from webapp.services.tasks.retract import retract
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

    from webapp.services.work import Work

blueprint = Blueprint("approvals", __name__)

HOUSE_FIELDS = frozenset({"csrf_token", "idempotency_key"})


def _check_fields(names: Collection[str]) -> None:
    if set(request.form) - HOUSE_FIELDS - set(names):
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))


def _number(name: str) -> int:
    value = request.form.get(name, type=int)
    if value is None:
        raise InvalidError(msg("提交的内容有误，请刷新页面后再试。"))
    return value


@blueprint.post("/tasks/<int:task_id>/votes")
@signed_in
def add(task_id: int) -> ResponseReturnValue:
    """Ask somebody to sign, or to advise."""
    _check_fields({"version", "kind", "to", "reason"})
    with edge().unit(actor()) as work:
        command = verbs.AddVote(
            task_id=task_id,
            version=_number("version"),
            kind=request.form.get("kind", ""),
            person_id=_person(work),
            reason=request.form.get("reason", ""),
        )
        still_mine = verbs.add_vote(work, command).state == TaskState.OPEN
    flash(gettext(msg("已请对方办理。")), "ok")
    return redirect(url_for("tasks.page", task_id=task_id) if still_mine else url_for("inbox.mine"), 303)


def _person(work: Work) -> int:
    try:
        return find_person(work, request.form.get("to", "").strip())
    except NotFoundError as error:
        raise InvalidError(fields={"to": (msg("请选择一位在职人员。"),)}) from error


@blueprint.post("/votes/<int:vote_id>/remove")
@signed_in
def remove(vote_id: int) -> ResponseReturnValue:
    """Take a signer out."""
    _check_fields({"seen", "reason"})
    with edge().unit(actor()) as work:
        ballot = verbs.remove_vote(work, vote_id, seen=_number("seen"), reason=request.form.get("reason", ""))
        case_id = ballot.case_id
    flash(gettext(msg("已减签。")), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@blueprint.post("/votes/<int:vote_id>/retract")
@signed_in
def take_back_vote(vote_id: int) -> ResponseReturnValue:
    """Take one's own vote back."""
    _check_fields({"seen"})
    with edge().unit(actor()) as work:
        ballot = verbs.retract_vote(work, vote_id, seen=_number("seen"))
        task_id = next(v.task_id for v in ballot.votes if v.id == vote_id)
    flash(gettext(msg("已撤回，请重新表决。")), "ok")
    return redirect(url_for("tasks.page", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/retract")
@signed_in
def take_back(task_id: int) -> ResponseReturnValue:
    """Take one's own decision back."""
    _check_fields({"seen"})
    with edge().unit(actor()) as work:
        again = retract(work, task_id, seen=_number("seen")).id
    flash(gettext(msg("已撤回，请重新办理。")), "ok")
    return redirect(url_for("tasks.page", task_id=again), 303)


@blueprint.post("/cases/<int:case_id>/copies")
@signed_in
def copy(case_id: int) -> ResponseReturnValue:
    """Show the case to others."""
    _check_fields({"to", "note"})
    numbers = request.form.get("to", "").replace("，", ",").replace("、", ",").split(",")
    with edge().unit(actor()) as work:
        send_copy(work, case_id, numbers=numbers, note=request.form.get("note", ""))
    flash(gettext(msg("已抄送。")), "ok")
    return redirect(url_for("cases.page", case_id=case_id), 303)


@blueprint.post("/cases/<int:case_id>/copies/read")
@signed_in
def read(case_id: int) -> ResponseReturnValue:
    """Say that one has read it."""
    _check_fields(())
    with edge().unit(actor()) as work:
        acknowledge(work, case_id)
    return redirect(url_for("cases.page", case_id=case_id), 303)
