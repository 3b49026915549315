"""Whether somebody else may have signed for a person: one browser at one address, around one time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.account import Account, LoginSession
from models.event import Event
from models.person import Person

if TYPE_CHECKING:
    from models.signing import SigningFlow
    from webapp.services.work import Work

AROUND = timedelta(days=1)


def sharers(work: Work, flow: SigningFlow) -> tuple[str, ...]:
    """Names of those who acted in the case and logged in with the signer's browser and address within a day.

    A shared computer proves nothing; that it was shared must be explained before the other side asks.
    """
    moment = _moment(flow)
    own = work.session.execute(
        select(LoginSession.address, LoginSession.agent)
        .join(Account, Account.id == LoginSession.account_id)
        .where(Account.person_id == flow.person_id, LoginSession.created_at <= moment)
        .order_by(LoginSession.created_at.desc())
        .limit(1)
    ).one_or_none()
    if own is None or not own.address:
        return ()
    actors = select(Event.actor_id).where(Event.case_id == flow.case_id, Event.actor_id.is_not(None))
    names = work.session.scalars(
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .join(LoginSession, LoginSession.account_id == Account.id)
        .where(
            Person.id.in_(actors),
            Person.id != flow.person_id,
            LoginSession.address == own.address,
            LoginSession.agent == own.agent,
            LoginSession.created_at >= moment - AROUND,
            LoginSession.created_at <= moment + AROUND,
        )
        .distinct()
        .order_by(Person.name)
    )
    return tuple(names)


def _moment(flow: SigningFlow) -> datetime:
    """When the person confirmed, else when they were done, else when they came."""
    if flow.will:
        return datetime.fromisoformat(flow.will["at"])
    return flow.finished_at or flow.opened_at
