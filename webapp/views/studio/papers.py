"""The documents of a version: templates, the clause library with its standing in law, the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for

from webapp.domain.errors import NotFoundError
from webapp.domain.text import msg, named
from webapp.services.documents.library import LEGAL_NAMES, Legal
from webapp.services.documents.template import is_template
from webapp.services.procedures import drafts, release
from webapp.services.procedures.drafts import SaveFile
from webapp.services.procedures.papers import preview, previewable_people, read_papers
from webapp.views.documents import KINDS
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.studio.editor import frame_of
from webapp.views.studio.pages import blueprint, guard, posted, told

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.services.procedures.files import File

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


def _is_text(file: File) -> bool:
    return is_template(file) or file.kind == "clauses"


@blueprint.get("/<key>/<int:number>/documents/<path:path>/text")
@signed_in
def words(key: str, number: int, path: str) -> ResponseReturnValue:
    """A template or the clause library as text; read only unless it is the actor's draft."""
    with edge().view(actor()) as work:
        shown = drafts.read_version(work, key, number)
        file = next((f for f in drafts.files_of(shown) if f.path == path and _is_text(f)), None)
        if file is None:
            raise NotFoundError
        problems = release.problems_of(work, shown) if shown.state in drafts.OPEN else ()
        return render_template(
            "studio/words.html",
            **frame_of(work, shown, tab="document"),
            file=file,
            problems=[told(p) for p in problems if p.path == path],
        )


@blueprint.post("/<key>/<int:number>/documents/<path:path>/text")
@signed_in
def write(key: str, number: int, path: str) -> ResponseReturnValue:
    """Keep the text in the draft; what is merely wrong is kept and listed as a problem."""
    form = posted({"version", "body"})
    body = form["body"].replace("\r\n", "\n")
    with edge().unit(actor()) as work:
        shown = drafts.read_version(work, key, number)
        if not any(f.path == path and _is_text(f) for f in drafts.files_of(shown)):
            raise NotFoundError
        command = SaveFile(path=path, body=body, version=guard(form["version"]))
        drafts.save_file(work, key, number, command=command)
    flash(gettext(msg("已保存。")), "ok")
    return redirect(url_for("studio.words", key=key, number=number, path=path), 303)
