"""Systems that hand in observations: their tokens, and the one call that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, render_template, request

from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM, Permission
from webapp.domain.text import msg
from webapp.services.monitoring.profiles import employers
from webapp.services.observations import sources
from webapp.services.observations.columns import COLUMNS, TITLES
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("observations", __name__, url_prefix="/sources")

BEARER = "Bearer "


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The systems of my scope."""
    return _page({})


def _page(errors: Mapping[str, tuple[Message, ...]], token: str = "") -> str:
    if not actor().may(Permission.MONITORING_READ):
        raise ForbiddenError
    with edge().view(actor()) as work:
        return render_template(
            "monitoring/sources.html",
            rows=sources.list_sources(work),
            employers=[(e.id, e.name) for e in employers(work)],
            kinds=[(key, gettext(label)) for key, label in TITLES.items()],
            titles=TITLES,
            columns={key: [c.titles[-1] for c in columns] for key, columns in COLUMNS.items()},
            writes=actor().may(Permission.MONITORING_WRITE),
            given=request.form,
            chosen=request.form.getlist("kinds"),
            token=token,
            errors={key: [gettext(m) for m in messages] for key, messages in errors.items()},
        )


@blueprint.post("/")
@signed_in
def let_in() -> ResponseReturnValue:
    """Let a system in; its token is shown on this answer alone."""
    try:
        with edge().unit(actor()) as work:
            token = sources.let_in(
                work,
                entity_id=request.form.get("entity_id", 0, int),
                name=request.form.get("name", "").strip()[:64],
                kinds=tuple(request.form.getlist("kinds")),
            )
    except InvalidError as error:
        return _page(error.fields), 422
    return _page({}, token)


@blueprint.post("/<int:source_id>/end")
@signed_in
def shut_out(source_id: int) -> ResponseReturnValue:
    """End a token at once."""
    with edge().unit(actor()) as work:
        sources.shut_out(work, source_id)
    return _page({})


@blueprint.post("/rows/<kind>")
def receive(kind: str) -> ResponseReturnValue:
    """Rows of a system, with its token in the header ``Authorization: Bearer``: all or none are taken."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(BEARER) or kind not in COLUMNS:
        raise NotFoundError
    token = header.removeprefix(BEARER).strip()
    with edge().view(SYSTEM) as work:
        sources.source_of(work, kind, token=token)  # a stranger's body is not even read
    body = request.get_json(silent=True)
    rows = body.get("rows") if isinstance(body, dict) else None
    if isinstance(body, dict) and set(body) != {"rows"}:
        raise InvalidError(msg("请求里只能有 rows 一项。"))
    with edge().unit(SYSTEM) as work:
        plan = sources.receive(work, kind, rows, token=token)
    told = {
        "counts": dict(plan.counts),
        "faults": [_line(f.row, f.column, f.message) for f in plan.faults],
        "left_out": [_line(n.row, n.column, n.message) for n in plan.notes],
    }
    return jsonify(told), 200 if plan.ready else 422


def _line(row: int, column: str, message: Message) -> dict[str, object]:
    """Rows are counted from 1 in the call; a fault of a field's name has row 0."""
    return {"row": max(0, row - 1), "field": column, "message": gettext(message)}
