"""Is the server alive, and ready for work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify
from sqlalchemy import text

from webapp.adapters.database import is_current
from webapp.domain.permissions import SYSTEM
from webapp.views.house import edge

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
