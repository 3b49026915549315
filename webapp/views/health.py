"""Is the server alive, and ready for work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, render_template
from sqlalchemy import text

from webapp.adapters.database import is_current
from webapp.domain.errors import ForbiddenError
from webapp.domain.permissions import SYSTEM, Permission
from webapp.services.health import read_health
from webapp.services.notices import restored
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and stands at the newest structure."""
    with edge().view(SYSTEM) as work:
        work.session.execute(text("SELECT 1"))
    if not is_current(edge().engine):
        return jsonify(status="migrate"), 503
    return jsonify(status="ok"), 200


@blueprint.get("/health")
@signed_in
def page() -> str:
    """What waits, what failed, what the nightly check said."""
    if not actor().may(Permission.JOB_READ):
        raise ForbiddenError
    with edge().view(actor()) as work:
        return render_template("health.html", health=read_health(work), restored=restored)
