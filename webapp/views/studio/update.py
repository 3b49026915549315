"""What an upgrade brings: shipped base, the owner's version and the new shipped state, change by change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg, named
from webapp.services.procedures import updates
from webapp.services.procedures.updates import KEEP, TAKE, Choice
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.studio.pages import HOUSE_FIELDS, blueprint, guard, posted
from webapp.views.studio.review import FILE_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

SEEN = frozenset({"number", "sha256"})  # what the page showed


@blueprint.get("/<key>/update")
@signed_in
def update(key: str) -> ResponseReturnValue:
    """Every change of the new shipped state; where both changed the same, somebody has to choose."""
    return _page(key, {}, {})


def _page(key: str, chosen: Mapping[str, str], errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().view(actor()) as work:
        offer = updates.read_offer(work, key)
        return render_template(
            "studio/update.html",
            offer=offer,
            title=named(offer.procedure.titles, key),
            file_kinds=FILE_KINDS,
            take=TAKE,
            keep=KEEP,
            chosen={name: "" if unit.conflict else TAKE for name, unit in offer.units()} | dict(chosen),
            names={name: unit.name for name, unit in offer.units()},
            errors={name: [gettext(each) for each in told] for name, told in errors.items()},
        )


@blueprint.post("/<key>/update")
@signed_in
def take(key: str) -> ResponseReturnValue:
    """What was taken becomes a draft, which opens where its changes are listed."""
    form = {name: value for name, value in request.form.items() if name not in HOUSE_FIELDS}
    seen = {name: form.pop(name, "") for name in SEEN}
    choice = Choice(number=guard(seen["number"]), sha256=seen["sha256"], chosen=form)
    try:
        with edge().unit(actor()) as work:
            number = updates.take(work, key, choice).number
    except InvalidError as error:
        return _page(key, form, error.fields or {"": (error.message,)}), 422
    flash(gettext(msg("已起草第 {number} 版：请看问题和测试场景，试运行后提交。", number=number)), "ok")
    return redirect(url_for("studio.review", key=key, number=number), 303)


@blueprint.post("/<key>/update/leave")
@signed_in
def leave(key: str) -> ResponseReturnValue:
    """Nothing of it is wanted: the page says so no more until the next upgrade."""
    form = posted(SEEN)
    choice = Choice(number=guard(form["number"]), sha256=form["sha256"], chosen={})
    with edge().unit(actor()) as work:
        updates.leave(work, key, choice)
    flash(gettext(msg("已保留您的版本，这次更新不再提示。")), "ok")
    return redirect(url_for("studio.index"), 303)
