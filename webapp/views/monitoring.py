"""Monitoring profiles: what is watched at which post and why, with the assessment that allows it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from webapp.adapters.uploads import delivery
from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.monitoring import Watched
from webapp.domain.permissions import Permission
from webapp.domain.text import msg, named
from webapp.services.monitoring import assessments, profiles
from webapp.services.monitoring.standing import WORDS, standing_of
from webapp.services.people import local_date
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.uploads import posted_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from models.monitoring import MonitoringProfile
    from webapp.domain.text import Message
    from webapp.services.work import Work

blueprint = Blueprint("monitoring", __name__, url_prefix="/monitoring")

KINDS: dict[str, Message] = {
    Watched.PUNCH: msg("打卡：时间，以及工作时间内是否在许可区域内"),
    Watched.REPORT: msg("日报与拜访记录：只看是否提交"),
    Watched.RESULT: msg("每月业绩与工时"),
    Watched.CONTACT: msg("往来客户的编号"),
}
SHORT: dict[str, Message] = {
    Watched.PUNCH: msg("打卡"),
    Watched.REPORT: msg("日报与拜访记录"),
    Watched.RESULT: msg("业绩与工时"),
    Watched.CONTACT: msg("客户往来"),
}
TEXTS = ("title", "purpose", "necessity", "zones")


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The profiles of my scope."""
    if not actor().may(Permission.MONITORING_READ):
        raise ForbiddenError
    with edge().view(actor()) as work:
        rows = [(row, standing_of(work, row)) for row in profiles.list_profiles(work)]
        return render_template(
            "monitoring/list.html",
            rows=rows,
            words=WORDS,
            kinds=SHORT,
            writes=actor().may(Permission.MONITORING_WRITE),
        )


@blueprint.get("/new")
@signed_in
def new() -> ResponseReturnValue:
    """An empty form."""
    if not actor().may(Permission.MONITORING_WRITE):
        raise ForbiddenError
    return _page(None, {})


@blueprint.get("/<int:profile_id>")
@signed_in
def page(profile_id: int) -> ResponseReturnValue:
    """One profile with its assessments."""
    return _page(profile_id, {})


@blueprint.post("/new")
@signed_in
def write() -> ResponseReturnValue:
    """Write a profile."""
    return _save(None)


@blueprint.post("/<int:profile_id>")
@signed_in
def change(profile_id: int) -> ResponseReturnValue:
    """Change a profile that was seen at a version."""
    return _save(profile_id)


def _save(profile_id: int | None) -> ResponseReturnValue:
    try:
        values = _posted()
        with edge().unit(actor()) as work:
            saved = profiles.save_profile(work, values, profile_id=profile_id, version=_version()).id
    except InvalidError as error:
        return _refused(profile_id, error)
    flash(gettext(msg("已保存。评估并确认之前不会收集，也不会运行规则。")), "ok")
    return redirect(url_for("monitoring.page", profile_id=saved), 303)


@blueprint.post("/<int:profile_id>/assess")
@signed_in
def assess(profile_id: int) -> ResponseReturnValue:
    """Record the impact assessment of the present edition."""
    form = request.form
    try:
        name, data = posted_file()
        values = assessments.AssessmentValues(
            lawful=form.get("lawful", "").strip(),
            impact=form.get("impact", "").strip(),
            measures=form.get("measures", "").strip(),
            valid_to=_day("assessed_to"),
            name=name,
            data=data,
        )
        with edge().unit(actor()) as work:
            assessments.assess(work, profile_id, values, version=_version())
    except InvalidError as error:
        return _refused(profile_id, error)
    return _done(profile_id, msg("评估已登记，等待另一人确认。"))


@blueprint.post("/<int:profile_id>/confirm")
@signed_in
def confirm(profile_id: int) -> ResponseReturnValue:
    """Confirm what another assessed."""
    with edge().unit(actor()) as work:
        told = assessments.confirm(work, profile_id, version=_version())
    return _done(profile_id, msg("已确认，方案生效；已告知 {n} 人。", n=told))


@blueprint.post("/<int:profile_id>/end")
@signed_in
def end(profile_id: int) -> ResponseReturnValue:
    """Stop a profile at once."""
    try:
        with edge().unit(actor()) as work:
            profiles.end_profile(work, profile_id, version=_version(), reason=request.form.get("reason", ""))
    except InvalidError as error:
        return _refused(profile_id, error)
    return _done(profile_id, msg("已停止：今天起不再收集，也不再运行规则。"))


@blueprint.get("/<int:profile_id>/report/<int:edition>")
@signed_in
def report(profile_id: int, edition: int) -> ResponseReturnValue:
    """Hand out the signed report."""
    with edge().view(actor()) as work:
        row, data = assessments.read_report(work, profile_id, edition)
    headers = delivery(row.report_name, row.report_type, dangerous=False, download=False)
    return Response(data, headers=dict(headers))


def _done(profile_id: int, message: Message) -> ResponseReturnValue:
    flash(gettext(message), "ok")
    return redirect(url_for("monitoring.page", profile_id=profile_id), 303)


def _refused(profile_id: int | None, error: InvalidError) -> ResponseReturnValue:
    if not error.fields and str(error.message) == str(InvalidError.default):
        raise error
    return _page(profile_id, error.fields or {"file": (error.message,)}), 422


def _page(profile_id: int | None, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().view(actor()) as work:
        row = None if profile_id is None else profiles.readable_profile(work, profile_id)
        return render_template(
            "monitoring/page.html",
            profile=row,
            standing=None if row is None else standing_of(work, row),
            words=WORDS,
            assessments=[] if row is None else assessments.assessments_of(work, row.id),
            renewable=row is not None and assessments.renewable(work, row),
            employers=[(e.id, e.name) for e in profiles.employers(work)],
            kinds=[(key, gettext(label)) for key, label in KINDS.items()],
            procedures=[(p.key, gettext(named(p.titles, p.key))) for p in profiles.triage_procedures(work)],
            given=_given(work, row),
            writes=_writes(row),
            me=actor().person_id,
            errors={key: [gettext(m) for m in messages] for key, messages in errors.items()},
        )


def _writes(row: MonitoringProfile | None) -> bool:
    if row is None:
        return actor().may(Permission.MONITORING_WRITE)
    return row.ended_on is None and actor().may_within(Permission.MONITORING_WRITE, entity_id=row.entity_id)


def _given(work: Work, row: MonitoringProfile | None) -> dict[str, Any]:
    if request.method == "POST" and request.endpoint in {"monitoring.write", "monitoring.change"}:
        return {**request.form.to_dict(), "watches": request.form.getlist("watches")}
    if row is None:
        today = local_date(work.now)
        return {"valid_from": today, "valid_to": profiles.default_end(today), "keep_days": 90}
    return {
        **profiles.plain_profile(row),
        "entity_id": row.entity_id,
        "posts": "\n".join(row.posts),
    }


def _posted() -> profiles.ProfileValues:
    """The posted form; raises InvalidError at the field."""
    form = request.form
    texts = {name: form.get(name, "").strip()[:500] for name in TEXTS}
    texts["title"], texts["zones"] = texts["title"][:100], texts["zones"][:300]
    lines = form.get("posts", "").replace("、", "\n").splitlines()
    return profiles.ProfileValues(
        **texts,
        entity_id=form.get("entity_id", 0, int),
        posts=tuple(dict.fromkeys(line.strip()[:100] for line in lines if line.strip())),
        watches=tuple(form.getlist("watches")),
        keep_days=form.get("keep_days", 0, int),
        procedure_key=form.get("procedure_key", "")[:64],
        valid_from=_day("valid_from"),
        valid_to=_day("valid_to"),
    )


def _version() -> int:
    return request.form.get("version", 0, int)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise InvalidError(fields={name: (msg("请填写日期。"),)}) from None
