"""Moving running cases to another version: choose, see the difference, judge each case, run, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from models.migration import MemberState
from webapp.domain.errors import InvalidError
from webapp.domain.keys import read_key
from webapp.domain.scene import Trail
from webapp.domain.text import msg, named
from webapp.engine.migration import Verdict
from webapp.services.migrations import plan as plans
from webapp.services.migrations import runs
from webapp.services.procedures.bundle import load_bundle
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.tasks import drawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message
    from webapp.services.migrations.plan import Plan
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

blueprint = Blueprint("migrations", __name__, url_prefix="/migrations")

MAP = "map."  # before the id of an element in the form
VERDICTS = {
    Verdict.FINE: msg("可以迁移"),
    Verdict.MAPPING: msg("要指定对应元素"),
    Verdict.BLOCKED: msg("不能迁移"),
}
VERDICT_TONES = {Verdict.FINE: "ok", Verdict.MAPPING: "warn", Verdict.BLOCKED: "danger"}
MEMBERS = {
    MemberState.PENDING: msg("等待迁移"),
    MemberState.MOVED: msg("已迁移"),
    MemberState.BLOCKED: msg("没有迁移"),
}
MEMBER_TONES = {MemberState.PENDING: "", MemberState.MOVED: "ok", MemberState.BLOCKED: "danger"}


@blueprint.get("/procedure/<key>")
@signed_in
def choose(key: str) -> ResponseReturnValue:
    """Two versions side by side, and every case judged."""
    with edge().view(actor()) as work:
        return _choice(work, key, source=request.args.get("from", type=int), given=request.args)


def _choice(
    work: Work,
    key: str,
    *,
    source: int | None,
    given: Mapping[str, str],
    errors: Mapping[str, list[str]] | None = None,
) -> str:
    procedure = plans.movable_procedure(work, key)
    found = plans.choices(work, procedure)
    begun = next((c for c in found if c.running and c is not found[0]), None)
    before = source or (begun.version.number if begun else None)
    target = read_key(given.get("to") or "")
    if target is None and found:
        target = found[0].version.number
    made = None
    if before is not None and target is not None and before != target:
        one, two = plans.version_of(found, before), plans.version_of(found, target)
        bundles = load_bundle(work.session, one.id), load_bundle(work.session, two.id)
        mapping = plans.checked_mapping(*bundles, _mapping(given))
        page = request.args.get("after", 0, type=int)
        made = plans.make_plan(work, procedure, source=one, target=two, mapping=mapping, beyond=page)
    return render_template(
        "migrations/choose.html",
        procedure=procedure,
        title=named(procedure.titles, procedure.key),
        choices=found,
        before=before,
        after=target,
        plan=made,
        pictures=_pictures(made) if made else (),
        labels=_labels(made) if made else {},
        targets=_targets(made) if made else {},
        following=_following(made, before, target) if made else "",
        verdicts=VERDICTS,
        tones=VERDICT_TONES,
        runs=runs.runs_of(work, procedure),
        reason=request.form.get("reason", ""),
        errors=errors or {},
    )


def _following(plan: Plan, before: int | None, target: int | None) -> str:
    """Where the next cases are judged, by the same versions and mapping; empty on the last page."""
    if plan.following is None:
        return ""
    mapping = {MAP + old: new for old, new in plan.mapping.items()}
    asked: dict[str, Any] = {"from": before, "to": target, "after": plan.following, **mapping}
    return url_for("migrations.choose", key=plan.procedure.key, **asked)


def _mapping(given: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(MAP): value for name, value in given.items() if name.startswith(MAP)}


def _pictures(plan: Plan) -> tuple[str, str]:
    """Both diagrams with what is gone, new and different marked by colour and sign."""
    difference = plan.difference
    changed = frozenset(difference.changed)
    old = drawn(plan.before.diagram, Trail(removed=frozenset(difference.removed), changed=changed))
    new = drawn(plan.after.diagram, Trail(added=frozenset(difference.added), changed=changed))
    return old, new


def _labels(plan: Plan) -> dict[str, Message]:
    names = {**plan.before.names, **plan.after.names}
    return {name: named(texts, name) for name, texts in names.items()}


def _targets(plan: Plan) -> dict[str, list[tuple[str, str]]]:
    """For each element with tokens that is gone: elements of the same kind in the other version."""
    return {name: _same_kind(plan.before, plan.after, name) for name in plan.unmapped}


def _same_kind(before: Bundle, after: Bundle, name: str) -> list[tuple[str, str]]:
    kind = before.elements[name].type if name in before.elements else ""
    return [(e.id, gettext(named(e.names, e.id))) for e in after.elements.values() if e.type == kind]


@blueprint.post("/procedure/<key>")
@signed_in
def start(key: str) -> ResponseReturnValue:
    """Begin to move."""
    form = request.form
    known = {"csrf_token", "idempotency_key", "from", "to", "reason"}
    if any(name not in known and not name.startswith(MAP) for name in form):
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
    source, target = form.get("from", type=int), form.get("to", type=int)
    try:
        with edge().unit(actor()) as work:
            procedure = plans.movable_procedure(work, key)
            found = plans.choices(work, procedure)
            one, two = plans.version_of(found, source), plans.version_of(found, target)
            bundles = load_bundle(work.session, one.id), load_bundle(work.session, two.id)
            mapping = plans.checked_mapping(*bundles, _mapping(form))
            run_id = runs.start_run(
                work, procedure, source=one, target=two, mapping=mapping, reason=form.get("reason", "")
            ).id
    except InvalidError as error:
        if "reason" not in error.fields:
            raise
        told = {name: [gettext(m) for m in sentences] for name, sentences in error.fields.items()}
        with edge().view(actor()) as work:
            return _choice(work, key, source=source, given=form, errors=told), 422
    return redirect(url_for("migrations.progress", run_id=run_id), 303)


@blueprint.get("/<int:run_id>")
@signed_in
def progress(run_id: int) -> ResponseReturnValue:
    """How far a run is, and what became of each case."""
    return _progress("migrations/progress.html", run_id)


@blueprint.get("/<int:run_id>/table")
@signed_in
def table(run_id: int) -> ResponseReturnValue:
    """The same without the page around it: fetched again while the run moves."""
    return _progress("migrations/table.html", run_id)


def _progress(template: str, run_id: int) -> str:
    with edge().view(actor()) as work:
        shown = runs.read_progress(work, run_id)
        return render_template(
            template,
            shown=shown,
            title=named(shown.run.procedure.titles, shown.run.procedure.key),
            words=MEMBERS,
            tones=MEMBER_TONES,
            problem=runs.problem_of,
        )


@blueprint.post("/<int:run_id>/back")
@signed_in
def take_back(run_id: int) -> ResponseReturnValue:
    """Move back what the run moved."""
    if set(request.form) - {"csrf_token", "idempotency_key", "reason"}:
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
    with edge().unit(actor()) as work:
        back = runs.take_back(work, run_id, reason=request.form.get("reason", ""))
        back_id = back.id
    flash(gettext(msg("正在退回。")), "ok")
    return redirect(url_for("migrations.progress", run_id=back_id), 303)
