"""What every view asks of the application: the edge, and who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g
from flask_login import current_user

from webapp.domain.permissions import SYSTEM, Actor
from webapp.services.people import load_actor

if TYPE_CHECKING:
    from webapp.edge import Edge

KEY = "hegui-edge"


def edge() -> Edge:
    """The edge of this application."""
    found: Edge = current_app.extensions[KEY]
    return found


def actor() -> Actor:
    """Who is logged in, read once a request; only behind ``login_required``."""
    if "actor" not in g:
        with edge().view(SYSTEM) as work:
            g.actor = load_actor(work.session, current_user.person_id)
    found: Actor = g.actor
    return found
