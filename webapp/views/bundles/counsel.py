"""What is said about a bundle: opinions on the other side's exhibits, comments, privileged notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.exhibits import Opinion
from webapp.domain.text import msg
from webapp.services.evidence.bundles import access as reading
from webapp.services.evidence.bundles import counsel
from webapp.views.bundles.exhibits import exhibit_page
from webapp.views.bundles.frame import blueprint, opened, said, seen, shown
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message


@blueprint.post("/<int:bundle_id>/exhibits/<int:exhibit_id>/opinion")
@signed_in
def opinion(bundle_id: int, exhibit_id: int) -> ResponseReturnValue:
    """Write our opinion on an exhibit of the other side."""
    given = Opinion(**{name: request.form.get(name, "").strip() for name in Opinion.__slots__})
    try:
        with edge().unit(actor()) as work:
            counsel.give_opinion(work, bundle_id, exhibit_id, opinion=given, version=seen())
    except InvalidError as error:
        if not error.fields:
            raise
        return exhibit_page(bundle_id, exhibit_id, errors=error.fields), 422
    flash(gettext(msg("已保存。")), "ok")
    return redirect(url_for("bundles.exhibit", bundle_id=bundle_id, exhibit_id=exhibit_id), 303)


@blueprint.get("/<int:bundle_id>/talk")
@signed_in
def talk(bundle_id: int) -> ResponseReturnValue:
    """Comments of all readers, and the notes of counsel for legal alone."""
    return _talk_page(bundle_id, {})


def _talk_page(bundle_id: int, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().unit(actor()) as work:
        bundle = reading.read_bundle(work, bundle_id)
        names = {row.id: row.name for row in reading.exhibits_of(work, bundle_id)}
        show = shown if errors else opened
        return show(
            work,
            bundle,
            "talk",
            comments=counsel.comments_of(work, bundle),
            notes=counsel.notes_of(work, bundle),
            names=names,
            errors=said(errors),
        )


@blueprint.post("/<int:bundle_id>/comments")
@signed_in
def comment(bundle_id: int) -> ResponseReturnValue:
    """Say something."""
    return _say(bundle_id, note=False)


@blueprint.post("/<int:bundle_id>/notes")
@signed_in
def note(bundle_id: int) -> ResponseReturnValue:
    """Write a privileged note, or strike one."""
    return _say(bundle_id, note=True)


def _say(bundle_id: int, *, note: bool) -> ResponseReturnValue:
    exhibit_id = request.form.get("exhibit", type=int)
    gone, text = request.form.get("strike", type=int), request.form.get("text", "")
    try:
        with edge().unit(actor()) as work:
            if note and gone is not None:
                counsel.strike_note(work, bundle_id, gone)
            elif note:
                counsel.write_note(work, bundle_id, text, exhibit_id=exhibit_id)
            else:
                counsel.comment(work, bundle_id, text, exhibit_id=exhibit_id)
    except InvalidError as error:
        if not error.fields:
            raise
        return _talk_page(bundle_id, error.fields), 422
    if exhibit_id is None:
        return redirect(url_for("bundles.talk", bundle_id=bundle_id), 303)
    return redirect(url_for("bundles.exhibit", bundle_id=bundle_id, exhibit_id=exhibit_id), 303)
