"""Messages and signals that leave a case: asked for in its transaction, delivered after it by a worker."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Final

from models.job import Job, JobState
from webapp.services.cases.values import plain

if TYPE_CHECKING:
    from models.case import Case
    from webapp.engine.values import Advance, Thrown
    from webapp.services.work import Work

DELIVER: Final = "deliver-message"
BROADCAST: Final = "broadcast-signal"
KINDS: Final = {"message": DELIVER, "signal": BROADCAST}


def route(work: Work, case: Case, advance: Advance) -> None:
    """Write one job for each message and signal that a command threw.

    Another case is never touched in this transaction: two cases that message each other would lock crosswise.
    """
    for thrown in advance.thrown:
        if thrown.kind in KINDS:
            _enqueue(work, case, thrown)


def _enqueue(work: Work, case: Case, thrown: Thrown) -> None:
    job = Job(
        type=KINDS[thrown.kind],
        state=JobState.READY,
        payload={
            "name": thrown.name,
            "key": thrown.correlation_key,
            "variables": plain(dict(thrown.variables)),
            "from": case.id,
        },
        idempotency_key=secrets.token_hex(16),
        due_at=work.now,
        created_at=work.now,
    )
    work.session.add(job)
    work.after_commit.append(partial(_wake, work, job))


def _wake(work: Work, job: Job) -> None:
    work.ports.wake(job.id)
