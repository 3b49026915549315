"""Whoever leaves the company ends what is still being asked of them: the message ``person.left``."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.case import AwaitedMessage
from models.job import Job
from models.person import Person
from webapp.services.cases.messages import correlate
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.later import enqueue_at
from webapp.services.people import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

LEFT: Final = "person.left"  # message name; its key is the employee number
TELL: Final = "tell-left"  # job type


def announce_leaving(work: Work, person: Person) -> None:
    """Have the person's running cases told when the last day is over; once for each day that was named."""
    if person.left_on is None:
        return
    key = f"{TELL}/{person.id}/{person.left_on.isoformat()}"
    if work.session.scalar(select(Job.id).where(Job.idempotency_key == key)) is not None:
        return
    over = datetime.combine(person.left_on + timedelta(days=1), time(), SHANGHAI)
    payload = {"person": person.id, "left_on": person.left_on.isoformat()}
    enqueue_at(work, TELL, payload, key=key, at=max(over, work.now))


def tell_left(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Tell every case that waits for it; nothing where the last day was changed meanwhile."""
    left_on = job.payload["left_on"]
    with units() as work:
        person = work.session.get_one(Person, job.payload["person"])
        if person.left_on is None or person.left_on.isoformat() != left_on:
            return {"told": 0}
        number = person.number
    told = 0
    while _tell_one(units, number, left_on):
        told += 1
    return {"told": told}


def _tell_one(units: Units, number: str, left_on: str) -> bool:
    with units() as work:
        waits = select(AwaitedMessage.id).where(
            AwaitedMessage.name == LEFT, AwaitedMessage.correlation_key == number
        )
        if work.session.scalar(waits.limit(1)) is None:
            return False
        return correlate(work, LEFT, key=number, variables={"left_on": left_on}) is not None


HANDLERS[TELL] = tell_left
