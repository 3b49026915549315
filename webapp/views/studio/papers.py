"""The documents of a version: templates, the clause library with its standing in law, the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template, request

from webapp.domain.text import named
from webapp.services.documents.library import LEGAL_NAMES, Legal
from webapp.services.procedures import drafts
from webapp.services.procedures.papers import preview, previewable_people, read_papers
from webapp.views.documents import KINDS
from webapp.views.house import actor, edge, signed_in
from webapp.views.studio.editor import frame_of
from webapp.views.studio.pages import blueprint, told

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

TONES = {Legal.OK: "ok", Legal.CAUTION: "warn", Legal.VOID: "danger"}


@blueprint.get("/<key>/<int:number>/documents")
@signed_in
def papers(key: str, number: int) -> ResponseReturnValue:
    """Templates with their faults, and the clause library."""
    with edge().view(actor()) as work:
        shown = drafts.read_version(work, key, number)
        return render_template(
            "studio/papers.html",
            **frame_of(work, shown, tab="document"),
            found=read_papers(work, key, number),
            people=previewable_people(work, request.args.get("q", "")[:100]),
            legal=LEGAL_NAMES,
            tones=TONES,
            kinds=KINDS,
            told=told,
            named=named,
        )


@blueprint.get("/<key>/<int:number>/documents/<path:path>/preview.pdf")
@signed_in
def paper(key: str, number: int, path: str) -> ResponseReturnValue:
    """A template filled with the data of a person, as PDF."""
    with edge().unit(actor()) as work:
        pdf = preview(
            work,
            key,
            number,
            path=path,
            person_id=request.args.get("person", 0, int),
            languages=tuple(request.args.getlist("language")),
        )
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="preview.pdf"'
    return answer
