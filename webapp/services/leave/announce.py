"""Calendar or parameters changed: ask the worker to count leave anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.services.jobs.queue import enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from webapp.services.work import Work

JOB = "leave-recount"
COUNTING = ("leave.", "annual_leave.", "hours.daily")  # keys that a count or a grant reads


def announce(work: Work, *, days: Iterable[date] = (), keys: Iterable[str] = ()) -> bool:
    """Enqueue the job where leave can be touched, in the transaction of the change; whether it was."""
    touched = [d.isoformat() for d in days]
    names = [k for k in keys if k.startswith(COUNTING)]
    if not touched and not names:
        return False
    enqueue(work, JOB, {"days": touched, "keys": names})
    return True
