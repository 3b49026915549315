"""What HR does about messages: whom nothing reached, new addresses, told on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from models.case import Case
from models.delivery import Contact, Delivery, DeliveryState
from models.person import Person
from webapp.domain.errors import ConflictError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.reach import Channel, check_address, masked
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.jobs.queue import lock_case
from webapp.services.messages.ask import told, write
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from webapp.services.work import Work

PAGE = 50
CAP = 1001  # counts end here


def readable(work: Work) -> ColumnElement[bool]:
    """Messages to people of the entities whose cases the actor looks after.

    To others about a restricted case about the actor: none.
    """
    about = select(Case.id).where(Case.restricted.is_(True), Case.person_id == work.actor.person_id)
    open_to = or_(
        Delivery.case_id.is_(None), Delivery.case_id.not_in(about), Delivery.person_id == work.actor.person_id
    )
    return within(work.actor, Permission.CASE_OPERATE, entity=Delivery.entity_id) & open_to


def _stuck(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Failed messages of the scope; a one-time code is not sent again but asked for anew."""
    return Delivery.state == DeliveryState.FAILED, Delivery.masked.is_(None), readable(work)


def unreached(work: Work, *, before: int | None = None) -> Sequence[Delivery]:
    """Messages that reached nobody and that HR has not dealt with, newest first, a page by key."""
    asked = select(Delivery).where(*_stuck(work))
    if before is not None:
        asked = asked.where(Delivery.id < before)
    return work.session.scalars(asked.order_by(Delivery.id.desc()).limit(PAGE)).all()


def count_unreached(work: Work) -> int:
    """How many there are, capped at CAP."""
    rows = select(Delivery.id).where(*_stuck(work)).limit(CAP).subquery()
    return work.session.scalar(select(func.count()).select_from(rows)) or 0


def sent(work: Work, *, case_id: int | None = None, before: int | None = None) -> Sequence[Delivery]:
    """Messages in the actor's scope, newest first, a page by key; those of one case where given."""
    asked = select(Delivery).where(readable(work))
    if case_id is not None:
        asked = asked.where(Delivery.case_id == case_id)
    if before is not None:
        asked = asked.where(Delivery.id < before)
    return work.session.scalars(asked.order_by(Delivery.id.desc()).limit(PAGE)).all()


def correct(work: Work, delivery_id: int, *, channel: str, address: str) -> Delivery:
    """Enter a working address and send the message again on that channel.

    Raises InvalidError at the field, ConflictError where somebody has dealt with it meanwhile.
    """
    row = _mine(work, delivery_id)
    if channel not in set(Channel):
        raise InvalidError(fields={"channel": (msg("请选择一种方式。"),)})
    way = Channel(channel)
    if way not in work.ports.channels:
        raise InvalidError(fields={"channel": (msg("这种方式尚未配置，请选择另一种。"),)})
    clean = check_address(way, address)
    _enter(work, row.person_id, channel=way, address=clean)
    row.state = DeliveryState.SETTLED
    person = work.session.get_one(Person, row.person_id)
    case = None if row.case_id is None else lock_case(work, row.case_id)
    others = set(Channel) - {way}
    wish = {
        "key": f"{row.key[:54]}.c{row.id}",
        "template": row.template,
        "body": row.body,
        "case_id": row.case_id,
        "language": row.language,
    }
    return write(work, person, wish=wish, case=case, tried=others, replaces=row)


def settle(work: Work, delivery_id: int, *, how: str) -> None:
    """Note how the person was told otherwise (on paper, by telephone); the words become evidence."""
    row = _mine(work, delivery_id)
    text = how.strip()
    if not 2 <= len(text) <= 500:
        sentence = msg("请写明如何告知，2 至 500 字。")
        raise InvalidError(sentence, fields={"how": (sentence,)})
    row.state = DeliveryState.SETTLED
    case = None if row.case_id is None else lock_case(work, row.case_id)
    events.append(work, "message.settled", told(row) | {"how": text}, case=case)


def _mine(work: Work, delivery_id: int) -> Delivery:
    row = work.session.scalars(
        select(Delivery).where(and_(Delivery.id == delivery_id, readable(work))).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.state != DeliveryState.FAILED or row.masked is not None:
        raise ConflictError(msg("这条消息已有人处理，请刷新页面。"))
    return row


def _enter(work: Work, person_id: int, *, channel: Channel, address: str) -> None:
    contact = work.session.scalars(
        select(Contact).where(Contact.person_id == person_id, Contact.channel == channel).with_for_update()
    ).one_or_none()
    if contact is None:
        contact = Contact(person_id=person_id, channel=channel)
        work.session.add(contact)
    contact.address = address
    contact.changed_at = work.now
    contact.dead_at = contact.dead_reason = None
    work.session.flush()
    events.append(
        work,
        "contact.changed",
        {"person": person_id, "channel": channel.value, "address": masked(channel, address)},
    )


def case_numbers(work: Work, rows: Sequence[Delivery]) -> dict[int, str]:
    """Numbers of the cases that messages are about."""
    ids = {row.case_id for row in rows if row.case_id is not None}
    found = work.session.scalars(select(Case).where(Case.id.in_(ids)))
    return {row.id: row.number for row in found}
