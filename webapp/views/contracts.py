"""Contracts: HR's list with filter, and the chain of one person with the details that contracts name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.masking import mask
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services.consents.ledger import standings
from webapp.services.contracts import parties
from webapp.services.contracts.read import PAGE, STATES, ContractFilter, list_contracts, person_contracts
from webapp.services.documents.words import CODES
from webapp.services.privacy.reveal import reveal as reveal_person
from webapp.views.documents import KINDS
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("contracts", __name__, url_prefix="/contracts")

TONES = {"active": "ok", "changed": "info", "expiring": "warn", "ended": "", "draft": ""}
SYSTEMS = ("standard", "comprehensive", "irregular")


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The contracts of my scope."""
    if not actor().may(Permission.DOCUMENT_READ):
        raise ForbiddenError
    wanted = ContractFilter(
        text=request.args.get("q", "")[:100],
        state=request.args.get("state", ""),
        hours_system=request.args.get("hours", ""),
        start=request.args.get("start", 0, int),
    )
    if wanted.state not in ("", *STATES) or wanted.hours_system not in ("", *SYSTEMS):
        raise InvalidError(msg("筛选条件有误。"))
    with edge().view(actor()) as work:
        found = list_contracts(work, wanted)
        return render_template(
            "contracts/list.html",
            rows=found[:PAGE],
            following=found[PAGE][0].id if len(found) > PAGE else None,
            wanted=wanted,
            states=STATES,
            tones=TONES,
            systems={key: CODES[key] for key in SYSTEMS},
            codes=CODES,
        )


@blueprint.get("/people/<int:person_id>")
@signed_in
def person(person_id: int) -> ResponseReturnValue:
    """The chain of one person."""
    return _page(person_id, {})


def _page(
    person_id: int, errors: Mapping[str, tuple[Message, ...]], *, revealed: Mapping[str, str] | None = None
) -> str:
    with edge().view(actor()) as work:
        found = person_contracts(work, person_id)
        asked = actor().may(Permission.PRIVACY_READ)
        return render_template(
            "contracts/person.html",
            consents=[s for s in standings(work, person_id) if s.last] if asked else [],
            page=found,
            writes=actor().may_within(Permission.PERSON_WRITE, entity_id=found.person.entity_id),
            states=STATES,
            tones=TONES,
            codes=CODES,
            kinds=KINDS,
            given={} if revealed else request.form,
            revealed=revealed or {},
            mask=mask,
            errors={key: [gettext(m) for m in messages] for key, messages in errors.items()},
        )


@blueprint.post("/people/<int:person_id>/reveal")
@signed_in
def reveal(person_id: int) -> ResponseReturnValue:
    """Show what is masked, on this answer alone; the reason stands in the log."""
    try:
        with edge().unit(actor()) as work:
            shown = reveal_person(work, person_id, reason=request.form.get("reveal_reason", ""))
    except InvalidError as error:
        return _page(person_id, {"reveal_reason": error.fields["reason"]}), 422
    return _page(person_id, {}, revealed=shown)


@blueprint.post("/people/<int:person_id>/detail")
@signed_in
def save(person_id: int) -> ResponseReturnValue:
    """Write the details that contracts name: of the person, and of the employer."""
    own = {key: request.form[key] for key in parties.PERSON_FIELDS if key in request.form}
    of_employer = {
        key: request.form[f"employer_{key}"]
        for key in parties.ENTITY_FIELDS
        if f"employer_{key}" in request.form
    }
    employer = _employer(person_id)
    try:
        with edge().unit(actor()) as work:
            if own:
                parties.save_person_detail(work, person_id, own)
            if of_employer:
                parties.save_entity_detail(work, employer, of_employer)
    except InvalidError as error:
        if not error.fields:
            raise
        return _page(person_id, error.fields), 422
    flash(gettext(msg("已保存。")), "ok")
    return redirect(url_for("contracts.person", person_id=person_id), 303)


def _employer(person_id: int) -> int:
    with edge().view(actor()) as work:
        return person_contracts(work, person_id).person.entity_id
