"""Messages to people: what was sent, whom nothing reached, and the receipts that a gateway brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.permissions import SYSTEM, Permission
from webapp.domain.reach import NAMES, Channel, masked
from webapp.domain.text import msg
from webapp.services.messages import follow
from webapp.services.messages.receipts import accept
from webapp.services.notices import restored
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from models.delivery import Delivery
    from webapp.domain.text import Message

blueprint = Blueprint("messages", __name__, url_prefix="/messages")

STATES = {
    "waiting": (msg("待发送"), ""),
    "sent": (msg("通道已接收"), "info"),
    "delivered": (msg("已送达"), "ok"),
    "failed": (msg("未送达"), "bad"),
    "settled": (msg("已另行处理"), "idle"),
}


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Whom nothing reached; with ``all`` every message in scope."""
    return _page()


def _page(
    *, errors: Mapping[str, tuple[Message, ...]] | None = None, at: int | None = None
) -> ResponseReturnValue:
    if not actor().may(Permission.CASE_OPERATE):
        raise ForbiddenError
    everything = "all" in request.args
    before = request.args.get("before", type=int)
    with edge().view(actor()) as work:
        rows = follow.sent(work, before=before) if everything else follow.unreached(work, before=before)
        count = follow.count_unreached(work)
        numbers = follow.case_numbers(work, rows)
        people = {row.id: (row.person.name, row.person.number) for row in rows}
        ways = [(c.value, NAMES[c]) for c in Channel if c in work.ports.channels]
    page = render_template(
        "messages/index.html",
        rows=rows,
        count=count,
        numbers=numbers,
        people=people,
        ways=ways,
        everything=everything,
        restored=restored,
        states=STATES,
        channel_names={c.value: NAMES[c] for c in Channel},
        masked=lambda row: masked(Channel(row.channel), row.address) if row.address else "—",
        following=_following(rows, everything=everything),
        errors=errors or {},
        at=at,
        typed=request.form,
    )
    return page, 422 if errors else 200


def _following(rows: Sequence[Delivery], *, everything: bool) -> str:
    if len(rows) < follow.PAGE:
        return ""
    return url_for("messages.index", before=rows[-1].id, all="1" if everything else None)


@blueprint.post("/<int:delivery_id>/correct")
@signed_in
def correct(delivery_id: int) -> ResponseReturnValue:
    """Enter a working address and send again."""
    try:
        with edge().unit(actor()) as work:
            follow.correct(
                work,
                delivery_id,
                channel=request.form.get("channel", ""),
                address=request.form.get("address", ""),
            )
    except InvalidError as error:
        return _page(errors=error.fields, at=delivery_id)
    flash(gettext(msg("联系方式已更新，消息将重新发送。")), "ok")
    return redirect(url_for("messages.index"), 303)


@blueprint.post("/<int:delivery_id>/settle")
@signed_in
def settle(delivery_id: int) -> ResponseReturnValue:
    """Note how the person was told otherwise."""
    try:
        with edge().unit(actor()) as work:
            follow.settle(work, delivery_id, how=request.form.get("how", ""))
    except InvalidError as error:
        return _page(errors=error.fields, at=delivery_id)
    flash(gettext(msg("已记录告知方式。")), "ok")
    return redirect(url_for("messages.index"), 303)


@blueprint.post("/receipts/sms")
def sms_receipt() -> ResponseReturnValue:
    """A gateway's report; signed, so that it needs neither log-in nor token."""
    with edge().unit(SYSTEM) as work:
        accept(
            work,
            request.get_data(cache=False),
            moment=request.headers.get("X-Time", ""),
            claimed=request.headers.get("X-Signature", ""),
        )
    return "", 204
