"""Import of people, contracts and permits: try a file, read what is wrong, then carry it out."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request

from webapp.domain.errors import ForbiddenError, HeguiError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.imports import contracts, people, permits, report
from webapp.services.imports.store import carry_out, dry_run
from webapp.services.observations.columns import COLUMNS as OBSERVED
from webapp.services.observations.columns import TITLES
from webapp.views.house import actor, edge, signed_in
from webapp.views.uploads import posted_file

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

KINDS: dict[str, Message] = {
    "people": msg("人员"),
    "contracts": msg("劳动合同"),
    "permits": msg("特殊工时审批"),
    **TITLES,
}
COLUMNS = {
    "people": people.COLUMNS,
    "contracts": contracts.COLUMNS,
    "permits": permits.COLUMNS,
    **OBSERVED,
}
SHOWN = 300  # lines of a list on the page


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Where a file is chosen."""
    if not actor().may(Permission.IMPORT_RUN):
        raise ForbiddenError
    return render_template("imports/index.html", kinds=KINDS, columns=COLUMNS, kind="people")


@blueprint.post("/")
@signed_in
def run() -> ResponseReturnValue:
    """Try a file, or carry it out when ``sha256`` says that this file was tried before.

    The answer to htmx is the result alone, so that the chosen file stays chosen.
    """
    if not actor().may(Permission.IMPORT_RUN):
        raise ForbiddenError
    kind = request.form.get("kind", "")
    tried = request.form.get("sha256", "")
    plan, told, done, refused = None, None, False, None
    try:
        name, data = posted_file()
        if tried:
            with edge().unit(actor()) as work:
                plan = carry_out(work, kind, data, name=name, sha256=tried)
        else:
            with edge().view(actor()) as work:
                plan = dry_run(work, kind, data, name=name)
        told, done = report(plan), bool(tried)
    except ForbiddenError:
        raise
    except HeguiError as error:
        refused = error.message
    part = "imports/result.html" if request.headers.get("HX-Request") else "imports/index.html"
    page = render_template(
        part,
        kinds=KINDS,
        columns=COLUMNS,
        kind=kind,
        plan=plan,
        told=told,
        done=done,
        refused=refused,
        shown=SHOWN,
    )
    return page, 422 if refused and not request.headers.get("HX-Request") else 200


@blueprint.get("/<kind>.csv")
@signed_in
def template(kind: str) -> ResponseReturnValue:
    """An empty file with the column titles, readable by the usual spreadsheets."""
    if kind not in COLUMNS:
        abort(404)
    out = io.StringIO()
    csv.writer(out).writerow([f"{c.title}*" if c.required else c.title for c in COLUMNS[kind]])
    return Response(
        out.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{kind}.csv"'},
    )
