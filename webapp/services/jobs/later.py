"""Jobs that may wait: not before a time, with their own number of tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.job import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webapp.services.work import Work


def enqueue_at(
    work: Work, kind: str, payload: Mapping[str, Any], *, key: str, at: datetime, tries: int = 3
) -> Job:
    """Ask for work outside the click, not before ``at`` (aware)."""
    job = Job(
        type=kind,
        state=JobState.READY,
        payload=dict(payload),
        idempotency_key=key,
        retries=tries,
        due_at=at,
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    if at <= work.now:
        work.after_commit.append(lambda: work.ports.wake(job.id))
    return job
