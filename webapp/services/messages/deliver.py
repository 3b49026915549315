"""Handing a message over: the world answers outside any transaction, at least once, under the same key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.delivery import Contact, Delivery, DeliveryState
from models.person import Person
from webapp.adapters.catalog import translate
from webapp.domain.reach import AddressRefusedError, Channel, ChannelUnavailableError, Letter
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.routing import DELIVER
from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.later import enqueue_at
from webapp.services.jobs.queue import enqueue, lock_case
from webapp.services.messages.ask import LAPSE, SEND, TRIES, addresses, forget, told, write
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.case import Case
    from webapp.domain.reach import Receipt
    from webapp.domain.text import Message
    from webapp.services.work import Work

SUBJECT = msg("合规系统通知")
LAPSED = msg("验证码已过期，没有发出。")
ASK = "ask-letter"  # job: what became of a message
ASK_AFTER = timedelta(minutes=2)  # until a channel knows what became of a message
ASKED_FOR = 5  # times; then what is known stays
FAILED = "delivery.failed"  # message to the case, key: the delivery's id


def deliver_message(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Hand one message to its channel, then write what the channel said."""
    with units() as work:
        row = work.session.get_one(Delivery, int(job.payload["delivery"]), with_for_update=True)
        if row.state != DeliveryState.WAITING:
            return {}
        if row.expires_at is not None and work.now >= row.expires_at:
            _lapsed(work, row)
            return {}
        row.attempts += 1
        person = work.session.get_one(Person, row.person_id)
        door = work.ports.channels.get(Channel(row.channel))
        letter = Letter(
            key=row.key,
            address=row.address,
            name=person.name,
            subject=translate(SUBJECT, row.language),
            text=row.body,
        )
    if door is None:
        raise ChannelUnavailableError
    try:
        receipt = door.send(letter)
    except AddressRefusedError as error:
        with units() as work:
            _refused(work, _locked(work, job), error.message)
        return {}
    except ChannelUnavailableError as error:
        with units() as work:
            row = _locked(work, job)
            if row.attempts < TRIES:
                raise  # nothing was changed: the job waits and tries again
            _refused(work, row, error.message, dead=False)
        return {}
    with units() as work:
        _taken(work, _locked(work, job), receipt, asks=door.asks)
    return {}


def ask_message(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Ask a channel what became of a message; asks again later while it does not know."""
    with units() as work:
        row = work.session.get_one(Delivery, int(job.payload["delivery"]))
        door = work.ports.channels.get(Channel(row.channel))
        number, open_ = row.provider_id, row.state == DeliveryState.SENT
    if door is None or number is None or not open_:
        return {}
    receipt = door.status(number)
    with units() as work:
        row = _locked(work, job)
        round_ = int(job.payload["round"])
        if receipt.delivered is None and round_ < ASKED_FOR:
            _ask_later(work, row, round_ + 1)
        receive(work, row, receipt)
    return {}


def lapse_message(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """End a message whose code has lapsed before a channel took it."""
    with units() as work:
        row = _locked(work, job)
        if row.state == DeliveryState.WAITING:
            _lapsed(work, row)
    return {}


def _lapsed(work: Work, row: Delivery) -> None:
    """Nothing for HR's list: the person asks for another code."""
    row.state = DeliveryState.SETTLED
    row.error = stored(LAPSED)
    forget(row)
    _tell(work, row, "message.failed", reason=str(LAPSED))


def receive(work: Work, row: Delivery, receipt: Receipt) -> None:
    """Write a channel's word about a message that it took; a repeated word changes nothing."""
    if row.state != DeliveryState.SENT or receipt.delivered is None:
        return
    if receipt.delivered:
        row.state = DeliveryState.DELIVERED
        row.delivered_at = work.now
        _tell(work, row, "message.delivered")
        return
    _refused(work, row, msg("通道回执：{reason}", reason=receipt.reason or "—"))


def _locked(work: Work, job: TakenJob) -> Delivery:
    return work.session.get_one(Delivery, int(job.payload["delivery"]), with_for_update=True)


def _taken(work: Work, row: Delivery, receipt: Receipt, *, asks: bool) -> None:
    if row.state != DeliveryState.WAITING:
        return  # another worker wrote it: the key was the same
    row.state = DeliveryState.SENT
    row.sent_at = work.now
    row.provider_id = receipt.provider_id
    row.error = None
    forget(row)
    _tell(work, row, "message.sent", attempts=row.attempts, provider_id=receipt.provider_id)
    if receipt.delivered is not None:
        receive(work, row, receipt)
    elif asks:
        _ask_later(work, row, 1)


def _ask_later(work: Work, row: Delivery, round_: int) -> None:
    enqueue_at(
        work,
        ASK,
        {"delivery": row.id, "round": round_},
        key=f"{ASK}:{row.id}:{round_}",
        at=work.now + ASK_AFTER * 2**round_,
        tries=5,
    )


def _refused(work: Work, row: Delivery, reason: Message, *, dead: bool = True) -> None:
    """An address that does not work: remembered, and the next channel tried; without one HR's list."""
    if row.state not in (DeliveryState.WAITING, DeliveryState.SENT):
        return
    row.state = DeliveryState.FAILED
    row.error = stored(reason)
    if dead:
        _remember_dead(work, row, str(reason))
    case = None if row.case_id is None else lock_case(work, row.case_id)
    events.append(work, "message.failed", told(row) | {"reason": str(reason)}, case=case)
    person = work.session.get_one(Person, row.person_id)
    chain = _chain(work, row)
    wish = {
        "key": f"{row.key[:60]}.{len(chain)}",
        "template": row.template,
        "body": row.body,
        "case_id": row.case_id,
        "language": row.language,
        "masked": row.masked,
        "expires_at": row.expires_at,
    }
    told_already = row.masked is not None and row.body == row.masked
    forget(row)
    tried = {Channel(one.channel) for one in chain}
    if not told_already and _can_go_on(work, person, tried):
        row.state = DeliveryState.SETTLED  # this address is over; the next row carries the message on
        write(work, person, wish=wish, case=case, tried=tried, replaces=row)
        return
    if case is not None:
        first = chain[-1]
        news = {"name": FAILED, "key": str(first.id), "variables": {"reason": str(reason)}}
        enqueue(work, DELIVER, news, key=f"letter-failed:{first.id}")


def _can_go_on(work: Work, person: Person, tried: set[Channel]) -> bool:
    return any(c not in tried and c in work.ports.channels for c in addresses(work, person))


def _chain(work: Work, row: Delivery) -> Sequence[Delivery]:
    """The row and those that it goes on from, newest first."""
    found = [row]
    while found[-1].replaces_id is not None:
        found.append(work.session.get_one(Delivery, found[-1].replaces_id))
    return found


def _remember_dead(work: Work, row: Delivery, reason: str) -> None:
    contact = work.session.scalars(
        select(Contact).where(Contact.person_id == row.person_id, Contact.channel == row.channel)
    ).one_or_none()
    if contact is None:
        contact = Contact(
            person_id=row.person_id, channel=row.channel, address=row.address, changed_at=work.now
        )
        work.session.add(contact)
    if contact.address == row.address:
        contact.dead_at = work.now
        contact.dead_reason = reason[:200]


def _tell(work: Work, row: Delivery, kind: str, **more: Any) -> None:
    case: Case | None = None if row.case_id is None else lock_case(work, row.case_id)
    events.append(work, kind, told(row) | more, case=case)


HANDLERS[SEND] = deliver_message
HANDLERS[ASK] = ask_message
HANDLERS[LAPSE] = lapse_message
