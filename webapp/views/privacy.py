"""A person's own page: what is watched at their post and why, and what they have agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from models.consent import ConsentAct
from webapp.adapters.privacydata import shipped_register
from webapp.adapters.uploads import delivery
from webapp.domain.errors import ForbiddenError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg, named
from webapp.services.consents import ledger
from webapp.services.consents.texts import newest_texts
from webapp.services.monitoring.told import watched_at
from webapp.services.privacy.package import fetch, packages_of
from webapp.services.privacy.read import PAGE, LedgerFilter, form_fields, signing_consents
from webapp.services.privacy.read import ledger as read_ledger
from webapp.views.house import actor, edge, signed_in
from webapp.views.monitoring import KINDS
from webapp.views.retentionwords import end_words
from webapp.views.shell import current_locale, gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")

ACTS: dict[str, tuple[Message, str]] = {
    ConsentAct.GIVEN: (msg("已同意"), "ok"),
    ConsentAct.DECLINED: (msg("没有同意"), ""),
    ConsentAct.WITHDRAWN: (msg("已撤回"), "warn"),
}


@blueprint.get("/")
@signed_in
def mine() -> ResponseReturnValue:
    """What is watched about my post, and what I have said to it."""
    with edge().view(actor()) as work:
        return render_template(
            "privacy/mine.html",
            profiles=watched_at(work),
            kinds=KINDS,
            standings=ledger.standings(work, work.person_id),
            signed=signing_consents(work, work.person_id),
            packages=packages_of(work),
        )


@blueprint.get("/packages/<int:package_id>")
@signed_in
def fetch_package(package_id: int) -> ResponseReturnValue:
    """Hand the copy of my data to me, and to nobody else."""
    with edge().unit(actor()) as work:
        row, data = fetch(work, package_id)
    headers = delivery(row.name, "application/zip", dangerous=False, download=True)
    return Response(data, headers=dict(headers))


@blueprint.get("/register")
@signed_in
def register() -> ResponseReturnValue:
    """What is kept about people, why, and until when; everybody may read it (PIPL art. 7)."""
    with edge().view(actor()) as work:
        known = shipped_register()
        return render_template(
            "privacy/register.html",
            register=known,
            ends={table.name: end_words(table, table.end.months) for _, table in known.tables()},
            forms=form_fields(work),
        )


@blueprint.get("/ledger")
@signed_in
def ledger_page() -> ResponseReturnValue:
    """The ledger of consents of my scope."""
    if not actor().may(Permission.PRIVACY_READ):
        raise ForbiddenError
    asked = LedgerFilter(
        purpose=request.args.get("purpose", "")[:32],
        act=request.args.get("act", ""),
        text=request.args.get("q", "")[:100],
        before=request.args.get("before", 0, int),
    )
    with edge().view(actor()) as work:
        found = read_ledger(work, asked)
        rows = found[:PAGE]
        return render_template(
            "privacy/ledger.html",
            rows=rows,
            asked=asked,
            purposes={key: named(text.titles) for key, text in newest_texts(work).items()},
            acts=ACTS,
            following=url_for(
                "privacy.ledger_page", purpose=asked.purpose, act=asked.act, q=asked.text, before=rows[-1].id
            )
            if len(found) > PAGE
            else "",
        )


@blueprint.post("/consents/<int:text_id>")
@signed_in
def give(text_id: int) -> ResponseReturnValue:
    """Agree to one text."""
    with edge().unit(actor()) as work:
        ledger.give(work, text_id, language=current_locale())
    return _done(msg("已记录您的同意，可以随时撤回。"))


@blueprint.post("/consents/withdraw")
@signed_in
def withdraw() -> ResponseReturnValue:
    """Take consent back."""
    with edge().unit(actor()) as work:
        ledger.withdraw(work, request.form.get("purpose", ""), language=current_locale())
    return _done(msg("已撤回，从现在起不再处理。"))


def _done(message: Message) -> ResponseReturnValue:
    flash(gettext(message), "ok")
    return redirect(url_for("privacy.mine"), 303)
