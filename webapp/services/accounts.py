"""Log-ins: counting failures, locking, sessions that their owner can end."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from models.account import Account, LoginSession
from models.person import Person
from webapp.domain.errors import NotFoundError
from webapp.services import events

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from webapp.services.work import Work

LOCK_AFTER = 5  # wrong tries in a row
LOCK_FOR = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)  # a session's last use is kept to the minute


def find_account(session: Session, **key: object) -> Account | None:
    """An account by one of its keys, with its person and passkeys."""
    (name, value), *_ = key.items()
    return (
        session.scalars(
            select(Account)
            .options(
                joinedload(Account.person, innerjoin=True).joinedload(Person.department),
                joinedload(Account.passkeys),
            )
            .where(getattr(Account, name) == value)
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )


def count_failure(work: Work, account: Account, factor: str) -> None:
    """Count a wrong password, code or key; lock the account after five in a row.

    One statement, so that two tries at once are two counts.
    """
    failures = work.session.scalar(
        update(Account)
        .where(Account.id == account.id)
        .values(failed_logins=Account.failed_logins + 1)
        .returning(Account.failed_logins)
        .execution_options(synchronize_session=False)
    )
    locked = failures is not None and failures >= LOCK_AFTER
    if locked:
        work.session.execute(
            update(Account)
            .where(Account.id == account.id)
            .values(failed_logins=0, locked_until=work.now + LOCK_FOR)
            .execution_options(synchronize_session=False)
        )
    events.append(
        work, "login.refused", {"factor": factor, "locked": locked}, subject=f"account/{account.id}"
    )


def is_locked(work: Work, account: Account) -> bool:
    """Whether too many wrong tries lock the account now."""
    until = work.session.scalar(select(Account.locked_until).where(Account.id == account.id))
    return until is not None and until > work.now


def begin_session(work: Work, account: Account, *, address: str, agent: str) -> str:
    """Write down a log-in and return the random value for its cookie; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    work.session.execute(
        update(Account)
        .where(Account.id == account.id)
        .values(failed_logins=0, locked_until=None, last_login_at=work.now)
        .execution_options(synchronize_session=False)
    )
    work.session.add(
        LoginSession(
            account_id=account.id,
            token=_hash(token),
            created_at=work.now,
            seen_at=work.now,
            address=address[:64],
            agent=agent[:200],
        )
    )
    events.append(work, "login.accepted", {"address": address}, subject=f"account/{account.id}")
    return token


def session_alive(work: Work, account_id: int, token: str) -> bool:
    """Whether a cookie's session was not ended."""
    row = work.session.execute(
        select(LoginSession.id).where(
            LoginSession.token == _hash(token),
            LoginSession.account_id == account_id,
            LoginSession.revoked_at.is_(None),
        )
    ).one_or_none()
    return row is not None


def touch_session(work: Work, token: str) -> None:
    """Keep when a session was last used, at most once a minute."""
    work.session.execute(
        update(LoginSession)
        .where(LoginSession.token == _hash(token), LoginSession.seen_at < work.now - SEEN_EVERY)
        .values(seen_at=work.now)
    )


def list_sessions(work: Work) -> list[LoginSession]:
    """The actor's living sessions, newest first."""
    return list(
        work.session.scalars(
            select(LoginSession)
            .join(Account, Account.id == LoginSession.account_id)
            .where(Account.person_id == work.person_id, LoginSession.revoked_at.is_(None))
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
            .limit(100)
        )
    )


def end_session(work: Work, session_id: int) -> None:
    """End one of the actor's own sessions; raises NotFoundError for another's."""
    row = work.session.scalars(
        select(LoginSession)
        .join(Account, Account.id == LoginSession.account_id)
        .where(
            LoginSession.id == session_id,
            Account.person_id == work.person_id,
            LoginSession.revoked_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    row.revoked_at = work.now
    events.append(work, "session.ended", {"session": row.id}, subject=f"account/{row.account_id}")


def end_token(work: Work, token: str) -> None:
    """End the session of a cookie: what logging out does."""
    work.session.execute(
        update(LoginSession)
        .where(LoginSession.token == _hash(token), LoginSession.revoked_at.is_(None))
        .values(revoked_at=work.now)
    )


def token_id(work: Work, token: str) -> int | None:
    """Which session a cookie belongs to."""
    return work.session.scalar(select(LoginSession.id).where(LoginSession.token == _hash(token)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
