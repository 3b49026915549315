"""Invitations: a link to the person's own address, good once and for a week."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import joinedload

from models.account import Account
from models.identity import Invitation
from models.person import Person
from webapp.adapters.catalog import translate
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.queue import enqueue
from webapp.services.messages.ask import ask, hashed
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from webapp.services.work import Work

VALID = timedelta(days=7)
PAGE = 50
CAP = 1001
INVITE = "invite-people"  # job: invitations in chunks
TEXT = msg("{name}，您好。请在七天内打开以下链接启用您的合规系统账户：{link}")


def may_invite(work: Work) -> ColumnElement[bool]:
    """People whom the actor looks after."""
    return within(work.actor, Permission.PERSON_WRITE, entity=Person.entity_id)


def _outside(work: Work) -> ColumnElement[bool]:
    """Employed, in scope, and without an account of their own."""
    has = exists().where(Account.person_id == Person.id)
    return may_invite(work) & ~has & Person.left_on.is_(None)


def without_account(work: Work, *, after: str = "") -> Sequence[tuple[Person, Invitation | None]]:
    """People who are not in yet, by number, with their last invitation; a page by key."""
    newest = (
        select(func.max(Invitation.id))
        .where(Invitation.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    asked = (
        select(Person, Invitation)
        .options(joinedload(Person.department))
        .outerjoin(Invitation, Invitation.id == newest)
        .where(_outside(work), Person.number > after)
        .order_by(Person.number)
        .limit(PAGE)
    )
    return [(person, invitation) for person, invitation in work.session.execute(asked)]


def count_without(work: Work) -> int:
    """How many are not in yet, capped."""
    rows = select(Person.id).where(_outside(work)).limit(CAP).subquery()
    return work.session.scalar(select(func.count()).select_from(rows)) or 0


def invite(work: Work, person: Person, *, key: str, send: bool = True) -> str:
    """Make an invitation, take back older ones, and send it; returns the link, which is for the person alone.

    Raises ConflictError where the person is in already or has left.
    """
    if person.left_on is not None and person.left_on < work.now.date():
        raise ConflictError(msg("{name}已离职，不能邀请。", name=person.name))
    if work.session.scalar(select(Account.id).where(Account.person_id == person.id)) is not None:
        raise ConflictError(msg("{name}已有账户。", name=person.name))
    work.session.execute(
        update(Invitation)
        .where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
        .values(used_at=work.now)
    )
    token = secrets.token_urlsafe(32)
    link = f"{work.ports.public_url}/activate/{token}"
    row = Invitation(
        person_id=person.id,
        token=digest(token),
        made_at=work.now,
        made_by_id=work.actor.person_id,
        expires_at=work.now + VALID,
    )
    work.session.add(row)
    work.session.flush()
    if send:
        text = translate(msg(TEXT.key, name=person.name, link=link), person.language)
        row.delivery_id = ask(work, person, template="activation", text=text, key=hashed(f"invite:{key}")).id
    events.append(
        work,
        "account.invited",
        {"person": person.id, "invitation": row.id, "delivery": row.delivery_id},
        subject=f"person/{person.id}",
    )
    return link


def invite_people(work: Work, numbers: Sequence[str], *, everybody: bool = False, key: str) -> int:
    """Invite those with these employee numbers, or everybody without an account; by a job, in chunks.

    Returns how many; who is not in the actor's scope is not counted. Raises ForbiddenError for those who may
    invite nobody.
    """
    if not work.actor.may(Permission.PERSON_WRITE):
        raise ForbiddenError
    asked = select(Person.id).where(_outside(work)).order_by(Person.id)
    if not everybody:
        asked = asked.where(Person.number.in_(numbers[:PAGE]))
    ids = list(work.session.scalars(asked))
    for start in range(0, len(ids), PAGE):
        enqueue(
            work,
            INVITE,
            {"people": ids[start : start + PAGE], "by": work.actor.person_id},
            key=hashed(f"{INVITE}:{key}:{start}"),
        )
    return len(ids)


def perform(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Invite one chunk; who is in meanwhile is passed over, and a repeat after a kill begins anew, unsent."""
    with units() as work:
        people = work.session.scalars(
            select(Person).where(Person.id.in_(job.payload["people"])).order_by(Person.id)
        ).all()
        for person in people:
            has = work.session.scalar(select(Account.id).where(Account.person_id == person.id))
            if has is None:
                invite(work, person, key=f"{job.key}:{person.id}")
    return {}


def open_invitation(work: Work, token: str, *, lock: bool = False) -> Invitation:
    """The invitation of a link; raises NotFoundError where it is unknown, used, replaced or too old."""
    asked = select(Invitation).where(
        Invitation.token == digest(token), Invitation.used_at.is_(None), Invitation.expires_at > work.now
    )
    row = work.session.scalars(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise NotFoundError(msg("这个链接已失效。请联系人事重新邀请。"))
    return row


def digest(token: str) -> str:
    """What is kept of a link's random part."""
    return hashlib.sha256(token.encode()).hexdigest()


HANDLERS[INVITE] = perform
