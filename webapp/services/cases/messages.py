"""Messages for running cases: correlated inside the click, or kept until somebody waits for them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, and_, bindparam, delete, exists, or_, select, tuple_, union_all

from models.case import AwaitedMessage, BufferedMessage, Case, CaseState
from models.procedure import Procedure
from models.trigger import StartTrigger
from webapp.domain.errors import ConflictError
from webapp.domain.text import msg
from webapp.engine.values import Correlate, ItemKey
from webapp.services import events
from webapp.services.cases.run import run
from webapp.services.cases.triggers import start_by_message, startable
from webapp.services.cases.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select

    from webapp.domain.text import Message
    from webapp.engine.values import Advance
    from webapp.services.work import Work

KEEP = timedelta(hours=1)  # how long a message waits for its case
ROUNDS = 20  # buffered messages that one click may hand over


def correlate(
    work: Work,
    name: str,
    *,
    key: str | None,
    variables: Mapping[str, Any],
    message_id: str | None = None,
    keep: timedelta = KEEP,
) -> Case | None:
    """Hand a message to the case that waits for it, else begin one; None where it is kept for later.

    A ``message_id`` makes a repeat of a kept one fail at the commit; it never begins two cases. Raises
    ConflictError for a suspended case. Whoever calls has checked that the actor may send it.
    """
    wait = _find_wait(work, name, key)
    if wait is None:
        begun = start_by_message(work, name, key=key, variables=variables, message_id=message_id)
        if begun is not None:
            deliver_buffered(work, begun)
            return begun
        work.session.add(
            BufferedMessage(
                name=name,
                correlation_key=key,
                message_id=message_id,
                variables=plain(dict(variables)),
                expires_at=work.now + keep,
            )
        )
        work.session.flush()
        return None
    case, waiting = wait
    if case.state == CaseState.SUSPENDED:
        raise ConflictError(msg("案件已暂停，恢复后才能办理。"))
    _hand_over(work, case, waiting, variables=variables)
    deliver_buffered(work, case)
    return case


def _find_wait(work: Work, name: str, key: str | None) -> tuple[Case, AwaitedMessage] | None:
    """The oldest wait for a message, with its case locked.

    The wait is locked too, after the case: else whoever waited for the lock would read the old row of a wait
    that a click took away meanwhile.
    """
    found = work.session.execute(_oldest(keyed=key is not None), {"name": name, "key": key}).first()
    return None if found is None else (found[0], found[1])


@cache
def _oldest(*, keyed: bool) -> Select[Case, AwaitedMessage]:
    key = AwaitedMessage.correlation_key
    return (
        select(Case, AwaitedMessage)
        .join(AwaitedMessage, AwaitedMessage.case_id == Case.id)
        .where(
            AwaitedMessage.name == bindparam("name", type_=String),
            key == bindparam("key", type_=String) if keyed else key.is_(None),
        )
        .order_by(AwaitedMessage.id)
        .limit(1)
        .with_for_update(of=[Case, AwaitedMessage])
        .execution_options(populate_existing=True)
    )


def _hand_over(work: Work, case: Case, waiting: AwaitedMessage, *, variables: Mapping[str, Any]) -> Advance:
    key = ItemKey(element_instance=waiting.element_instance, round=waiting.round)
    name, element = waiting.name, waiting.element_id
    work.session.expunge(waiting)  # the projection deletes the row by its key
    advance = run(work, case, Correlate(key=key, name=name, variables=dict(variables)))
    events.append(
        work,
        "message.received",
        {
            "name": name,
            "element": element,
            "variables": plain(dict(variables)),
            "opened": [i.element_id for i in advance.opened],
            "ended": advance.ended,
        },
        case=case,
    )
    work.session.flush()
    return advance


def deliver_buffered(work: Work, case: Case) -> int:
    """Hand a locked case the messages that came before it waited; how many."""
    done = 0
    while done < ROUNDS and case.state == CaseState.ACTIVE:
        found = work.session.execute(_early(), {"case": case.id, "now": work.now}).first()
        if found is None:
            break
        message, waiting = found
        variables = message.variables
        work.session.expunge(message)
        if not _take_buffered(work, message.id):
            continue  # another case that waits for the same was faster
        _hand_over(work, case, waiting, variables=variables)
        done += 1
    return done


@cache
def _early() -> Select[BufferedMessage, AwaitedMessage]:
    """The oldest message kept for what a case waits for."""
    ours, theirs = AwaitedMessage.correlation_key, BufferedMessage.correlation_key
    alike = or_(ours == theirs, and_(ours.is_(None), theirs.is_(None)))
    return (
        select(BufferedMessage, AwaitedMessage)
        .join(AwaitedMessage, and_(AwaitedMessage.name == BufferedMessage.name, alike))
        .where(
            AwaitedMessage.case_id == bindparam("case", type_=BigInteger),
            BufferedMessage.expires_at > bindparam("now", type_=BufferedMessage.expires_at.type),
        )
        .order_by(BufferedMessage.id)
        .limit(1)
    )


def _take_buffered(work: Work, message_id: int) -> bool:
    gone = delete(BufferedMessage).where(BufferedMessage.id == message_id).returning(BufferedMessage.id)
    return work.session.scalar(gone.execution_options(synchronize_session=False)) is not None


def any_expired(work: Work) -> bool:
    """Whether there is a message to forget: most sweeps need no transaction for it."""
    return bool(work.session.scalar(select(exists().where(BufferedMessage.expires_at <= work.now))))


def startable_messages(work: Work) -> list[int]:
    """Kept messages that could begin a case now: a procedure was released or resumed, or a key is free."""
    return list(
        work.session.scalars(
            select(BufferedMessage.id)
            .where(select(StartTrigger.id, Procedure.id).where(startable()).exists())
            .where(BufferedMessage.expires_at > work.now)
            .order_by(BufferedMessage.id)
            .limit(ROUNDS)
        )
    )


def start_buffered(work: Work, buffered_id: int) -> Case | None:
    """Begin a case by a kept message; None where it has gone or cannot begin one any more."""
    message = work.session.get(BufferedMessage, buffered_id, with_for_update=True)
    if message is None:
        return None
    begun = start_by_message(
        work,
        message.name,
        key=message.correlation_key,
        variables=message.variables,
        message_id=message.message_id,
    )
    if begun is not None:
        work.session.delete(message)
        work.session.flush()
        deliver_buffered(work, begun)
    return begun


def refuse_buffered(work: Work, buffered_id: int, why: Message) -> None:
    """Drop a kept message that can begin nothing, with the reason as an event."""
    message = work.session.get(BufferedMessage, buffered_id, with_for_update=True)
    if message is not None:
        events.append(work, "message.refused", {"name": message.name, "reason": str(why)})
        work.session.delete(message)


def sweep_buffered(work: Work) -> int:
    """Forget messages whose time to live is over."""
    gone = work.session.scalars(
        delete(BufferedMessage)
        .where(BufferedMessage.expires_at <= work.now)
        .returning(BufferedMessage.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone)


def waiting_cases(work: Work) -> list[int]:
    """Cases that wait for a message which came too early: one statement, whatever the number of cases.

    It begins at the few buffered messages: what is awaited, a row and more for each idle case, is looked up;
    what has no key apart, since no index finds a pair with NULL. Cases that may not move now are left out,
    else they would take the places of others.
    """
    early = select(BufferedMessage.name, BufferedMessage.correlation_key).where(
        BufferedMessage.expires_at > work.now
    )
    key = AwaitedMessage.correlation_key
    keyless = select(BufferedMessage.name).where(
        BufferedMessage.expires_at > work.now, BufferedMessage.correlation_key.is_(None)
    )
    waits = (
        tuple_(AwaitedMessage.name, key).in_(early),
        and_(key.is_(None), AwaitedMessage.name.in_(keyless)),
    )
    found = union_all(
        *(
            select(AwaitedMessage.case_id)
            .join(Case, Case.id == AwaitedMessage.case_id)
            .where(wait, Case.state == CaseState.ACTIVE)
            for wait in waits
        )
    )
    return list(dict.fromkeys(work.session.scalars(found.limit(ROUNDS))))
