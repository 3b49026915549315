"""The release page: what changed, how the scenarios went, what is wrong; and the second person's verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from webapp.domain.text import msg, named
from webapp.services.procedures import compare, drafts, release
from webapp.services.procedures.release import Decision
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.studio.editor import frame_of
from webapp.views.studio.pages import blueprint, guard, posted, told

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

HOW = {"added": msg("新增"), "removed": msg("删除"), "changed": msg("修改")}
FILE_KINDS = {
    "diagram": msg("流程图"),
    "decision": msg("决策表"),
    "form": msg("表单"),
    "document": msg("文书"),
    "clauses": msg("条款库"),
    "scenario": msg("测试场景"),
    "settings": msg("设置"),
}


@blueprint.get("/<key>/<int:number>/review")
@signed_in
def review(key: str, number: int) -> ResponseReturnValue:
    """What changed against the version before, and whether it may be released."""
    with edge().view(actor()) as work:
        shown = drafts.read_version(work, key, number)
        files = drafts.files_of(shown)
        problems = release.problems_of(work, shown)
        stories = release.play_scenarios(work, key, files)
        return render_template(
            "studio/review.html",
            **frame_of(work, shown, tab="compare"),
            changes=compare.compare(release.base_files(work, shown), files) if shown.base_number else (),
            how=HOW,
            file_kinds=FILE_KINDS,
            problems=[told(p) for p in problems],
            errors=sum(p.error for p in problems),
            stories=stories,
            red=[s for s in stories if not s.green],
            title_of=lambda story: named(story.titles, story.path),
            may_not=release.may_release(work, shown),
            withdrawable=drafts.may_edit(work, shown.procedure),
            people=release.people_of(work, [shown]),
        )


@blueprint.post("/<key>/<int:number>/release")
@signed_in
def publish(key: str, number: int) -> ResponseReturnValue:
    """The second person releases."""
    form = posted({"version"})
    with edge().unit(actor()) as work:
        release.release(work, key, number, decision=Decision(version=guard(form["version"])))
    flash(gettext(msg("第 {number} 版已发布，新发起的案件从现在起使用它。", number=number)), "ok")
    return redirect(url_for("studio.index"), code=303)


@blueprint.post("/<key>/<int:number>/send-back")
@signed_in
def send_back(key: str, number: int) -> ResponseReturnValue:
    """The second person gives it back with the reason."""
    form = posted({"version", "note"})
    decision = Decision(version=guard(form["version"]), note=form["note"])
    with edge().unit(actor()) as work:
        release.send_back(work, key, number, decision=decision)
    flash(gettext(msg("第 {number} 版已退回起草人。", number=number)), "ok")
    return redirect(url_for("studio.index"), code=303)


@blueprint.post("/<key>/<int:number>/take-back")
@signed_in
def take_back(key: str, number: int) -> ResponseReturnValue:
    """Its owner goes on drawing."""
    form = posted({"version"})
    with edge().unit(actor()) as work:
        release.take_back(work, key, number, decision=Decision(version=guard(form["version"])))
    return redirect(url_for("studio.version", key=key, number=number), code=303)
