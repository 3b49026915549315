"""What every view asks of the application: the edge, and who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import current_app, g
from flask_login import current_user, login_required

from webapp.domain.permissions import SYSTEM, Actor
from webapp.services.people import load_actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.edge import Edge

KEY = "hegui-edge"
P = ParamSpec("P")
R = TypeVar("R")


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Send whoever is not logged in to the log-in page first."""
    guarded: Callable[P, R] = login_required(view)
    return guarded


def edge() -> Edge:
    """The edge of this application."""
    found: Edge = current_app.extensions[KEY]
    return found


def actor() -> Actor:
    """Who is logged in, read once a request; only behind ``signed_in``."""
    if "actor" not in g:
        with edge().view(SYSTEM) as work:
            g.actor = load_actor(work.session, current_user.person_id)
    found: Actor = g.actor
    return found
