"""The inbox: the first screen is work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from webapp.services import inbox
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """Tasks that are mine."""
    with edge().view(actor()) as work:
        tasks = inbox.my_tasks(work)
    return render_template("inbox/mine.html", tasks=tasks)
