"""The permit register: a list that ends first at the top, one form for new and old, the scan."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from webapp.adapters.uploads import delivery
from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.permissions import Permission
from webapp.domain.permits import PermitState, state_on
from webapp.domain.text import msg
from webapp.services.documents.words import CODES
from webapp.services.people import local_date
from webapp.services.permits import register
from webapp.services.permits.expiry import renewal_of
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.uploads import posted_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from models.permit import Permit
    from webapp.domain.text import Message
    from webapp.services.work import Work

blueprint = Blueprint("permits", __name__, url_prefix="/permits")

STATES = {
    PermitState.VALID: (msg("有效"), "ok"),
    PermitState.NOT_YET: (msg("尚未生效"), "info"),
    PermitState.EXPIRED: (msg("已过期"), "danger"),
    PermitState.REVOKED: (msg("已撤销"), "danger"),
}
FIELDS = (
    "number",
    "entity_id",
    "region",
    "system",
    "posts",
    "cycle",
    "valid_from",
    "valid_to",
    "revoked_on",
    "persons",
)
SYSTEMS = ("comprehensive", "irregular")
CYCLES = ("week", "month", "quarter", "half_year", "year")


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The permits of my scope."""
    if not actor().may(Permission.PERMIT_READ):
        raise ForbiddenError
    with edge().view(actor()) as work:
        return render_template(
            "permits/list.html",
            rows=[_row(work, each) for each in register.list_permits(work)],
            writes=actor().may(Permission.PERMIT_WRITE),
            codes=CODES,
        )


def _row(work: Work, permit: Permit) -> dict[str, Any]:
    state = state_on(register.as_rule(permit), local_date(work.now))
    words, tone = STATES[state]
    plan = renewal_of(work, permit)
    late = state is PermitState.VALID and local_date(work.now) >= min((*plan.reminders, plan.apply_by))
    return {"permit": permit, "state": words, "tone": "warn" if late else tone, "plan": plan, "late": late}


@blueprint.get("/new")
@signed_in
def new() -> ResponseReturnValue:
    """An empty form."""
    if not actor().may(Permission.PERMIT_WRITE):
        raise ForbiddenError
    return _form(None, {})


@blueprint.get("/<int:permit_id>")
@signed_in
def page(permit_id: int) -> ResponseReturnValue:
    """One permit."""
    return _form(permit_id, {})


@blueprint.post("/new")
@signed_in
def enter() -> ResponseReturnValue:
    """Enter a permit by hand."""
    return _save(None)


@blueprint.post("/<int:permit_id>")
@signed_in
def change(permit_id: int) -> ResponseReturnValue:
    """Change a permit that was seen at a version."""
    return _save(permit_id)


def _save(permit_id: int | None) -> ResponseReturnValue:
    try:
        values = _posted()
        with edge().unit(actor()) as work:
            row = register.save_permit(
                work, values, permit_id=permit_id, version=request.form.get("version", 0, int)
            )
            saved = row.id
    except InvalidError as error:
        if not error.fields:
            raise
        return _form(permit_id, error.fields), 422
    flash(gettext(msg("已保存。")), "ok")
    return redirect(url_for("permits.page", permit_id=saved), 303)


def _form(permit_id: int | None, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().view(actor()) as work:
        row = None if permit_id is None else register.readable_permit(work, permit_id)
        return render_template(
            "permits/page.html",
            permit=row,
            shown=None if row is None else _row(work, row),
            employers=[(e.id, e.name) for e in register.employers(work)],
            given=request.form if request.method == "POST" else _given(row),
            writes=actor().may(Permission.PERMIT_WRITE)
            if row is None
            else actor().may_within(Permission.PERMIT_WRITE, entity_id=row.entity_id),
            systems=[(key, gettext(CODES[key])) for key in SYSTEMS],
            cycles=[(key, gettext(CODES[key])) for key in CYCLES],
            codes=CODES,
            errors={key: [gettext(m) for m in messages] for key, messages in errors.items()},
        )


def _given(row: Permit | None) -> dict[str, Any]:
    if row is None:
        return {}
    plain = register.plain_permit(row)
    return {
        **{key: plain.get(key) or "" for key in FIELDS},
        "entity_id": row.entity_id,
        "posts": "\n".join(row.posts),
        "persons": "\n".join(row.persons),
    }


def _posted() -> register.PermitValues:
    """The posted form; raises InvalidError at the field."""
    form = request.form
    return register.PermitValues(
        number=form.get("number", "").strip()[:100],
        entity_id=form.get("entity_id", 0, int),
        region=form.get("region", "").strip()[:12],
        system=form.get("system", ""),
        posts=_lines(form.get("posts", "")),
        cycle=form.get("cycle") or None,
        persons=_lines(form.get("persons", "")),
        valid_from=_day("valid_from"),
        valid_to=_day("valid_to"),
        revoked_on=_day("revoked_on") if form.get("revoked_on") else None,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(line.strip() for line in text.replace("、", "\n").splitlines() if line.strip())
    )


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise InvalidError(fields={name: (msg("请填写日期。"),)}) from None


@blueprint.post("/<int:permit_id>/scan")
@signed_in
def scan(permit_id: int) -> ResponseReturnValue:
    """Keep the scan of the decision."""
    name, data = posted_file()
    try:
        with edge().unit(actor()) as work:
            version = request.form.get("version", 0, int)
            register.keep_scan(work, permit_id, name=name, data=data, version=version)
    except InvalidError as error:
        if not error.fields:
            raise
        return _form(permit_id, error.fields), 422
    flash(gettext(msg("已保存扫描件。")), "ok")
    return redirect(url_for("permits.page", permit_id=permit_id), 303)


@blueprint.get("/<int:permit_id>/scan")
@signed_in
def read(permit_id: int) -> ResponseReturnValue:
    """Hand out the scan."""
    with edge().view(actor()) as work:
        row, data = register.read_scan(work, permit_id)
    headers = delivery(row.scan_name or "scan", row.scan_type or "", dangerous=False, download=False)
    return Response(data, headers=dict(headers))
