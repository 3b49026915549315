"""How the installation is: what waits, what failed, what the log's own check said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.case import IncidentRow
from models.job import Job, JobState
from models.log import LogHead
from webapp.services.log import waiting
from webapp.services.log.nightly import newest

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from models.selfcheck import SelfCheck
    from webapp.services.work import Work

CAP = 1001


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the page shows; counts are capped."""

    unplaced: int  # committed events that have no place in the tree yet
    stamped_at: datetime | None  # last head with a time stamp
    waiting: int  # jobs that are due or will be
    failed: int  # jobs without a try left
    incidents: int  # open ones
    check: SelfCheck | None


def read_health(work: Work) -> Health:
    """Six counts, each over an index and capped."""
    return Health(
        unplaced=waiting(work),
        stamped_at=work.session.scalar(select(func.max(LogHead.stamped_at))),
        waiting=_jobs(work, JobState.READY),
        failed=_jobs(work, JobState.FAILED),
        incidents=_count(work, select(IncidentRow.id).where(IncidentRow.resolved_at.is_(None))),
        check=newest(work),
    )


def _jobs(work: Work, state: JobState) -> int:
    return _count(work, select(Job.id).where(Job.state == state))


def _count(work: Work, asked: Select[int]) -> int:
    rows = asked.limit(CAP).subquery()
    return work.session.scalar(select(func.count()).select_from(rows)) or 0
