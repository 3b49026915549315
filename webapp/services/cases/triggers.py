"""Cases that begin by themselves: by a message, a signal, or because a timer's time has come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload

from models.case import BufferedMessage, Case
from models.person import Person
from models.procedure import Procedure
from models.trigger import MessageStart, StartTrigger
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.domain.text import msg
from webapp.engine.expressions import Outside, resolve
from webapp.engine.readings import NOWHERE
from webapp.services import events
from webapp.services.calendars import LazyCalendar
from webapp.services.cases.start import StartCase, start_triggered
from webapp.services.cases.values import plain
from webapp.services.notices import tell_role
from webapp.services.procedures.bundle import load_bundle
from webapp.services.procedures.references import ABOUT
from webapp.services.procedures.starts import next_due

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from webapp.domain.text import Message
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

EMPLOYEE: Final = "=employee"  # what it is where the diagram does not say
BATCH: Final = 100


def start_by_message(
    work: Work, name: str, *, key: str | None, variables: Mapping[str, Any], message_id: str | None = None
) -> Case | None:
    """Begin a case of each procedure whose start event waits for a message; the first of them.

    None where none waits, where its procedure is suspended, or while a case that the same key began still
    runs: the caller keeps the message. A ``message_id`` that began a case before gives that case again.
    """
    found: list[Case] = []
    for trigger in _waiting_for(work, "message", name):
        repeated = _began(work, trigger, message_id)
        if repeated is not None:
            found.append(repeated)
        elif not _busy(work, trigger, key):
            case = _begin(
                work, trigger, variables=variables, cause={"message": name, "key": key, "id": message_id}
            )
            work.session.add(
                MessageStart(
                    case_id=case.id,
                    procedure_id=trigger.procedure_id,
                    name=name,
                    correlation_key=key,
                    message_id=message_id,
                )
            )
            work.session.flush()
            found.append(case)
    return found[0] if found else None


def start_by_signal(work: Work, trigger_id: int, *, variables: Mapping[str, Any]) -> Case | None:
    """Begin a case at a signal start event; None where the registration has gone or is suspended."""
    trigger = _lock(work, trigger_id)
    if trigger is None:
        return None
    return _begin(work, trigger, variables=variables, cause={"signal": trigger.name})


def signal_starts(work: Work, name: str) -> list[int]:
    """Ids of the registrations that a signal reaches."""
    return [trigger.id for trigger in _waiting_for(work, "signal", name, lock=False)]


def _waiting_for(work: Work, kind: str, name: str, *, lock: bool = True) -> list[StartTrigger]:
    """Registrations by name, locked: two messages of one key wait for each other here."""
    query = (
        select(StartTrigger)
        .join(StartTrigger.procedure)
        .where(StartTrigger.kind == kind, StartTrigger.name == name, Procedure.suspended_at.is_(None))
        .order_by(StartTrigger.id)
        .execution_options(populate_existing=True)
    )
    return list(work.session.scalars(query.with_for_update(of=StartTrigger) if lock else query))


def _began(work: Work, trigger: StartTrigger, message_id: str | None) -> Case | None:
    if message_id is None:
        return None
    return work.session.scalars(
        select(Case)
        .join(MessageStart, MessageStart.case_id == Case.id)
        .where(MessageStart.procedure_id == trigger.procedure_id, MessageStart.message_id == message_id)
    ).one_or_none()


def _busy(work: Work, trigger: StartTrigger, key: str | None) -> bool:
    """Whether a case that the same key began still runs; messages without a key never wait."""
    if key is None:
        return False
    running = select(MessageStart.case_id).join(Case, Case.id == MessageStart.case_id)
    running = running.where(
        MessageStart.procedure_id == trigger.procedure_id,
        MessageStart.name == trigger.name,
        MessageStart.correlation_key == key,
        Case.ended_at.is_(None),
    )
    return work.session.scalars(running.limit(1)).first() is not None


# -- timers ------------------------------------------------------------------------------------------------


def due_starts(work: Work) -> list[int]:
    """Registrations whose time has come: one statement, however many procedures there are."""
    return list(
        work.session.scalars(
            select(StartTrigger.id)
            .join(StartTrigger.procedure)
            .where(StartTrigger.due_at <= work.now, Procedure.suspended_at.is_(None))
            .order_by(StartTrigger.due_at, StartTrigger.id)
            .limit(BATCH)
        )
    )


def fire_start(work: Work, trigger_id: int) -> Case | None:
    """Begin the case of a timer that is due, and set when the next one is; None where it is not due any more.

    However long the worker was away, one case begins: missed times are skipped.
    """
    trigger = _lock(work, trigger_id)
    if trigger is None or trigger.due_at is None or trigger.due_at > work.now:
        return None
    due = trigger.due_at
    trigger.due_at = next_due(work, trigger)
    return _begin(work, trigger, variables={}, cause={"timer": trigger.element_id, "due": due.isoformat()})


def put_off(work: Work, trigger_id: int, why: Message) -> None:
    """Write down that a timer could begin no case, tell the owners, and go on with its next time."""
    trigger = _lock(work, trigger_id)
    if trigger is None or trigger.due_at is None or trigger.due_at > work.now:
        return
    trigger.due_at = next_due(work, trigger)
    key = trigger.procedure.key
    events.append(
        work,
        "procedure.start_failed",
        {"key": key, "element": trigger.element_id, "reason": str(why)},
        subject=f"procedure/{key}",
    )
    sentence = msg("流程“{key}”没有按时自动发起：{reason}", key=key, reason=why)
    tell_role(work, trigger.procedure.owner_role, sentence, kind="incident")


def _lock(work: Work, trigger_id: int) -> StartTrigger | None:
    return work.session.scalars(
        select(StartTrigger)
        .join(StartTrigger.procedure)
        .options(joinedload(StartTrigger.procedure, innerjoin=True))
        .where(StartTrigger.id == trigger_id, Procedure.suspended_at.is_(None))
        .with_for_update(of=StartTrigger)
        .execution_options(populate_existing=True)
    ).one_or_none()


# -- the case ----------------------------------------------------------------------------------------------


def _begin(
    work: Work, trigger: StartTrigger, *, variables: Mapping[str, Any], cause: Mapping[str, Any]
) -> Case:
    bundle = load_bundle(work.session, trigger.procedure_version_id)
    person = _about(work, bundle, trigger, variables=variables)
    given = variables.get("title")
    title = given if isinstance(given, str) and given.strip() else f"{_title(bundle)} {person.name}"
    command = StartCase(
        procedure_key=bundle.settings.key,
        person_id=person.id,
        title=title,
        variables=variables,
        start_element=trigger.element_id,
    )
    # the diagram begins it, not the person in whose click the message came: whom it may be about is its own
    house = replace(work, actor=SYSTEM)
    return start_triggered(house, command, bundle, cause={**cause, "sender": work.actor.person_id})


def _title(bundle: Bundle) -> str:
    return bundle.settings.titles["zh-Hans"]


def _about(work: Work, bundle: Bundle, trigger: StartTrigger, *, variables: Mapping[str, Any]) -> Person:
    """The person whom the new case is about; raises InvalidError where the start event names none."""
    element = bundle.elements[trigger.element_id]
    text = element.properties.get(ABOUT, EMPLOYEE)
    outside = Outside(now=work.now, calendar=LazyCalendar(work.session), decide=NOWHERE.decide)
    number = resolve(text, dict(variables), outside)
    person = work.session.scalars(
        select(Person).where(Person.number == str(number), Person.left_on.is_(None))
    ).one_or_none()
    if person is None:
        raise InvalidError(
            msg(
                "开始事件“{element}”没有给出在职人员的工号（{text} 得到 {number}）。",
                element=trigger.element_id,
                text=text,
                number=str(plain(number)),
            )
        )
    return person


def startable() -> ColumnElement[bool]:
    """Buffered messages that could begin a case now: what the worker's sweep asks."""
    running = exists().where(
        MessageStart.procedure_id == StartTrigger.procedure_id,
        MessageStart.name == BufferedMessage.name,
        MessageStart.correlation_key == BufferedMessage.correlation_key,
        MessageStart.case_id == Case.id,
        Case.ended_at.is_(None),
    )
    return and_(
        StartTrigger.kind == "message",
        StartTrigger.name == BufferedMessage.name,
        StartTrigger.procedure_id == Procedure.id,
        Procedure.suspended_at.is_(None),
        or_(BufferedMessage.correlation_key.is_(None), ~running),
    )
