"""The front door and the choice of language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for

from webapp.adapters.catalog import LOCALES
from webapp.domain.errors import InvalidError
from webapp.views.house import signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("home", __name__)

YEAR = 365 * 24 * 3600  # seconds
COOKIE = "language"


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The first screen is work."""
    return redirect(url_for("inbox.mine"))


@blueprint.post("/language")
def language() -> ResponseReturnValue:
    """Remember the reader's language and go back to where they were."""
    chosen = request.form.get("locale", "")
    if chosen not in LOCALES:
        raise InvalidError
    answer = redirect(local_path(request.form.get("next", "/")))
    answer.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return answer


def local_path(path: str) -> str:
    """A path of this site, or the front door: nobody is sent elsewhere."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if safe and path.isprintable() else "/"
