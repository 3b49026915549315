"""A gap becomes a task: somebody is asked for the paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg, named
from webapp.services.evidence.bundles import access as reading
from webapp.services.evidence.bundles import ask as asking
from webapp.services.people import local_date
from webapp.views.bundles.frame import blueprint, opened, posted_day, said, seen, shown
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from models.bundle import Exhibit
    from webapp.domain.text import Message
    from webapp.services.work import Work

DAYS = 3  # until the paper is due, unless somebody says otherwise


@blueprint.get("/<int:bundle_id>/ask")
@signed_in
def ask(bundle_id: int) -> ResponseReturnValue:
    """Whom to ask, for what, by when."""
    return _page(bundle_id, {})


def _page(bundle_id: int, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().unit(actor()) as work:
        bundle = reading.check_may_work(work, reading.read_bundle(work, bundle_id))
        exhibit_id = request.values.get("exhibit", type=int)
        exhibit = None if exhibit_id is None else reading.read_exhibit(work, bundle_id, exhibit_id)
        due = local_date(work.now) + timedelta(days=DAYS)
        show = shown if errors else opened
        return show(
            work,
            bundle,
            "ask",
            exhibit=exhibit,
            what=_what(work, exhibit),
            due=due,
            given=request.form,
            errors=said(errors),
        )


def _what(work: Work, exhibit: Exhibit | None) -> str:
    """The gap's own sentence, where one was pressed."""
    code = request.args.get("gap", "")
    if not code:
        return ""
    rule = asking.gap_rule(work, code)
    name = "" if exhibit is None else f"《{exhibit.name}》"
    sentence = named(rule.sentences)
    return gettext(sentence).replace("{exhibit}", name)


@blueprint.post("/<int:bundle_id>/ask")
@signed_in
def send(bundle_id: int) -> ResponseReturnValue:
    """Ask."""
    try:
        wanted = asking.Ask(
            who=request.form.get("who", "").strip(),
            what=request.form.get("what", "").strip(),
            due=posted_day("due"),
            exhibit_id=request.form.get("exhibit", type=int),
        )
        with edge().unit(actor()) as work:
            row = asking.ask(work, bundle_id, wanted, version=seen())
            name = row.asked.name
    except InvalidError as error:
        if not error.fields:
            raise
        return _page(bundle_id, error.fields), 422
    flash(gettext(msg("已请{name}补充，收到后可添加为证据。", name=name)), "ok")
    return redirect(url_for("bundles.page", bundle_id=bundle_id), 303)
