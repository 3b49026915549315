"""The tests of a version: its scenarios, and a trial run that can be kept as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg, named
from webapp.services.procedures import drafts, release, trial
from webapp.services.procedures.drafts import SaveFile
from webapp.views.house import actor, edge, signed_in
from webapp.views.studio.editor import frame_of
from webapp.views.studio.pages import HOUSE_FIELDS, blueprint, guard, posted
from webapp.views.tasks import step_picture

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.services.procedures.trial import Trial
    from webapp.services.work import Work

PREFIX = "v."  # of a step's values


@blueprint.get("/<key>/<int:number>/tests")
@signed_in
def tests(key: str, number: int) -> ResponseReturnValue:
    """The scenarios and how they went."""
    with edge().view(actor()) as work:
        return _page(work, key, number, run=None)


@blueprint.post("/<key>/<int:number>/trial")
@signed_in
def run(key: str, number: int) -> ResponseReturnValue:
    """Begin a trial run, or take it one step on; nothing is written anywhere."""
    given = {name: value for name, value in request.form.items() if name not in HOUSE_FIELDS}
    with edge().view(actor()) as work:
        if set(given) == {"path"}:
            return _page(work, key, number, run=trial.begin(work, key, number, path=given["path"]))
        own = {name for name in given if not name.startswith(PREFIX)}
        if own != {"text", "act", "element"}:
            raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
        typed = {name.removeprefix(PREFIX): v for name, v in given.items() if name.startswith(PREFIX)}
        choice = (given["act"], given["element"], typed)
        return _page(work, key, number, run=trial.go_on(work, key, number, text=given["text"], choice=choice))


@blueprint.post("/<key>/<int:number>/scenarios")
@signed_in
def keep(key: str, number: int) -> ResponseReturnValue:
    """Keep a trial run as a scenario of the draft."""
    form = posted({"text", "title", "name", "version"})
    command = SaveFile(
        path=f"scenarios/{form['name']}.toml",
        body=trial.as_scenario(form["text"], form["title"]),
        version=guard(form["version"]),
    )
    with edge().unit(actor()) as work:
        drafts.save_file(work, key, number, command=command)
    return redirect(url_for("studio.tests", key=key, number=number), code=303)


@blueprint.post("/<key>/<int:number>/scenarios/remove")
@signed_in
def remove(key: str, number: int) -> ResponseReturnValue:
    """Take a scenario out of the draft; the version before keeps its own."""
    form = posted({"path", "version"})
    command = SaveFile(path=form["path"], body="", version=guard(form["version"]))
    with edge().unit(actor()) as work:
        drafts.remove_scenario(work, key, number, command=command)
    return redirect(url_for("studio.tests", key=key, number=number), code=303)


def _page(work: Work, key: str, number: int, *, run: Trial | None) -> str:
    shown = drafts.read_version(work, key, number)
    stories = release.play_scenarios(work, key, drafts.files_of(shown))
    return render_template(
        "studio/tests.html",
        **frame_of(work, shown, tab="tests"),
        stories=stories,
        title_of=lambda story: named(story.titles, story.path),
        run=run,
        acts=trial.ACTS,
        prefix=PREFIX,
        svg=step_picture(run.diagram, run.passed, current=run.current) if run else "",
    )
