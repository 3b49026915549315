"""Receipts that a gateway brings: signed, recent, and each only once."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.delivery import Delivery
from webapp.adapters.messages.sms import SmsMessenger, signature
from webapp.domain import nesting
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.reach import Channel, Receipt
from webapp.services.messages.deliver import receive

if TYPE_CHECKING:
    from webapp.services.work import Work

FRESH = timedelta(minutes=5)  # how far the two clocks may be apart
LARGEST = 64 * 1024  # bytes of one report


def accept(work: Work, body: bytes, *, moment: str, claimed: str) -> None:
    """Take a gateway's report ``{id, state, reason}``, signed as our own requests are.

    Raises NotFoundError where no gateway is configured or the message is not ours, ForbiddenError for a
    wrong or old signature and InvalidError for a report that cannot be read; a repeat changes nothing.
    """
    gateway = work.ports.channels.get(Channel.SMS)
    if not isinstance(gateway, SmsMessenger):
        raise NotFoundError
    if not hmac.compare_digest(signature(gateway.secret, moment, body), claimed):
        raise ForbiddenError
    if not moment.isdecimal() or abs(work.now - datetime.fromtimestamp(int(moment), UTC)) > FRESH:
        raise ForbiddenError
    if len(body) > LARGEST:
        raise InvalidError
    try:
        report = nesting.read_json(body)
        number, state = str(report["id"]), report["state"]
        delivered = {"delivered": True, "failed": False}[state]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidError from error
    row = work.session.scalars(
        select(Delivery)
        .where(Delivery.channel == Channel.SMS, Delivery.provider_id == number)
        .order_by(Delivery.id)
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    reason = str(report.get("reason", ""))[:200]
    receive(work, row, Receipt(provider_id=number, delivered=delivered, reason=reason))
