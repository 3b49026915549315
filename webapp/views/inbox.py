"""The inbox: the first screen is work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.keys import read_key
from webapp.domain.text import Message, msg
from webapp.services.inbox.filters import find_filter, list_filters, save_filter
from webapp.services.inbox.pages import Cursor, DueGroup, InboxFilter, read_page
from webapp.services.inbox.tabs import Tab, counts, read_reach
from webapp.services.procedures.bundle import list_procedures
from webapp.services.tasks.claim import claim, urge
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.services.work import Work

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")

GROUPS = {
    DueGroup.OVERDUE: msg("已逾期"),
    DueGroup.TODAY: msg("今天"),
    DueGroup.WEEK: msg("本周"),
    DueGroup.LATER: msg("以后"),
}
MOST = 50  # tasks of one bulk press


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """One tab of the inbox."""
    tab = _tab(request.args.get("tab", "mine"))
    saved_id = request.args.get("saved", type=int)
    cursor = Cursor.read(request.args["start"]) if request.args.get("start") else None
    with edge().view(actor()) as work:
        wanted = InboxFilter.read(find_filter(work, saved_id).query if saved_id else request.args)
        reach = read_reach(work)
        page = read_page(work, tab, wanted, cursor=cursor, reach=reach)
        return render_template(
            "inbox/mine.html",
            page=page,
            wanted=wanted,
            counts=counts(work, reach),
            groups=page.groups(work.now)
            if tab is not Tab.DONE
            else ([(DueGroup.LATER, page.tasks)] if page.tasks else []),
            group_words=GROUPS if tab is not Tab.DONE else {DueGroup.LATER: msg("最近办理")},
            due_words=list(GROUPS.items()),
            procedures=list_procedures(work.session),
            saved=list_filters(work),
            saved_id=saved_id,
            shareable=sorted({g.role.value for g in work.actor.grants}),
        )


@blueprint.get("/search")
@signed_in
def search() -> ResponseReturnValue:
    """The search box of the top bar: over everything open that the person may see."""
    return redirect(url_for("inbox.mine", tab=Tab.ALL.value, q=request.args.get("q", "")))


@blueprint.post("/filters")
@signed_in
def save() -> ResponseReturnValue:
    """Keep the filter row under a name."""
    with edge().unit(actor()) as work:
        kept = save_filter(
            work,
            InboxFilter.read(request.form),
            name=request.form.get("name", ""),
            shared_role=request.form.get("shared_role", ""),
        )
    return redirect(url_for("inbox.mine", tab=_tab(request.form.get("tab", "mine")), saved=kept.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one task of a bulk press."""

    task_id: int
    ok: bool
    message: Message


@blueprint.post("/bulk")
@signed_in
def bulk() -> ResponseReturnValue:
    """Act on many: each task is a click of its own, so that one refusal spoils nothing else."""
    act, chosen = request.form.get("act", ""), request.form.getlist("id")[:MOST]
    if act not in ACTS or not chosen:
        raise InvalidError(msg("请先选择任务。"))
    results = [_one(act, text) for text in chosen]
    return render_template("inbox/bulk.html", results=results, tab=_tab(request.form.get("tab", "mine")))


def _one(act: str, text: str) -> Result:
    first, _, second = text.partition(":")
    task_id, version = read_key(first), read_key(second)
    if task_id is None or version is None:
        raise InvalidError(msg("选择有误，请刷新后再试。"))
    try:
        with edge().unit(actor()) as work:
            ACTS[act](work, task_id, version)
    except HeguiError as error:
        return Result(task_id=task_id, ok=False, message=error.message)
    return Result(task_id=task_id, ok=True, message=msg("已办理。"))


def _claim(work: Work, task_id: int, version: int) -> None:
    claim(work, task_id, version=version)


def _approve(work: Work, task_id: int, version: int) -> None:
    complete(work, CompleteTask(task_id=task_id, version=version, values={"outcome": "approve"}))


def _urge(work: Work, task_id: int, _version: int) -> None:
    urge(work, task_id)


ACTS = {"claim": _claim, "approve": _approve, "urge": _urge}


def _tab(text: str) -> Tab:
    try:
        return Tab(text)
    except ValueError as error:
        raise InvalidError(msg("没有这个分类。")) from error
