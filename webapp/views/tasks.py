"""The task page: form left, person, step and history right; every verb is one click."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from models.person import Person
from models.task import TaskState
from webapp.adapters.diagrams import DiagramError, read_scene, to_svg
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.scene import Trail, crop
from webapp.domain.text import msg, named
from webapp.services import forms
from webapp.services.attachments import attach, case_attachments
from webapp.services.inbox.pages import next_task
from webapp.services.monitoring.alerts import alert_of_case
from webapp.services.procedures.bundle import load_bundle
from webapp.services.tasks import claim as verbs
from webapp.services.tasks.complete import CompleteTask
from webapp.services.tasks.complete import complete as complete_task
from webapp.services.tasks.drafts import add_comment, save_draft
from webapp.services.tasks.form import bring_files, own_uploads, upload_values
from webapp.services.tasks.page import open_page, read_task
from webapp.services.tasks.returns import foretell_return, return_targets
from webapp.services.tasks.returns import send_back as send_task_back
from webapp.views.alerts import shown as shown_alert
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import current_locale, gettext
from webapp.views.uploads import posted_file, posted_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message
    from webapp.services.attachments import NewFile
    from webapp.services.cases.timeline import Entry
    from webapp.services.tasks.page import TaskPage
    from webapp.services.work import Work

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

#: zeebe:property ``page`` of a user task -> the view that its holder gets instead of a form.
PAGES = {
    "offer": "offers.page",
    "sign": "signing.page",
    "seal": "seals.desk",
    "consent": "consents.page",
}
REDRAW = frozenset({"_add", "_remove", "_refresh"})  # buttons of the form, see form_fields.html

STATES = {
    TaskState.OPEN: msg("待办"),
    TaskState.COMPLETED: msg("已办结"),
    TaskState.CANCELLED: msg("已取消"),
}


@blueprint.get("/<int:task_id>")
@signed_in
def page(task_id: int) -> ResponseReturnValue:
    """The page of one task."""
    with edge().view(actor()) as work:
        shown = open_page(work, task_id)
        own = PAGES.get(str((shown.task.properties or {}).get("page")))
        if own is not None and shown.mine:
            return redirect(url_for(own, task_id=task_id))
        return _render(work, shown, errors={}, typed=shown.draft.values if shown.draft else None)


def _render(
    work: Work,
    shown: TaskPage,
    *,
    errors: Mapping[str, tuple[Message, ...]],
    typed: Mapping[str, Any] | None,
) -> str:
    task = shown.task
    access = forms.Access.of(task.properties)
    fields: tuple[forms.FieldView, ...] = ()
    if shown.form is not None:
        fields = forms.view(
            shown.form,
            typed,
            context={**task.case.variables, **task.variables, **shown.values},
            access=access,
            errors=errors,
            uploads=upload_values(case_attachments(work, task.case_id)),
            language=current_locale(),
        )
    for name in errors.keys() - _places(fields):  # of a field that is not drawn
        flash("；".join(gettext(m) for m in errors[name]), "danger")
    return render_template(
        "tasks/page.html",
        page=shown,
        schema=shown.schema(current_locale()),
        data={**shown.aside, **shown.values, **(typed or {})},
        fields=fields,
        errors={k: [gettext(m) for m in v] for k, v in errors.items()},
        svg=step_picture(shown.diagram, shown.timeline.passed, current=shown.current, focus=task.element_id),
        timeline=[_line(e) for e in reversed(shown.timeline.entries)],
        state_words=STATES,
        returns=[(step, gettext(label)) for step, label in return_targets(work, task)] if shown.mine else (),
        colleagues=_colleagues(work) if shown.mine else (),
        alert=_alert(work, shown),
    )


def _alert(work: Work, shown: TaskPage) -> dict[str, Any] | None:
    """What a rule found, where the step says that it shows it (``shows`` = ``alert``)."""
    if (shown.task.properties or {}).get("shows") != "alert" or not shown.mine:
        return None
    found = alert_of_case(work, shown.task.case_id)
    return None if found is None else shown_alert(found)


def step_picture(
    diagram: bytes, passed: frozenset[str], *, current: frozenset[str], focus: str | None = None
) -> str:
    """The diagram as inline SVG with the way taken; cropped around an element where one is named."""
    return drawn(diagram, Trail(passed=passed, current=current), focus=focus)


def drawn(diagram: bytes, trail: Trail, *, focus: str | None = None) -> str:
    """A diagram as inline SVG, or a sentence in its place where a file from elsewhere has no shapes."""
    try:
        scene = read_scene(diagram, trail=trail, language=current_locale())
    except DiagramError:
        said = gettext(msg("这一版流程图没有图形信息，无法画出；办理不受影响。"))
        return Markup('<p class="small faint">{}</p>').format(said)
    if focus is not None:
        scene = crop(scene, focus, margin=90)
    return to_svg(scene, translate=gettext)


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "title": gettext(entry.title),
        "who": entry.who,
        "at": entry.at,
        "note": gettext(entry.note),
        "state": entry.state,
    }


def _colleagues(work: Work) -> list[Person]:
    return list(
        work.session.scalars(
            select(Person)
            .where(Person.entity_id == work.actor.entity_id, Person.left_on.is_(None))
            .order_by(Person.level.desc(), Person.number)
            .limit(60)
        )
    )


@blueprint.post("/<int:task_id>/complete")
@signed_in
def complete(task_id: int) -> ResponseReturnValue:
    """Submit and go on to the next task; a press on a button of the form itself only draws it again."""
    files = [] if request.is_json else posted_files()
    if REDRAW & request.form.keys():
        return _again(task_id, files=files)
    try:
        with edge().unit(actor()) as work:
            complete_task(work, _command(work, task_id, files))
            following = next_task(work, but=task_id)
    except InvalidError as error:
        if request.is_json:
            raise
        return _again(task_id, files=files, error=error), 422
    flash(gettext(msg("已提交。")), "ok")
    to = url_for("tasks.page", task_id=following) if following else url_for("inbox.mine")
    return jsonify(location=to) if request.is_json else redirect(to, 303)


def _command(work: Work, task_id: int, files: Sequence[NewFile]) -> CompleteTask:
    if request.is_json:
        body = forms.read_json(request.get_data())
        data, version = body.get("data"), body.get("version")
        if not isinstance(data, dict) or not isinstance(version, int):
            raise InvalidError(msg("提交的内容有误，请刷新页面后再试。"))
        key = request.headers.get("Idempotency-Key")
        return CompleteTask(task_id=task_id, version=version, values=data, key=key)
    return CompleteTask(
        task_id=task_id,
        version=request.form.get("_version", -1, type=int),
        values=_posted(work, task_id, _bring(work, task_id, files)),
        key=request.form.get("idempotency_key"),
    )


def _bring(work: Work, task_id: int, files: Sequence[NewFile]) -> list[tuple[str, str]]:
    try:
        return bring_files(work, task_id, files)
    except ConflictError:  # not open any more: the answer to a repeated press, or who was faster, comes below
        return []


def _posted(work: Work, task_id: int, brought: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    shown = open_page(work, task_id)
    if shown.form is None:
        return {name: request.form[name] for name in ("outcome", "comment") if request.form.get(name)}
    task = shown.task
    return forms.read_posted(
        shown.form,
        [*request.form.items(multi=True), *brought],
        context={**task.case.variables, **task.variables},
        access=forms.Access.of(task.properties),
    )


def _again(task_id: int, *, files: Sequence[NewFile], error: InvalidError | None = None) -> str:
    """The page with what was typed; good files stay, since browsers do not send them twice."""
    errors = {} if error is None else error.fields
    brought: list[tuple[str, str]] = []
    for file in files:
        if file.field not in errors:
            with suppress(InvalidError), edge().unit(actor()) as work:
                brought += bring_files(work, task_id, [file])
    with edge().view(actor()) as work:
        shown = open_page(work, task_id)
        if error is not None and not errors:
            flash(gettext(error.message), "danger")
        return _render(work, shown, errors=errors, typed=_posted(work, task_id, brought))


def _places(fields: Iterable[forms.FieldView]) -> set[str]:
    """Names under which a drawn form can show what is wrong."""
    found: set[str] = set()
    for field in fields:
        found |= {field.name} | _places(field.children)
        for row in field.rows:
            found |= _places(row)
    return found


@blueprint.post("/<int:task_id>/fields")
@signed_in
def refresh(task_id: int) -> ResponseReturnValue:
    """The form's fields again, after a change on which conditions depend."""
    with edge().view(actor()) as work:
        shown = open_page(work, task_id)
        if shown.form is None:
            raise InvalidError
        fields = forms.view(
            shown.form,
            _posted(work, task_id),
            context={**shown.task.case.variables, **shown.task.variables},
            access=forms.Access.of(shown.task.properties),
            uploads=upload_values(own_uploads(work, task_id)),
            language=current_locale(),
        )
    return render_template("tasks/fields.html", fields=fields, task_id=task_id)


@blueprint.post("/<int:task_id>/draft")
@signed_in
def draft(task_id: int) -> ResponseReturnValue:
    """Keep what was typed."""
    data = forms.read_json(request.get_data()).get("data")
    if not isinstance(data, dict):
        raise InvalidError(msg("草稿有误，未能保存。"))
    with edge().unit(actor()) as work:
        kept = save_draft(work, task_id, data)
    return jsonify(saved_at=kept.saved_at.isoformat())


@blueprint.post("/<int:task_id>/files")
@signed_in
def upload(task_id: int) -> ResponseReturnValue:
    """Bring one file."""
    name, data = posted_file()
    with edge().unit(actor()) as work:
        row = attach(work, task_id, name=name, data=data)
    return jsonify(id=str(row.id), name=row.name)


@blueprint.post("/<int:task_id>/claim")
@signed_in
def claim(task_id: int) -> ResponseReturnValue:
    """Take it, and open it."""
    with edge().unit(actor()) as work:
        verbs.claim(work, task_id, version=_version())
    return redirect(url_for("tasks.page", task_id=task_id), 303)


@blueprint.post("/<int:task_id>/release")
@signed_in
def release(task_id: int) -> ResponseReturnValue:
    """Give it back to its queue."""
    with edge().unit(actor()) as work:
        verbs.release(work, task_id, version=_version())
    flash(gettext(msg("已放回待认领。")), "ok")
    return redirect(url_for("inbox.mine", tab="claimable"), 303)


@blueprint.post("/<int:task_id>/transfer")
@signed_in
def transfer(task_id: int) -> ResponseReturnValue:
    """Hand it on."""
    with edge().unit(actor()) as work:
        to_id = verbs.find_person(work, request.form.get("to", "").strip())
        reason = request.form.get("reason", "")
        verbs.transfer(work, task_id, version=_version(), to_id=to_id, reason=reason)
    flash(gettext(msg("已转办。")), "ok")
    return redirect(url_for("inbox.mine"), 303)


@blueprint.post("/<int:task_id>/return")
@signed_in
def send_back(task_id: int) -> ResponseReturnValue:
    """Send the case back to a finished step."""
    with edge().unit(actor()) as work:
        send_task_back(
            work,
            task_id,
            version=_version(),
            element=request.form.get("element", ""),
            reason=request.form.get("reason", ""),
            straight=request.form.get("straight") == "1",
        )
    flash(gettext(msg("已退回。")), "ok")
    return redirect(url_for("inbox.mine"), 303)


@blueprint.get("/<int:task_id>/return")
@signed_in
def foretell(task_id: int) -> ResponseReturnValue:
    """What sending it back would withdraw and open, in words."""
    element, straight = request.args.get("element", ""), request.args.get("straight") == "1"
    with edge().view(actor()) as work:
        task = read_task(work, task_id)
        names = load_bundle(work.session, task.case.procedure_version_id).names
        told, problem = None, ""
        try:
            told = foretell_return(work, task, element, straight=straight) if element else None
        except InvalidError as error:
            problem = gettext(next((m for field in error.fields.values() for m in field), error.message))
        return render_template(
            "tasks/foretell.html",
            told=told,
            problem=problem,
            label=lambda name: named(names.get(name, {}), name),
        )


@blueprint.post("/<int:task_id>/urge")
@signed_in
def urge(task_id: int) -> ResponseReturnValue:
    """Remind its holder."""
    with edge().unit(actor()) as work:
        verbs.urge(work, task_id)
    flash(gettext(msg("已提醒办理人。")), "ok")
    return redirect(url_for("tasks.page", task_id=task_id), 303)


@blueprint.post("/<int:task_id>/comments")
@signed_in
def comment(task_id: int) -> ResponseReturnValue:
    """Add a remark."""
    with edge().unit(actor()) as work:
        task = read_task(work, task_id)
        add_comment(work, task.case_id, text=request.form.get("text", ""), task_id=task_id)
    return redirect(url_for("tasks.page", task_id=task_id), 303)


def _version() -> int:
    version = request.form.get("version", type=int)
    if version is None:
        raise InvalidError(msg("提交的内容有误，请刷新页面后再试。"))
    return version
