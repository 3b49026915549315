"""The list of procedures, and what every page of the studio shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from models.procedure import VersionState
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg, named
from webapp.services.procedures import drafts, pause, release, updates
from webapp.services.procedures.starts import registered
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

    from models.procedure import Procedure, ProcedureVersion
    from models.trigger import StartTrigger
    from webapp.domain.text import Message
    from webapp.services.procedures.problems import FileProblem
    from webapp.services.work import Work

blueprint = Blueprint("studio", __name__, url_prefix="/studio")

STATES = {
    VersionState.DRAFT: msg("草稿"),
    VersionState.SUBMITTED: msg("等待发布"),
    VersionState.RELEASED: msg("已发布"),
    VersionState.WITHDRAWN: msg("已停用"),
}
TONES = {"draft": "warn", "submitted": "info", "released": "ok", "withdrawn": ""}
START_KINDS = {"message": msg("收到消息时"), "signal": msg("收到信号时"), "timer": msg("定时")}
HOUSE_FIELDS = frozenset({"csrf_token", "idempotency_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A procedure in the list."""

    procedure: Procedure
    title: Message
    newest: ProcedureVersion | None  # that new cases use
    open: ProcedureVersion | None  # draft or submitted
    edits: bool
    shipped: bool  # the product brings changes that its owner has not looked at
    starts: tuple[StartTrigger, ...]  # by which cases begin by themselves


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """All procedures with their versions and states."""
    with edge().view(actor()) as work:
        procedures = drafts.list_all(work)
        begins = registered(work, [procedure.id for procedure in procedures])
        rows = [_row(work, p, tuple(begins.get(p.id, ()))) for p in procedures]
        return render_template(
            "studio/index.html",
            rows=rows,
            states=STATES,
            tones=TONES,
            kinds=START_KINDS,
            people=release.people_of(work, rows_of(rows)),
        )


def rows_of(rows: list[Row]) -> list[ProcedureVersion]:
    """All versions of the list."""
    return [version for row in rows for version in row.procedure.versions]


def _row(work: Work, procedure: Procedure, starts: tuple[StartTrigger, ...]) -> Row:
    versions = procedure.versions
    released = [v for v in versions if v.state == VersionState.RELEASED]
    return Row(
        procedure=procedure,
        title=named(procedure.titles, procedure.key),
        newest=released[-1] if released else None,
        open=next((v for v in versions if v.state in drafts.OPEN), None),
        edits=drafts.may_edit(work, procedure),
        shipped=updates.is_offered(procedure),
        starts=starts,
    )


@blueprint.post("/<key>/drafts")
@signed_in
def draft(key: str) -> ResponseReturnValue:
    """Start a draft and open its diagram."""
    posted(())
    with edge().unit(actor()) as work:
        number = drafts.make_draft(work, key).number
    return redirect(url_for("studio.version", key=key, number=number), code=303)


@blueprint.post("/<key>/<int:number>/discard")
@signed_in
def discard(key: str, number: int) -> ResponseReturnValue:
    """Throw a draft away."""
    form = posted({"version"})
    with edge().unit(actor()) as work:
        drafts.discard(work, key, number, version=guard(form["version"]))
    return redirect(url_for("studio.index"), code=303)


@blueprint.post("/<key>/suspend")
@signed_in
def suspend(key: str) -> ResponseReturnValue:
    """Let no new case begin."""
    form = posted({"reason"})
    with edge().unit(actor()) as work:
        pause.suspend_procedure(work, key, reason=form["reason"])
    return redirect(url_for("studio.index"), code=303)


@blueprint.post("/<key>/resume")
@signed_in
def resume(key: str) -> ResponseReturnValue:
    """Let cases begin again."""
    posted(())
    with edge().unit(actor()) as work:
        pause.resume_procedure(work, key)
    return redirect(url_for("studio.index"), code=303)


def posted(names: Collection[str]) -> dict[str, str]:
    """The fields of a posted form; raises InvalidError for a missing or unknown one."""
    if set(request.form) - HOUSE_FIELDS != set(names):
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
    return {name: request.form[name] for name in names}


def guard(value: object) -> int:
    """The version that a page was given; raises InvalidError for anything but a whole number."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
    return int(text)


def told(problem: FileProblem) -> dict[str, str]:
    """A problem as the editors' list takes it."""
    return {
        "element": problem.element,
        "name": gettext(problem.name) if problem.name else "",
        "message": gettext(problem.message),
        "level": "error" if problem.error else "warning",
        "path": problem.path,
    }
