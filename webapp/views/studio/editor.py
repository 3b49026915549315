"""The editor page of one file, its source, and the script's requests: save, check, submit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, redirect, render_template, request, url_for

from models.procedure import VersionState
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.text import msg, named
from webapp.services.documents.template import is_template
from webapp.services.procedures import choices, drafts, release
from webapp.services.procedures.drafts import SaveFile
from webapp.services.procedures.problems import UnsoundError
from webapp.services.procedures.release import Decision
from webapp.services.procedures.safety import form_text
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.studio.pages import STATES, TONES, blueprint, guard, told

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from models.procedure import ProcedureVersion
    from webapp.services.procedures.problems import FileProblem
    from webapp.services.work import Work

ENTRIES = {"diagram": "studio", "decision": "dmn", "form": "formedit"}


@blueprint.get("/<key>/<int:number>")
@signed_in
def version(key: str, number: int) -> ResponseReturnValue:
    """A version opens at its diagram."""
    with edge().view(actor()) as work:
        files = drafts.files_of(drafts.read_version(work, key, number))
    path = next(f.path for f in files if f.kind == "diagram")
    return redirect(url_for("studio.edit", key=key, number=number, path=path))


@blueprint.get("/<key>/<int:number>/edit/<path:path>")
@signed_in
def edit(key: str, number: int, path: str) -> ResponseReturnValue:
    """One diagram, decision file or form in its editor; read only unless it is the actor's draft."""
    with edge().view(actor()) as work:
        shown = drafts.read_version(work, key, number)
        files = drafts.files_of(shown)
        file = next((f for f in files if f.path == path and f.kind in ENTRIES), None)
        if file is None:
            raise NotFoundError
        problems = release.problems_of(work, shown) if shown.state in drafts.OPEN else ()
        return render_template(
            "studio/editor.html",
            **frame_of(work, shown, tab=file.kind),
            entry=ENTRIES[file.kind],
            file=file,
            siblings=choices.file_names(files, file.kind),
            problems=[told(p) for p in problems if p.path == path],
            elsewhere=_elsewhere(problems, path),
            choices={
                name: [{"value": o.value, "label": gettext(o.label)} for o in options]
                for name, options in choices.offered(work.session, files).items()
            },
        )


def frame_of(work: Work, shown: ProcedureVersion, *, tab: str) -> dict[str, Any]:
    """What the bar of every page about a version shows."""
    files = drafts.files_of(shown)
    editable = shown.state == VersionState.DRAFT and drafts.may_edit(work, shown.procedure)
    return {
        "version": shown,
        "key": shown.procedure.key,
        "procedure_title": named(shown.procedure.titles, shown.procedure.key),
        "state_word": STATES[VersionState(shown.state)],
        "state_tone": TONES[shown.state],
        "tab": tab,
        "first": {
            **{kind: next((f.path for f in files if f.kind == kind), "") for kind in ENTRIES},
            "document": next((f.path for f in files if is_template(f)), ""),
        },
        "editable": editable,
        "back_url": url_for("studio.index"),
    }


def _elsewhere(problems: tuple[FileProblem, ...], path: str) -> list[dict[str, Any]]:
    """Other files with errors, so that nobody wonders why the draft cannot be handed in."""
    counts: dict[str, int] = {}
    for problem in problems:
        if problem.error and problem.path != path:
            counts[problem.path] = counts.get(problem.path, 0) + 1
    return [{"path": p, "count": n} for p, n in counts.items()]


@blueprint.get("/<key>/<int:number>/file/<path:path>")
@signed_in
def source(key: str, number: int, path: str) -> ResponseReturnValue:
    """The text of one file, never as a page."""
    with edge().view(actor()) as work:
        file = drafts.read_file(work, key, number, path=path)
    answer = Response(file.body, mimetype="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/<key>/<int:number>/save/<path:path>")
@signed_in
def save(key: str, number: int, path: str) -> ResponseReturnValue:
    """Keep a file of the draft; answers the next guard and the file's problems."""
    body = _json({"xml"}, {"schema"})
    with edge().unit(actor()) as work:
        command = SaveFile(path=path, body=_text(body), version=guard(body["version"]))
        saved = drafts.save_file(work, key, number, command=command)
        found = [told(p) for p in release.problems_of(work, saved) if p.path == path]
        return jsonify(version=saved.version, saved_at=work.now.isoformat(), problems=found)


@blueprint.post("/<key>/<int:number>/check/<path:path>")
@signed_in
def check(key: str, number: int, path: str) -> ResponseReturnValue:
    """The problems that a file would have if it were saved as sent; nothing is kept."""
    body = _json({"xml"}, {"schema"}, guarded=False)
    with edge().view(actor()) as work:
        found = release.problems_if(work, key, number, path=path, body=_text(body))
        return jsonify(problems=[told(p) for p in found if p.path == path])


@blueprint.post("/<key>/<int:number>/submit")
@signed_in
def submit(key: str, number: int) -> ResponseReturnValue:
    """Hand the draft to a second person."""
    body = _json({"note"})
    if not isinstance(body["note"], str):
        raise InvalidError
    decision = Decision(version=guard(body["version"]), note=body["note"])
    try:
        with edge().unit(actor()) as work:
            release.submit(work, key, number, decision=decision)
    except UnsoundError as error:
        answer = jsonify(message=gettext(error.message), problems=[told(p) for p in error.problems])
        return answer, 422
    return jsonify(location=url_for("studio.review", key=key, number=number))


def _json(*shapes: set[str], guarded: bool = True) -> dict[str, Any]:
    body = request.get_json()
    extra = {"version"} if guarded else set()
    known = isinstance(body, dict) and any(set(body) == shape | extra for shape in shapes)
    if not known:
        raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
    return dict(body)


def _text(body: dict[str, Any]) -> str:
    if "schema" in body and isinstance(body["schema"], dict):
        return form_text(body["schema"])
    if isinstance(body.get("xml"), str):
        return str(body["xml"])
    raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
