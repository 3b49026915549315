"""Filing a bundle: frozen editions, what differs between them, and the files that go out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, flash, redirect, request, url_for

from webapp.domain.errors import NotFoundError
from webapp.domain.exhibits import Side
from webapp.domain.text import msg
from webapp.services.evidence.bundles import access as reading
from webapp.services.evidence.bundles import editions as frozen
from webapp.services.evidence.bundles.outputs import Output, take_out
from webapp.views.bundles.frame import blueprint, opened, seen
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/<int:bundle_id>/editions")
@signed_in
def editions(bundle_id: int) -> ResponseReturnValue:
    """The frozen editions, what changed since, and what can be taken away."""
    with edge().unit(actor()) as work:
        bundle = reading.read_bundle(work, bundle_id)
        rows = frozen.editions_of(work, bundle)
        newest = rows[0].number if rows else frozen.NOW
        old = request.args.get("old", newest, type=int)
        new = request.args.get("new", frozen.NOW, type=int)
        changes = frozen.differences(work, bundle_id, old=old, new=new) if rows else ()
        answers = {
            row.number: any(line["side"] == Side.THEIRS for line in row.content["lines"]) for row in rows
        }
        return opened(
            work,
            bundle,
            "editions",
            editions=rows,
            intact={row.number: frozen.read_edition(work, bundle_id, row.number).intact for row in rows},
            answers=answers,
            changes=changes,
            old=old,
            new=new,
            choices=[(0, gettext(msg("现在")))]
            + [(row.number, gettext(msg("第 {n} 版", n=row.number))) for row in rows],
        )


@blueprint.post("/<int:bundle_id>/editions")
@signed_in
def freeze(bundle_id: int) -> ResponseReturnValue:
    """Freeze what stands."""
    with edge().unit(actor()) as work:
        row = frozen.freeze(work, bundle_id, note=request.form.get("note", "").strip(), version=seen())
        number = row.number
    flash(gettext(msg("第 {n} 版已冻结，可以输出提交。", n=number)), "ok")
    return redirect(url_for("bundles.editions", bundle_id=bundle_id), 303)


@blueprint.get("/<int:bundle_id>/editions/<int:number>/<what>")
@signed_in
def output(bundle_id: int, number: int, what: str) -> ResponseReturnValue:
    """Hand out a file of an edition; that it was taken, and its hash, is an event."""
    if what not in set(Output):
        raise NotFoundError
    with edge().unit(actor()) as work:
        file = take_out(work, bundle_id, number, what=Output(what))
    answer = Response(file.data, mimetype=file.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
