"""The files of a version: what they are, who names them, new ones and such as nobody needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.documents.template import NOTES, is_template
from webapp.services.procedures import drafts
from webapp.services.procedures.drafts import AddFile, RemoveFile
from webapp.services.procedures.skeletons import ENDINGS, KIND_NAMES
from webapp.services.procedures.uses import uses_of
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.studio.editor import ENTRIES, frame_of
from webapp.views.studio.pages import blueprint, guard, posted
from webapp.views.studio.review import FILE_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.services.procedures.files import File


@blueprint.get("/<key>/<int:number>/files")
@signed_in
def files(key: str, number: int) -> ResponseReturnValue:
    """All files of a version, each with the steps that name it."""
    return _page(key, number)


@blueprint.post("/<key>/<int:number>/files")
@signed_in
def add(key: str, number: int) -> ResponseReturnValue:
    """A new file in the draft opens in its editor; what is wrong stands at its field."""
    form = posted({"version", "kind", "name"})
    command = AddFile(kind=form["kind"], name=form["name"], version=guard(form["version"]))
    try:
        with edge().unit(actor()) as work:
            added = drafts.add_file(work, key, number, command=command)
    except InvalidError as error:
        errors = {name: [gettext(each) for each in told] for name, told in error.fields.items()}
        return _page(key, number, form=form, errors=errors), 422
    return redirect(_address(key, number, added), 303)


@blueprint.post("/<key>/<int:number>/files/remove")
@signed_in
def remove_file(key: str, number: int) -> ResponseReturnValue:
    """Take a file out of the draft; where something names it, the page says what."""
    form = posted({"version", "path"})
    command = RemoveFile(path=form["path"], version=guard(form["version"]))
    try:
        with edge().unit(actor()) as work:
            drafts.remove_file(work, key, number, command=command)
    except InvalidError as error:
        return _page(key, number, refusal=gettext(error.message)), 422
    flash(gettext(msg("已从草稿中删除“{path}”。", path=form["path"])), "ok")
    return redirect(url_for("studio.files", key=key, number=number), 303)


def _page(
    key: str,
    number: int,
    *,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    refusal: str = "",
) -> str:
    with edge().view(actor()) as work:
        shown = drafts.read_version(work, key, number)
        listed = drafts.files_of(shown)
        return render_template(
            "studio/files.html",
            **frame_of(work, shown, tab="files"),
            rows=[_row(key, number, file) for file in sorted(listed, key=_stories_last)],
            uses=uses_of(listed),
            file_kinds={**FILE_KINDS, "notes": msg("说明")},
            offered=[(kind, f"{gettext(name)} {ENDINGS[kind]}") for kind, name in KIND_NAMES.items()],
            form=form or {},
            errors=errors or {},
            refusal=refusal,
        )


def _stories_last(file: File) -> tuple[bool, str]:
    """There are many, and they are kept under another tab."""
    return file.path.startswith(NOTES), file.path


def _row(key: str, number: int, file: File) -> dict[str, Any]:
    notes = file.kind == "document" and not is_template(file)
    return {
        "path": file.path,
        "kind": "notes" if notes else file.kind,
        "url": _address(key, number, file),
    }


def _address(key: str, number: int, file: File) -> str:
    """Where a file is changed; empty where no editor of the studio opens it."""
    if file.kind in ENTRIES:
        return url_for("studio.edit", key=key, number=number, path=file.path)
    if is_template(file) or file.kind == "clauses":
        return url_for("studio.words", key=key, number=number, path=file.path)
    if file.kind == "scenario":
        return url_for("studio.tests", key=key, number=number)
    return ""
