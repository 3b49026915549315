"""Asking for a message: a row in the act's own transaction, and a job that hands it over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.delivery import Contact, Delivery, DeliveryState
from models.person import Person
from webapp.domain.errors import InvalidError
from webapp.domain.reach import Channel, choose
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.jobs.later import enqueue_at
from webapp.services.notices import stored
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

SEND = "send-letter"  # job: hand a message to its channel
LAPSE = "lapse-letter"  # job: what a message says is worthless from now on
TRIES = 8  # of one job, with growing pauses: about four hours in all
FALLBACK = "zh-Hans"
NO_ADDRESS = msg("没有可用的联系方式。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A message that is worthless after a moment, and what may stay of its text."""

    masked: str
    ends_at: datetime  # aware


def addresses(work: Work, person: Person) -> dict[Channel, str]:
    """The addresses of a person that are not known to be dead; entered ones go before the person's record."""
    rows = {
        row.channel: row
        for row in work.session.scalars(select(Contact).where(Contact.person_id == person.id))
    }
    found: dict[Channel, str] = {}
    for channel in Channel:
        row = rows.get(channel)
        record = {Channel.SMS: person.phone, Channel.MAIL: person.email}.get(channel)
        if row is not None:
            if row.dead_at is None:
                found[channel] = row.address
        elif record:
            found[channel] = record
    return found


def ask(
    work: Work,
    person: Person,
    *,
    template: str,
    text: str,
    key: str,
    case: Case | None = None,
    urgent: bool = False,
    secret: Secret | None = None,
) -> Delivery:
    """Write a message down; ``urgent`` (one-time codes) does not wait for the end of the quiet hours.

    A person without any address gets a failed row at once, for HR's list: nothing is dropped in silence.
    The text of a ``secret`` message is not kept beyond its handing over or its end.
    """
    work.session.flush()
    return write(
        work,
        person,
        wish={
            "key": key,
            "template": template,
            "body": text,
            "case_id": None if case is None else case.id,
            "language": person.language,
            "masked": None if secret is None else secret.masked,
            "expires_at": None if secret is None else secret.ends_at,
        },
        case=case,
        urgent=urgent,
    )


def write(
    work: Work,
    person: Person,
    *,
    wish: Mapping[str, Any],
    case: Case | None = None,
    tried: Collection[Channel] = (),
    replaces: Delivery | None = None,
    urgent: bool = False,
) -> Delivery:
    """Write the row for the next channel of a person, its job and its event."""
    known = {c: a for c, a in addresses(work, person).items() if c in work.ports.channels}
    channel = choose(known, tried=tried)
    not_before = work.now if urgent else work.ports.quiet.until(work.now)
    row = Delivery(
        **wish,
        person_id=person.id,
        entity_id=person.entity_id,
        sha256=hashlib.sha256(str(wish["body"]).encode()).hexdigest(),
        channel=(channel or Channel.SMS).value,
        address=known[channel] if channel else "",
        state=(DeliveryState.WAITING if channel else DeliveryState.FAILED).value,
        error=None if channel else stored(NO_ADDRESS),
        replaces_id=None if replaces is None else replaces.id,
        asked_at=work.now,
        not_before=not_before,
    )
    work.session.add(row)
    work.session.flush()
    if channel:
        enqueue_at(work, SEND, {"delivery": row.id}, key=f"{SEND}:{row.id}", at=not_before, tries=TRIES)
        if row.expires_at is not None:
            enqueue_at(work, LAPSE, {"delivery": row.id}, key=f"{LAPSE}:{row.id}", at=row.expires_at)
    else:
        forget(row)
    events.append(work, "message.asked" if channel else "message.failed", told(row), case=case)
    return row


def forget(row: Delivery) -> None:
    """Keep what a secret message says without its code; any other message stays as it is."""
    if row.masked is not None:
        row.body = row.masked


def told(row: Delivery) -> dict[str, Any]:
    """What events say about a message: no address and no text, but the hash of the text."""
    return {
        "delivery": str(row.id),
        "person": row.person_id,
        "channel": str(row.channel),
        "template": row.template,
        "text_sha256": row.sha256,
        "key": row.key,
    }


def send_message(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``send-message``: header ``template``, inputs ``person`` (number), ``data`` (context).

    Without ``person`` the one whom the case is about is told. Result: ``delivery``, its id as a decimal
    string; a message ``delivery.failed`` with that key is correlated where nobody could be reached.
    """
    number = job.variables.get("person")
    person = (
        work.session.get_one(Person, case.person_id)
        if not number
        else work.session.scalars(select(Person).where(Person.number == str(number))).one_or_none()
    )
    if person is None:
        raise InvalidError(msg("没有工号为“{number}”的人员。", number=str(number)))
    template = str(job.headers.get("template", ""))
    texts = load_bundle(work.session, case.procedure_version_id).settings.notices.get(template, {})
    data = job.variables.get("data")
    values = {"title": case.title, "name": person.name, "link": f"{work.ports.public_url}/"}
    values |= {str(k): v for k, v in data.items()} if isinstance(data, dict) else {}
    text = filled(texts.get(person.language) or texts.get(FALLBACK) or "{title}", values)
    key = f"{case.id}-{job.key.element_instance}-{job.key.round}"
    row = ask(work, person, template=template, text=text, key=hashed(key), case=case)
    return {"delivery": str(row.id)}


def hashed(key: str) -> str:
    """A message id of 32 hexadecimal digits: the same for the same wish, telling nothing to outsiders."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Put values into ``{name}`` marks, and nothing else: no format language, no attribute access."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
